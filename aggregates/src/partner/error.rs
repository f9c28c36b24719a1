//! Why a partner refuses.

/// A rule of the partner's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PartnerRefusal {
    /// There is no such partner.
    #[error("there is no such partner")]
    NotFound,
    /// Its id is in use.
    #[error("the partner exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the partner is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the partner is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
}
