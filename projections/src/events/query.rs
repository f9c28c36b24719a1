//! From the ledger to events, oldest first, a page at a time.

use super::projector::Around;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row as _};
use uuid::Uuid;
use values::{ScopeId, ScopeKind};

/// A part of the ledger: what is after one position, up to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range<'a> {
    /// Of one scope, by the scope's positions.
    Scope {
        /// The scope.
        scope: ScopeId,
        /// Only after this position.
        after: i64,
        /// Only up to this position.
        until: i64,
    },
    /// By the installation's positions.
    Installation {
        /// Only what is of these scopes, and the lives of the orgs that these partners have; all, when none are given.
        scopes: Option<&'a [ScopeId]>,
        /// Only after this position.
        after: i64,
        /// Only up to this position.
        until: i64,
    },
}

/// The events of a part of the ledger, oldest first; at most so many. `types` are stored types, such as `org.created`.
///
/// # Errors
/// The database could not answer.
pub async fn page(
    db: impl PgExecutor<'_>,
    range: &Range<'_>,
    types: Option<&[String]>,
    most: i64,
) -> Result<Vec<Around>, sqlx::Error> {
    let query = match range {
        Range::Scope { scope, after, until } => {
            sqlx::query(include_str!("sql/page.sql")).bind(scope.as_uuid()).bind(*after).bind(*until)
        }
        Range::Installation { scopes, after, until } => {
            let scopes: Option<Vec<Uuid>> =
                scopes.map(|scopes| scopes.iter().map(|scope| scope.as_uuid()).collect());
            sqlx::query(include_str!("sql/page_of_installation.sql")).bind(scopes).bind(*after).bind(*until)
        }
    };
    let rows = query.bind(most).bind(types).fetch_all(db).await?;
    rows.iter().map(around).collect()
}

/// How far a scope's own order is at a position of the installation.
///
/// # Errors
/// The database could not answer.
pub async fn position_of_scope(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    position: i64,
) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar("SELECT org_position_at($1, $2)")
        .bind(scope.as_uuid())
        .bind(position)
        .fetch_one(db)
        .await
}

fn around(row: &PgRow) -> Result<Around, sqlx::Error> {
    let aggregate_id: &str = row.try_get("aggregate_id")?;
    Ok(Around {
        position: row.try_get("position")?,
        scope_position: row.try_get("org_position")?,
        event_id: row.try_get("event_id")?,
        aggregate_type: row.try_get("aggregate_type")?,
        aggregate_id: aggregate_id.parse().map_err(|error| sqlx::Error::Decode(Box::new(error)))?,
        sequence: row.try_get("sequence")?,
        recorded_at: row.try_get("recorded_at")?,
        payload: row.try_get("payload")?,
        metadata: row.try_get("metadata")?,
        scope: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
    })
}

/// What a scope is, and its partner. Neither ever changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ScopeFacts {
    /// What it is.
    pub kind: ScopeKind,
    /// The partner that it is or belongs to.
    pub partner: Option<ScopeId>,
}

/// What these scopes are. One that there is nothing about is the platform.
///
/// # Errors
/// The database could not answer.
pub async fn scopes(
    db: impl PgExecutor<'_>,
    of: &[ScopeId],
) -> Result<Vec<(ScopeId, ScopeFacts)>, sqlx::Error> {
    let ids: Vec<Uuid> = of.iter().map(|scope| scope.as_uuid()).collect();
    let rows = sqlx::query("SELECT id, kind, parent_id FROM documents WHERE id = ANY ($1) AND org_id = id")
        .bind(ids)
        .fetch_all(db)
        .await?;
    let facts = rows.iter().map(|row| {
        let scope = ScopeId::from(row.try_get::<Uuid, _>("id")?);
        let parent = ScopeId::from(row.try_get::<Uuid, _>("parent_id")?);
        let (kind, partner) = match row.try_get("kind")? {
            "Org" => (ScopeKind::Org, Some(parent)),
            "Partner" => (ScopeKind::Partner, Some(scope)),
            _ => (ScopeKind::Platform, None),
        };
        Ok((scope, ScopeFacts { kind, partner }))
    });
    facts.collect()
}

/// Where a thing is, and whose. Neither ever changes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ThingFacts {
    /// The project.
    pub project: Option<Uuid>,
    /// Whose it is.
    pub owner: Option<Uuid>,
}

/// Where these things are: each by its scope and its id.
///
/// # Errors
/// The database could not answer.
pub async fn things(
    db: impl PgExecutor<'_>,
    of: &[(ScopeId, Uuid)],
) -> Result<Vec<(Uuid, ThingFacts)>, sqlx::Error> {
    let (scopes, ids): (Vec<Uuid>, Vec<Uuid>) = of.iter().map(|(scope, id)| (scope.as_uuid(), *id)).unzip();
    let rows = sqlx::query(include_str!("sql/things.sql")).bind(scopes).bind(ids).fetch_all(db).await?;
    let facts = rows.iter().map(|row| {
        let project: &str = row.try_get("project_id")?;
        let facts = ThingFacts { project: project.parse().ok(), owner: row.try_get("owner_id")? };
        Ok((row.try_get("id")?, facts))
    });
    facts.collect()
}
