//! How far a rebuilding is, said every few seconds: how fast it goes, and how long it will take.

use std::time::Duration;
use tokio::time::Instant;

/// How often it is said.
const EVERY: Duration = Duration::from_secs(2);

/// Says how far a rebuilding is.
pub(super) struct Progress {
    from: i64,
    since: Instant,
    said: Instant,
}

impl Progress {
    /// Begins after a position.
    pub(super) fn new(from: i64) -> Self {
        let now = Instant::now();
        Self { from, since: now, said: now }
    }

    /// Says it, unless it has just been said.
    pub(super) fn say(&mut self, position: i64, until: i64) {
        if self.said.elapsed() >= EVERY {
            self.say_now(position, until);
        }
    }

    /// Says it.
    pub(super) fn say_now(&mut self, position: i64, until: i64) {
        self.said = Instant::now();
        let (rate, seconds_left) =
            estimate(position - self.from, until - position, self.since.elapsed().as_secs_f64());
        tracing::info!(
            position,
            until,
            rate,
            seconds_left,
            "Rebuilt up to position {position} of {until}: {rate} events a second, {seconds_left} s left"
        );
    }
}

/// How many events a second, and how many seconds until the rest is done; both rounded.
#[expect(clippy::cast_precision_loss, reason = "an estimate of what is far below 2^52")]
#[expect(clippy::cast_possible_truncation, reason = "rounded, and cut where it is more than can be")]
fn estimate(done: i64, left: i64, seconds: f64) -> (i64, i64) {
    let rate = done as f64 / seconds.max(0.001);
    (rate.round() as i64, (left as f64 / rate.max(0.001)).ceil() as i64)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_takes_as_long_as_what_was_done() {
        assert_eq!(estimate(1_000, 9_000, 2.0), (500, 18));
        assert_eq!(estimate(1_000, 0, 2.0), (500, 0));
        assert_eq!(estimate(0, 1, 1.0), (0, 1_000));
    }
}
