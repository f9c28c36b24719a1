//! How far the ledger is, as this process knows, and whether what it remembers may still be used.
//!
//! A cache may be used only while its process has confirmed the ledger's head within the last second. Every batch of
//! its own confirms it, and a watcher asks the database otherwise: when it is told of a new batch, and every quarter
//! of a second. With the head comes the sum of the scopes' authority versions; when that moved, the scopes it moved in
//! are forgotten.

use sqlx::{PgPool, Row};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{broadcast, watch};
use tokio::time::Instant;
use uuid::Uuid;
use values::ScopeId;

/// How long a confirmation counts.
const GOOD_FOR: Duration = Duration::from_secs(1);
/// How often the database is asked when nothing tells of a change.
const ASK_EVERY: Duration = Duration::from_millis(250);

/// What this process knows of the head.
#[derive(Clone, Debug)]
pub struct HeadWatch {
    position: Arc<watch::Sender<i64>>,
    confirmed: Arc<watch::Sender<Option<Instant>>>,
    changed: broadcast::Sender<ScopeId>,
}

impl Default for HeadWatch {
    fn default() -> Self {
        Self {
            position: Arc::new(watch::Sender::new(0)),
            confirmed: Arc::new(watch::Sender::new(None)),
            changed: broadcast::Sender::new(1_024),
        }
    }
}

impl HeadWatch {
    /// This process recorded up to here, or read that the ledger ends here.
    pub(super) fn saw(&self, position: i64) {
        self.position.send_if_modified(|known| {
            let newer = position > *known;
            *known = position.max(*known);
            newer
        });
    }

    /// The last position this process knows of.
    #[must_use]
    pub fn position(&self) -> i64 {
        *self.position.borrow()
    }

    /// Tells whenever the ledger grew.
    #[must_use]
    pub fn follow(&self) -> watch::Receiver<i64> {
        self.position.subscribe()
    }

    /// Whether what was remembered may be used without asking.
    #[must_use]
    pub fn is_confirmed(&self) -> bool {
        self.confirmed.borrow().is_some_and(|at| at.elapsed() < GOOD_FOR)
    }

    /// Tells in which scopes somebody's rights changed.
    #[must_use]
    pub fn authority_changes(&self) -> broadcast::Receiver<ScopeId> {
        self.changed.subscribe()
    }

    fn confirm(&self, at: Instant) {
        self.confirmed.send_replace(Some(at));
    }
}

/// Watches the head until every other holder of it is gone.
pub(super) async fn watch(pool: PgPool, head: HeadWatch) {
    let mut known = std::collections::HashMap::new();
    let mut listener = None;
    let mut grown = head.follow();
    loop {
        let asked = Instant::now();
        match authorities(&pool).await {
            Ok((position, authorities)) => {
                for (scope, version) in authorities {
                    if known.insert(scope, version).is_some_and(|before| before != version) {
                        // Nobody listens when nobody remembers.
                        head.changed.send(scope).ok();
                    }
                }
                head.saw(position);
                head.confirm(asked);
            }
            Err(error) => {
                tracing::warn!(error = &error as &dyn std::error::Error, "Could not ask how far the ledger is");
                listener = None;
            }
        }
        if listener.is_none() {
            listener = listen(&pool).await;
        }
        grown.mark_unchanged();
        let told = async {
            match &mut listener {
                Some(listener) => drop(sqlx::postgres::PgListener::recv(listener).await),
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = told => {}
            gone = grown.changed() => if gone.is_err() { return },
            () = tokio::time::sleep(ASK_EVERY) => {}
        }
    }
}
