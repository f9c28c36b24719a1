//! What can be asked of an access key.

use super::KeyScope;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::{AccessKeyId, Description, DisplayName, Name, Sealed, Timestamp};

/// A command to an access key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ApiKeyCommand {
    /// Make it. Its verifier is stored beside the unit, never in it.
    Issue(Box<Issue>),
    /// Let another take its place.
    Rotate {
        /// When.
        at: Timestamp,
        /// The key that takes its place.
        successor: Uuid,
        /// Until when both work; never longer than the key itself would.
        works_until: Timestamp,
    },
    /// End it.
    Revoke {
        /// Why.
        reason: Option<Sealed>,
    },
    /// Record that its time is over, if it is.
    Expire {
        /// The time by the clock.
        at: Timestamp,
    },
    /// End it and put it out of sight.
    Delete,
}

/// What a key is made from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Issue {
    /// The membership it opens.
    pub membership: Uuid,
    /// Whose it is.
    pub user: Uuid,
    /// What its owner calls it.
    pub name: Name,
    /// A name for people.
    pub display_name: DisplayName,
    /// Free text.
    pub description: Description,
    /// The half of the credential that is not secret.
    pub access_key_id: AccessKeyId,
    /// How it is cut down.
    pub scope: KeyScope,
    /// When it stops working by itself.
    pub expires_at: Option<Timestamp>,
    /// Whether partner staff issued it.
    pub by_partner: bool,
}
