//! Folding the ledger from its first event on into the rows of the read models. Pure.
//!
//! A unit's events of one stream stand side by side and share the moment they were recorded, and no other unit of
//! that moment changes the stream; so a run of events of one stream and one moment is one version of its document.

use super::super::actor;
use super::super::catalogue::{Meaning, Stream, begin};
use super::super::pools::PoolChanges;
use super::super::probe::ScopeFact;
use super::super::reader::StoredEvent;
use super::rows::{DocumentRow, Placed};
use crate::clock::at_micros;
use aggregates::facts::{Claim, ClaimChange, ReferenceChange, Subject, Target};
use api::Actor;
use projections::documents::Stamps;
use std::collections::hash_map::Entry;
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// An event that cannot be folded.
#[derive(Debug, thiserror::Error)]
#[error("the event at position {position} cannot be folded: {what}")]
pub struct FoldError {
    /// Which.
    pub position: i64,
    /// What is wrong with it.
    pub what: String,
}

/// The read models, as the events so far make them.
///
/// Superseded versions are handed out as they come ([`Fold::take_superseded`]); the state and current document of
/// each stream stay in memory, about a kilobyte a stream.
#[derive(Default)]
pub struct Fold {
    streams: HashMap<Uuid, Folded>,
    /// The stream whose run of events has not ended yet.
    open: Option<Run>,
    superseded: Vec<DocumentRow>,
    /// Who holds each name.
    pub claims: BTreeMap<Claim, Uuid>,
    /// What leans on what, and until when.
    pub references: BTreeMap<(Target, Uuid), Option<Timestamp>>,
    /// How much there is of what, and who holds how much of it.
    pub pools: PoolChanges,
    /// Where each scope ends, and the version of who may do what in it.
    pub scopes: BTreeMap<ScopeId, ScopeFact>,
    /// The last position of each batch.
    pub batches: BTreeMap<i64, i64>,
}

struct Folded {
    aggregate_type: String,
    stream: Box<dyn Stream>,
    current: Option<DocumentRow>,
    created_by: Actor,
    created_at: i64,
}

/// A run of events of one stream and one moment.
struct Run {
    id: Uuid,
    scope: ScopeId,
    recorded_at: i64,
    position: i64,
    version: i64,
    actor: Actor,
    changes_authority: Vec<ScopeId>,
}

impl Fold {
    /// Takes the next event of the ledger.
    ///
    /// # Errors
    /// The event has a form that nothing here knows.
    pub fn see(&mut self, event: &StoredEvent) -> Result<(), FoldError> {
        let failed = |what: String| FoldError { position: event.position, what };
        let id: Uuid =
            event.aggregate_id.parse().map_err(|_| failed("the aggregate's id is not a UUID".into()))?;
        let actor = actor::read(&event.metadata).map_err(|error| failed(error.to_string()))?;
        let scope = ScopeId::from(event.org_id);
        if self.open.as_ref().is_some_and(|run| run.id != id || run.recorded_at != event.recorded_at) {
            self.end_run()?;
        }
        let folded = match self.streams.entry(id) {
            Entry::Occupied(there) => there.into_mut(),
            Entry::Vacant(new) => new.insert(Folded {
                aggregate_type: event.aggregate_type.clone(),
                stream: begin(&event.aggregate_type)
                    .ok_or_else(|| failed(format!("there is no aggregate {}", event.aggregate_type)))?,
                current: None,
                created_by: actor.clone(),
                created_at: event.recorded_at,
            }),
        };
        if folded.aggregate_type != event.aggregate_type {
            return Err(failed("the aggregate's id is one of another type".into()));
        }
        let meaning = folded
            .stream
            .apply(Subject { id, scope }, &event.payload)
            .map_err(|error| failed(error.to_string()))?;
        let mut changes_authority = meaning.changes_authority.clone();
        changes_authority.extend(self.open.iter().flat_map(|run| &run.changes_authority));
        // The version is the position of the run's last event, also where an earlier one changed the rights.
        for changed in &changes_authority {
            self.scopes.entry(*changed).or_default().authority = event.position;
        }
        self.open = Some(Run {
            id,
            scope,
            recorded_at: event.recorded_at,
            position: event.position,
            version: event.sequence,
            actor,
            changes_authority,
        });
        self.batches.insert(event.recorded_at, event.position);
        self.scopes.entry(scope).or_default().position = event.org_position;
        self.add_names(id, meaning);
        Ok(())
    }

    fn add_names(&mut self, id: Uuid, meaning: Meaning) {
        for change in meaning.claims {
            match change {
                ClaimChange::Take(claim) => {
                    self.claims.insert(claim, id);
                }
                ClaimChange::Release(claim) => {
                    if self.claims.get(&claim) == Some(&id) {
                        self.claims.remove(&claim);
                    }
                }
            }
        }
        for change in &meaning.amounts {
            self.pools.see(id, change);
        }
        for change in meaning.references {
            match change {
                ReferenceChange::Add { to, until } => self.references.insert((to, id), until),
                ReferenceChange::Drop { to } => self.references.remove(&(to, id)),
            };
        }
    }

    fn end_run(&mut self) -> Result<(), FoldError> {
        let Some(run) = self.open.take() else { return Ok(()) };
        let Some(folded) = self.streams.get_mut(&run.id) else { return Ok(()) };
        let Some(deleted) = folded.stream.is_deleted() else { return Ok(()) };
        let failed = |error: serde_json::Error| FoldError { position: run.position, what: error.to_string() };
        let deleted_at = deleted.then(|| {
            folded.current.as_ref().and_then(|current| current.deleted_at).unwrap_or(run.recorded_at)
        });
        let stamps = Stamps {
            id: run.id,
            scope: run.scope,
            version: run.version,
            created_at: at_micros(folded.created_at),
            created_by: folded.created_by.clone(),
            updated_at: at_micros(run.recorded_at),
            updated_by: run.actor.clone(),
            deleted_at: deleted_at.map(at_micros),
        };
        let Some(draft) = folded.stream.draft(&stamps).map_err(failed)? else { return Ok(()) };
        let placed = Placed {
            id: run.id,
            version: run.version,
            scope: run.scope.as_uuid(),
            position: run.position,
            created_at: folded.created_at,
            created_by: serde_json::to_string(&folded.created_by).map_err(failed)?,
            updated_at: run.recorded_at,
            deleted_at,
        };
        let row = DocumentRow::new(placed, draft).map_err(failed)?;
        if let Some(mut before) = folded.current.replace(row) {
            before.superseded = Some(run.position);
            self.superseded.push(before);
        }
        Ok(())
    }

    /// Versions whose place has been taken since this was last asked.
    pub fn take_superseded(&mut self) -> Vec<DocumentRow> {
        std::mem::take(&mut self.superseded)
    }

    /// How many wait to be taken.
    #[must_use]
    pub const fn superseded(&self) -> usize {
        self.superseded.len()
    }

    /// Ends the fold after the ledger's last event.
    ///
    /// # Errors
    /// The last document cannot be rendered.
    pub fn end(&mut self) -> Result<(), FoldError> {
        self.end_run()
    }

    /// The current documents, in no order. Call [`Fold::end`] first.
    pub fn current(&self) -> impl Iterator<Item = &DocumentRow> {
        self.streams.values().filter_map(|folded| folded.current.as_ref())
    }
}
