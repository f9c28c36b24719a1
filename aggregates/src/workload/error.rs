//! Why a workload refuses.

/// A rule of the workload's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorkloadRefusal {
    /// There is no such workload.
    #[error("there is no such workload")]
    NotFound,
    /// Its id is in use.
    #[error("the workload exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the workload is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the workload is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// It is on clusters.
    #[error("the workload is published: unpublish it first")]
    StillPublished,
    /// It never was on clusters.
    #[error("the workload is a draft: it was never published")]
    NeverPublished,
    /// There is no cluster that it can be put on.
    #[error(
        "its namespace is published on none of the clusters of its placement: publish the namespace there first"
    )]
    NamespaceNotPublished,
}
