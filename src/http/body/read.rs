//! A body's bytes: media type, coding and size.

use std::error::Error;

use axum::extract::Request;
use axum::http::header::{CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE, HeaderName, TRANSFER_ENCODING};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Version};
use bytes::Bytes;
use http_body_util::{BodyExt, LengthLimitError, Limited};
use tower_http::timeout::TimeoutError;
use values::ScopeId;

use crate::app::bodies::{Bodies, Room};
use crate::http::problem::{Problem, ProblemCode};

/// What an operation reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MediaType {
    /// `application/json`, `application/*+json`.
    Json,
    /// `application/merge-patch+json` (RFC 7396), `application/json`.
    MergePatch,
    /// `application/yaml` (RFC 9512), `application/json`.
    Documents,
}

impl MediaType {
    fn includes(self, essence: &str) -> bool {
        match self {
            Self::Json => {
                essence == "application/json"
                    || essence
                        .strip_prefix("application/")
                        .and_then(|subtype| subtype.strip_suffix("+json"))
                        .is_some_and(|name| !name.is_empty() && !name.contains('/'))
            }
            Self::MergePatch => matches!(essence, "application/json" | "application/merge-patch+json"),
            Self::Documents => matches!(essence, "application/json" | "application/yaml"),
        }
    }
}

/// Who sends a body, and where room for it is had. Without this, bodies are not counted.
#[derive(Clone, Debug)]
pub(crate) struct Sender {
    pub(crate) scope: ScopeId,
    pub(crate) bodies: Bodies,
}

/// A body that has room as long as it is there.
struct Held {
    bytes: Bytes,
    _room: Room,
}

impl AsRef<[u8]> for Held {
    fn as_ref(&self) -> &[u8] {
        &self.bytes
    }
}

/// Reads at most `limit` bytes. An empty body needs no media type.
pub(super) async fn read(request: Request, limit: usize, accepted: MediaType) -> Result<Bytes, Problem> {
    let (parts, body) = request.into_parts();
    if declared_length(&parts.headers).is_some_and(|length| length > limit as u64) {
        return Err(too_large(limit));
    }
    check_coding(&parts.headers)?;
    let has_type = parts.headers.contains_key(CONTENT_TYPE);
    if has_type {
        check_type(&parts.headers, accepted)?;
    }
    let room = match parts.extensions.get::<Sender>() {
        Some(sender) => {
            let room = sender.bodies.take(sender.scope, longest(&parts, limit));
            Some(room.ok_or_else(|| Problem::plain(ProblemCode::Overloaded))?)
        }
        None => None,
    };
    let bytes = match Limited::new(body, limit).collect().await {
        Ok(collected) => collected.to_bytes(),
        Err(error) => return Err(read_failure(error.as_ref(), limit)),
    };
    if !has_type && !bytes.is_empty() {
        return Err(unsupported("The body has no Content-Type."));
    }
    Ok(match room {
        Some(mut room) if !bytes.is_empty() => {
            room.shrink_to(bytes.len());
            Bytes::from_owner(Held { bytes, _room: room })
        }
        Some(_) | None => bytes,
    })
}

/// How long a body can become: as long as it may be, where it does not say how long it is.
fn longest(parts: &Parts, limit: usize) -> usize {
    let declared = declared_length(&parts.headers).and_then(|length| usize::try_from(length).ok());
    let has_none = parts.version <= Version::HTTP_11 && !parts.headers.contains_key(TRANSFER_ENCODING);
    declared.unwrap_or(if has_none { 0 } else { limit })
}

fn declared_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}

fn too_large(limit: usize) -> Problem {
    Problem::new(ProblemCode::PayloadTooLarge, format!("The body may have at most {limit} bytes."))
}

fn unsupported(detail: &str) -> Problem {
    Problem::new(ProblemCode::UnsupportedMediaType, detail)
}

fn read_failure(error: &(dyn Error + 'static), limit: usize) -> Problem {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if error.is::<LengthLimitError>() {
            return too_large(limit);
        }
        if error.is::<TimeoutError>() {
            return Problem::plain(ProblemCode::RequestTimeout);
        }
        cause = error.source();
    }
    Problem::new(ProblemCode::MalformedRequest, "The body ended before it was complete.")
}

fn check_coding(headers: &HeaderMap) -> Result<(), Problem> {
    let identity = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"identity");
    if headers.get_all(CONTENT_ENCODING).iter().all(identity) {
        return Ok(());
    }
    Err(unsupported("Content-Encoding is not supported: send the body as it is."))
}

fn check_type(headers: &HeaderMap, accepted: MediaType) -> Result<(), Problem> {
    let value = single(headers, &CONTENT_TYPE)
        .ok_or_else(|| unsupported("Content-Type is unreadable or given twice."))?;
    let mut pieces = value.split(';').map(str::trim);
    let essence = pieces.next().unwrap_or_default().to_ascii_lowercase();
    if !accepted.includes(&essence) {
        return Err(unsupported(match accepted {
            MediaType::Json => "Content-Type must be application/json.",
            MediaType::MergePatch => "Content-Type must be application/merge-patch+json or application/json.",
            MediaType::Documents => "Content-Type must be application/yaml or application/json.",
        }));
    }
    for parameter in pieces {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        let value = value.trim_matches('"');
        if name.eq_ignore_ascii_case("charset") && !value.eq_ignore_ascii_case("utf-8") {
            return Err(unsupported("JSON and YAML are sent in UTF-8."));
        }
    }
    Ok(())
}

/// The value of a header that is there once and is ASCII.
fn single<'a>(headers: &'a HeaderMap, name: &HeaderName) -> Option<&'a str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next()?;
    if values.next().is_some() {
        return None;
    }
    first.to_str().ok()
}
