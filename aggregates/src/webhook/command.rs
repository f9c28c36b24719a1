//! What can be asked of a webhook.

use super::{Halt, WebhookSpec};
use crate::profile::Profile;
use uuid::Uuid;
use values::{Name, Timestamp};

/// A command to a webhook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WebhookCommand {
    /// Make it; its first secret is version 1.
    Create {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<WebhookSpec>,
    },
    /// Set name, profile and spec to these; what differs is recorded.
    Update {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<WebhookSpec>,
    },
    /// Send nothing; events wait.
    Pause,
    /// Send again, from where it stopped.
    Resume,
    /// The system sends nothing any more.
    Halt {
        /// Why.
        why: Halt,
        /// When.
        at: Timestamp,
        /// The position of the org whose event could not be sent.
        position: i64,
    },
    /// Sign with a new secret.
    RotateSecret {
        /// Until when the one before signs, too.
        previous_until: Timestamp,
    },
    /// Send everything after a position of the org again.
    Replay {
        /// The position.
        after: i64,
    },
    /// Send a test event.
    Test,
    /// Send again what was sent once.
    Redeliver {
        /// The delivery.
        delivery: Uuid,
        /// The position of the org whose event it is.
        position: i64,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back as it was.
    Restore,
}
