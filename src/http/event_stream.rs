//! Server-sent events: what a follower is sent, for as long as it may follow.
//!
//! <https://html.spec.whatwg.org/multipage/server-sent-events.html>. Nothing is gathered for a follower: it is asked for
//! more only when the connection has taken what was sent before.

use super::problem::Problem;
use crate::app::streams::{Admitted, Cursor, Ended, Follower, Following, Told};
use crate::app::{App, Refused};
use axum::body::Body;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures::stream;
use metrics::{counter, gauge, histogram};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// What is sent.
const EVENT_STREAM: &str = "text/event-stream";
/// Asks proxies not to gather what is sent (nginx).
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
/// How often it is judged whether somebody may still follow, and told how far the order is where nothing fitted.
const JUDGE_EVERY: Duration = Duration::from_secs(2);
/// How long somebody may follow while that cannot be judged.
const UNJUDGED: Duration = Duration::from_millis(4_500);
/// Something is sent at least this often, so that nobody on the way takes the connection for dead.
const KEEP_ALIVE: Duration = Duration::from_secs(15);

/// Begins to follow, and sends what happens.
///
/// # Errors
/// There is no such place to go on from, or the database could not answer.
pub(super) async fn send(
    app: &Arc<App>,
    following: Following,
    admitted: Admitted,
) -> Result<Response, Problem> {
    let follower = app.follow(following).await?;
    let now = Instant::now();
    let sending = Sending {
        app: Arc::clone(app),
        authority: follower.authority(),
        told: -1,
        safe: follower.at(),
        follower,
        admitted,
        judge_at: now + JUDGE_EVERY,
        judged: now,
        wrote: now,
        is_over: false,
        _counted: Counted::new(),
    };
    let body = Body::from_stream(stream::unfold(sending, Sending::next));
    let mut response = body.into_response();
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(EVENT_STREAM));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(ACCEL_BUFFERING, HeaderValue::from_static("no"));
    Ok(response)
}

/// One follower of the gauge.
#[derive(Debug)]
struct Counted;

impl Counted {
    fn new() -> Self {
        gauge!("quarterdeck_followers").increment(1.0);
        Self
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        gauge!("quarterdeck_followers").decrement(1.0);
    }
}

/// What a follower is being sent.
struct Sending {
    app: Arc<App>,
    follower: Follower,
    admitted: Admitted,
    /// As of which change of anybody's rights it is known that it may follow.
    authority: u64,
    /// When it is judged next, when it was last, and when something was last sent.
    judge_at: Instant,
    judged: Instant,
    wrote: Instant,
    /// The last position that it was told in an `id:`.
    told: i64,
    /// Up to where everything that fits was sent.
    safe: Cursor,
    is_over: bool,
    _counted: Counted,
}

impl Sending {
    /// The next bytes; `None` at the end.
    async fn next(mut self) -> Option<(Result<Bytes, Infallible>, Self)> {
        if self.is_over {
            return None;
        }
        let bytes = match self.more().await {
            Ok(bytes) => bytes,
            Err(why) => {
                self.is_over = true;
                self.goodbye(&why)
            }
        };
        self.wrote = Instant::now();
        Some((Ok(bytes), self))
    }

    async fn more(&mut self) -> Result<Bytes, Over> {
        // Whoever follows from now on has to know what now was, in case the connection breaks before anything happens.
        if self.told < 0 {
            return Ok(self.bookmark());
        }
        loop {
            let now = Instant::now();
            if now >= self.judge_at || self.follower.authority() != self.authority {
                let is_due = now >= self.judge_at;
                self.judge(now).await?;
                if is_due && self.told < self.safe.position {
                    return Ok(self.bookmark());
                }
            }
            if now >= self.wrote + KEEP_ALIVE {
                return Ok(Bytes::from_static(b": keep-alive\n\n"));
            }
            let wake = self.judge_at.min(self.wrote + KEEP_ALIVE);
            let mut events = tokio::select! {
                events = self.follower.next() => events?,
                () = sleep_until(wake) => continue,
            };
            if self.follower.authority() != self.authority {
                // What was found with the rights of before is not sent without having judged them.
                self.judge(Instant::now()).await?;
                events.retain(|told| self.follower.sees(told));
            }
            self.safe = self.follower.at();
            if !events.is_empty() {
                return Ok(self.frames(&events));
            }
        }
    }

    async fn judge(&mut self, now: Instant) -> Result<(), Over> {
        let authority = self.follower.authority();
        self.judge_at = now + JUDGE_EVERY;
        match self.app.sight(&self.admitted).await {
            Ok(sight) => {
                self.follower.see(sight);
                self.authority = authority;
                self.judged = now;
                Ok(())
            }
            // While the database is away nobody is turned out, for as long as nobody may be let in wrongly.
            Err(Refused::Database(_)) if now < self.judged + UNJUDGED && authority == self.authority => {
                Ok(())
            }
            Err(refused) => Err(Over::MayNot(refused)),
        }
    }

    fn frames(&mut self, events: &[Arc<Told>]) -> Bytes {
        let counting = self.follower.counting();
        let epoch = self.follower.at().epoch;
        let mut frames = Vec::with_capacity(events.len() * 1_024);
        for told in events {
            let position = told.position_in(counting);
            let head = format!("id: {epoch}.{position}\nevent: {}\ndata: ", told.event_type);
            frames.extend_from_slice(head.as_bytes());
            frames.extend_from_slice(&told.json(counting));
            frames.extend_from_slice(b"\n\n");
            self.told = position;
        }
        self.count(events);
        frames.into()
    }

    #[expect(clippy::cast_precision_loss, reason = "a lag that is no exact number any more is long enough")]
    fn count(&self, events: &[Arc<Told>]) {
        counter!("quarterdeck_stream_events_sent_total").increment(u64::try_from(events.len()).unwrap_or(0));
        histogram!("quarterdeck_follower_lag_events").record(self.follower.lag() as f64);
        if let Some(last) = events.last() {
            let micros = (self.app.clock.now().as_micros() - last.recorded_at).max(0);
            histogram!("quarterdeck_follower_lag_seconds").record(micros as f64 / 1e6);
        }
    }

    /// Moves the cursor of whoever follows, without an event.
    fn bookmark(&mut self) -> Bytes {
        self.told = self.safe.position;
        format!("event: bookmark\nid: {}\n\n", self.safe).into()
    }

    /// The last that is sent: where to go on, and why it ended.
    fn goodbye(&mut self, why: &Over) -> Bytes {
        counter!("quarterdeck_followers_ended_total", "reason" => why.reason()).increment(1);
        let mut last = self.bookmark().to_vec();
        last.extend_from_slice(format!(": ended: {why}; go on after {}\n\n", self.safe).as_bytes());
        last.into()
    }
}

/// Why nothing more is sent.
#[derive(Debug, thiserror::Error)]
enum Over {
    /// Following ended.
    #[error(transparent)]
    Ended(#[from] Ended),
    /// The follower may not follow any more.
    #[error("this credential may not follow any more")]
    MayNot(#[source] Refused),
}

impl Over {
    const fn reason(&self) -> &'static str {
        match self {
            Self::Ended(Ended::TooSlow) => "tooSlow",
            Self::Ended(Ended::EpochChanged) => "epochChanged",
            Self::Ended(Ended::Stopping) => "stopping",
            Self::Ended(Ended::Failed(_)) => "failed",
            Self::MayNot(_) => "mayNot",
        }
    }
}
