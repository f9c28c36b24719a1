//! Running an apply: plan all of it, submit, and go round again when others were faster.

use super::{Apply, ApplyDone, Outcome, Part};
use crate::app::call::Call;
use crate::app::declared::{self, Applied};
use crate::app::plan::{Plan, Planned};
use crate::app::run::{MOST_TRIES, Written};
use crate::app::{App, Refused};
use crate::ledger::unit::{Change, Recorded, Refusal, Reply, Unit, Verdict};
use aggregates::facts::Requirement;
use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;
use uuid::Uuid;

/// What documents came to, by their places.
type Outcomes = BTreeMap<usize, Applied>;
/// Documents that are refused, by their places.
type Refusals = BTreeMap<usize, Refused>;

impl App {
    /// Applies documents. Whoever may stop waiting runs it in a task of its own.
    ///
    /// # Errors
    /// What stands against all of it; what stands against a document is that document's.
    pub async fn apply<P: Part>(self: &Arc<Self>, call: Call, apply: Apply<P>) -> Result<ApplyDone, Refused> {
        let mut call = Some(call);
        let _turn = self.turn(call.as_ref()).await?;
        let mut refused = Refusals::new();
        let mut tries = 0;
        while tries < MOST_TRIES {
            if let Some(reply) = self.answered_before(call.as_ref()).await? {
                return replayed(reply);
            }
            let order = apply.order();
            let (mut plan, outcomes) = apply.planned(self, call.as_ref(), &mut refused, &order).await?;
            if apply.atomic && !refused.is_empty() {
                return Ok(ApplyDone::Refused(apply.outcomes(&outcomes, &refused)));
            }
            let all = apply.outcomes(&outcomes, &refused);
            let body = (apply.render)(&all);
            plan.answer_with(apply.home.org, body.clone());
            let Planned { unit, .. } = plan.finish().await?;
            match self.decided(call.as_ref(), unit).await? {
                Verdict::Recorded(recorded) => return Ok(applied(call.as_ref(), body, all, &recorded)),
                Verdict::Replayed(reply) => return replayed(reply),
                Verdict::Refused(Refusal::KeyReused) => return Err(Refused::Admission(Refusal::KeyReused)),
                Verdict::Refused(_) => {
                    let culprits = apply.culprits(self, call.as_ref(), &refused).await?;
                    tries += usize::from(culprits.is_empty());
                    for (index, refusal) in culprits {
                        refused.insert(index, self.told(call.as_ref(), refusal).await);
                    }
                }
                Verdict::Stale => tries += 1,
                Verdict::Unauthorized => {
                    call = self.authorize_again(call).await?;
                    refused.clear();
                    tries += 1;
                }
            }
        }
        Err(Refused::Conflict)
    }

    /// What becomes of a unit: judged only, where only that is asked. One that changes nothing and keeps no answer is done.
    async fn decided(&self, call: Option<&Call>, mut unit: Unit) -> Result<Verdict, Refused> {
        if call.is_some_and(|call| call.conditions.dry_run) {
            unit.idempotency = None;
            return Ok(self.ledger.judge(unit).await?.0);
        }
        if unit.changes.is_empty() && unit.idempotency.is_none() {
            return Ok(Verdict::Recorded(Recorded::default()));
        }
        Ok(self.ledger.submit(unit).await?)
    }
}

impl<P: Part> Apply<P> {
    /// Declares the documents that are in `order` and not refused, and refuses those that cannot be declared.
    async fn planned<'a>(
        &self,
        app: &'a Arc<App>,
        call: Option<&'a Call>,
        refused: &mut Refusals,
        order: &[usize],
    ) -> Result<(Plan<'a>, Outcomes), Refused> {
        'again: loop {
            let mut plan = Plan::new(app, call, false);
            let (mut outcomes, mut seen) = (Outcomes::new(), HashSet::new());
            for index in order.iter().copied() {
                if refused.contains_key(&index) {
                    continue;
                }
                let before = plan.extent();
                let why = match self.parts[index].plan(&mut plan, self.home).await {
                    Ok((applied, under)) if seen.insert(applied.id) => {
                        plan.was_under(under);
                        outcomes.insert(index, applied);
                        continue;
                    }
                    Ok(_) => super::twice(),
                    Err(why) if is_its_own(&why) => why,
                    Err(why) => return Err(why),
                };
                refused.insert(index, why);
                // What a refused document left in the plan goes with the plan.
                if plan.extent() != before {
                    continue 'again;
                }
            }
            return Ok((plan, outcomes));
        }
    }

    /// The document up to which all are admitted, and with which they are not, and why; nothing where all are by now. Where
    /// something that is needed is not there, all that need it.
    async fn culprits(
        &self,
        app: &Arc<App>,
        call: Option<&Call>,
        refused: &Refusals,
    ) -> Result<Vec<(usize, Refusal)>, Refused> {
        let mut order = self.order();
        order.retain(|index| !refused.contains_key(index));
        let mut culprit = None;
        let (mut admitted, mut not) = (0, order.len() + 1);
        while not - admitted > 1 {
            // At first all of them: others may have made room meanwhile.
            let count = if culprit.is_none() { order.len() } else { usize::midpoint(admitted, not) };
            let mut more = refused.clone();
            let (mut plan, outcomes) = self.planned(app, call, &mut more, &order[..count]).await?;
            plan.answer_with(self.home.org, String::new());
            let mut unit = plan.finish().await?.unit;
            unit.idempotency = None;
            let needs = needs(&unit);
            match app.ledger.judge(unit).await?.0 {
                Verdict::Refused(refusal) => {
                    let all = needing(&refusal, &needs, &outcomes);
                    // Of only some, something may be missing that comes after them.
                    if count == order.len() && !all.is_empty() {
                        return Ok(all.into_iter().map(|index| (index, refusal.clone())).collect());
                    }
                    not = count;
                    culprit = order.get(count - 1).map(|index| (*index, refusal));
                }
                _ if culprit.is_none() => return Ok(vec![]),
                Verdict::Recorded(_) | Verdict::Replayed(_) | Verdict::Stale | Verdict::Unauthorized => {
                    admitted = count;
                }
            }
        }
        Ok(culprit.into_iter().collect())
    }

    /// What every document came to, in the order in which they were sent.
    fn outcomes(&self, outcomes: &Outcomes, refused: &Refusals) -> Vec<Outcome> {
        let of = |index| match (outcomes.get(&index), refused.get(&index)) {
            (Some(applied), None) => Ok(*applied),
            (_, Some(why)) => Err(why.clone()),
            (None, None) => Err(Refused::Conflict),
        };
        (0..self.parts.len()).map(of).collect()
    }
}

/// What each stream of a unit needs to be in some phase.
fn needs(unit: &Unit) -> Vec<(Uuid, Uuid)> {
    let of = |change: &Change| {
        let needed = change.requirements.iter().filter_map(|requirement| {
            if let Requirement::InPhase { id, .. } = requirement { Some(*id) } else { None }
        });
        needed.map(|id| (change.id, id)).collect::<Vec<_>>()
    };
    unit.changes.iter().flat_map(of).collect()
}

/// The documents that need what a refusal says is not there, or not as they need it.
fn needing(refusal: &Refusal, needs: &[(Uuid, Uuid)], outcomes: &Outcomes) -> Vec<usize> {
    let Refusal::NotInPhase { id: missing, .. } = refusal else { return vec![] };
    let needs_it = |id: Uuid| needs.contains(&(id, *missing));
    outcomes.iter().filter(|(_, applied)| needs_it(applied.id)).map(|(index, _)| *index).collect()
}

fn applied(call: Option<&Call>, body: String, outcomes: Vec<Outcome>, recorded: &Recorded) -> ApplyDone {
    let is_dry_run = call.is_some_and(|call| call.conditions.dry_run);
    let changed = |outcome: &Outcome| {
        outcome.as_ref().is_ok_and(|applied| applied.outcome != declared::Outcome::Unchanged)
    };
    let wrote = !is_dry_run && outcomes.iter().any(changed);
    let Recorded { position, scope_position, .. } = *recorded;
    let written = wrote.then_some(Written { position, scope_position });
    ApplyDone::Applied { body, written, replayed: false, outcomes }
}

fn replayed(reply: Reply) -> Result<ApplyDone, Refused> {
    if let Some(refusal) = reply.refusal {
        return Err(Refused::Admission(refusal));
    }
    let body = reply.body.ok_or(Refused::NotFound)?;
    // The path is the org's, so its own positions are told.
    let position = reply.position;
    let written = (position > 0).then_some(Written { position, scope_position: position });
    Ok(ApplyDone::Applied { body, written, replayed: true, outcomes: vec![] })
}

/// Whether it stands against one document, and not against all that is asked.
const fn is_its_own(why: &Refused) -> bool {
    match why {
        Refused::NotFound
        | Refused::Forbidden { .. }
        | Refused::GrantExceedsOwn(_)
        | Refused::InvalidState(_)
        | Refused::AlreadyMember(_)
        | Refused::DeletionProtected(_)
        | Refused::StillPublished(_)
        | Refused::NamespaceNotPublished(_)
        | Refused::TakenOnCluster { .. }
        | Refused::Invalid { .. }
        | Refused::Faults(_)
        | Refused::Immutable { .. }
        | Refused::Admission(_) => true,
        Refused::NotLetIn(_)
        | Refused::SignupClosed
        | Refused::TooManyRequests(_)
        | Refused::TooOften { .. }
        | Refused::VersionMismatch { .. }
        | Refused::Conflict
        | Refused::AsOfInFuture(_)
        | Refused::EpochChanged { .. }
        | Refused::LedgerRewritten(_)
        | Refused::NotThereYet
        | Refused::Ledger(_)
        | Refused::Database(_)
        | Refused::Broken(_) => false,
    }
}
