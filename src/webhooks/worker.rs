//! The worker: gives each webhook that has something to be sent a turn.
//!
//! One process of an installation sends, under a lease. A webhook has one turn at a time, so its events go out in order;
//! so many webhooks have a turn at the same time, and whoever waited longest comes next, so that a receiver that is slow
//! holds nobody up but itself. Everything can be driven by hand, a [`Worker::settle`] at a time.

use super::WORKER;
use super::sender::Sender;
use super::store::{self, Active};
use super::turn::{MOST_KEPT, Turn};
use crate::app::leases::Lease;
use crate::app::{App, Refused};
use crate::background::Background;
use metrics::gauge;
use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;
use tokio::task::{Id, JoinError, JoinSet};
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// How long the lease is good for.
const LEASE: Duration = Duration::from_secs(15);
/// How often it is renewed.
const RENEW_MICROS: i64 = 5_000_000;
/// How many webhooks have a turn at a time.
const MOST_AT_ONCE: usize = 64;
/// How often it is looked whether something is due.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// How long it waits after it has looked, so that many events are one look.
const REST: Duration = Duration::from_millis(100);
/// How long a webhook waits whose turn failed here, in microseconds.
const AFTER_A_FAULT_MICROS: i64 = 5_000_000;
/// How often old deliveries are forgotten.
const FORGET_EVERY_MICROS: i64 = 3_600_000_000;
/// How long deliveries are kept.
const KEPT_MICROS: i64 = 30 * 24 * 3_600_000_000;

/// The worker of one process.
#[derive(Debug)]
pub struct Worker {
    app: Arc<App>,
    sender: Arc<Sender>,
    lease: Lease,
    /// When the lease was last renewed; `None` while it is another's.
    renewed_at: Option<i64>,
    stop: CancellationToken,
    turns: JoinSet<Result<(), Refused>>,
    whose: HashMap<Id, (ScopeId, Uuid)>,
    /// The number of the turn that each webhook had last.
    last_turns: HashMap<Uuid, u64>,
    turn: u64,
    /// Webhooks whose turn failed here, and until when they wait.
    faults: HashMap<Uuid, i64>,
    /// Webhooks that had a turn since old deliveries were last forgotten.
    touched: HashSet<(ScopeId, Uuid)>,
    forgot_at: i64,
}

impl Worker {
    /// A worker that waits to be driven.
    #[must_use]
    pub fn new(app: Arc<App>, sender: Sender) -> Self {
        let now = app.clock.now();
        let lease = Lease { name: WORKER, holder: app.ids.mint(now), good_for: LEASE };
        Self {
            app,
            sender: Arc::new(sender),
            lease,
            renewed_at: None,
            stop: CancellationToken::new(),
            turns: JoinSet::new(),
            whose: HashMap::new(),
            last_turns: HashMap::new(),
            turn: 0,
            faults: HashMap::new(),
            touched: HashSet::new(),
            forgot_at: now.as_micros(),
        }
    }

    /// Lets it run until it is stopped.
    pub fn start(mut self) -> Background {
        let stop = self.stop.clone();
        let work = async move {
            let mut grown = self.app.ledger.head().follow();
            while !self.stop.is_cancelled() {
                grown.borrow_and_update();
                self.tick().await;
                let stop = self.stop.clone();
                tokio::select! {
                    () = stop.cancelled() => {}
                    _ = grown.changed() => {}
                    () = self.turn_ends() => {}
                    () = tokio::time::sleep(LOOK_EVERY) => {}
                }
                tokio::time::sleep(REST).await;
            }
            self.end().await;
        };
        Background::start("Sending to webhooks", stop, work)
    }

    /// Begins whatever is due by the clock, as far as there is room. What fails is logged, and due again later.
    pub async fn tick(&mut self) {
        while let Some(ended) = self.turns.try_join_next_with_id() {
            self.ended(ended);
        }
        let now = self.app.clock.now();
        if !self.holds_lease(now).await {
            return;
        }
        match store::active(&self.app.pool).await {
            Ok(active) => {
                tell_lag(&active, now);
                self.begin(&active, now);
            }
            Err(error) => log("look which webhooks are to be sent to", &error),
        }
        if now.as_micros() - self.forgot_at >= FORGET_EVERY_MICROS {
            self.forgot_at = now.as_micros();
            if let Err(error) = self.forget(now).await {
                log("forget old deliveries", &error);
            }
        }
    }

    /// Does everything that is due by the clock, and returns when nothing is left to do.
    pub async fn settle(&mut self) {
        loop {
            self.tick().await;
            if self.turns.is_empty() {
                return;
            }
            self.turn_ends().await;
        }
    }

    /// Waits for what is being sent, and gives the lease up.
    pub async fn end(&mut self) {
        self.stop.cancel();
        while let Some(ended) = self.turns.join_next_with_id().await {
            self.ended(ended);
        }
        if let Err(error) = self.lease.give_up(&self.app.pool).await {
            log("give the lease of webhooks up", &error);
        }
        self.leave();
    }

    fn begin(&mut self, active: &[Active], now: Timestamp) {
        let busy: HashSet<Uuid> = self.whose.values().map(|(_, id)| *id).collect();
        self.faults.retain(|_, until| *until > now.as_micros());
        let there: HashSet<Uuid> = active.iter().map(|webhook| webhook.id).collect();
        self.last_turns.retain(|id, _| there.contains(id));
        let is_free = |id: &Uuid| !busy.contains(id) && !self.faults.contains_key(id);
        let due = active.iter().filter(|webhook| webhook.is_due(now.as_micros()) && is_free(&webhook.id));
        let mut due: Vec<&Active> = due.collect();
        due.sort_by_key(|webhook| self.last_turns.get(&webhook.id).copied());
        let room = MOST_AT_ONCE.saturating_sub(self.turns.len());
        for webhook in due.into_iter().take(room) {
            self.turn += 1;
            self.last_turns.insert(webhook.id, self.turn);
            let turn = Turn {
                app: Arc::clone(&self.app),
                sender: Arc::clone(&self.sender),
                lease: self.lease,
                stop: self.stop.clone(),
                org: webhook.org,
                id: webhook.id,
            };
            let task = self.turns.spawn(turn.take());
            self.whose.insert(task.id(), (webhook.org, webhook.id));
        }
    }

    /// Waits until a turn has ended; for ever while nobody has one.
    async fn turn_ends(&mut self) {
        match self.turns.join_next_with_id().await {
            Some(ended) => self.ended(ended),
            None => std::future::pending().await,
        }
    }

    fn ended(&mut self, ended: Result<(Id, Result<(), Refused>), JoinError>) {
        let (task, fault): (Id, Option<Box<dyn std::error::Error>>) = match ended {
            Ok((task, Ok(()))) => (task, None),
            Ok((task, Err(refused))) => (task, Some(Box::new(refused))),
            Err(error) if error.is_cancelled() => (error.id(), None),
            Err(error) => (error.id(), Some(Box::new(error))),
        };
        let Some((org, id)) = self.whose.remove(&task) else { return };
        self.touched.insert((org, id));
        if let Some(fault) = fault {
            let until = self.app.clock.now().as_micros() + AFTER_A_FAULT_MICROS;
            self.faults.insert(id, until);
            tracing::warn!(
                error = &*fault,
                webhook.id = %id,
                org.id = %org,
                "Could not take a webhook's turn: trying again later"
            );
        }
    }

    /// Takes the lease, or renews it in time. Where it is lost, whatever is being sent is left.
    async fn holds_lease(&mut self, now: Timestamp) -> bool {
        let micros = now.as_micros();
        if self.renewed_at.is_some_and(|at| (at..at + RENEW_MICROS).contains(&micros)) {
            return true;
        }
        match self.lease.take(&self.app.pool, now).await {
            Ok(true) => self.renewed_at = Some(micros),
            Ok(false) => self.leave(),
            Err(error) => {
                log("take the lease of webhooks", &error);
                self.leave();
            }
        }
        self.renewed_at.is_some()
    }

    /// Another process sends, or nobody can say who does.
    fn leave(&mut self) {
        self.turns.abort_all();
        self.renewed_at = None;
        gauge!("quarterdeck_sink_lag_events", "sink" => "webhooks").set(0.0);
        gauge!("quarterdeck_sink_lag_seconds", "sink" => "webhooks").set(0.0);
    }

    async fn forget(&mut self, now: Timestamp) -> Result<(), sqlx::Error> {
        store::forget_before(&self.app.pool, now.as_micros() - KEPT_MICROS).await?;
        for (org, webhook) in self.touched.drain() {
            store::forget_all_but(&self.app.pool, org, webhook, MOST_KEPT).await?;
        }
        Ok(())
    }
}

/// Tells how far the webhook is behind that is furthest.
#[expect(clippy::cast_precision_loss, reason = "a lag that is no exact number any more is long enough")]
fn tell_lag(active: &[Active], now: Timestamp) {
    let events = active.iter().map(|webhook| webhook.behind).max().unwrap_or(0);
    let since = active.iter().filter_map(|webhook| webhook.behind_since).min();
    let micros = since.map_or(0, |since| (now.as_micros() - since).max(0));
    gauge!("quarterdeck_sink_lag_events", "sink" => "webhooks").set(events as f64);
    gauge!("quarterdeck_sink_lag_seconds", "sink" => "webhooks").set(micros as f64 / 1e6);
}

fn log(what: &str, error: &sqlx::Error) {
    tracing::warn!(error = error as &dyn std::error::Error, "Could not {what}: trying again later");
}
