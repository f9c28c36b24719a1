//! What can be asked of a partner.

use super::PartnerSpec;
use crate::profile::Profile;
use values::Name;

/// A command to a partner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PartnerCommand {
    /// Make it.
    Create {
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<PartnerSpec>,
    },
    /// Set name, profile and spec to these; what differs is recorded.
    Update {
        /// The name it shall have.
        name: Name,
        /// The profile it shall have.
        profile: Profile,
        /// The spec it shall have.
        spec: Box<PartnerSpec>,
    },
    /// Delete it, softly.
    Delete,
    /// Bring it back.
    Restore,
}
