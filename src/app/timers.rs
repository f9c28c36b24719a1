//! What the clock changes is refused by the clock at once; a timer records the transition.
//!
//! One process at a time does what is to be done once for all, under a lease; what a process gathers in its memory it
//! writes down itself. Everything can be driven by hand, a [`Timers::tick`] at a time.

use super::leases::Lease;
use super::plan::{Plan, UseCase};
use super::{App, Refused};
use crate::background::Background;
use aggregates::api_key::{ApiKey, ApiKeyCommand};
use aggregates::org::{Org, OrgCommand};
use projections::{api_keys, orgs, partners, role_bindings};
use sqlx::PgPool;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// A second, in microseconds.
const SECOND: i64 = 1_000_000;
/// An hour, in microseconds.
const HOUR: i64 = 3_600 * SECOND;
/// The name of the lease.
const LEASE: &str = "timers";
/// The most of a kind that one tick does.
const MOST: i64 = 500;

/// How often, and after how long.
#[derive(Clone, Copy, Debug)]
pub struct Schedule {
    /// How often it is looked whether something is due; the lease is renewed then.
    pub tick: Duration,
    /// How long the lease is good for.
    pub lease: Duration,
    /// How often last uses are written down.
    pub last_uses: Duration,
    /// How often counted attempts are written down.
    pub attempts: Duration,
    /// After how many hours a sign-up that nobody approved is rejected.
    pub signup_hours: i64,
    /// After how long without a word the agent of a cluster is disconnected.
    pub agent_silence: Duration,
    /// After how many hours the answer to an idempotency key is forgotten.
    pub reply_hours: i64,
    /// After how many hours counts of strangers are forgotten.
    pub stranger_hours: i64,
    /// After how many hours an artifact that nothing refers to is forgotten.
    pub artifact_hours: i64,
}

impl Default for Schedule {
    fn default() -> Self {
        Self {
            tick: Duration::from_secs(5),
            lease: Duration::from_secs(15),
            last_uses: Duration::from_secs(30),
            attempts: Duration::from_secs(60),
            signup_hours: 30 * 24,
            agent_silence: Duration::from_secs(180),
            reply_hours: 72,
            stranger_hours: 30 * 24,
            artifact_hours: 24,
        }
    }
}

/// The timers of one process.
#[derive(Debug)]
pub struct Timers {
    app: Arc<App>,
    schedule: Schedule,
    lease: Lease,
    last_uses_at: i64,
    attempts_at: i64,
}

impl Timers {
    /// Timers that wait to be driven.
    #[must_use]
    pub fn new(app: Arc<App>, schedule: Schedule) -> Self {
        let now = app.clock.now();
        let lease = Lease { name: LEASE, holder: app.ids.mint(now), good_for: schedule.lease };
        let (last_uses_at, attempts_at) = (now.as_micros(), now.as_micros());
        Self { app, schedule, lease, last_uses_at, attempts_at }
    }

    /// Lets them run until they are stopped.
    pub fn start(mut self) -> Background {
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let work = async move {
            while stopped.run_until_cancelled(tokio::time::sleep(self.schedule.tick)).await.is_some() {
                self.tick().await;
            }
            self.end().await;
        };
        Background::start("Timers", stop, work)
    }

    /// Does what is due by the clock. What fails is logged, and due again the next time.
    pub async fn tick(&mut self) {
        let now = self.app.clock.now();
        if is_due(&mut self.last_uses_at, self.schedule.last_uses, now) {
            log("write last uses down", self.app.flush_last_uses().await);
        }
        if is_due(&mut self.attempts_at, self.schedule.attempts, now) {
            self.app.fold_attempts(false).await;
            log("write attempts by strangers down", self.app.flush_strangers().await);
        }
        match self.lease.take(&self.app.pool, now).await {
            Ok(true) => self.tick_for_all(now).await,
            Ok(false) => {}
            Err(error) => log("take the timers' lease", Err::<(), _>(error)),
        }
    }

    /// What one process does for all.
    async fn tick_for_all(&self, now: Timestamp) {
        let (app, schedule) = (&self.app, &self.schedule);
        log("record that keys have expired", expire_keys(app, now).await);
        log("record that role bindings have expired", expire_bindings(app, now).await);
        log("reject old sign-ups", reject_signups(app, now, schedule.signup_hours).await);
        log("record which agents are silent", app.disconnect_silent(now, schedule.agent_silence, MOST).await);
        log("tell of strangers", app.fold_strangers().await);
        log("forget old answers", forget_replies(&app.pool, now, schedule.reply_hours).await);
        log("forget strangers", forget_strangers(&app.pool, now, schedule.stranger_hours).await);
        let until = now.as_micros() - schedule.artifact_hours * HOUR;
        log("forget artifacts that nothing refers to", app.sweep_artifacts(until).await);
    }

    /// Writes down what is only in memory, and gives the lease up.
    pub async fn end(&self) {
        self.app.fold_attempts(true).await;
        log("write attempts by strangers down", self.app.flush_strangers().await);
        log("write last uses down", self.app.flush_last_uses().await);
        log("give the timers' lease up", self.lease.give_up(&self.app.pool).await);
    }
}

/// Whether so long has passed since; and if it has, it starts anew.
fn is_due(last: &mut i64, every: Duration, now: Timestamp) -> bool {
    let every = i64::try_from(every.as_micros()).unwrap_or(i64::MAX);
    let due = now.as_micros() - *last >= every;
    if due {
        *last = now.as_micros();
    }
    due
}

fn log<T, E: std::error::Error + 'static>(what: &str, outcome: Result<T, E>) {
    if let Err(error) = outcome {
        tracing::warn!(error = &error as &dyn std::error::Error, "Could not {what}: trying again later");
    }
}

/// Keys whose time is over, and replaced keys whose overlap is.
async fn expire_keys(app: &Arc<App>, now: Timestamp) -> Result<(), sqlx::Error> {
    for (scope, key) in api_keys::ended_by(&app.pool, now.as_micros(), MOST).await? {
        match app.run_for_nobody(Expire { scope, key }).await {
            Ok(_) => {
                tracing::info!(key.id = %key, org.id = %scope, "Recorded that an access key has expired");
            }
            Err(refused) => log("record that a key has expired", Err::<(), _>(refused)),
        }
    }
    Ok(())
}

/// Role bindings whose time is over.
async fn expire_bindings(app: &Arc<App>, now: Timestamp) -> Result<(), sqlx::Error> {
    for (binding, org) in role_bindings::ended_by(&app.pool, now.as_micros(), MOST).await? {
        match app.run_for_nobody(super::role_bindings::Expire { org, binding }).await {
            Ok(_) => {
                tracing::info!(binding.id = %binding, org.id = %org, "Recorded that a role binding has expired");
            }
            Err(refused) => log("record that a role binding has expired", Err::<(), _>(refused)),
        }
    }
    Ok(())
}

async fn reject_signups(app: &Arc<App>, now: Timestamp, hours: i64) -> Result<(), sqlx::Error> {
    let partners = partners::all(&app.pool).await?;
    let before = now.as_micros() - hours * HOUR;
    for org in orgs::waiting_since(&app.pool, &partners, before, MOST).await? {
        match app.run_for_nobody(RejectSignup { org }).await {
            Ok(_) => tracing::info!(org.id = %org, "Rejected a sign-up that nobody approved"),
            // Its partner was faster.
            Err(Refused::InvalidState(_)) => {}
            Err(refused) => log("reject a sign-up", Err::<(), _>(refused)),
        }
    }
    Ok(())
}

async fn forget_replies(pool: &PgPool, now: Timestamp, hours: i64) -> Result<(), sqlx::Error> {
    sqlx::query(
        "DELETE FROM idempotency_replies WHERE ctid IN ( \
             SELECT ctid FROM idempotency_replies WHERE answered_at <= $1 ORDER BY answered_at LIMIT 10000)",
    )
    .bind(now.as_micros() - hours * HOUR)
    .execute(pool)
    .await?;
    Ok(())
}

async fn forget_strangers(pool: &PgPool, now: Timestamp, hours: i64) -> Result<(), sqlx::Error> {
    sqlx::query("DELETE FROM anonymous_attempts WHERE minute <= $1")
        .bind(now.as_micros() - hours * HOUR)
        .execute(pool)
        .await?;
    Ok(())
}

/// Records that a key's time is over, if it is.
struct Expire {
    scope: ScopeId,
    key: Uuid,
}

impl UseCase for Expire {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        plan.change::<ApiKey>(self.scope, self.key, ApiKeyCommand::Expire { at: plan.now }).await?;
        Ok(())
    }
}

/// Turns down an org that signed up and that nobody approved.
struct RejectSignup {
    org: ScopeId,
}

impl UseCase for RejectSignup {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        plan.change::<Org>(self.org, self.org.as_uuid(), OrgCommand::Reject { reason: None }).await?;
        Ok(())
    }
}
