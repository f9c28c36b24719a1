//! From commands to a unit of work, through cqrs-es.
//!
//! Streams are loaded by postgres-es' [`PostgresEventRepository`]. Nothing is written through it: the repository that
//! aggregates are given collects what they persist, and the ledger's writer records it after admission.

use super::canonical;
use super::unit::{Change, Document, NewEvent};
use aggregates::facts::{ClaimChange, Facts, Requirement, Subject};
use cqrs_es::event_sink::EventSink;
use cqrs_es::persist::{
    EventStoreAggregateContext, PersistedEventRepository, PersistedEventStore, PersistenceError,
    ReplayStream, SerializedEvent, SerializedSnapshot,
};
use cqrs_es::{Aggregate, AggregateError, EventStore};
use postgres_es::PostgresEventRepository;
use projections::documents::Documented;
use serde_json::Value;
use sqlx::PgPool;
use std::any::Any;
use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;
use values::{ScopeId, Sealed};

/// Why a command made no events.
#[derive(Debug, thiserror::Error)]
pub enum ComposeError<R> {
    /// The aggregate refuses.
    #[error(transparent)]
    Refused(R),
    /// The stream is not at the version the caller asked for.
    #[error("the stream is at version {current}")]
    OtherVersion {
        /// The version it is at.
        current: i64,
    },
    /// The stream could not be loaded, or what happened could not be written down.
    #[error("cannot compose a unit of work")]
    Broken(#[source] Box<dyn std::error::Error + Send + Sync>),
}

/// A stream before a command, or after it.
#[derive(Debug)]
pub struct Loaded<A> {
    /// The aggregate's state.
    pub state: A,
    /// The stream's last sequence; 0 where there is none.
    pub version: i64,
}

/// Loads streams and turns commands into the changes of a unit.
pub struct Composer {
    pool: PgPool,
    changes: Vec<Change>,
    /// What must hold beside what the events require.
    requirements: Vec<Requirement>,
    /// What is stored as the claim where an event claims something sealed.
    stand_ins: HashMap<String, String>,
    /// What streams have become by the changes so far.
    became: HashMap<Uuid, (Arc<dyn Any + Send + Sync>, i64)>,
}

impl Composer {
    /// A composer that loads through this pool.
    #[must_use]
    pub fn new(pool: PgPool) -> Self {
        Self {
            pool,
            changes: vec![],
            requirements: vec![],
            stand_ins: HashMap::new(),
            became: HashMap::new(),
        }
    }

    /// Where an event claims this sealed text, its keyed hash is what is stored as the claim, and nowhere else.
    pub fn claim_as(&mut self, sealed: &Sealed, keyed_hash: String) {
        self.stand_ins.insert(sealed.to_string(), keyed_hash);
    }

    /// What must hold for the unit, beside what its events require.
    pub fn require(&mut self, requirement: Requirement) {
        self.requirements.push(requirement);
    }

    /// How many changes were made so far.
    #[must_use]
    pub fn len(&self) -> usize {
        self.changes.len()
    }

    /// Whether none was made so far.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.changes.is_empty()
    }

    /// What a stream has become by the changes made so far, where they changed it: an aggregate's state, and its version.
    #[must_use]
    pub fn became(&self, id: Uuid) -> Option<(Arc<dyn Any + Send + Sync>, i64)> {
        self.became.get(&id).cloned()
    }

    /// The changes made so far, in order.
    #[must_use]
    pub fn into_changes(mut self) -> Vec<Change> {
        if let Some(first) = self.changes.first_mut() {
            first.requirements.append(&mut self.requirements);
        }
        self.changes
    }

    /// Loads a stream, as it is after the changes made so far.
    ///
    /// # Errors
    /// The stream could not be loaded.
    pub async fn load<A: Aggregate + Clone + 'static>(
        &self,
        id: Uuid,
    ) -> Result<Loaded<A>, ComposeError<A::Error>> {
        if let Some((state, version)) = self.became.get(&id)
            && let Some(state) = state.downcast_ref::<A>()
        {
            return Ok(Loaded { state: state.clone(), version: *version });
        }
        let repository = Collector {
            loader: Some(PostgresEventRepository::new(self.pool.clone())),
            ..Collector::default()
        };
        let store = PersistedEventStore::<_, A>::new_event_store(&repository);
        let context = store.load_aggregate(&id.to_string()).await.map_err(broken)?;
        Ok(Loaded { state: context.aggregate, version: as_version(context.current_sequence) })
    }

    /// Lets a loaded stream decide a command; the events join the unit.
    ///
    /// `event_ids` are taken in order, one for each event.
    ///
    /// # Errors
    /// The aggregate refuses, or the events cannot be written down.
    pub async fn decide<A>(
        &mut self,
        scope: ScopeId,
        id: Uuid,
        loaded: Loaded<A>,
        command: A::Command,
        event_ids: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<Loaded<A>, ComposeError<A::Error>>
    where
        A: Documented<Services = ()> + Clone + 'static,
        A::Event: Facts,
    {
        let (mut change, after) = decided(scope, id, loaded, command, event_ids).await?;
        for claim in change.claims.iter_mut().map(ClaimChange::claim_mut) {
            if let Some(keyed_hash) = self.stand_ins.get(&claim.key) {
                claim.key.clone_from(keyed_hash);
            }
        }
        if !change.events.is_empty() {
            let state = after.state.clone();
            change.document = Some(Document {
                deleted: state.is_deleted(),
                phase: state.phase(),
                render: Box::new(move |stamps| state.draft(stamps)),
            });
            self.became.insert(id, (Arc::new(after.state.clone()), after.version));
            self.changes.push(change);
        }
        Ok(after)
    }

    /// Lets a new stream that has no document decide a command; the events join the unit.
    ///
    /// # Errors
    /// The aggregate refuses, or the events cannot be written down.
    pub async fn note<A>(
        &mut self,
        scope: ScopeId,
        id: Uuid,
        command: A::Command,
        event_ids: &mut (dyn FnMut() -> Uuid + Send),
    ) -> Result<(), ComposeError<A::Error>>
    where
        A: Aggregate<Services = ()> + Clone,
        A::Event: Facts,
    {
        let new = Loaded { state: A::default(), version: 0 };
        let (change, _) = decided::<A>(scope, id, new, command, event_ids).await?;
        self.changes.push(change);
        Ok(())
    }
}

async fn decided<A>(
    scope: ScopeId,
    id: Uuid,
    loaded: Loaded<A>,
    command: A::Command,
    event_ids: &mut (dyn FnMut() -> Uuid + Send),
) -> Result<(Change, Loaded<A>), ComposeError<A::Error>>
where
    A: Aggregate<Services = ()>,
    A::Event: Facts,
{
    let Loaded { mut state, version } = loaded;
    let sink = EventSink::default();
    state.handle(command, &(), &sink).await.map_err(ComposeError::Refused)?;
    let decided = sink.collect().await;

    let subject = Subject { id, scope };
    let mut change = Change {
        aggregate_type: A::TYPE,
        id,
        scope,
        version,
        events: vec![],
        claims: vec![],
        references: vec![],
        requirements: vec![],
        changes_authority: vec![],
        amounts: vec![],
        document: None,
    };
    for event in &decided {
        change.claims.extend(event.claims(subject));
        change.references.extend(event.references(subject));
        change.requirements.extend(event.requirements(subject));
        change.amounts.extend(event.amounts(subject));
        change.changes_authority.extend(event.authority_scopes(subject));
    }

    let repository = Collector::default();
    let context = EventStoreAggregateContext {
        aggregate_id: id.to_string(),
        aggregate: A::default(),
        current_sequence: usize::try_from(version).unwrap_or(0),
        current_snapshot: None,
    };
    let count = as_version(decided.len());
    PersistedEventStore::<_, A>::new_event_store(&repository)
        .commit(decided, context, HashMap::new())
        .await
        .map_err(broken)?;
    for event in repository.into_events() {
        change.events.push(NewEvent {
            id: event_ids(),
            payload: canonical::to_string(&event.payload)
                .map_err(|error| ComposeError::Broken(error.into()))?,
            event_type: event.event_type,
            event_version: event.event_version,
        });
    }
    Ok((change, Loaded { state, version: version + count }))
}

fn as_version(sequence: usize) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

fn broken<R: std::error::Error>(error: AggregateError<R>) -> ComposeError<R> {
    match error {
        AggregateError::UserError(refusal) => ComposeError::Refused(refusal),
        AggregateError::AggregateConflict => {
            ComposeError::Broken("a stream changed while it was loaded".into())
        }
        AggregateError::DatabaseConnectionError(error)
        | AggregateError::DeserializationError(error)
        | AggregateError::UnexpectedError(error) => ComposeError::Broken(error),
    }
}

/// Loads through postgres-es and keeps what is persisted instead of storing it.
#[derive(Default)]
struct Collector {
    loader: Option<PostgresEventRepository>,
    persisted: Mutex<Vec<SerializedEvent>>,
}

impl Collector {
    fn into_events(self) -> Vec<SerializedEvent> {
        self.persisted.into_inner().unwrap_or_default()
    }
}

impl PersistedEventRepository for &Collector {
    async fn get_events<A: Aggregate>(&self, id: &str) -> Result<Vec<SerializedEvent>, PersistenceError> {
        match &self.loader {
            Some(loader) => loader.get_events::<A>(id).await,
            None => Ok(vec![]),
        }
    }

    async fn get_last_events<A: Aggregate>(
        &self,
        id: &str,
        last_sequence: usize,
    ) -> Result<Vec<SerializedEvent>, PersistenceError> {
        match &self.loader {
            Some(loader) => loader.get_last_events::<A>(id, last_sequence).await,
            None => Ok(vec![]),
        }
    }

    async fn get_snapshot<A: Aggregate>(
        &self,
        _: &str,
    ) -> Result<Option<SerializedSnapshot>, PersistenceError> {
        Ok(None)
    }

    async fn persist<A: Aggregate>(
        &self,
        events: &[SerializedEvent],
        _: Option<(String, Value, usize)>,
    ) -> Result<(), PersistenceError> {
        if let Ok(mut persisted) = self.persisted.lock() {
            persisted.extend_from_slice(events);
        }
        Ok(())
    }

    async fn stream_events<A: Aggregate>(&self, _: &str) -> Result<ReplayStream, PersistenceError> {
        Err(never())
    }

    async fn stream_all_events<A: Aggregate>(&self) -> Result<ReplayStream, PersistenceError> {
        Err(never())
    }
}

/// cqrs-es' streams take a broken connection for the end; the ledger has a reader of its own.
fn never() -> PersistenceError {
    PersistenceError::UnknownError("streams are read by position, not through this repository".into())
}
