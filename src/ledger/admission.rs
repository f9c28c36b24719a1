//! Admission: what more than one aggregate must agree on, judged for a whole batch at once.
//!
//! Pure. The facts were read under the ledger's lock (or in one snapshot, for a dry run); units are judged in order
//! of arrival, each as if those admitted before it had been recorded. One that needs what an earlier one in the batch
//! changes waits for the next batch instead; so does one that changes what an earlier one needs that waits.

use super::artifacts;
use super::pools;
use super::probe::{Facts, StreamFact};
use super::unit::{Change, Refusal, Unit, Verdict};
use aggregates::facts::{Claim, ClaimChange, ClaimKind, Pool, ReferenceChange, Requirement, Target};
use std::collections::{HashMap, HashSet};
use uuid::Uuid;
use values::ScopeId;

/// What admission says of one unit.
#[derive(Debug)]
pub enum Judgement {
    /// Record it.
    Admitted,
    /// Not this time; this is why.
    Decided(Verdict),
    /// It leans on what an earlier unit in the batch changes, or changes what an earlier one leans on that waits.
    Deferred,
}

/// Judges the units of a batch in order of arrival.
#[must_use]
pub fn admit(units: &[Unit], facts: &Facts) -> Vec<Judgement> {
    let (mut touched, mut needed) = (Touched::default(), Needed::default());
    units
        .iter()
        .map(|unit| {
            if touched.concerns(unit) || needed.is_changed_by(unit) {
                touched.add(unit);
                needed.add(unit);
                return Judgement::Deferred;
            }
            if let Some(verdict) = judge(unit, facts) {
                if verdict.is_kept() {
                    touched.add_key(unit);
                }
                return Judgement::Decided(verdict);
            }
            touched.add(unit);
            Judgement::Admitted
        })
        .collect()
}

/// What earlier units in the batch change, recorded or not.
#[derive(Default)]
struct Touched<'a> {
    streams: HashSet<Uuid>,
    claims: HashSet<&'a Claim>,
    references: HashSet<Target>,
    pools: HashSet<Pool>,
    authority: HashSet<ScopeId>,
    keys: HashSet<(ScopeId, &'a str, &'a str)>,
}

impl<'a> Touched<'a> {
    fn concerns(&self, unit: &'a Unit) -> bool {
        let by_authority = unit.authority.iter().any(|(scope, _)| self.authority.contains(scope));
        let by_key = key_of(unit).is_some_and(|key| self.keys.contains(&key));
        let by_pool = pools::touched(unit).any(|pool| self.pools.contains(&pool));
        by_authority || by_key || by_pool || unit.changes.iter().any(|change| self.concerns_change(change))
    }

    fn concerns_change(&self, change: &Change) -> bool {
        self.streams.contains(&change.id)
            || change.claims.iter().any(|change| self.claims.contains(change.claim()))
            || change.requirements.iter().any(|requirement| match requirement {
                Requirement::InPhase { id, .. } => self.streams.contains(id),
                Requirement::Unused(to)
                | Requirement::AtMost { to, .. }
                | Requirement::NoneRemains(to)
                | Requirement::OneRemains(to) => self.references.contains(to),
                Requirement::Holds { claim, .. } => self.claims.contains(claim),
                // Nothing in a batch takes an artifact away.
                Requirement::Stored { .. } => false,
            })
    }

    fn add(&mut self, unit: &'a Unit) {
        self.add_key(unit);
        self.pools.extend(pools::touched(unit));
        for change in &unit.changes {
            self.streams.insert(change.id);
            self.claims.extend(change.claims.iter().map(ClaimChange::claim));
            self.references.extend(change.references.iter().map(target_of));
            self.authority.extend(&change.changes_authority);
        }
    }

    /// A refusal that is kept touches its key, even where nothing else is touched.
    fn add_key(&mut self, unit: &'a Unit) {
        self.keys.extend(key_of(unit));
    }
}

/// What earlier units that wait lean on, beside what they change themselves.
#[derive(Default)]
struct Needed<'a> {
    streams: HashSet<Uuid>,
    claims: HashSet<&'a Claim>,
    references: HashSet<Target>,
    authority: HashSet<ScopeId>,
}

impl<'a> Needed<'a> {
    fn is_changed_by(&self, unit: &Unit) -> bool {
        unit.changes.iter().any(|change| {
            self.streams.contains(&change.id)
                || change.claims.iter().any(|change| self.claims.contains(change.claim()))
                || change.references.iter().any(|change| self.references.contains(&target_of(change)))
                || change.changes_authority.iter().any(|scope| self.authority.contains(scope))
        })
    }

    fn add(&mut self, unit: &'a Unit) {
        self.authority.extend(unit.authority.iter().map(|(scope, _)| *scope));
        for requirement in unit.changes.iter().flat_map(|change| &change.requirements) {
            match requirement {
                Requirement::InPhase { id, .. } => {
                    self.streams.insert(*id);
                }
                Requirement::Unused(to)
                | Requirement::AtMost { to, .. }
                | Requirement::NoneRemains(to)
                | Requirement::OneRemains(to) => {
                    self.references.insert(*to);
                }
                Requirement::Holds { claim, .. } => {
                    self.claims.insert(claim);
                }
                // Nothing in a batch takes an artifact away.
                Requirement::Stored { .. } => {}
            }
        }
    }
}

fn key_of(unit: &Unit) -> Option<(ScopeId, &str, &str)> {
    unit.idempotency.as_ref().map(|key| (key.scope, key.actor.as_str(), key.key.as_str()))
}

const fn target_of(change: &ReferenceChange) -> Target {
    match change {
        ReferenceChange::Add { to, .. } | ReferenceChange::Drop { to } => *to,
    }
}

/// Why the unit is not recorded; `None` when it is.
fn judge(unit: &Unit, facts: &Facts) -> Option<Verdict> {
    if unit.authority.iter().any(|(scope, version)| facts.scope(*scope).authority != *version) {
        return Some(Verdict::Unauthorized);
    }
    if let Some(key) = &unit.idempotency
        && let Some((fingerprint, reply)) =
            facts.replies.get(&(key.scope, key.actor.clone(), key.key.clone()))
    {
        let same = *fingerprint == key.fingerprint;
        return Some(if same {
            Verdict::Replayed(reply.clone())
        } else {
            Verdict::Refused(Refusal::KeyReused)
        });
    }
    if unit.changes.iter().any(|change| version_of(facts.streams.get(&change.id)) != change.version) {
        return Some(Verdict::Stale);
    }
    unit.changes.iter().find_map(|change| claims_refuse(change, unit, facts)).or_else(|| {
        let net = NetReferences::of(unit);
        unit.changes
            .iter()
            .flat_map(|change| &change.requirements)
            .find_map(|requirement| requirement_refuses(requirement, unit, &net, facts))
            .or_else(|| pools::refuses(unit, &facts.pools).map(Verdict::Refused))
    })
}

fn version_of(stream: Option<&StreamFact>) -> i64 {
    stream.map_or(0, |stream| stream.version)
}

/// A name is free when nobody holds it, or its holder is the taker, or the unit itself releases it.
///
/// A person's address is looked up before a unit claims it, so one that is taken was taken since: the unit is planned
/// again, with the person that is there now.
fn claims_refuse(change: &Change, unit: &Unit, facts: &Facts) -> Option<Verdict> {
    change.claims.iter().find_map(|wanted| {
        let ClaimChange::Take(claim) = wanted else { return None };
        let holder = *facts.claims.get(claim)?;
        let released = unit
            .changes
            .iter()
            .filter(|other| other.id == holder)
            .any(|other| other.claims.contains(&ClaimChange::Release(claim.clone())));
        let is_taken = holder != change.id && !released;
        let kind = claim.kind;
        is_taken.then_some(if unit.on_free_names || kind == ClaimKind::UserEmail {
            Verdict::Stale
        } else {
            Verdict::Refused(Refusal::Claimed { kind, holder })
        })
    })
}

/// What the unit adds to and drops from the references to each target.
struct NetReferences {
    added: HashMap<Target, HashSet<Uuid>>,
    dropped: HashMap<Target, HashSet<Uuid>>,
}

impl NetReferences {
    fn of(unit: &Unit) -> Self {
        let mut net = Self { added: HashMap::new(), dropped: HashMap::new() };
        for change in &unit.changes {
            for reference in &change.references {
                let (into, out_of) = match reference {
                    ReferenceChange::Add { .. } => (&mut net.added, &mut net.dropped),
                    ReferenceChange::Drop { .. } => (&mut net.dropped, &mut net.added),
                };
                out_of.entry(target_of(reference)).or_default().remove(&change.id);
                into.entry(target_of(reference)).or_default().insert(change.id);
            }
        }
        net
    }

    /// Who leans on the target once the unit is recorded, as far as the probe saw.
    fn after<'f>(&self, to: &Target, facts: &'f Facts) -> (Vec<&'f super::probe::ReferenceFact>, usize) {
        let dropped = self.dropped.get(to);
        let added = self.added.get(to);
        let stay: Vec<_> = facts
            .references
            .get(to)
            .into_iter()
            .flatten()
            .filter(|reference| !dropped.is_some_and(|gone| gone.contains(&reference.from)))
            .collect();
        let new = added.map_or(0, |added| {
            added.iter().filter(|from| !stay.iter().any(|reference| reference.from == **from)).count()
        });
        (stay, new)
    }
}

/// The phase of a thing once the unit is recorded; `None` where there is no such thing.
fn phase_after(id: Uuid, unit: &Unit, facts: &Facts) -> Option<String> {
    let changed = unit.changes.iter().rev().find(|change| change.id == id);
    let after = changed.and_then(|change| change.document.as_ref()).map(|document| document.phase.to_owned());
    after.or_else(|| facts.streams.get(&id).map(|stream| stream.phase.clone()))
}

/// Who holds a name once the unit is recorded.
fn holder_after(claim: &Claim, unit: &Unit, facts: &Facts) -> Option<Uuid> {
    let mut holder = facts.claims.get(claim).copied();
    for change in &unit.changes {
        for changed in change.claims.iter().filter(|changed| changed.claim() == claim) {
            holder = match changed {
                ClaimChange::Take(_) => Some(change.id),
                ClaimChange::Release(_) => holder.filter(|holder| *holder != change.id),
            };
        }
    }
    holder
}

fn requirement_refuses(
    requirement: &Requirement,
    unit: &Unit,
    net: &NetReferences,
    facts: &Facts,
) -> Option<Verdict> {
    match requirement {
        Requirement::InPhase { id, phases } => {
            let phase = phase_after(*id, unit, facts);
            let fits = phase.as_deref().is_some_and(|phase| phases.contains(&phase));
            (!fits).then(|| {
                let allowed = phases.iter().map(|&phase| phase.to_owned()).collect();
                Verdict::Refused(Refusal::NotInPhase { id: *id, phase, allowed })
            })
        }
        Requirement::Unused(to) => {
            let (stay, _) = net.after(to, facts);
            let by: Vec<_> = stay.iter().map(|reference| reference.used_by.clone()).collect();
            (!by.is_empty()).then_some(Verdict::Refused(Refusal::InUse { by, others: 0 }))
        }
        Requirement::AtMost { to, limit } => {
            let (stay, new) = net.after(to, facts);
            (stay.len() + new > *limit).then_some(Verdict::Refused(Refusal::TooMany { limit: *limit }))
        }
        Requirement::NoneRemains(to) => {
            let (stay, new) = net.after(to, facts);
            (stay.len() + new > 0).then_some(Verdict::Stale)
        }
        Requirement::OneRemains(to) => {
            let (stay, new) = net.after(to, facts);
            (stay.is_empty() && new == 0).then_some(Verdict::Refused(Refusal::LastAdministrator))
        }
        Requirement::Holds { claim, holder } => {
            (holder_after(claim, unit, facts) != Some(*holder)).then_some(Verdict::Stale)
        }
        Requirement::Stored { scope, sha256 } => {
            (!artifacts::is_there(unit, &facts.artifacts, *scope, sha256)).then_some(Verdict::Stale)
        }
    }
}
