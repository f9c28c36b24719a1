//! Sending one event once.
//!
//! Each event goes over a connection of its own. What the answer's head says decides; of its body only the beginning is
//! read, for people to look at. Redirects are not followed: whoever may choose an address is the one who set the webhook.

use super::connect::{Connected, Connector, NotConnected};
use super::signature::SigningSecrets;
use bytes::{Bytes, BytesMut};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::client::conn::http1;
use hyper::header::{
    ACCEPT, CONTENT_LENGTH, CONTENT_TYPE, HOST, HeaderMap, HeaderName, HeaderValue, RETRY_AFTER, SET_COOKIE,
    USER_AGENT,
};
use hyper::http::response::Parts;
use hyper::{Request, Response, StatusCode, Uri};
use hyper_util::rt::TokioIo;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;
use tokio::time::{Instant, timeout_at};
use uuid::Uuid;
use values::{HttpUrl, Timestamp};

/// The media type of an event (CloudEvents, JSON format).
const CLOUD_EVENT: &str = "application/cloudevents+json";
/// Who sends.
const AGENT: &str = concat!("quarterdeck/", env!("CARGO_PKG_VERSION"));
/// The longest head of an answer, in bytes.
const LONGEST_HEAD: usize = 64 * 1024;
/// How much of an answer's body is read.
const MOST_READ: usize = 64 * 1024;
/// How much of an answer's body is kept.
const MOST_KEPT: usize = 1_024;
/// How many headers of an answer are kept.
const MOST_HEADERS: usize = 32;
/// How much of each is kept.
const LONGEST_VALUE: usize = 512;

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// To connect: name, TCP and TLS together.
    pub connect: Duration,
    /// Until the head of the answer is there, the connection included.
    pub answer: Duration,
    /// To read the beginning of the answer's body.
    pub body: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(15),
            body: Duration::from_secs(2),
        }
    }
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was answered with success (2xx).
    Delivered,
    /// It was answered with a status that is no success.
    Refused,
    /// It was answered with 410.
    Gone,
    /// It was answered with 429 or 503.
    Throttled,
    /// It was answered with a redirect (3xx).
    Redirected,
    /// The host's name has no address.
    Unresolved,
    /// The address is not one to send to.
    Blocked,
    /// Nobody takes the connection.
    Unreachable,
    /// TLS failed.
    Tls,
    /// It took too long.
    TimedOut,
    /// What was answered is no HTTP, or broke off.
    Broken,
}

impl Outcome {
    /// Its name, on the wire and in metrics.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Delivered => "delivered",
            Self::Refused => "refused",
            Self::Gone => "gone",
            Self::Throttled => "throttled",
            Self::Redirected => "redirected",
            Self::Unresolved => "unresolved",
            Self::Blocked => "blocked",
            Self::Unreachable => "unreachable",
            Self::Tls => "tls",
            Self::TimedOut => "timeout",
            Self::Broken => "broken",
        }
    }

    const fn of(status: StatusCode) -> Self {
        match status.as_u16() {
            200..=299 => Self::Delivered,
            300..=399 => Self::Redirected,
            410 => Self::Gone,
            429 | 503 => Self::Throttled,
            _ => Self::Refused,
        }
    }
}

/// What is sent.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// Where to.
    pub url: &'a HttpUrl,
    /// The event's id.
    pub id: Uuid,
    /// The event.
    pub body: Bytes,
    /// When it is sent.
    pub at: Timestamp,
    /// What signs it.
    pub secrets: &'a SigningSecrets,
}

/// An attempt that was made. There is no secret in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempted {
    /// What came of it.
    pub outcome: Outcome,
    /// In words.
    pub detail: String,
    /// The status of the answer.
    pub status: Option<u16>,
    /// How long it took.
    pub took: Duration,
    /// The address that was connected to.
    pub address: Option<SocketAddr>,
    /// The headers that were sent, the signature aside.
    pub request_headers: Vec<(String, String)>,
    /// The answer's headers, the first of them.
    pub response_headers: Vec<(String, String)>,
    /// The beginning of the answer's body.
    pub response_body: Option<String>,
    /// How long the answer asked to be left alone, in microseconds.
    pub retry_after: Option<i64>,
}

/// Sends events.
#[derive(Debug)]
pub struct Sender {
    connector: Connector,
    limits: Limits,
}

/// The head and the beginning of an answer.
struct Answer {
    head: Parts,
    body: Vec<u8>,
}

/// Why there is no answer.
enum NoAnswer {
    TimedOut,
    Broken(hyper::Error),
}

impl Sender {
    /// A sender that connects like this, within these limits.
    #[must_use]
    pub const fn new(connector: Connector, limits: Limits) -> Self {
        Self { connector, limits }
    }

    /// Sends an event, once.
    pub async fn send(&self, outgoing: &Outgoing<'_>) -> Attempted {
        let begun = Instant::now();
        let (request, request_headers) = request(outgoing);
        let mut attempted = Attempted {
            outcome: Outcome::Broken,
            detail: String::new(),
            status: None,
            took: Duration::ZERO,
            address: None,
            request_headers,
            response_headers: vec![],
            response_body: None,
            retry_after: None,
        };
        match self.connector.connect(outgoing.url, self.limits.connect).await {
            Err(error) => {
                attempted.outcome = why(&error);
                attempted.detail = error.to_string();
            }
            Ok(connected) => {
                attempted.address = Some(connected.address);
                match self.exchange(connected, request, begun + self.limits.answer).await {
                    Ok(answer) => attempted.was_answered(answer, outgoing),
                    Err(NoAnswer::TimedOut) => {
                        attempted.outcome = Outcome::TimedOut;
                        attempted.detail.push_str("no answer in time");
                    }
                    Err(NoAnswer::Broken(error)) => attempted.detail = format!("no answer: {error}"),
                }
            }
        }
        attempted.took = begun.elapsed();
        metrics::counter!("quarterdeck_webhook_attempts_total", "outcome" => attempted.outcome.as_str())
            .increment(1);
        attempted.detail = outgoing.secrets.hide_in(clean(&attempted.detail));
        attempted
    }

    async fn exchange(
        &self,
        connected: Connected,
        request: Request<Full<Bytes>>,
        deadline: Instant,
    ) -> Result<Answer, NoAnswer> {
        let (mut sender, connection) = http1::Builder::new()
            .max_buf_size(LONGEST_HEAD)
            .handshake::<_, Full<Bytes>>(TokioIo::new(connected.stream))
            .await
            .map_err(NoAnswer::Broken)?;
        let mut answer = pin!(async {
            let response = timeout_at(deadline, sender.send_request(request)).await;
            let response = response.map_err(|_| NoAnswer::TimedOut)?.map_err(NoAnswer::Broken)?;
            Ok(self.read(response).await)
        });
        let mut connection = pin!(connection);
        // Once the connection has ended, what came over it is still to be read.
        tokio::select! {
            answer = &mut answer => answer,
            _ = &mut connection => answer.await,
        }
    }

    /// Reads the beginning of the body: neither much nor for long.
    async fn read(&self, response: Response<Incoming>) -> Answer {
        let (head, mut body) = response.into_parts();
        let deadline = Instant::now() + self.limits.body;
        let mut read = 0;
        let mut kept = BytesMut::new();
        while read < MOST_READ {
            let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await else { break };
            let Ok(data) = frame.into_data() else { continue };
            read += data.len();
            let room = MOST_KEPT - kept.len();
            kept.extend_from_slice(&data[..data.len().min(room)]);
        }
        Answer { head, body: kept.to_vec() }
    }
}

impl Attempted {
    fn was_answered(&mut self, answer: Answer, outgoing: &Outgoing<'_>) {
        let Answer { head, body } = answer;
        let secrets = outgoing.secrets;
        self.outcome = Outcome::of(head.status);
        self.detail = head.status.to_string();
        if self.outcome == Outcome::Redirected {
            self.detail.push_str(": redirects are not followed");
        }
        self.status = Some(head.status.as_u16());
        if self.outcome == Outcome::Throttled {
            self.retry_after = retry_after(&head.headers, outgoing.at);
        }
        let headers = head.headers.iter().take(MOST_HEADERS);
        self.response_headers = headers
            .map(|(name, value)| (name.as_str().to_owned(), secrets.hide_in(shown(name, value))))
            .collect();
        self.response_body = Some(secrets.hide_in(clean(&String::from_utf8_lossy(&body))));
    }
}

/// The request, and its headers for people to look at.
fn request(outgoing: &Outgoing<'_>) -> (Request<Full<Bytes>>, Vec<(String, String)>) {
    // A URL of ours is one of theirs: ASCII, with an authority.
    let uri: Uri = outgoing.url.as_str().parse().unwrap_or_default();
    let timestamp = outgoing.at.as_micros().div_euclid(1_000_000);
    let authority = uri.authority().map_or("", |authority| authority.as_str());
    let told: [(HeaderName, String); 7] = [
        (HOST, authority.to_owned()),
        (USER_AGENT, AGENT.to_owned()),
        (ACCEPT, "*/*".to_owned()),
        (CONTENT_TYPE, CLOUD_EVENT.to_owned()),
        (CONTENT_LENGTH, outgoing.body.len().to_string()),
        (HeaderName::from_static("webhook-id"), outgoing.id.to_string()),
        (HeaderName::from_static("webhook-timestamp"), timestamp.to_string()),
    ];
    let signature = outgoing.secrets.sign(outgoing.id, timestamp, &outgoing.body);
    let mut request = Request::new(Full::new(outgoing.body.clone()));
    *request.method_mut() = hyper::Method::POST;
    *request.uri_mut() =
        uri.path_and_query().map_or_else(|| Uri::from_static("/"), |path| Uri::from(path.clone()));
    let signed = (HeaderName::from_static("webhook-signature"), signature);
    for (name, value) in told.iter().chain([&signed]) {
        if let Ok(value) = HeaderValue::from_str(value) {
            request.headers_mut().insert(name, value);
        }
    }
    let told = told.into_iter().map(|(name, value)| (name.as_str().to_owned(), value)).collect();
    (request, told)
}

const fn why(error: &NotConnected) -> Outcome {
    match error {
        NotConnected::Blocked(_) => Outcome::Blocked,
        NotConnected::Unresolved(_) => Outcome::Unresolved,
        NotConnected::Unreachable(_) => Outcome::Unreachable,
        NotConnected::Tls(_) => Outcome::Tls,
        NotConnected::TimedOut => Outcome::TimedOut,
    }
}

/// How long an answer asks to be left alone (RFC 9110 §10.2.3), in microseconds: in seconds, or until a date.
fn retry_after(headers: &HeaderMap, now: Timestamp) -> Option<i64> {
    let text = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    if text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(text.parse::<i64>().unwrap_or(i64::MAX).saturating_mul(1_000_000));
    }
    let date = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().as_microsecond();
    Some(date.saturating_sub(now.as_micros()).max(0))
}

/// A header of an answer, as it is kept: cookies are the answering side's secrets.
fn shown(name: &HeaderName, value: &HeaderValue) -> String {
    if name == SET_COOKIE {
        return "[cookie]".to_owned();
    }
    let text: String = String::from_utf8_lossy(value.as_bytes()).chars().take(LONGEST_VALUE).collect();
    clean(&text)
}

/// A text of somebody else's, without control characters.
fn clean(text: &str) -> String {
    let fine = |char: char| !char.is_control() || char == '\n' || char == '\t';
    text.replace("\r\n", "\n")
        .chars()
        .map(|char| if fine(char) { char } else { char::REPLACEMENT_CHARACTER })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::at_micros;

    fn asked(text: &str) -> Option<i64> {
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_str(text).unwrap());
        // Sun, 06 Nov 1994 08:49:37 GMT
        retry_after(&headers, at_micros(784_111_777_000_000)).map(|micros| micros / 1_000_000)
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        assert_eq!(asked("120"), Some(120));
        assert_eq!(asked("Sun, 06 Nov 1994 08:50:37 GMT"), Some(60));
        assert_eq!(asked("Sun, 06 Nov 1994 08:48:37 GMT"), Some(0), "that was before");
        assert_eq!(asked("99999999999999999999"), Some(i64::MAX / 1_000_000));
        for bad in ["soon", "-1", "1.5"] {
            assert_eq!(asked(bad), None, "{bad}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), Timestamp::MIN), None);
    }

    #[test]
    fn what_others_say_is_kept_without_control_characters() {
        assert_eq!(clean("a\r\nb\u{0}c\u{1b}d\te"), "a\nb\u{fffd}c\u{fffd}d\te");
    }
}
