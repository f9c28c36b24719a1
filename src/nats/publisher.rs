//! Whoever holds the lease publishes, until it is told to stop.

use super::error::NatsError;
use super::stream::Stream;
use super::{lag, place};
use crate::app::App;
use crate::app::leases::Lease;
use crate::app::read::Counting;
use crate::app::streams::{After, Cursor, Ended, Filter, Follower, Following, Sight, Told};
use crate::background::Background;
use async_nats::ServerAddr;
use metrics::counter;
use std::sync::Arc;
use std::time::Duration;
use tokio::time::{Instant, sleep, sleep_until};
use tokio_util::sync::CancellationToken;

/// The name of the lease.
const LEASE: &str = "nats";
/// The most events that are on their way at a time.
const AT_ONCE: usize = 256;

/// How often, and for how long.
#[derive(Clone, Copy, Debug)]
pub struct Pace {
    /// How long the lease is good for.
    pub lease: Duration,
    /// How often it is renewed, or asked for; it is written down then how far the stream is.
    pub renew: Duration,
    /// How long the stream may take to acknowledge.
    pub ack: Duration,
    /// How long to wait after a first failure; after each further one twice as long.
    pub first_pause: Duration,
    /// The longest to wait after a failure.
    pub longest_pause: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self {
            lease: Duration::from_secs(15),
            renew: Duration::from_secs(3),
            ack: Duration::from_secs(5),
            first_pause: Duration::from_millis(250),
            longest_pause: Duration::from_secs(30),
        }
    }
}

/// Publishes what happens, for as long as it holds the lease.
#[derive(Debug)]
pub struct Publisher {
    app: Arc<App>,
    servers: Vec<ServerAddr>,
    pace: Pace,
    lease: Lease,
    stop: CancellationToken,
    /// How long to wait after the next failure.
    pause: Duration,
    /// The last position that is known to be in the stream, and the last that was written down.
    published: i64,
    saved: i64,
}

impl Publisher {
    /// A publisher to these servers, any of them.
    #[must_use]
    pub fn new(app: Arc<App>, servers: Vec<ServerAddr>, pace: Pace) -> Self {
        let holder = app.ids.mint(app.clock.now());
        let lease = Lease { name: LEASE, holder, good_for: pace.lease };
        let stop = CancellationToken::new();
        Self { app, servers, pace, lease, stop, pause: pace.first_pause, published: 0, saved: 0 }
    }

    /// Lets it run until it is stopped.
    pub fn start(mut self) -> Background {
        let stop = self.stop.clone();
        let work = async move {
            let stopped = self.stop.clone();
            stopped.run_until_cancelled(Box::pin(self.run())).await;
            self.end().await;
        };
        Background::start("Publishing to NATS", stop, work)
    }

    async fn run(&mut self) {
        loop {
            match self.publish().await {
                Ok(never) => match never {},
                Err(NatsError::NotHeld) => {
                    lag::leave();
                    sleep(self.pace.renew).await;
                }
                // Nothing is told any more: whoever publishes next asks the stream.
                Err(_) if self.app.tail.is_stopped() => std::future::pending().await,
                Err(error) => self.wait_out(&error).await,
            }
        }
    }

    /// Publishes for as long as that goes well.
    async fn publish(&mut self) -> Result<std::convert::Infallible, NatsError> {
        self.renew().await?;
        self.published = self.published.max(place::saved(&self.app.pool).await?);
        let mut stream = Stream::open(&self.servers, self.pace.ack).await?;
        let mut at = place::find(&self.app, &stream).await?;
        self.published = at.position;
        tracing::info!(position = at.position, "Publishing to NATS goes on after position {}", at.position);
        loop {
            let mut follower = self.follow(at).await?;
            match self.publish_told(&mut stream, &mut follower).await {
                // It fell behind while the stream was slow: what it missed is read from the database.
                Err(NatsError::Ended(Ended::TooSlow)) => at.position = self.published,
                Err(error) => return Err(error),
                Ok(never) => match never {},
            }
        }
    }

    async fn follow(&self, after: Cursor) -> Result<Follower, NatsError> {
        let following = Following {
            counting: Counting::Installation,
            after: After::Cursor(after),
            filter: Filter::default(),
            sight: Sight::Everything,
        };
        self.app.follow(following).await.map_err(NatsError::Follow)
    }

    /// Publishes what a follower is told.
    async fn publish_told(
        &mut self,
        stream: &mut Stream,
        follower: &mut Follower,
    ) -> Result<std::convert::Infallible, NatsError> {
        let mut renew_at = Instant::now() + self.pace.renew;
        loop {
            if Instant::now() >= renew_at {
                renew_at = Instant::now() + self.pace.renew;
                self.renew().await?;
                self.save().await?;
                lag::measure(&self.app, self.published).await;
            }
            let events = tokio::select! {
                events = follower.next() => events?,
                () = sleep_until(renew_at) => continue,
                () = stream.broken() => return Err(NatsError::Disconnected),
            };
            for events in events.chunks(AT_ONCE) {
                self.put(stream, follower.at().epoch, events).await?;
            }
            if !events.is_empty() && follower.lag() == 0 {
                lag::measure(&self.app, self.published).await;
            }
        }
    }

    /// Publishes a few events; these are in the stream then.
    async fn put(&mut self, stream: &mut Stream, epoch: i64, events: &[Arc<Told>]) -> Result<(), NatsError> {
        let had_already = stream.publish(events, epoch).await?;
        count("published", u64::try_from(events.len()).unwrap_or(0) - had_already);
        count("duplicate", had_already);
        self.published = events.last().map_or(self.published, |last| last.position);
        self.pause = self.pace.first_pause;
        Ok(())
    }

    async fn renew(&self) -> Result<(), NatsError> {
        let is_held = self.lease.take(&self.app.pool, self.app.clock.now()).await?;
        if is_held { Ok(()) } else { Err(NatsError::NotHeld) }
    }

    async fn save(&mut self) -> Result<(), NatsError> {
        if self.saved != self.published {
            place::save(&self.app.pool, self.published).await?;
            self.saved = self.published;
        }
        Ok(())
    }

    /// Says what is wrong, and waits before it is tried again.
    async fn wait_out(&mut self, error: &NatsError) {
        count("failed", 1);
        tracing::warn!(
            error = error as &dyn std::error::Error,
            position = self.published,
            "Could not publish to NATS: trying again in {} ms",
            self.pause.as_millis()
        );
        lag::measure(&self.app, self.published).await;
        sleep(self.pause).await;
        self.pause = (self.pause * 2).min(self.pace.longest_pause);
    }

    /// Writes down how far it got, and lets another process go on.
    async fn end(&mut self) {
        let ended = async {
            self.renew().await?;
            self.save().await?;
            self.lease.give_up(&self.app.pool).await.map_err(NatsError::from)
        };
        match ended.await {
            Ok(()) | Err(NatsError::NotHeld) => {}
            Err(error) => {
                tracing::warn!(
                    error = &error as &dyn std::error::Error,
                    "Could not hand over publishing to NATS"
                );
            }
        }
    }
}

fn count(outcome: &'static str, events: u64) {
    counter!("quarterdeck_sink_events_total", "sink" => "nats", "outcome" => outcome).increment(events);
}
