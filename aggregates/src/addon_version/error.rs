//! Why a version of an add-on refuses.

/// A rule of the version's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AddonVersionRefusal {
    /// There is no such version.
    #[error("there is no such version")]
    NotFound,
    /// Its id is in use.
    #[error("the version exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the version is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the version is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// It was activated, and would become another.
    #[error("the version was activated and stays as it is for ever: make another version")]
    Immutable,
    /// It was activated, and would be gone.
    #[error("the version was activated and stays for ever: disable it to end its use")]
    WasActivated,
    /// It is a draft, which nothing uses anyhow.
    #[error("the version is a draft: nothing can use it before it is activated")]
    NeverActivated,
}
