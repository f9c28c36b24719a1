//! Why an access key refuses.

/// A rule of the key's life cycle that a command would break.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ApiKeyRefusal {
    /// There is no such key.
    #[error("there is no such key")]
    NotFound,
    /// Its id is in use.
    #[error("the key exists already")]
    AlreadyExists,
    /// It no longer works, so nothing can take its place.
    #[error("the key is {0}: issue a new one instead")]
    Ended(&'static str),
}
