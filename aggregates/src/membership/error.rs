//! Why a membership refuses.

use values::Role;

/// A rule of the membership's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum MembershipRefusal {
    /// There is no such membership.
    #[error("there is no such user here")]
    NotFound,
    /// The user is in already.
    #[error("a user with this e-mail is a member already")]
    AlreadyMember,
    /// The member was taken out.
    #[error("the user was removed: add it again first")]
    Removed,
    /// The member was forgotten.
    #[error("the user was erased")]
    Erased,
    /// The role cannot be given on a scope of this kind.
    #[error("the role {0} cannot be given here")]
    RoleDoesNotFit(Role),
}
