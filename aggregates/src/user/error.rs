//! Why an identity refuses.

/// A rule of the identity's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UserRefusal {
    /// Its id is in use.
    #[error("the user exists already")]
    AlreadyExists,
    /// There is no such identity.
    #[error("there is no such user")]
    NotFound,
    /// It was erased.
    #[error("the user was erased")]
    Erased,
}
