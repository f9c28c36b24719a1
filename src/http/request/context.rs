//! The headers that every operation understands.

use std::fmt;

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::USER_AGENT;
use axum::http::request::Parts;
use values::Reason;

use super::header::{invalid, is_visible_ascii, text};
use super::preconditions::{IfMatch, IfNoneMatch};
use crate::http::problem::Problem;

/// Longest `X-Request-Id` and `X-Correlation-Id`, in bytes.
const MAX_ID: usize = 128;
/// Longest `Idempotency-Key`, in bytes.
const MAX_IDEMPOTENCY_KEY: usize = 255;
/// Longest `User-Agent` that is kept, in characters.
const MAX_USER_AGENT: usize = 256;

/// The id of one request: the caller's `X-Request-Id` if it is 1 to 128 visible ASCII characters, else one of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(String);

impl RequestId {
    /// The caller's, if usable. Proxies set this header, so that one that is not usable is replaced, not refused.
    #[must_use]
    pub fn from_headers(headers: &HeaderMap) -> Option<Self> {
        let id = text(headers, "x-request-id").ok().flatten()?;
        is_visible_ascii(id, MAX_ID).then(|| Self(id.to_owned()))
    }

    /// One of ours.
    #[must_use]
    pub fn minted(id: uuid::Uuid) -> Self {
        Self(id.to_string())
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RequestId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// An `Idempotency-Key`: 1 to 255 printable ASCII characters, compared byte by byte.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct IdempotencyKey(String);

impl IdempotencyKey {
    fn from_headers(headers: &HeaderMap) -> Result<Option<Self>, Problem> {
        const NAME: &str = "idempotency-key";
        let Some(key) = text(headers, NAME)? else { return Ok(None) };
        let fits =
            (1..=MAX_IDEMPOTENCY_KEY).contains(&key.len()) && key.bytes().all(|b| matches!(b, b' '..=b'~'));
        if !fits {
            return Err(invalid(NAME, "must have 1 to 255 printable ASCII characters"));
        }
        Ok(Some(Self(key.to_owned())))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Which program sends the request. What it says about itself, not what was verified.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum ClientKind {
    /// The web console.
    Console,
    /// The command line.
    Rctl,
    /// Anything else.
    #[default]
    Api,
    /// The cluster agent.
    Agent,
}

impl ClientKind {
    /// `console`, `rctl`, `api`, `agent`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Console => "console",
            Self::Rctl => "rctl",
            Self::Api => "api",
            Self::Agent => "agent",
        }
    }

    /// By `X-Quarterdeck-Client`, else by the product that `User-Agent` begins with, else `api`.
    fn from_headers(headers: &HeaderMap) -> Result<Self, Problem> {
        const NAME: &str = "x-quarterdeck-client";
        if let Some(name) = text(headers, NAME)? {
            return [Self::Console, Self::Rctl, Self::Api, Self::Agent]
                .into_iter()
                .find(|kind| kind.as_str() == name)
                .ok_or_else(|| invalid(NAME, "must be console, rctl, api or agent"));
        }
        let agent = headers.get(USER_AGENT).map(axum::http::HeaderValue::as_bytes).unwrap_or_default();
        Ok(if agent.starts_with(b"rctl/") {
            Self::Rctl
        } else if agent.starts_with(b"quarterdeck-agent/") {
            Self::Agent
        } else {
            Self::Api
        })
    }
}

/// What the headers of a request say; the same for every operation. An extractor, put there by
/// [`super::conventions`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestContext {
    /// This request.
    pub request_id: RequestId,
    /// `X-Correlation-Id`: what it is part of, 1 to 128 visible ASCII characters.
    pub correlation_id: Option<String>,
    /// `X-Change-Reason`: why, in UTF-8. Personal data may be inside: seal before storing.
    pub change_reason: Option<Reason>,
    /// `Idempotency-Key`.
    pub idempotency_key: Option<IdempotencyKey>,
    /// `If-Match`.
    pub if_match: Option<IfMatch>,
    /// `If-None-Match`.
    pub if_none_match: Option<IfNoneMatch>,
    /// The kind of program.
    pub client: ClientKind,
    /// `User-Agent`, its first 256 characters, controls and invalid UTF-8 replaced. Personal data: seal before storing.
    pub user_agent: Option<String>,
}

impl RequestContext {
    /// Reads the headers.
    ///
    /// # Errors
    /// 400 `invalid_header` for one that has the wrong form or is there twice.
    pub fn from_headers(request_id: RequestId, headers: &HeaderMap) -> Result<Self, Problem> {
        Ok(Self {
            request_id,
            correlation_id: correlation_id(headers)?,
            change_reason: change_reason(headers)?,
            idempotency_key: IdempotencyKey::from_headers(headers)?,
            if_match: IfMatch::from_headers(headers)?,
            if_none_match: IfNoneMatch::from_headers(headers)?,
            client: ClientKind::from_headers(headers)?,
            user_agent: user_agent(headers),
        })
    }
}

impl<S: Send + Sync> FromRequestParts<S> for RequestContext {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Self>().cloned().ok_or_else(|| {
            tracing::error!("The route is not behind the conventions of requests");
            Problem::internal()
        })
    }
}

fn correlation_id(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    const NAME: &str = "x-correlation-id";
    match text(headers, NAME)? {
        Some(id) if !is_visible_ascii(id, MAX_ID) => {
            Err(invalid(NAME, "must have 1 to 128 visible ASCII characters"))
        }
        id => Ok(id.map(str::to_owned)),
    }
}

fn change_reason(headers: &HeaderMap) -> Result<Option<Reason>, Problem> {
    const NAME: &str = "x-change-reason";
    let Some(reason) = text(headers, NAME)? else { return Ok(None) };
    Reason::parse(reason).map(Some).map_err(|_| {
        invalid(NAME, "must have 1 to 512 characters of UTF-8, not all blank and without control characters")
    })
}

fn user_agent(headers: &HeaderMap) -> Option<String> {
    let agent = String::from_utf8_lossy(headers.get(USER_AGENT)?.as_bytes());
    let printable = |c: char| if c.is_control() { char::REPLACEMENT_CHARACTER } else { c };
    let agent: String = agent.trim().chars().take(MAX_USER_AGENT).map(printable).collect();
    (!agent.is_empty()).then_some(agent)
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;
    use crate::http::problem::ProblemCode;

    fn headers(pairs: &[(&'static str, &[u8])]) -> HeaderMap {
        let mut headers = HeaderMap::new();
        for (name, value) in pairs {
            headers.append(HeaderName::from_static(name), HeaderValue::from_bytes(value).unwrap());
        }
        headers
    }

    fn read(pairs: &[(&'static str, &[u8])]) -> Result<RequestContext, ProblemCode> {
        let id = RequestId::minted(uuid::Uuid::nil());
        RequestContext::from_headers(id, &headers(pairs)).map_err(|problem| problem.code())
    }

    #[test]
    fn without_headers_there_is_only_an_id() {
        let context = read(&[]).unwrap();
        assert_eq!(context.client, ClientKind::Api);
        assert_eq!((context.change_reason, context.idempotency_key, context.user_agent), (None, None, None));
    }

    #[test]
    fn a_request_id_that_is_not_usable_is_replaced() {
        let given = |value: &[u8]| RequestId::from_headers(&headers(&[("x-request-id", value)]));
        assert_eq!(given(b"abc-1").unwrap().as_str(), "abc-1");
        assert!(given(&[b'x'; 128]).is_some());
        for bad in [&b""[..], b"a b", b"a\tb", b"\xc3\xa9", b"\xff", &[b'x'; 129]] {
            assert_eq!(given(bad), None, "{bad:?}");
        }
        assert_eq!(
            RequestId::from_headers(&headers(&[("x-request-id", b"a"), ("x-request-id", b"b")])),
            None
        );
    }

    #[test]
    fn idempotency_keys_are_printable_ascii_of_one_to_255() {
        let longest = [b'k'; 255];
        for good in [&b"a"[..], b"a b~!", &longest] {
            assert_eq!(
                read(&[("idempotency-key", good)]).unwrap().idempotency_key.unwrap().as_str().as_bytes(),
                good
            );
        }
        for bad in [&b""[..], b"a\tb", b"\xc3\xa9", b"\xff", &[b'k'; 256]] {
            assert_eq!(read(&[("idempotency-key", bad)]), Err(ProblemCode::InvalidHeader), "{bad:?}");
        }
        let twice = read(&[("idempotency-key", b"a"), ("idempotency-key", b"a")]);
        assert_eq!(twice, Err(ProblemCode::InvalidHeader));
    }

    #[test]
    fn change_reasons_are_utf8_of_at_most_512_characters() {
        let reason = "Zahlung ausständig ✓";
        let context = read(&[("x-change-reason", reason.as_bytes())]).unwrap();
        assert_eq!(context.change_reason.unwrap().as_str(), reason);
        assert!(read(&[("x-change-reason", "é".repeat(512).as_bytes())]).is_ok());
        for bad in [&b""[..], b"  ", b"\xe9t\xe9", "é".repeat(513).as_bytes(), "a\u{85}b".as_bytes()] {
            assert_eq!(read(&[("x-change-reason", bad)]), Err(ProblemCode::InvalidHeader), "{bad:?}");
        }
    }

    #[test]
    fn the_client_is_named_by_itself() {
        let client = |pairs: &[(&'static str, &[u8])]| read(pairs).map(|context| context.client);
        assert_eq!(client(&[("x-quarterdeck-client", b"console")]), Ok(ClientKind::Console));
        assert_eq!(client(&[("user-agent", b"rctl/1.2 (linux)")]), Ok(ClientKind::Rctl));
        assert_eq!(client(&[("user-agent", b"quarterdeck-agent/1")]), Ok(ClientKind::Agent));
        assert_eq!(client(&[("user-agent", b"curl/8 rctl/1")]), Ok(ClientKind::Api));
        assert_eq!(
            client(&[("user-agent", b"rctl/1"), ("x-quarterdeck-client", b"api")]),
            Ok(ClientKind::Api)
        );
        assert_eq!(client(&[("x-quarterdeck-client", b"root")]), Err(ProblemCode::InvalidHeader));
    }

    #[test]
    fn correlation_ids_and_user_agents_are_bounded() {
        let context = read(&[("x-correlation-id", b"job/7"), ("user-agent", &[b'\xff'; 5000])]).unwrap();
        assert_eq!(context.correlation_id.as_deref(), Some("job/7"));
        assert_eq!(context.user_agent.unwrap().chars().count(), 256);
        assert_eq!(read(&[("x-correlation-id", b"a b")]), Err(ProblemCode::InvalidHeader));
    }
}
