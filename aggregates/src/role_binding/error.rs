//! Why a role binding refuses.

use values::Role;

/// A rule of the role binding's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum RoleBindingRefusal {
    /// There is no such role binding.
    #[error("there is no such role binding")]
    NotFound,
    /// Its id is in use.
    #[error("the role binding exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the role binding is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the role binding is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// The role is not meant for such a scope.
    #[error("the role {0} cannot be given on this scope")]
    RoleDoesNotFit(Role),
    /// It would end before it begins.
    #[error("the end must be in the future")]
    EndsInThePast,
    /// Outsiders are let in for some hours only.
    #[error("a binding for the partner's staff must end, at most {hours} hours after it begins")]
    TooLongForStaff {
        /// The most hours.
        hours: u32,
    },
}
