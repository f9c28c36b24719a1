//! Why an org refuses.

/// A rule of the org's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrgRefusal {
    /// There is no such org.
    #[error("there is no such org")]
    NotFound,
    /// Its id is in use.
    #[error("the org exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the org is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the org is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// The command does not fit its phase.
    #[error("cannot {verb} an org that is {phase}: {instead}")]
    WrongPhase {
        /// What was asked.
        verb: &'static str,
        /// The phase it is in.
        phase: &'static str,
        /// What to do instead.
        instead: &'static str,
    },
    /// The default validity of keys exceeds their maximum.
    #[error("apiKeyDefaultValidityHours is more than apiKeyMaxValidityHours")]
    DefaultAboveMaximum,
}
