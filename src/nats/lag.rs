//! How far the stream is behind the ledger.

use crate::app::App;
use crate::ledger::reader::Reader;
use metrics::gauge;

/// Measures how far the stream is behind, of which everything up to a position is published.
#[expect(clippy::cast_precision_loss, reason = "a lag that is no exact number any more is long enough")]
pub(super) async fn measure(app: &App, published: i64) {
    let ahead = (app.ledger.head().position() - published).max(0);
    let seconds = if ahead == 0 { Some(0.0) } else { age_of(app, published + 1).await };
    gauge!("quarterdeck_sink_lag_events", "sink" => "nats").set(ahead as f64);
    if let Some(seconds) = seconds {
        gauge!("quarterdeck_sink_lag_seconds", "sink" => "nats").set(seconds);
    }
}

/// Another process publishes: it measures.
pub(super) fn leave() {
    gauge!("quarterdeck_sink_lag_events", "sink" => "nats").set(0.0);
    gauge!("quarterdeck_sink_lag_seconds", "sink" => "nats").set(0.0);
}

/// How long ago an event was recorded, in seconds; nothing while the database cannot say it.
#[expect(clippy::cast_precision_loss, reason = "an age that is no exact number any more is long enough")]
async fn age_of(app: &App, position: i64) -> Option<f64> {
    let mut connection = app.pool.acquire().await.ok()?;
    let event = Reader::new(position - 1, position).next(&mut connection).await.ok()??;
    Some((app.clock.now().as_micros() - event.recorded_at).max(0) as f64 / 1e6)
}
