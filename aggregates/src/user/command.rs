//! What can be asked of a user's identity.

use values::{ScopeId, Sealed};

/// A command to an identity.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UserCommand {
    /// Make it known.
    Register {
        /// In which partner, or the platform.
        home: ScopeId,
        /// Under which address.
        email: Sealed,
    },
    /// Forget it: its address is free, and nothing is left of it but its id.
    Erase,
}
