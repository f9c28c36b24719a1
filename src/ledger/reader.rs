//! Reading the ledger in its order, by position or by a scope's own position.
//!
//! Positions are dense, and so prove that nothing is missing: a gap is an error, an end before the position that was
//! to be read is an error, and a connection that breaks is an error. None of them looks like the end.

use sqlx::{FromRow, PgConnection, PgExecutor};
use std::collections::VecDeque;
use uuid::Uuid;
use values::ScopeId;

/// How many events are fetched at a time.
const PAGE: i64 = 500;

/// An event as it is stored.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct StoredEvent {
    /// The place in the installation's order, from 1.
    pub position: i64,
    /// The scope in whose order it stands.
    pub org_id: Uuid,
    /// The place in that order, from 1.
    pub org_position: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// The kind of aggregate.
    pub aggregate_type: String,
    /// The aggregate.
    pub aggregate_id: String,
    /// The place in the aggregate's stream, from 1.
    pub sequence: i64,
    /// For example `org.created`.
    pub event_type: String,
    /// The version of its stored form.
    pub event_version: String,
    /// Canonical JSON, sealed spans in it.
    pub payload: String,
    /// Canonical JSON: a flat object of strings.
    pub metadata: String,
    /// When its batch was recorded, in microseconds since the epoch.
    pub recorded_at: i64,
    /// SHA-256 over all of it but the position.
    pub leaf: Vec<u8>,
}

/// Why the ledger could not be read on.
#[derive(Debug, thiserror::Error)]
pub enum ReadError {
    /// A position is missing.
    #[error("position {expected} is missing: after {} comes {found}", .expected - 1)]
    Gap {
        /// The position that should have come.
        expected: i64,
        /// The one that came.
        found: i64,
    },
    /// The ledger ends too early.
    #[error("position {expected} is missing: the ledger should reach {until}")]
    Short {
        /// The position that should have come.
        expected: i64,
        /// How far it should go.
        until: i64,
    },
    /// The database could not answer.
    #[error("the ledger could not be read")]
    Database(#[from] sqlx::Error),
}

impl ReadError {
    /// The position that is missing, where one is.
    #[must_use]
    pub const fn missing(&self) -> Option<i64> {
        match self {
            Self::Gap { expected, .. } | Self::Short { expected, .. } => Some(*expected),
            Self::Database(_) => None,
        }
    }
}

/// Reads events in order, from after one position up to another.
#[derive(Debug)]
pub struct Reader {
    scope: Option<ScopeId>,
    /// The last position that was handed out.
    after: i64,
    until: i64,
    fetched: VecDeque<StoredEvent>,
}

impl Reader {
    /// Reads the installation's order: `after` + 1, …, `until`.
    #[must_use]
    pub const fn new(after: i64, until: i64) -> Self {
        Self { scope: None, after, until, fetched: VecDeque::new() }
    }

    /// Reads one scope's order: `after` + 1, …, `until`, in its own positions.
    #[must_use]
    pub const fn of_scope(scope: ScopeId, after: i64, until: i64) -> Self {
        Self { scope: Some(scope), after, until, fetched: VecDeque::new() }
    }

    /// Reads on up to a later position; an earlier one changes nothing.
    pub fn extend(&mut self, until: i64) {
        self.until = self.until.max(until);
    }

    /// The last position that was handed out: where a later reader goes on.
    #[must_use]
    pub const fn position(&self) -> i64 {
        self.after
    }

    /// The next event; `None` when everything was read. After an error the same position is read again.
    ///
    /// # Errors
    /// A position is missing, or the database could not answer.
    pub async fn next(&mut self, db: &mut PgConnection) -> Result<Option<StoredEvent>, ReadError> {
        if self.after >= self.until {
            return Ok(None);
        }
        if self.fetched.is_empty() {
            self.fetched = self.fetch(db).await?.into();
        }
        let expected = self.after + 1;
        let Some(event) = self.fetched.pop_front() else {
            return Err(ReadError::Short { expected, until: self.until });
        };
        let found = if self.scope.is_some() { event.org_position } else { event.position };
        if found != expected {
            self.fetched.clear();
            return Err(ReadError::Gap { expected, found });
        }
        self.after = found;
        Ok(Some(event))
    }

    async fn fetch(&self, db: &mut PgConnection) -> Result<Vec<StoredEvent>, sqlx::Error> {
        let query = match self.scope {
            None => sqlx::query_as(include_str!("sql/read_all.sql")),
            Some(_) => sqlx::query_as(include_str!("sql/read_scope.sql")),
        };
        let query = query.bind(self.after).bind(self.until).bind(PAGE);
        match self.scope {
            None => query.fetch_all(db).await,
            Some(scope) => query.bind(scope.as_uuid()).fetch_all(db).await,
        }
    }
}

/// Where the ledger ends: its last position, and the time before which no later batch is stamped.
///
/// # Errors
/// The database could not answer.
pub async fn head(db: &mut PgConnection) -> Result<(i64, i64), sqlx::Error> {
    sqlx::query_as("SELECT position, recorded_at FROM ledger_head").fetch_one(db).await
}

/// Which life of the ledger this is: another one begins when a database is restored to an earlier time. Cursors of
/// followers carry it, and mean nothing in another one.
///
/// # Errors
/// The database could not answer.
pub async fn epoch(db: impl PgExecutor<'_>) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT epoch FROM ledger_head").fetch_one(db).await
}

/// Where a scope's own order ends; 0 where nothing has happened in it.
///
/// # Errors
/// The database could not answer.
pub async fn head_of_scope(db: &mut PgConnection, scope: ScopeId) -> Result<i64, sqlx::Error> {
    let position: Option<i64> = sqlx::query_scalar("SELECT position FROM scopes WHERE org_id = $1")
        .bind(scope.as_uuid())
        .fetch_optional(db)
        .await?;
    Ok(position.unwrap_or(0))
}
