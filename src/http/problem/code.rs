//! Every problem this server answers with: code, status, title, meaning and remedy in one table.
//!
//! Responses, the pages under `/problems/{code}` and the OpenAPI document all read this table, so a code cannot be
//! sent that is not documented. Codes are stable: one that has been released is never renamed or reused.

use std::fmt;

use axum::http::StatusCode;

/// One row of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ProblemEntry {
    /// The HTTP status that goes with the code, always.
    pub status: u16,
    /// A short summary, the same for every occurrence (RFC 9457 §3.1.3).
    pub title: &'static str,
    /// What has happened.
    pub meaning: &'static str,
    /// What the caller can do about it.
    pub remedy: &'static str,
}

macro_rules! problem_codes {
    ($($variant:ident = $code:literal, $status:literal, $title:literal, $meaning:literal, $remedy:literal;)+) => {
        /// A stable, machine-readable problem code: `code` in a problem body, and the last segment of its `type`.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum ProblemCode {
            $(#[doc = $meaning] $variant,)+
        }

        impl ProblemCode {
            /// Every code, in the order of the table (by status).
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as it stands in `code`, such as `name_taken`.
            #[must_use]
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The row of the table.
            #[must_use]
            pub const fn entry(self) -> ProblemEntry {
                match self {
                    $(Self::$variant => ProblemEntry {
                        status: $status, title: $title, meaning: $meaning, remedy: $remedy,
                    },)+
                }
            }
        }
    };
}

problem_codes! {
    MalformedRequest = "malformed_request", 400, "Malformed request",
        "The request could not be read as HTTP meant for this server.",
        "Check the request line, the path's percent-encoding and the body's length.";
    MalformedJson = "malformed_json", 400, "Malformed JSON",
        "The body is not one JSON document (RFC 8259), or something follows it.",
        "The detail names line and column. Send one JSON document, in UTF-8, without a byte order mark.";
    MalformedYaml = "malformed_yaml", 400, "Malformed YAML",
        "The body is not a stream of YAML documents (YAML 1.2), or uses what is not accepted in one: merge keys, tags.",
        "The detail names the line. Send documents between lines of three hyphens, in UTF-8.";
    DuplicateKey = "duplicate_key", 400, "Duplicate key",
        "An object in the body has the same key twice.",
        "Send each key once; the pointer names the key.";
    TooDeep = "too_deep", 400, "Nested too deeply",
        "The body nests arrays and objects more than 32 levels deep.",
        "Flatten the document.";
    InvalidEncoding = "invalid_encoding", 400, "Invalid encoding",
        "The request contains bytes that are not UTF-8, a lone surrogate, or U+0000.",
        "Send well-formed Unicode without U+0000.";
    InvalidHeader = "invalid_header", 400, "Invalid header",
        "A request header has a form that this server does not accept.",
        "The detail names the header and the form it must have.";
    InvalidParameter = "invalid_parameter", 400, "Invalid parameter",
        "A query parameter has a value it cannot have, or is given twice.",
        "The errors name each parameter and what is wrong with it.";
    UnknownParameter = "unknown_parameter", 400, "Unknown parameter",
        "The operation does not have this query parameter.",
        "Check the spelling: parameters are camelCase. Nothing unknown is ignored.";
    TwoCredentials = "two_credentials", 400, "More than one credential",
        "The request carries more than one credential.",
        "Send exactly one of: Authorization with Basic, Authorization with Bearer, X-API-KEY.";
    Unauthenticated = "unauthenticated", 401, "Not authenticated",
        "The operation needs a credential, and none that is valid was presented. Unknown, wrong, expired and revoked \
         credentials are not told apart.",
        "Send a live access key, as Basic accessKeyId:secret or as Bearer secret.";
    Forbidden = "forbidden", 403, "Forbidden",
        "The caller may know of the thing, and may not do this to it.",
        "missingPermission names the permission, grantedByRoles the roles that would give it.";
    UserSuspended = "user_suspended", 403, "User suspended",
        "The caller's membership is suspended.",
        "An admin of the org can reactivate it.";
    OrgInactive = "org_inactive", 403, "Org not active",
        "The org is pending approval, rejected, deactivated or deleted; its members can do nothing in it.",
        "The org's partner can activate it.";
    GrantExceedsOwn = "grant_exceeds_own", 403, "Grant exceeds one's own rights",
        "Nobody gives more than they have, in role, scope or time.",
        "Give less, or ask someone with those rights.";
    SignupClosed = "signup_closed", 403, "Sign-up closed",
        "The partner does not accept sign-ups.",
        "Ask the partner for an org.";
    NotFound = "not_found", 404, "Not found",
        "There is no such thing, or the caller may not know of it.",
        "Check the path, and whose credential is used.";
    MethodNotAllowed = "method_not_allowed", 405, "Method not allowed",
        "The path exists, and does not have this method.",
        "The Allow header lists the methods it has.";
    NotAcceptable = "not_acceptable", 406, "Not acceptable",
        "None of the media types in Accept can be produced here.",
        "Accept application/json.";
    RequestTimeout = "request_timeout", 408, "Request timeout",
        "The request did not arrive completely in time.",
        "Send it again.";
    NameTaken = "name_taken", 409, "Name taken",
        "A live sibling already has this name.",
        "Choose another name; conflictingId is the sibling's id, where the caller may see it.";
    ExternalIdTaken = "external_id_taken", 409, "External id taken",
        "Another live org of the partner already has this externalId.",
        "Find that org with ?externalId=, or choose another.";
    EmailTaken = "email_taken", 409, "E-mail taken",
        "Another user of the partner already has this e-mail address.",
        "Use that user, or another address.";
    InUse = "in_use", 409, "In use",
        "Something else uses the thing, so that it cannot be deleted.",
        "The detail says what uses it; remove that first.";
    InvalidState = "invalid_state", 409, "Invalid state",
        "The thing is in a state in which this cannot be done to it.",
        "The detail names the state; read the thing again.";
    Conflict = "conflict", 409, "Conflict",
        "Others kept changing the same thing at the same time.",
        "Try again; with If-Match to be sure of what is changed.";
    QuotaExceeded = "quota_exceeded", 409, "Quota exceeded",
        "The change would exceed a quota.",
        "Ask for less, or for a greater quota.";
    KeyLimitReached = "key_limit_reached", 409, "Key limit reached",
        "The membership already has as many live access keys as it may have.",
        "Revoke one that is no longer used.";
    LastAdmin = "last_admin", 409, "Last admin",
        "The org would be left without a live, direct, non-expiring org admin.",
        "Make another user ORG_ADMIN first.";
    DeletionProtected = "deletion_protected", 409, "Deletion protected",
        "The thing is protected from deletion.",
        "Set metadata.deletionProtection to false first.";
    StillPublished = "still_published", 409, "Still published",
        "What is published cannot be deleted.",
        "Unpublish it first.";
    NamespaceNotPublished = "namespace_not_published", 409, "Namespace not published",
        "The workload's namespace is not published on any of the clusters it is placed on.",
        "Publish the namespace there first.";
    EpochChanged = "epoch_changed", 409, "Epoch changed",
        "The ledger was restored to an earlier time since the cursor or page token was given out.",
        "Read anew from the beginning, or from the position that the reply names.";
    LedgerRewritten = "ledger_rewritten", 409, "Ledger rewritten",
        "The ledger is not what was signed before: it was changed behind the service's back, or restored. Nothing is signed.",
        "Tell whoever runs the service: `quarterdeck verify` says what differs. Keep the checkpoints you have.";
    RestoreRefused = "restore_refused", 409, "Restore refused",
        "A thing that would come back with the project was refused, so nothing was recorded.",
        "things has each thing's outcome, with the refused one's problem; a dry run says all that stands against it.";
    VersionMismatch = "version_mismatch", 412, "Version mismatch",
        "The thing is not at the version that If-Match names.",
        "Read it again; currentVersion is the version it has now.";
    PayloadTooLarge = "payload_too_large", 413, "Payload too large",
        "The body is longer than the operation accepts.",
        "Send at most 1 MiB; 14 MiB where a body may contain an artifact.";
    UriTooLong = "uri_too_long", 414, "URI too long",
        "Path and query together are too long.",
        "Shorten the query.";
    UnsupportedMediaType = "unsupported_media_type", 415, "Unsupported media type",
        "The body's media type, charset or content coding is not one that the operation reads.",
        "Send application/json in UTF-8 without a content coding; application/merge-patch+json to PATCH.";
    ValidationFailed = "validation_failed", 422, "Validation failed",
        "The document was understood and is not acceptable.",
        "errors lists each fault with its JSON pointer, a code of its own and an explanation.";
    ImmutableField = "immutable_field", 422, "Immutable field",
        "The field cannot be changed once it is set.",
        "Leave it as it is, or make a new thing.";
    IdempotencyKeyReused = "idempotency_key_reused", 422, "Idempotency key reused",
        "The Idempotency-Key was used for a different request.",
        "Use a new key for every new request, and the same one only to repeat a request exactly.";
    AsOfInFuture = "as_of_in_future", 422, "As of the future",
        "asOf or a position lies after everything that is recorded.",
        "Ask for now, or for the past.";
    ApplyRefused = "apply_refused", 422, "Apply refused",
        "A document of an atomic apply was refused, so nothing was recorded.",
        "results has each document's outcome, with the refused one's problem.";
    RateLimited = "rate_limited", 429, "Rate limited",
        "Too many requests from this credential or address.",
        "Wait for as long as Retry-After says.";
    HeadersTooLarge = "headers_too_large", 431, "Headers too large",
        "A request header, or all together, are too long.",
        "Shorten them.";
    Internal = "internal", 500, "Internal error",
        "The server made a mistake. It was logged with the request id.",
        "Try again with the same Idempotency-Key; report the requestId if it happens again.";
    Overloaded = "overloaded", 503, "Overloaded",
        "More is waiting than the server accepts. Nothing was recorded.",
        "Wait for as long as Retry-After says, then try again.";
    NotReady = "not_ready", 503, "Not ready",
        "The server is starting, stopping, behind, or without its database. Nothing was recorded.",
        "Wait for as long as Retry-After says, then try again.";
    AttemptNotRecordable = "attempt_not_recordable", 503, "Attempt not recordable",
        "The request was refused, and the refusal could not be recorded, so it is not answered otherwise.",
        "Wait for as long as Retry-After says, then try again.";
    OutcomeUnknown = "outcome_unknown", 503, "Outcome unknown",
        "The connection to the database broke while the change was being recorded; it may or may not be recorded.",
        "Repeat the request with the same Idempotency-Key: it takes effect once.";
}

impl ProblemCode {
    /// The HTTP status of the code.
    #[must_use]
    pub fn status(self) -> StatusCode {
        StatusCode::from_u16(self.entry().status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
    }

    /// The HTTP statuses that the code comes with: its own, and where many things are refused together also those of what is
    /// refused among them.
    #[must_use]
    pub fn statuses(self) -> Vec<u16> {
        if matches!(self, Self::ApplyRefused | Self::RestoreRefused) {
            vec![403, 409, 422]
        } else {
            vec![self.entry().status]
        }
    }

    /// The code that is spelled `text`, if there is one.
    #[must_use]
    pub fn from_code(text: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == text)
    }

    /// Seconds after which trying again makes sense, for codes that always carry `Retry-After`.
    #[must_use]
    pub const fn default_retry_after(self) -> Option<u32> {
        match self.entry().status {
            429 | 503 => Some(1),
            _ => None,
        }
    }

    /// `/problems/{code}`: the `type` of a problem, a URI reference relative to the server (RFC 9457 §3.1.1).
    #[must_use]
    pub fn type_uri(self) -> String {
        format!("/problems/{}", self.as_str())
    }
}

impl fmt::Display for ProblemCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn codes_are_unique_snake_case_and_found_by_their_text() {
        let mut seen = BTreeSet::new();
        for code in ProblemCode::ALL {
            let text = code.as_str();
            assert!(seen.insert(text), "{text} twice");
            assert!(text.bytes().all(|b| b.is_ascii_lowercase() || b == b'_'), "{text}");
            assert_eq!(ProblemCode::from_code(text), Some(*code));
        }
        assert_eq!(ProblemCode::from_code("Not_Found"), None);
        assert_eq!(ProblemCode::from_code(""), None);
    }

    #[test]
    fn every_row_is_filled_in_and_has_an_error_status() {
        for code in ProblemCode::ALL {
            let entry = code.entry();
            assert!((400..=599).contains(&entry.status), "{code}");
            assert_eq!(code.status().as_u16(), entry.status);
            assert!(!entry.title.is_empty() && !entry.title.ends_with('.'), "{code}");
            assert!(entry.meaning.ends_with('.') && entry.remedy.ends_with('.'), "{code}");
        }
    }

    #[test]
    fn overload_codes_say_when_to_try_again() {
        for code in ProblemCode::ALL {
            assert_eq!(
                code.default_retry_after().is_some(),
                matches!(code.entry().status, 429 | 503),
                "{code}"
            );
        }
    }
}
