//! Telling everything to stop: first in order, then at once.

use std::io;

use tokio::signal::unix::{SignalKind, signal};
use tokio_util::sync::CancellationToken;

/// Shared by all who have to stop.
#[derive(Clone, Debug, Default)]
pub struct Stop {
    in_order: CancellationToken,
    at_once: CancellationToken,
}

impl Stop {
    /// One that nobody has asked for yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Asked for by SIGTERM or SIGINT (Ctrl-C); the second one means at once.
    ///
    /// # Errors
    ///
    /// If the signals cannot be listened to.
    pub fn on_signals() -> io::Result<Self> {
        let stop = Self::new();
        let (mut terminate, mut interrupt) =
            (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
        let told = stop.clone();
        tokio::spawn(async move {
            for at_once in [false, true] {
                tokio::select! {
                    _ = terminate.recv() => {}
                    _ = interrupt.recv() => {}
                }
                tracing::info!(at_once, "Stopping");
                if at_once { told.at_once() } else { told.in_order() }
            }
        });
        Ok(stop)
    }

    /// Asks everybody to finish what they do, and to begin nothing new.
    pub fn in_order(&self) {
        self.in_order.cancel();
    }

    /// Asks everybody to drop what they do.
    pub fn at_once(&self) {
        self.in_order.cancel();
        self.at_once.cancel();
    }

    /// Waits until stopping is asked for, in order or at once.
    pub async fn asked(&self) {
        self.in_order.cancelled().await;
    }

    /// Waits until stopping at once is asked for.
    pub async fn asked_at_once(&self) {
        self.at_once.cancelled().await;
    }
}
