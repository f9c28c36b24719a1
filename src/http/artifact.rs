//! Artifacts: the bytes themselves.

use super::problem::{Problem, ProblemCode};
use super::request::{IfNoneMatch, etag};
use crate::app::{App, Refused};
use axum::body::Body;
use axum::http::header::{CONTENT_DISPOSITION, CONTENT_TYPE, ETAG};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use projections::documents::Found;
use serde::Deserialize;
use std::sync::Arc;
use values::ScopeId;

const YAML: HeaderValue = HeaderValue::from_static("application/yaml");
const GZIP: HeaderValue = HeaderValue::from_static("application/gzip");
/// How gzip begins (RFC 1952).
const GZIP_MAGIC: &[u8] = &[0x1f, 0x8b];

/// The bytes of an artifact, to be saved as a file.
#[derive(Debug)]
pub(super) struct Bytes {
    version: u64,
    /// `None` where the caller has them already.
    content: Option<Vec<u8>>,
    filename: String,
}

/// The part of a document that says what its artifact is.
#[derive(Deserialize)]
struct WithArtifact {
    metadata: Named,
    spec: HasArtifact,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

#[derive(Deserialize)]
struct HasArtifact {
    artifact: api::Artifact,
}

/// The bytes of the artifact at `/spec/artifact` of a document of the org.
///
/// # Errors
/// 409 `invalid_state` where others keep them.
pub(super) async fn of(
    app: &App,
    org: ScopeId,
    found: &Found,
    if_none_match: Option<&IfNoneMatch>,
) -> Result<Bytes, Problem> {
    let document: WithArtifact =
        serde_json::from_str(&found.json).map_err(|error| Refused::Broken(Arc::new(error)))?;
    let Some(sha256) = document.spec.artifact.sha256 else {
        let detail =
            "What is put on clusters is in a repository, and not kept here: spec.artifact says where.";
        return Err(Problem::new(ProblemCode::InvalidState, detail));
    };
    let version = found.version.unsigned_abs();
    let is_known = if_none_match.is_some_and(|tags| tags.matches(version));
    let bytes =
        if is_known { None } else { Some(app.artifact(org, &sha256).await?.ok_or(Refused::NotFound)?) };
    let filename = document.spec.artifact.filename.map_or_else(
        || {
            let is_gzip = bytes.as_ref().is_some_and(|bytes| bytes.starts_with(GZIP_MAGIC));
            format!("{}.{}", document.metadata.name, if is_gzip { "tgz" } else { "yaml" })
        },
        |filename| filename.as_str().to_owned(),
    );
    Ok(Bytes { version, content: bytes, filename })
}

impl IntoResponse for Bytes {
    fn into_response(self) -> Response {
        let Some(bytes) = self.content else {
            return (StatusCode::NOT_MODIFIED, [(ETAG, etag(self.version))]).into_response();
        };
        let kind = if bytes.starts_with(GZIP_MAGIC) { GZIP } else { YAML };
        let mut response = Response::new(Body::from(bytes));
        let headers = response.headers_mut();
        headers.insert(ETAG, etag(self.version));
        headers.insert(CONTENT_TYPE, kind);
        if let Ok(saved_as) = HeaderValue::try_from(saved_as(&self.filename)) {
            headers.insert(CONTENT_DISPOSITION, saved_as);
        }
        response
    }
}

/// RFC 6266 and RFC 8187: a name in ASCII for whoever understands no other, and the name itself.
fn saved_as(filename: &str) -> String {
    let plain: String = filename
        .chars()
        .map(|char| if char.is_ascii_graphic() && !matches!(char, '"' | '\\') { char } else { '_' })
        .collect();
    let encoded = percent_encoding::utf8_percent_encode(filename, percent_encoding::NON_ALPHANUMERIC);
    format!("attachment; filename=\"{plain}\"; filename*=UTF-8''{encoded}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_file_cannot_leave_its_header() {
        assert_eq!(saved_as("a.tgz"), "attachment; filename=\"a.tgz\"; filename*=UTF-8''a%2Etgz");
        assert_eq!(
            saved_as("ü\"; x=\".yaml"),
            "attachment; filename=\"__;_x=_.yaml\"; filename*=UTF-8''%C3%BC%22%3B%20x%3D%22%2Eyaml"
        );
    }
}
