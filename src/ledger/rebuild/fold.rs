//! Folding the ledger from its first event on into the rows of the read models. Pure.
//!
//! A unit's events of one stream stand side by side and share the moment they were recorded, and no other unit of
//! that moment changes the stream; so a run of events of one stream and one moment is one version of its document.

use super::super::actor;
use super::super::catalogue::{Meaning, begin};
use super::super::reader::StoredEvent;
use super::super::stamp::Batch;
use super::rows::{DocumentRow, Placed};
use super::streams::{Folded, Streams};
use crate::clock::at_micros;
use aggregates::facts::Subject;
use api::Actor;
use projections::documents::Stamps;
use std::collections::BTreeSet;
use uuid::Uuid;
use values::ScopeId;

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
/// Rows are handed out as they are finished ([`Fold::take`]): a version of a document when another one takes its place, or
/// when it is known that nothing does. So a stream that is forgotten meanwhile and folded again loses nothing.
#[derive(Default)]
pub struct Fold {
    streams: Streams,
    /// The stream whose run of events has not ended yet.
    open: Option<Run>,
    /// Streams whose newest version has not been handed out.
    changed: BTreeSet<Uuid>,
    made: Made,
}

/// What events make of the read models.
#[derive(Default)]
pub struct Made {
    /// Versions of documents whose place was taken.
    pub earlier: Vec<DocumentRow>,
    /// The newest versions, one a stream.
    pub current: Vec<DocumentRow>,
    /// Names, references, pools and scopes; of each the last word. Scopes are 0 where they did not change.
    pub changes: Batch,
    /// The last position of each batch, by when it was recorded.
    pub batches: Vec<(i64, i64)>,
}

impl Made {
    /// How many bytes its documents take up; roughly.
    pub(super) fn weight(&self) -> usize {
        self.earlier.iter().chain(&self.current).map(DocumentRow::weight).sum()
    }
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
    is_last: bool,
}

impl Fold {
    /// Takes the next event of the ledger.
    ///
    /// # Errors
    /// The event has a form that nothing here knows, or its stream's earlier ones were not seen.
    pub fn see(&mut self, event: &StoredEvent) -> Result<(), FoldError> {
        self.see_one(event, false)
    }

    /// Takes the next event of the ledger, after which its stream has no more: the stream is forgotten.
    ///
    /// # Errors
    /// As [`Fold::see`].
    pub fn see_last(&mut self, event: &StoredEvent) -> Result<(), FoldError> {
        self.see_one(event, true)
    }

    fn see_one(&mut self, event: &StoredEvent, is_last: bool) -> Result<(), FoldError> {
        let failed = |what: String| FoldError { position: event.position, what };
        let id = id_of(event)?;
        let actor = actor::read(&event.metadata).map_err(|error| failed(error.to_string()))?;
        let scope = ScopeId::from(event.org_id);
        if self.open.as_ref().is_some_and(|run| run.id != id || run.recorded_at != event.recorded_at) {
            self.end_run()?;
        }
        if event.sequence == 1 && !self.streams.knows(id) {
            self.streams.remember(id, new_stream(event, &actor)?);
        }
        let Some(folded) = self.streams.find(id) else {
            return Err(failed("the earlier events of its stream were not seen".into()));
        };
        if folded.aggregate_type != event.aggregate_type {
            return Err(failed("the aggregate's id is one of another type".into()));
        }
        if folded.version + 1 != event.sequence {
            return Err(failed(format!(
                "it has sequence {} in its stream, after {}",
                event.sequence, folded.version
            )));
        }
        folded.version = event.sequence;
        folded.payloads += event.payload.len();
        let meaning = folded
            .stream
            .apply(Subject { id, scope }, &event.payload)
            .map_err(|error| failed(error.to_string()))?;
        let mut changes_authority = meaning.changes_authority.clone();
        changes_authority.extend(self.open.iter().flat_map(|run| &run.changes_authority));
        let changes = &mut self.made.changes;
        // The version is the position of the run's last event, also where an earlier one changed the rights.
        for changed in &changes_authority {
            changes.scopes.entry(*changed).or_default().authority = event.position;
        }
        changes.scopes.entry(scope).or_default().position = event.org_position;
        self.open = Some(Run {
            id,
            scope,
            recorded_at: event.recorded_at,
            position: event.position,
            version: event.sequence,
            actor,
            changes_authority,
            is_last,
        });
        match self.made.batches.last_mut() {
            Some(batch) if batch.0 == event.recorded_at => batch.1 = event.position,
            _ => self.made.batches.push((event.recorded_at, event.position)),
        }
        self.add_names(id, &meaning);
        Ok(())
    }

    fn add_names(&mut self, id: Uuid, meaning: &Meaning) {
        self.made.changes.add_names(id, &meaning.claims, &meaning.references);
        for change in &meaning.amounts {
            self.made.changes.pools.see(id, change);
        }
    }

    fn end_run(&mut self) -> Result<(), FoldError> {
        let Some(run) = self.open.take() else { return Ok(()) };
        let Some(folded) = self.streams.find(run.id) else { return Ok(()) };
        if let Some(row) = row(folded, &run)? {
            self.made.earlier.extend(folded.current.replace(row));
            self.changed.insert(run.id);
        }
        if run.is_last {
            self.made.current.extend(folded.current.take());
            self.changed.remove(&run.id);
            self.streams.forget(run.id);
        }
        Ok(())
    }

    /// What events made since this was last asked, but for newest versions whose place may be taken. Where the last event
    /// that was seen was the last of its batch, it is all of that batch.
    ///
    /// # Errors
    /// A document cannot be rendered.
    pub fn take(&mut self) -> Result<Made, FoldError> {
        self.end_run()?;
        Ok(std::mem::take(&mut self.made))
    }

    /// As [`Fold::take`], with the newest version of everything that has changed.
    ///
    /// # Errors
    /// As [`Fold::take`].
    pub fn take_all(&mut self) -> Result<Made, FoldError> {
        let mut made = self.take()?;
        for id in std::mem::take(&mut self.changed) {
            made.current.extend(self.streams.find(id).and_then(|folded| folded.current.clone()));
        }
        Ok(made)
    }

    pub(super) const fn made(&self) -> &Made {
        &self.made
    }

    /// Forgets streams that were not asked for in a long time, where all together take up more than `most` bytes.
    pub(super) fn forget_beyond(&mut self, most: usize) {
        self.changed.clear();
        self.streams.forget_beyond(most);
    }

    /// Whether the stream's next event can be seen; else its earlier ones must be adopted first.
    pub(super) fn knows(&self, id: Uuid) -> bool {
        self.streams.knows(id)
    }

    /// Takes streams over that were folded apart from their beginning on.
    pub(super) fn adopt(&mut self, mut apart: Self) -> Result<(), FoldError> {
        apart.end_run()?;
        for (id, folded) in apart.streams.into_all() {
            self.streams.remember(id, folded);
        }
        Ok(())
    }

    /// The current documents, in no order. Call [`Fold::take`] first.
    pub fn current(&self) -> impl Iterator<Item = &DocumentRow> {
        self.streams.all().filter_map(|folded| folded.current.as_ref())
    }
}

/// The aggregate that an event is of.
pub(super) fn id_of(event: &StoredEvent) -> Result<Uuid, FoldError> {
    let what = || "the aggregate's id is not a UUID".to_owned();
    event.aggregate_id.parse().map_err(|_| FoldError { position: event.position, what: what() })
}

fn new_stream(event: &StoredEvent, actor: &Actor) -> Result<Folded, FoldError> {
    let stream = begin(&event.aggregate_type).ok_or_else(|| FoldError {
        position: event.position,
        what: format!("there is no aggregate {}", event.aggregate_type),
    })?;
    Ok(Folded {
        aggregate_type: event.aggregate_type.clone(),
        stream,
        version: 0,
        current: None,
        created_by: actor.clone(),
        created_at: event.recorded_at,
        payloads: 0,
    })
}

/// The document that a run makes; `None` where its stream has none.
fn row(folded: &Folded, run: &Run) -> Result<Option<DocumentRow>, FoldError> {
    let Some(deleted) = folded.stream.is_deleted() else { return Ok(None) };
    let failed = |error: serde_json::Error| FoldError { position: run.position, what: error.to_string() };
    let deleted_at = deleted
        .then(|| folded.current.as_ref().and_then(|current| current.deleted_at).unwrap_or(run.recorded_at));
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
    let Some(draft) = folded.stream.draft(&stamps).map_err(failed)? else { return Ok(None) };
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
    DocumentRow::new(placed, draft, folded.current.as_ref()).map(Some).map_err(failed)
}
