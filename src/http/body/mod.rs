//! Request bodies: strict JSON, read whole, checked before anything else sees it.
//!
//! [`JsonBody`] and [`OptionalJsonBody`] decode into a type, [`MergePatch`] keeps an RFC 7396 patch. All keep the
//! bytes as sent, for the request's fingerprint.

mod decode;
mod documents;
mod merge_patch;
mod parse;
mod read;
mod yaml;

use axum::extract::{FromRequest, Request};
use bytes::Bytes;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

pub use decode::decode;
pub(crate) use decode::decode_text;
pub use documents::{Documents, MOST_DOCUMENTS};
pub use merge_patch::{MergePatch, merge};
pub use parse::{MAX_DEPTH, parse};
pub(crate) use read::Sender;
use read::{MediaType, read};
pub use yaml::Located;

use crate::http::problem::{FieldProblem, Problem};

/// Longest body of most operations, in bytes: 1 MiB.
pub const DEFAULT_LIMIT: usize = 1 << 20;

/// Longest body where an artifact may be inside, in bytes: 14 MiB, for 10 MiB in base64.
pub const ARTIFACT_LIMIT: usize = 14 << 20;

/// A JSON object that must be there, decoded into `T`. See [`parse`] and [`decode`] for what is refused.
#[derive(Debug, Clone)]
pub struct JsonBody<T, const LIMIT: usize = DEFAULT_LIMIT> {
    /// The decoded document.
    pub value: T,
    /// The bytes as sent.
    pub bytes: Bytes,
}

/// A JSON object that may be left out: an empty body stands for `{}`, whatever its media type.
#[derive(Debug, Clone)]
pub struct OptionalJsonBody<T, const LIMIT: usize = DEFAULT_LIMIT> {
    /// The decoded document.
    pub value: T,
    /// The bytes as sent.
    pub bytes: Bytes,
}

impl<T, S, const LIMIT: usize> FromRequest<S> for JsonBody<T, LIMIT>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request, LIMIT, MediaType::Json).await?;
        Ok(Self { value: decode_document(&parse(&bytes)?)?, bytes })
    }
}

impl<T, S, const LIMIT: usize> FromRequest<S> for OptionalJsonBody<T, LIMIT>
where
    T: DeserializeOwned,
    S: Send + Sync,
{
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request, LIMIT, MediaType::Json).await?;
        let document = if bytes.is_empty() { Value::Object(Map::new()) } else { parse(&bytes)? };
        Ok(Self { value: decode_document(&document)?, bytes })
    }
}

impl<S: Send + Sync, const LIMIT: usize> FromRequest<S> for MergePatch<LIMIT> {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = read(request, LIMIT, MediaType::MergePatch).await?;
        let patch = parse(&bytes)?;
        require_object(&patch)?;
        Ok(Self { patch, bytes })
    }
}

/// Decodes a whole document, which must be an object.
///
/// # Errors
/// 422 `validation_failed` with each fault's pointer.
pub fn decode_document<T: DeserializeOwned>(document: &Value) -> Result<T, Problem> {
    require_object(document)?;
    decode(document).map_err(Problem::validation)
}

fn require_object(document: &Value) -> Result<(), Problem> {
    if document.is_object() {
        return Ok(());
    }
    Err(Problem::validation(vec![FieldProblem::new(
        "",
        "invalid_type",
        "the document must be a JSON object",
    )]))
}

#[cfg(test)]
mod tests;
