//! Why a namespace refuses.

use crate::limit_range::OutOfOrder;

/// A rule of the namespace's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NamespaceRefusal {
    /// There is no such namespace.
    #[error("there is no such namespace")]
    NotFound,
    /// Its id is in use.
    #[error("the namespace exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the namespace is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the namespace is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// It is on clusters.
    #[error("the namespace is published: unpublish it first")]
    StillPublished,
    /// It never was on clusters.
    #[error("the namespace is a draft: it was never published")]
    NeverPublished,
    /// Its name is that of namespaces of Kubernetes' or of ours.
    #[error("default, kube-* and quarterdeck-* are reserved: choose another name")]
    ReservedName,
    /// Its limit range contradicts itself.
    #[error("{0}")]
    LimitRange(OutOfOrder),
}
