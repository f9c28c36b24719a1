//! Why a webhook refuses.

/// A rule of the webhook's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WebhookRefusal {
    /// There is no such webhook.
    #[error("there is no such webhook")]
    NotFound,
    /// Its id is in use.
    #[error("the webhook exists already")]
    AlreadyExists,
    /// It is deleted.
    #[error("the webhook is deleted: restore it first")]
    Deleted,
    /// It is protected against deletion.
    #[error("the webhook is protected: set metadata.deletionProtection to false first")]
    DeletionProtected,
    /// Where it begins was said when it was made.
    #[error("where a webhook begins is said once: POST …/replay starts it anew elsewhere")]
    BeginsOnce,
}
