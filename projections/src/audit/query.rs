//! From the ledger to events, newest first, a window at a time.

use super::projector::{Group, Row};
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};
use std::collections::HashMap;
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// Which events are looked for; `None` is any.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    /// A user, or another actor, by id.
    pub actor: Option<String>,
    /// The public half of an access key.
    pub credential: Option<String>,
    /// What was asked.
    pub action: Option<String>,
    /// The kind of the object, as on the wire.
    pub kind: Option<String>,
    /// The object, by every id that stands for it: a user's memberships are it too.
    pub objects: Option<Vec<String>>,
    /// The kind of client.
    pub client: Option<String>,
    /// How it ended, as on the wire.
    pub outcome: Option<&'static str>,
    /// Only what is about this org itself.
    pub only_about_org: Option<ScopeId>,
}

/// A part of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Window<'a> {
    /// Of one scope, by the scope's positions.
    Scope {
        /// The scope.
        scope: ScopeId,
        /// Only after this position.
        after: i64,
        /// Only before this position.
        before: i64,
    },
    /// Of these scopes, and the lives of the orgs that these partners have, by the installation's positions.
    Installation {
        /// The scopes.
        scopes: &'a [ScopeId],
        /// Only after this position.
        after: i64,
        /// Only before this position.
        before: i64,
    },
}

/// The events in a window that fit, newest first; at most so many.
///
/// # Errors
/// The database could not answer.
pub async fn window(
    db: impl PgExecutor<'_>,
    window: &Window<'_>,
    filter: &Filter,
    most: i64,
) -> Result<Vec<Row>, sqlx::Error> {
    let query = match window {
        Window::Scope { scope, after, before } => {
            sqlx::query(include_str!("sql/window.sql")).bind(scope.as_uuid()).bind(*after).bind(*before)
        }
        Window::Installation { scopes, after, before } => {
            sqlx::query(include_str!("sql/window_of_installation.sql"))
                .bind(scopes.iter().map(|scope| scope.as_uuid()).collect::<Vec<_>>())
                .bind(*after)
                .bind(*before)
        }
    };
    let rows = query
        .bind(most)
        .bind(filter.kind.as_deref().map(super::aggregate_types))
        .bind(filter.kind.as_deref())
        .bind(filter.actor.as_deref())
        .bind(filter.credential.as_deref())
        .bind(filter.action.as_deref())
        .bind(filter.action.as_deref().map(super::event_types_of_action))
        .bind(filter.client.as_deref())
        .bind(filter.outcome)
        .bind(filter.objects.as_deref())
        .bind(filter.only_about_org.map(ScopeId::as_uuid))
        .fetch_all(db)
        .await?;
    rows.iter().map(row).collect()
}

/// An event as the ledger keeps it.
pub(crate) fn row(row: &PgRow) -> Result<Row, sqlx::Error> {
    let metadata: &str = row.try_get("metadata")?;
    let aggregate_id: &str = row.try_get("aggregate_id")?;
    Ok(Row {
        position: row.try_get("position")?,
        scope: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
        scope_position: row.try_get("org_position")?,
        aggregate_type: row.try_get("aggregate_type")?,
        aggregate_id: aggregate_id.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        sequence: row.try_get("sequence")?,
        event_type: row.try_get("event_type")?,
        event_version: row.try_get("event_version")?,
        payload: row.try_get("payload")?,
        metadata: serde_json::from_str(metadata).map_err(|error| sqlx::Error::Decode(error.into()))?,
        recorded_at: row.try_get("recorded_at")?,
    })
}

/// An object's documents around an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Documents {
    /// The object's name then.
    pub name: String,
    /// Whose it is.
    pub owner: Option<Uuid>,
    /// The document afterwards.
    pub document: String,
    /// The document before.
    pub before: Option<String>,
}

/// The documents around these entries, by the entry's place among them.
///
/// # Errors
/// The database could not answer.
pub async fn documents(
    db: impl PgExecutor<'_>,
    groups: &[Group],
) -> Result<HashMap<usize, Documents>, sqlx::Error> {
    let newest = || groups.iter().map(Group::newest);
    let rows = sqlx::query(include_str!("sql/documents.sql"))
        .bind(newest().map(|row| row.scope.as_uuid()).collect::<Vec<_>>())
        .bind(newest().map(|row| row.aggregate_id).collect::<Vec<_>>())
        .bind(newest().map(|row| row.sequence).collect::<Vec<_>>())
        .fetch_all(db)
        .await?;
    rows.iter()
        .map(|row| {
            let place = usize::try_from(row.try_get::<i64, _>("ordinality")? - 1).unwrap_or(usize::MAX);
            let documents = Documents {
                name: row.try_get("name")?,
                owner: row.try_get("owner_id")?,
                document: row.try_get("document")?,
                before: row.try_get("before")?,
            };
            Ok((place, documents))
        })
        .collect()
}

/// The memberships of a user in these scopes, removed ones too.
///
/// # Errors
/// The database could not answer.
pub async fn memberships(
    db: impl PgExecutor<'_>,
    scopes: &[ScopeId],
    user: Uuid,
) -> Result<Vec<Uuid>, sqlx::Error> {
    sqlx::query_scalar("SELECT id FROM documents WHERE org_id = ANY ($1) AND owner_id = $2 AND kind = 'User'")
        .bind(scopes.iter().map(|scope| scope.as_uuid()).collect::<Vec<_>>())
        .bind(user)
        .fetch_all(db)
        .await
}

/// The last position before a time: the scope's, or the installation's where none is given.
///
/// # Errors
/// The database could not answer.
pub async fn position_before(
    db: impl PgExecutor<'_>,
    scope: Option<ScopeId>,
    time: Timestamp,
) -> Result<i64, sqlx::Error> {
    let position: Option<i64> = sqlx::query_scalar(
        "SELECT CASE WHEN $1::uuid IS NULL THEN position ELSE org_position_at($1, position) END \
         FROM ledger_batches WHERE recorded_at < $2 ORDER BY recorded_at DESC LIMIT 1",
    )
    .bind(scope.map(ScopeId::as_uuid))
    .bind(time.as_micros())
    .fetch_optional(db)
    .await?;
    Ok(position.unwrap_or(0))
}
