//! Stamping: what only the ledger's lock makes known. Pure.
//!
//! Gives the admitted units of a batch their positions and the moment they are recorded, renders their documents, and
//! lays everything out in columns, so that a fixed number of statements can store it.

use super::actor;
use super::artifacts;
use super::canonical;
use super::leaf::Leaf;
use super::pools::PoolChanges;
use super::probe::{Facts, ScopeFact};
use super::unit::{
    Change, JoinTokenRow, PersonKeyRow, Recorded, RecordedDocument, RecordedEvent, Refusal, SecretRow, Unit,
    VerifierRow,
};
use crate::clock::at_micros;
use aggregates::facts::{Claim, ClaimChange, ReferenceChange, Target};
use api::{Actor, ActorKind};
use projections::documents::Stamps;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// Where the ledger ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Head {
    /// The last position.
    pub position: i64,
    /// When that was recorded, in microseconds since the epoch, or how far its floor was raised since.
    pub recorded_at: i64,
}

/// Everything a batch stores, in columns; rows of one table have the same index.
#[derive(Debug, Default)]
pub struct Batch {
    /// Where the ledger ended when the batch was judged.
    pub judged_at: Head,
    /// The last position after the batch.
    pub position: i64,
    /// When the batch is recorded, in microseconds since the epoch.
    pub recorded_at: i64,
    /// Events, in position order.
    pub events: EventColumns,
    /// Documents, one a stream.
    pub documents: DocumentColumns,
    /// Where scopes end, and who may do what in them.
    pub scopes: HashMap<ScopeId, ScopeFact>,
    /// Names taken (`Some`) and released (`None`): only the last word on each.
    pub claims: BTreeMap<Claim, Option<Uuid>>,
    /// References begun (`Some`, with their end) and ended (`None`): only the last word on each.
    pub references: BTreeMap<(Target, Uuid), Option<Option<Timestamp>>>,
    /// What changes in pools.
    pub pools: PoolChanges,
    /// Artifacts that events refer to.
    pub artifacts: BTreeSet<artifacts::Key>,
    /// Answers kept under idempotency keys.
    pub replies: Vec<ReplyRow>,
    /// Verifiers of access keys.
    pub verifiers: Vec<VerifierRow>,
    /// Wrapped keys of persons.
    pub person_keys: Vec<PersonKeyRow>,
    /// Persons whose keys are destroyed.
    pub destroyed_keys: Vec<Uuid>,
    /// Sealed write-only values.
    pub secrets: Vec<SecretRow>,
    /// Tokens by which agents can join clusters.
    pub join_tokens: Vec<JoinTokenRow>,
}

impl Batch {
    /// Whether there is anything to store.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.events.position.is_empty() && self.replies.is_empty()
    }
}

/// The columns of `events`.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct EventColumns {
    pub position: Vec<i64>,
    pub org_id: Vec<Uuid>,
    pub org_position: Vec<i64>,
    pub event_id: Vec<Uuid>,
    pub aggregate_type: Vec<&'static str>,
    pub aggregate_id: Vec<String>,
    pub sequence: Vec<i64>,
    pub event_type: Vec<String>,
    pub event_version: Vec<String>,
    pub payload: Vec<String>,
    pub metadata: Vec<String>,
    pub leaf: Vec<Vec<u8>>,
}

/// The columns of `documents`.
#[derive(Debug, Default)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct DocumentColumns {
    pub id: Vec<Uuid>,
    pub org_id: Vec<Uuid>,
    pub parent_id: Vec<Uuid>,
    pub kind: Vec<&'static str>,
    pub name: Vec<String>,
    pub phase: Vec<&'static str>,
    pub labels: Vec<String>,
    pub search: Vec<String>,
    pub external_id: Vec<Option<String>>,
    pub owner_id: Vec<Option<Uuid>>,
    pub version: Vec<i64>,
    /// The version whose place is taken; 0 for a new document.
    pub supersedes: Vec<i64>,
    pub position: Vec<i64>,
    pub created_at: Vec<i64>,
    pub created_by: Vec<String>,
    pub deleted_at: Vec<Option<i64>>,
    pub document: Vec<String>,
}

/// A row of `idempotency_replies`.
#[derive(Debug)]
pub struct ReplyRow {
    /// Scope, caller and key.
    pub key: super::unit::Idempotency,
    /// The status of the reply.
    pub status: i16,
    /// What was sent, and its version.
    pub document: Option<(Uuid, i64)>,
    /// The position that was told.
    pub position: i64,
    /// The refusal as JSON, where it was one.
    pub refusal: Option<String>,
    /// What was sent, where that was no document.
    pub body: Option<String>,
}

impl Batch {
    /// Where a unit of this batch ended up, read back from the batch's own rows.
    #[must_use]
    pub fn recorded(&self, unit: &Unit) -> Recorded {
        let mut recorded = Recorded { recorded_at: self.recorded_at, ..Recorded::default() };
        let answers = |change: &&Change| unit.answer.is_some_and(|answer| answer.id == change.id);
        let wrote_last = unit.changes.last().filter(|_| unit.body.is_some());
        let answered = unit.changes.iter().find(answers).or(wrote_last);
        let scope = answered.map(|change| change.scope.as_uuid());
        for (index, id) in self.events.event_id.iter().enumerate() {
            let mine = |change: &Change| change.events.iter().any(|event| event.id == *id);
            if unit.changes.iter().any(mine) {
                recorded.position = self.events.position[index];
                if scope == Some(self.events.org_id[index]) {
                    recorded.scope_position = self.events.org_position[index];
                }
            }
        }
        let index = unit.answer.and_then(|answer| self.documents.id.iter().position(|id| *id == answer.id));
        recorded.document = index.map(|index| RecordedDocument {
            id: self.documents.id[index],
            version: self.documents.version[index],
            json: self.documents.document[index].clone(),
        });
        recorded
    }
}

/// Lays out what these units record. Returns the batch, and for each unit where it ended up.
///
/// # Errors
/// Metadata or a document cannot be written as JSON.
pub fn stamp(
    admitted: &[&Unit],
    refused: &[(&Unit, &Refusal)],
    facts: &Facts,
    now: Timestamp,
) -> Result<(Batch, Vec<Recorded>), StampError> {
    let recorded_at = now.as_micros().max(facts.recorded_at + 1);
    let judged_at = Head { position: facts.position, recorded_at: facts.recorded_at };
    let mut batch = Batch { judged_at, position: facts.position, recorded_at, ..Batch::default() };
    let mut outcomes = Vec::with_capacity(admitted.len());
    for unit in admitted {
        outcomes.push(batch.add(unit, facts)?);
    }
    for (unit, refusal) in refused {
        batch.keep_refusal(unit, refusal)?;
    }
    Ok((batch, outcomes))
}

/// The status under which refusals at admission are kept.
const CONFLICT: i16 = 409;

/// Something cannot be written as JSON.
#[derive(Debug, thiserror::Error)]
#[error("a unit cannot be written as JSON")]
pub struct StampError(#[source] Box<dyn std::error::Error + Send + Sync>);

fn not_json(error: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> StampError {
    StampError(error.into())
}

impl Batch {
    fn add(&mut self, unit: &Unit, facts: &Facts) -> Result<Recorded, StampError> {
        let actor = unit.actor.clone().unwrap_or_else(the_system);
        let metadata = actor::metadata(unit.metadata.clone(), &actor).map_err(not_json)?;
        let metadata = canonical::to_string(&metadata).map_err(not_json)?;
        let mut answered_in = None;
        let mut recorded = Recorded { recorded_at: self.recorded_at, ..Recorded::default() };
        for change in &unit.changes {
            self.add_events(change, &metadata, facts, &mut recorded.events);
            self.add_names(change.id, &change.claims, &change.references);
            let Some(document) = self.add_document(change, facts, &actor)? else { continue };
            let owner = self.documents.owner_id.last().copied().flatten();
            let mine = recorded.events.iter_mut().filter(|event| event.aggregate_id == change.id);
            mine.for_each(|event| event.owner = owner);
            if unit.answer.is_some_and(|answer| answer.id == change.id) {
                recorded.document = Some(document);
                answered_in = Some(change.scope);
            }
        }
        recorded.position = self.position;
        // What is answered with something else than a document counts where it wrote.
        let wrote_in = unit.changes.last().filter(|_| unit.body.is_some()).map(|change| change.scope);
        if let Some(scope) = answered_in.or(wrote_in) {
            recorded.scope_position = self.scope_of(scope, facts).position;
        }
        self.pools.add(unit);
        self.artifacts.extend(artifacts::required(unit));
        self.verifiers.extend(unit.beside.verifiers.iter().cloned());
        self.person_keys.extend(unit.beside.person_keys.iter().cloned());
        self.destroyed_keys.extend(&unit.beside.destroyed_keys);
        self.secrets.extend(unit.beside.secrets.iter().cloned());
        self.join_tokens.extend(unit.beside.join_tokens.iter().cloned());
        if let (Some(key), Some(answer)) = (&unit.idempotency, unit.answer) {
            let version = recorded.document.as_ref().map_or(answer.version, |document| document.version);
            self.replies.push(ReplyRow {
                key: key.clone(),
                status: i16::try_from(answer.status).unwrap_or(500),
                document: Some((answer.id, version)),
                position: recorded.scope_position,
                refusal: None,
                body: unit.body.clone(),
            });
        }
        Ok(recorded)
    }

    fn scope_of(&mut self, scope: ScopeId, facts: &Facts) -> &mut ScopeFact {
        self.scopes.entry(scope).or_insert_with(|| facts.scope(scope))
    }

    fn add_events(&mut self, change: &Change, metadata: &str, facts: &Facts, shown: &mut Vec<RecordedEvent>) {
        let aggregate_id = change.id.to_string();
        let recorded_at = at_micros(self.recorded_at);
        for (sequence, event) in (change.version + 1..).zip(&change.events) {
            self.position += 1;
            let scope = self.scope_of(change.scope, facts);
            scope.position += 1;
            let org_position = scope.position;
            let leaf = Leaf {
                org_id: change.scope.as_uuid(),
                org_position: org_position.unsigned_abs(),
                event_id: event.id,
                aggregate_type: change.aggregate_type,
                aggregate_id: &aggregate_id,
                sequence: sequence.unsigned_abs(),
                event_type: &event.event_type,
                event_version: &event.event_version,
                recorded_at,
                payload: &event.payload,
                metadata,
            };
            let events = &mut self.events;
            events.leaf.push(leaf.hash().to_vec());
            events.position.push(self.position);
            events.org_id.push(change.scope.as_uuid());
            events.org_position.push(org_position);
            events.event_id.push(event.id);
            events.aggregate_type.push(change.aggregate_type);
            events.aggregate_id.push(aggregate_id.clone());
            events.sequence.push(sequence);
            events.event_type.push(event.event_type.clone());
            events.event_version.push(event.event_version.clone());
            events.payload.push(event.payload.clone());
            events.metadata.push(metadata.to_owned());
            shown.push(RecordedEvent {
                aggregate_type: change.aggregate_type,
                aggregate_id: change.id,
                owner: None,
                payload: event.payload.clone(),
            });
        }
        for scope in &change.changes_authority {
            let position = self.position;
            self.scope_of(*scope, facts).authority = position;
        }
    }

    /// Adds what a stream takes, gives up, and begins and stops to use.
    pub(super) fn add_names(&mut self, id: Uuid, claims: &[ClaimChange], references: &[ReferenceChange]) {
        for claim in claims {
            match claim {
                ClaimChange::Take(claim) => self.claims.insert(claim.clone(), Some(id)),
                // What another stream of the unit has taken meanwhile stays taken.
                ClaimChange::Release(claim) => match self.claims.get(claim) {
                    Some(Some(taker)) if *taker != id => None,
                    _ => self.claims.insert(claim.clone(), None),
                },
            };
        }
        for reference in references {
            match reference {
                ReferenceChange::Add { to, until } => self.references.insert((*to, id), Some(*until)),
                ReferenceChange::Drop { to } => self.references.insert((*to, id), None),
            };
        }
    }

    fn add_document(
        &mut self,
        change: &Change,
        facts: &Facts,
        actor: &Actor,
    ) -> Result<Option<RecordedDocument>, StampError> {
        let Some(document) = &change.document else { return Ok(None) };
        let before = facts.streams.get(&change.id);
        let created_by = match before {
            Some(stream) => serde_json::from_str(&stream.created_by).map_err(not_json)?,
            None => actor.clone(),
        };
        let created_at = before.map_or(self.recorded_at, |stream| stream.created_at);
        let deleted_at =
            document.deleted.then(|| before.and_then(|stream| stream.deleted_at).unwrap_or(self.recorded_at));
        let version = change.version + i64::try_from(change.events.len()).unwrap_or(0);
        let stamps = Stamps {
            id: change.id,
            scope: change.scope,
            version,
            created_at: at_micros(created_at),
            created_by,
            updated_at: at_micros(self.recorded_at),
            updated_by: actor.clone(),
            deleted_at: deleted_at.map(at_micros),
        };
        let draft = (document.render)(&stamps).map_err(not_json)?;
        let columns = &mut self.documents;
        columns.id.push(change.id);
        columns.org_id.push(change.scope.as_uuid());
        columns.parent_id.push(draft.parent);
        columns.kind.push(draft.kind);
        columns.name.push(draft.name);
        columns.phase.push(draft.phase);
        columns.labels.push(serde_json::to_string(&draft.labels).map_err(not_json)?);
        columns.search.push(draft.search);
        columns.external_id.push(draft.external_id);
        columns.owner_id.push(draft.owner);
        columns.version.push(version);
        columns.supersedes.push(change.version);
        columns.position.push(self.position);
        columns.created_at.push(created_at);
        columns.created_by.push(serde_json::to_string(&stamps.created_by).map_err(not_json)?);
        columns.deleted_at.push(deleted_at);
        columns.document.push(draft.json.clone());
        Ok(Some(RecordedDocument { id: change.id, version, json: draft.json }))
    }

    fn keep_refusal(&mut self, unit: &Unit, refusal: &Refusal) -> Result<(), StampError> {
        // What was refused of many documents is judged again when it is asked again.
        let Some(key) = unit.idempotency.as_ref().filter(|_| unit.body.is_none()) else { return Ok(()) };
        self.replies.push(ReplyRow {
            key: key.clone(),
            status: CONFLICT,
            document: None,
            position: 0,
            refusal: Some(serde_json::to_string(refusal).map_err(not_json)?),
            body: None,
        });
        Ok(())
    }
}

/// The actor of what nobody asked for.
#[must_use]
pub fn the_system() -> Actor {
    Actor { kind: ActorKind::System, id: "quarterdeck".to_owned(), user_id: None }
}
