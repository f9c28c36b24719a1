//! A webhook's turn: what was asked to be sent again, and then its events, one after the other, until one fails, none is
//! left, or others have waited long enough.

use super::schedule;
use super::sender::{Attempted, Outcome, Outgoing, Sender};
use super::signature::SigningSecrets;
use super::store::{self, Kept, Progress};
use crate::app::leases::Lease;
use crate::app::plan::{Plan, UseCase};
use crate::app::read::{Counting, Moment};
use crate::app::streams::{After, Filter, Pulling, Sight, Told};
use crate::app::{App, Refused};
use crate::ledger::compose::Composer;
use aggregates::webhook::{Halt, Restart, Webhook, WebhookCommand};
use api::{DeliveryAttempt, DeliveryPhase};
use std::sync::Arc;
use std::time::Duration;
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;
use values::{HttpUrl, ScopeId, Timestamp, TypePattern};

/// The type of test events, which are sent whatever the filter.
const TEST: &str = "io.quarterdeck.webhook.test.v1";
/// How many events are read at once.
const PAGE: usize = 32;
/// The most events of a turn.
pub(super) const MOST_EVENTS: usize = 128;
/// How long a turn lasts at most, an attempt that has begun aside.
const LONGEST: Duration = Duration::from_secs(5);
/// How many deliveries of a webhook are kept.
pub(super) const MOST_KEPT: i64 = 1_000;

/// One webhook's turn.
pub(super) struct Turn {
    pub(super) app: Arc<App>,
    pub(super) sender: Arc<Sender>,
    pub(super) lease: Lease,
    pub(super) stop: CancellationToken,
    pub(super) org: ScopeId,
    pub(super) id: Uuid,
}

/// A webhook as it is when its turn begins.
struct Hook {
    version: i64,
    url: HttpUrl,
    after: Option<i64>,
    restart: Restart,
    /// What it wants, and test events of it.
    filter: Filter,
    /// What it wants.
    wanted: Filter,
    secrets: SigningSecrets,
}

/// What comes after an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Then {
    GoOn,
    Stop,
}

impl Turn {
    /// Takes the turn.
    ///
    /// # Errors
    /// The database could not answer.
    pub(super) async fn take(self) -> Result<(), Refused> {
        let begun = Instant::now();
        let Some(hook) = self.hook().await? else { return Ok(()) };
        let Some((mut progress, is_news)) = self.progress(&hook).await? else { return Ok(()) };
        let again = store::to_redeliver(&self.app.pool, self.org, self.id, progress.position).await?;
        for kept in again {
            if self.send_again(&hook, &mut progress, kept).await? == Then::Stop {
                return Ok(());
            }
        }
        if progress.attempts >= schedule::MOST_ATTEMPTS {
            // Everything was tried; that the system stops is not recorded yet.
            return self.halt(Halt::GaveUp, progress.position + 1).await;
        }
        let sent = self.send_on(&hook, &mut progress, is_news, begun + LONGEST).await?;
        if sent >= MOST_EVENTS {
            store::forget_all_but(&self.app.pool, self.org, self.id, MOST_KEPT).await?;
        }
        Ok(())
    }

    /// Sends what comes next; says how many events that were.
    async fn send_on(
        &self,
        hook: &Hook,
        progress: &mut Progress,
        mut is_news: bool,
        deadline: Instant,
    ) -> Result<usize, Refused> {
        let mut sent = 0;
        while sent < MOST_EVENTS && progress.next_attempt_at.is_none_or(|at| at <= self.now().as_micros()) {
            let from = progress.position;
            let pulled = self.pull(from, &hook.filter, PAGE).await?;
            for told in pulled.events.iter().filter(|told| self.is_wanted(hook, told)) {
                if Instant::now() >= deadline || self.send_next(hook, progress, told).await? == Then::Stop {
                    return Ok(sent);
                }
                sent += 1;
            }
            if pulled.next.position > progress.position {
                progress.position = pulled.next.position;
                if is_news {
                    store::give_up(&self.app.pool, (self.org, self.id), from, progress.position).await?;
                }
                if !self.save(progress, None).await? {
                    return Ok(sent);
                }
            }
            is_news = false;
            if progress.position >= pulled.position {
                break;
            }
        }
        Ok(sent)
    }

    /// Sends the next event.
    async fn send_next(&self, hook: &Hook, progress: &mut Progress, told: &Told) -> Result<Then, Refused> {
        if !self.goes_on(hook).await? {
            return Ok(Then::Stop);
        }
        let position = told.scope_position;
        let on_its_way = store::on_its_way(&self.app.pool, self.org, self.id, position).await?;
        let at = self.now();
        let mut kept = on_its_way.unwrap_or_else(|| self.first(told, at));
        let attempted = self.send(hook, told, at).await;
        progress.last_error = (attempted.outcome != Outcome::Delivered).then(|| attempted.detail.clone());
        let mut stops = None;
        if attempted.outcome == Outcome::Delivered {
            (progress.position, progress.attempts, progress.next_attempt_at) = (position, 0, None);
            progress.last_delivered_at = Some(at.as_micros());
            kept.phase = DeliveryPhase::Delivered;
        } else {
            progress.attempts += 1;
            let is_gone = attempted.outcome == Outcome::Gone;
            let next = schedule::next_attempt(progress.attempts, at, attempted.retry_after);
            let next = next.filter(|_| !is_gone).map(Timestamp::as_micros);
            (progress.next_attempt_at, kept.next_attempt_at) = (next, next);
            kept.phase = if next.is_some() { DeliveryPhase::Pending } else { DeliveryPhase::Failed };
            stops = next.is_none().then_some(if is_gone { Halt::Gone } else { Halt::GaveUp });
        }
        let goes_on = attempted.outcome == Outcome::Delivered;
        kept.attempts.push(logged(attempted, at));
        if !self.save(progress, Some(&kept)).await? {
            return Ok(Then::Stop);
        }
        if let Some(why) = stops {
            self.halt(why, position).await?;
        }
        Ok(if goes_on { Then::GoOn } else { Then::Stop })
    }

    /// Sends once more, once, what was asked to be sent again.
    async fn send_again(
        &self,
        hook: &Hook,
        progress: &mut Progress,
        mut kept: Kept,
    ) -> Result<Then, Refused> {
        if !self.goes_on(hook).await? {
            return Ok(Then::Stop);
        }
        let pulled = self.pull(kept.position - 1, &Filter::default(), 1).await?;
        let Some(told) = pulled.events.first().filter(|told| told.id == kept.event_id) else {
            // Of another life of the ledger: there is nothing to send.
            kept.phase = DeliveryPhase::Failed;
            let is_saved = self.save(progress, Some(&kept)).await?;
            return Ok(if is_saved { Then::GoOn } else { Then::Stop });
        };
        let at = self.now();
        let attempted = self.send(hook, told, at).await;
        let outcome = attempted.outcome;
        kept.phase = if outcome == Outcome::Delivered {
            progress.last_delivered_at = Some(at.as_micros());
            DeliveryPhase::Delivered
        } else {
            progress.last_error = Some(attempted.detail.clone());
            DeliveryPhase::Failed
        };
        kept.attempts.push(logged(attempted, at));
        if !self.save(progress, Some(&kept)).await? {
            return Ok(Then::Stop);
        }
        if outcome == Outcome::Gone {
            self.halt(Halt::Gone, kept.position).await?;
            return Ok(Then::Stop);
        }
        Ok(Then::GoOn)
    }

    async fn send(&self, hook: &Hook, told: &Told, at: Timestamp) -> Attempted {
        let body = told.json(Counting::Scope(self.org));
        let outgoing = Outgoing { url: &hook.url, id: told.id, body, at, secrets: &hook.secrets };
        let attempted = self.sender.send(&outgoing).await;
        tracing::debug!(
            webhook.id = %self.id,
            org.id = %self.org,
            outcome = attempted.outcome.as_str(),
            position = told.scope_position,
            "Sent an event to a webhook"
        );
        attempted
    }

    /// The webhook; `None` where it is not sent to any more.
    async fn hook(&self) -> Result<Option<Hook>, Refused> {
        let app = &self.app;
        let loaded = Composer::new(app.pool.clone()).load::<Webhook>(self.id).await?;
        let Webhook { restart, secrets: versions, ref spec, .. } = loaded.state;
        let Some(spec) = spec.as_ref().filter(|_| loaded.state.is_active()) else { return Ok(None) };
        let mut secrets = SigningSecrets::default();
        let previous = versions.previous_until.filter(|until| self.now() < *until);
        let previous = previous.map(|_| versions.version - 1);
        for version in [Some(versions.version), previous].into_iter().flatten() {
            let text = app.secret(self.org, self.id, version).await?;
            if !text.is_some_and(|text| secrets.add(&text)) {
                let missing = format!("secret {version} of the webhook {} is not there", self.id);
                return Err(Refused::Broken(Arc::new(std::io::Error::other(missing))));
            }
        }
        let types = || spec.types.iter().map(TypePattern::as_str);
        let of_types = |types: Vec<&str>| {
            Filter::default().of_types(types).map_err(|error| Refused::Broken(Arc::new(error)))
        };
        let is_all = spec.types.is_empty();
        Ok(Some(Hook {
            version: loaded.version,
            url: spec.url.clone(),
            after: spec.after,
            restart,
            wanted: if is_all { Filter::default() } else { of_types(types().collect())? },
            filter: if is_all { Filter::default() } else { of_types(types().chain([TEST]).collect())? },
            secrets,
        }))
    }

    /// How far it has got, and whether somebody has changed it since. Whoever changes a webhook has it tried at once, and
    /// from the first attempt on. `None` where another worker has taken over.
    async fn progress(&self, hook: &Hook) -> Result<Option<(Progress, bool)>, Refused> {
        let pool = &self.app.pool;
        let found = store::progress(pool, self.org, self.id).await?;
        let was = found.as_ref().map_or((0, 0), |found| (found.restart, found.position));
        let mut progress = found.clone().unwrap_or_default();
        if found.is_some() && progress.version == hook.version {
            return Ok(Some((progress, false)));
        }
        if hook.restart.count != was.0 {
            store::give_up(pool, (self.org, self.id), was.1, i64::MAX).await?;
            progress.position = hook.restart.after;
        } else if found.is_none() {
            progress.position = match hook.after {
                Some(after) => after,
                None => store::made_at(pool, self.org, self.id).await?,
            };
        }
        (progress.restart, progress.version) = (hook.restart.count, hook.version);
        (progress.attempts, progress.next_attempt_at) = (0, None);
        Ok(self.save(&progress, None).await?.then_some((progress, true)))
    }

    /// Whether the next event may be sent: it is still to be sent to as it was when the turn began.
    async fn goes_on(&self, hook: &Hook) -> Result<bool, Refused> {
        let version = store::version(&self.app.pool, self.org, self.id).await?;
        Ok(!self.stop.is_cancelled() && version == Some(hook.version))
    }

    fn is_wanted(&self, hook: &Hook, told: &Told) -> bool {
        hook.wanted.admits(told) || (told.event_type == TEST && told.aggregate_id == self.id)
    }

    async fn pull(
        &self,
        after: i64,
        filter: &Filter,
        limit: usize,
    ) -> Result<crate::app::streams::Pulled, Refused> {
        let pulling = Pulling {
            counting: Counting::Scope(self.org),
            after: After::Position(after),
            moment: Moment::Now,
            filter: filter.clone(),
            sight: Sight::Everything,
            limit,
        };
        self.app.pull(&pulling).await
    }

    async fn save(&self, progress: &Progress, delivery: Option<&Kept>) -> Result<bool, Refused> {
        Ok(store::save(&self.app.pool, &self.lease, (self.org, self.id), progress, delivery).await?)
    }

    fn first(&self, told: &Told, at: Timestamp) -> Kept {
        Kept {
            id: self.app.ids.mint(at),
            event_id: told.id,
            event_type: told.event_type.to_owned(),
            position: told.scope_position,
            phase: DeliveryPhase::Pending,
            created_at: at.as_micros(),
            next_attempt_at: None,
            attempts: vec![],
        }
    }

    /// Records that the system stops sending.
    async fn halt(&self, why: Halt, position: i64) -> Result<(), Refused> {
        let stop = StopSending { org: self.org, id: self.id, why, position };
        self.app.run_for_nobody(stop).await?;
        tracing::warn!(
            webhook.id = %self.id,
            org.id = %self.org,
            position,
            "Stopped sending to a webhook: {}",
            match why {
                Halt::GaveUp => "every attempt to send one event failed",
                Halt::Gone => "its address is gone",
            }
        );
        Ok(())
    }

    fn now(&self) -> Timestamp {
        self.app.clock.now()
    }
}

/// Stops sending to a webhook.
struct StopSending {
    org: ScopeId,
    id: Uuid,
    why: Halt,
    position: i64,
}

impl UseCase for StopSending {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let command = WebhookCommand::Halt { why: self.why, at: plan.now, position: self.position };
        plan.change::<Webhook>(self.org, self.id, command).await?;
        Ok(())
    }
}

/// An attempt as it is kept and shown.
fn logged(attempted: Attempted, at: Timestamp) -> DeliveryAttempt {
    DeliveryAttempt {
        at,
        outcome: attempted.outcome.as_str().to_owned(),
        detail: attempted.detail,
        status_code: attempted.status,
        duration_millis: i64::try_from(attempted.took.as_millis()).unwrap_or(i64::MAX),
        address: attempted.address.map(|address| address.to_string()),
        request_headers: attempted.request_headers,
        response_headers: attempted.response_headers,
        response_body: attempted.response_body,
    }
}
