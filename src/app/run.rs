//! Running a use case: plan, submit, and go round again when others were faster.

use super::call::{decide, require};
use super::hot::Remembered;
use super::people::Person;
use super::plan::{Plan, Planned, UseCase};
use super::secrets::ShownOnce;
use super::turns::Turn;
use super::uses::shown;
use super::{App, Call, Refused};
use crate::ledger::unit::{Recorded, RecordedDocument, RecordedEvent, Refusal, Reply, Verdict};
use projections::documents;
use std::any::Any;
use std::sync::Arc;
use uuid::Uuid;
use values::ScopeId;

/// How often a use case is planned before others have been faster too often.
pub(super) const MOST_TRIES: usize = 5;

/// What a use case came to.
#[derive(Debug)]
pub struct Done {
    /// The status of the reply.
    pub status: u16,
    /// The document's version.
    pub version: i64,
    /// The document as stored: sealed spans in it.
    pub json: String,
    /// The positions that the command wrote last, where it wrote any.
    pub written: Option<Written>,
    /// Whether this is the answer to an earlier request under the same key.
    pub replayed: bool,
    /// The secret to show, once.
    pub secret: Option<ShownOnce>,
    /// What would have been recorded, where that was only asked.
    pub dry_run: Option<DryRun>,
}

/// Where a command wrote last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Written {
    /// In the installation.
    pub position: i64,
    /// In the scope of the answer.
    pub scope_position: i64,
}

/// What would be recorded.
#[derive(Debug, Default)]
pub struct DryRun {
    /// The installation's position it was judged at.
    pub position: i64,
    /// The events, sealed spans in them.
    pub events: Vec<RecordedEvent>,
    /// Persons that would become known by it.
    pub new_people: Vec<Person>,
    /// Persons whose keys would be destroyed by it.
    pub gone_people: Vec<Uuid>,
}

impl App {
    /// Runs a use case for a caller. Whoever may stop waiting runs it in a task of its own: operations all do, so that a
    /// caller that hangs up cancels nothing half way.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn run<U: UseCase>(self: &Arc<Self>, call: Call, use_case: U) -> Result<Done, Refused> {
        self.run_here(Some(call), &use_case).await
    }

    /// Runs a use case for nobody: the public, or the system.
    ///
    /// # Errors
    /// See [`Refused`].
    pub async fn run_for_nobody<U: UseCase>(self: &Arc<Self>, use_case: U) -> Result<Done, Refused> {
        self.run_here(None, &use_case).await
    }

    async fn run_here<U: UseCase>(
        self: &Arc<Self>,
        mut call: Option<Call>,
        use_case: &U,
    ) -> Result<Done, Refused> {
        let _turn = self.turn(call.as_ref()).await?;
        for tries in 1..=MOST_TRIES {
            if let Some(reply) = self.answered_before(call.as_ref()).await? {
                return self.replay(call.as_ref(), reply).await;
            }
            let planned = self.plan(call.as_ref(), use_case, tries).await?;
            if planned.unit.changes.is_empty() && planned.unit.idempotency.is_none() {
                let (answer, scope) = (planned.answer, planned.answer_scope);
                return self.unchanged(call.as_ref(), scope, answer.id, answer.version, answer.status).await;
            }
            let dry_run = call.as_ref().is_some_and(|call| call.conditions.dry_run);
            let Planned { mut unit, answer, answer_scope, secret, new_people, becomes } = planned;
            let gone_people = unit.beside.destroyed_keys.clone();
            let (verdict, judged_at) = if dry_run {
                unit.idempotency = None;
                self.ledger.judge(unit).await.map(|(verdict, position)| (verdict, Some(position)))?
            } else {
                (self.ledger.submit(unit).await?, None)
            };
            match verdict {
                Verdict::Recorded(recorded) => {
                    if !dry_run {
                        self.remember(becomes, recorded.document.as_ref());
                    }
                    let mut done =
                        self.done(call.as_ref(), answer_scope, answer, recorded, judged_at).await?;
                    done.secret = secret.filter(|_| !dry_run);
                    if let Some(run) = &mut done.dry_run {
                        run.new_people = new_people;
                        run.gone_people = gone_people;
                    }
                    return Ok(done);
                }
                Verdict::Replayed(reply) => return self.replay(call.as_ref(), reply).await,
                Verdict::Refused(refusal) => return Err(self.told(call.as_ref(), refusal).await),
                Verdict::Stale => {}
                Verdict::Unauthorized => call = self.authorize_again(call).await?,
            }
        }
        Err(Refused::Conflict)
    }

    /// Waits until it is the caller's turn. What nobody asks for does not wait.
    pub(super) async fn turn(&self, call: Option<&Call>) -> Result<Option<Turn>, Refused> {
        match call {
            Some(call) => Ok(Some(self.turns.wait(call.caller.scope).await?)),
            None => Ok(None),
        }
    }

    /// Plans a use case: on a stream as it is remembered, if that comes to a change of the stream; else on what is there.
    async fn plan<U: UseCase>(
        self: &Arc<Self>,
        call: Option<&Call>,
        use_case: &U,
        tries: usize,
    ) -> Result<Planned, Refused> {
        let new = || Plan::new(self, call, tries == MOST_TRIES);
        if tries == 1 && !call.is_some_and(|call| call.conditions.dry_run) {
            let mut plan = new();
            plan.may_remember();
            let outcome = use_case.plan(&mut plan).await;
            match plan.remembered() {
                None => {
                    outcome?;
                    return plan.finish().await;
                }
                Some(stream) if outcome.is_ok() => {
                    let planned = plan.finish().await?;
                    if planned.unit.changes.iter().any(|change| change.id == stream) {
                        return Ok(planned);
                    }
                }
                Some(_) => {}
            }
        }
        let mut plan = new();
        use_case.plan(&mut plan).await?;
        plan.finish().await
    }

    /// Remembers what the answer's stream has become, where it was there before: it may be changed again.
    fn remember(
        &self,
        becomes: Option<(Arc<dyn Any + Send + Sync>, i64)>,
        document: Option<&RecordedDocument>,
    ) {
        if let (Some((state, version)), Some(document)) = (becomes, document)
            && version == document.version
            && version > 1
        {
            self.hot.put(document.id, Remembered { state, version, json: document.json.clone() });
        }
    }

    async fn done(
        &self,
        call: Option<&Call>,
        scope: ScopeId,
        answer: crate::ledger::unit::Answer,
        recorded: Recorded,
        judged_at: Option<i64>,
    ) -> Result<Done, Refused> {
        let Recorded { position, scope_position, document, events, .. } = recorded;
        let events = shown(call, events);
        let Some(document) = document else {
            let mut done = self.unchanged(call, scope, answer.id, answer.version, answer.status).await?;
            done.dry_run = judged_at.map(|position| DryRun { position, events, ..DryRun::default() });
            return Ok(done);
        };
        Ok(Done {
            status: if judged_at.is_some() { 200 } else { answer.status },
            version: document.version,
            json: document.json,
            written: judged_at.is_none().then_some(Written { position, scope_position }),
            replayed: false,
            secret: None,
            dry_run: judged_at.map(|position| DryRun { position, events, ..DryRun::default() }),
        })
    }

    /// The answer to a command that changed nothing: what is there.
    async fn unchanged(
        &self,
        call: Option<&Call>,
        scope: ScopeId,
        id: Uuid,
        version: i64,
        status: u16,
    ) -> Result<Done, Refused> {
        let found = documents::stored(&self.pool, id, version).await?.ok_or(Refused::NotFound)?;
        debug_assert!(found.scope == scope || call.is_some(), "the answer is in the scope of the call");
        let dry_run = call.is_some_and(|call| call.conditions.dry_run);
        Ok(Done {
            status: if status == 201 { 200 } else { status },
            version: found.version,
            json: found.json,
            written: None,
            replayed: false,
            secret: None,
            dry_run: if dry_run {
                Some(DryRun { position: self.ledger.head().position(), ..DryRun::default() })
            } else {
                None
            },
        })
    }

    /// What was answered to the same request before, if it was.
    pub(super) async fn answered_before(&self, call: Option<&Call>) -> Result<Option<Reply>, Refused> {
        let Some(key) = call.filter(|call| !call.conditions.dry_run).and_then(Call::idempotency) else {
            return Ok(None);
        };
        match crate::ledger::probe::reply_to(&self.pool, &key).await? {
            None => Ok(None),
            Some((fingerprint, reply)) if fingerprint == key.fingerprint => Ok(Some(reply)),
            Some(_) => Err(Refused::Admission(Refusal::KeyReused)),
        }
    }

    async fn replay(&self, call: Option<&Call>, reply: Reply) -> Result<Done, Refused> {
        if let Some(refusal) = reply.refusal {
            return Err(self.told(call, refusal).await);
        }
        let (id, version) = reply.document.ok_or(Refused::NotFound)?;
        let found = documents::stored(&self.pool, id, version).await?.ok_or(Refused::NotFound)?;
        let scope = call.map_or(found.scope, |call| call.caller.scope);
        tracing::debug!(%scope, "Answered a request again");
        Ok(Done {
            status: reply.status,
            version: found.version,
            json: found.json,
            written: (reply.position > 0)
                .then_some(Written { position: found.position, scope_position: reply.position }),
            replayed: true,
            secret: None,
            dry_run: None,
        })
    }

    /// Somebody's rights changed since the call was authorized: is the caller still let in, and still entitled?
    pub(super) async fn authorize_again(&self, call: Option<Call>) -> Result<Option<Call>, Refused> {
        let Some(call) = call else { return Ok(None) };
        let method = call.caller.method;
        let caller = self
            .authenticator
            .authenticate(&call.secret, method, call.origin.address, self.clock.now())
            .await?;
        let reach = require(decide(&caller, call.permission, call.target, call.made_by_caller))?;
        Ok(Some(Call { caller, reach, ..call }))
    }
}
