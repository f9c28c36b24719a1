//! Errors on the wire: RFC 9457 `application/problem+json` with stable codes.
//!
//! A [`Problem`] becomes a response at once, and also travels in the response's extensions, so that the outermost
//! middleware ([`crate::http::request::conventions`]) can add what only it knows: `instance` and `requestId`.

mod code;
pub mod openapi;
mod page;
mod pointer;
mod render;

use serde_json::{Map, Value};

pub use code::{ProblemCode, ProblemEntry};
pub use page::{problem_index, problem_page};
pub use pointer::Pointer;
pub(crate) use render::finish;

/// One fault in a document or a parameter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldProblem {
    /// Where: a JSON pointer into the body (RFC 6901), or `?name` for a query parameter.
    pub pointer: String,
    /// What kind of fault, stable: `unknown_field`, `required`, `invalid_type`, `invalid_value`, …
    pub code: String,
    /// The fault in words.
    pub detail: String,
}

impl FieldProblem {
    /// A fault at `pointer`.
    #[must_use]
    pub fn new(pointer: impl Into<String>, code: impl Into<String>, detail: impl Into<String>) -> Self {
        Self { pointer: pointer.into(), code: code.into(), detail: shorten(detail.into()) }
    }
}

/// A refusal or failure as the caller sees it. Status and title come from [`ProblemCode`].
#[derive(Debug, Clone, PartialEq)]
pub struct Problem(Box<Parts>);

#[derive(Debug, Clone, PartialEq)]
struct Parts {
    code: ProblemCode,
    /// Where it is not the code's own.
    status: Option<u16>,
    detail: String,
    errors: Vec<FieldProblem>,
    retry_after_seconds: Option<u32>,
    members: Map<String, Value>,
}

impl Problem {
    /// A problem with words of its own. `detail` is sent to the caller: no secret, no other tenant's data.
    #[must_use]
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self(Box::new(Parts {
            code,
            status: None,
            detail: shorten(detail.into()),
            errors: Vec::new(),
            retry_after_seconds: code.default_retry_after(),
            members: Map::new(),
        }))
    }

    /// The one 401 body: the same for missing, malformed, unknown, wrong, expired and revoked credentials.
    #[must_use]
    pub fn unauthenticated() -> Self {
        Self::plain(ProblemCode::Unauthenticated)
    }

    /// The one 404 body: the same for what does not exist and for what the caller may not know of.
    #[must_use]
    pub fn not_found() -> Self {
        Self::plain(ProblemCode::NotFound)
    }

    /// The one 500 body. The cause is logged where it is known; nothing of it is sent.
    #[must_use]
    pub fn internal() -> Self {
        Self::plain(ProblemCode::Internal)
    }

    /// 403 for want of `permission`, which `granted_by_roles` would give.
    #[must_use]
    pub fn forbidden<'a>(permission: &str, granted_by_roles: impl IntoIterator<Item = &'a str>) -> Self {
        let roles: Vec<Value> = granted_by_roles.into_iter().map(Value::from).collect();
        Self::new(ProblemCode::Forbidden, format!("The permission {permission} is missing here."))
            .with("missingPermission", permission)
            .with("grantedByRoles", roles)
    }

    /// 422 with its faults.
    #[must_use]
    pub fn validation(errors: Vec<FieldProblem>) -> Self {
        let detail = match errors.as_slice() {
            [only] => {
                format!("{}: {}", if only.pointer.is_empty() { "/" } else { &only.pointer }, only.detail)
            }
            many => format!("The document has {} faults.", many.len()),
        };
        Self::new(ProblemCode::ValidationFailed, detail).with_errors(errors)
    }

    /// 412: `If-Match` names another version than `current`.
    #[must_use]
    pub fn version_mismatch(current: u64) -> Self {
        Self::new(ProblemCode::VersionMismatch, format!("The current version is {current}."))
            .with("currentVersion", current)
    }

    /// A problem whose detail is the meaning of its code.
    #[must_use]
    pub fn plain(code: ProblemCode) -> Self {
        Self::new(code, code.entry().meaning)
    }

    /// Sets `errors`.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldProblem>) -> Self {
        self.0.errors = errors;
        self
    }

    /// Adds an extension member such as `conflictingId` (RFC 9457 §3.2).
    #[must_use]
    pub fn with(mut self, member: &str, value: impl Into<Value>) -> Self {
        self.0.members.insert(member.to_owned(), value.into());
        self
    }

    /// Sets a status that is not the code's own.
    #[must_use]
    pub fn with_status(mut self, status: u16) -> Self {
        self.0.status = Some(status);
        self
    }

    /// The HTTP status.
    #[must_use]
    pub fn status(&self) -> u16 {
        self.0.status.unwrap_or(self.0.code.entry().status)
    }

    /// The same, of the document that begins on a line of a body that has several.
    #[must_use]
    pub fn in_document_at(mut self, line: usize) -> Self {
        self.0.detail = shorten(format!("In the document on line {line}: {}", self.0.detail));
        self
    }

    /// Sets `Retry-After` and `retryAfterSeconds`.
    #[must_use]
    pub fn retry_after(mut self, seconds: u32) -> Self {
        self.0.retry_after_seconds = Some(seconds);
        self
    }

    /// The code.
    #[must_use]
    pub fn code(&self) -> ProblemCode {
        self.0.code
    }

    /// The explanation for this occurrence.
    #[must_use]
    pub fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The faults, where the code has any.
    #[must_use]
    pub fn errors(&self) -> &[FieldProblem] {
        &self.0.errors
    }
}

/// Longest `detail` sent, in characters: an error must not echo a megabyte back.
const DETAIL_CHARS: usize = 400;

fn shorten(detail: String) -> String {
    match detail.char_indices().nth(DETAIL_CHARS) {
        None => detail,
        Some((end, _)) => format!("{}…", &detail[..end]),
    }
}
