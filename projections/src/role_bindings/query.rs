//! Who has roles by bindings.

use serde::Deserialize;
use sqlx::PgExecutor;
use uuid::Uuid;
use values::{Role, ScopeId, Timestamp};

/// A role that somebody has by a binding, also where its time is over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The binding.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// The org in which it gives the role.
    pub org: ScopeId,
    /// The role.
    pub role: Role,
    /// The project, where it is not the whole org.
    pub project: Option<Uuid>,
    /// The project's namespaces, where it is only these.
    pub namespaces: Vec<Uuid>,
    /// When it ends by itself.
    pub until: Option<Timestamp>,
    /// The group through which it is held.
    pub group: Option<Uuid>,
    /// Whether it lets one of the partner's staff in.
    pub break_glass: bool,
}

#[derive(Deserialize)]
struct Row {
    org: Uuid,
    group: Option<Uuid>,
    document: Document,
}

#[derive(Deserialize)]
struct Document {
    metadata: Metadata,
    spec: Spec,
    status: Status,
}

#[derive(Deserialize)]
struct Metadata {
    id: Uuid,
    name: String,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Spec {
    role: Role,
    scope: Scope,
    expires_at: Option<Timestamp>,
}

#[derive(Deserialize)]
struct Scope {
    project: Option<Id>,
    namespaces: Vec<Id>,
}

#[derive(Deserialize)]
struct Id {
    id: Uuid,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    break_glass: bool,
}

impl Held {
    /// Reads what the database's function `role_bindings_of` returns.
    ///
    /// # Errors
    /// It is not what that returns.
    pub fn read(rows: Option<&str>) -> Result<Vec<Self>, serde_json::Error> {
        let rows: Vec<Row> = rows.map_or_else(|| Ok(vec![]), serde_json::from_str)?;
        Ok(rows.into_iter().map(Self::from).collect())
    }
}

impl From<Row> for Held {
    fn from(row: Row) -> Self {
        let Document { metadata, spec, status } = row.document;
        Self {
            id: metadata.id,
            name: metadata.name,
            org: ScopeId::from(row.org),
            role: spec.role,
            project: spec.scope.project.map(|project| project.id),
            namespaces: spec.scope.namespaces.into_iter().map(|namespace| namespace.id).collect(),
            until: spec.expires_at,
            group: row.group,
            break_glass: status.break_glass,
        }
    }
}

/// The bindings that give this membership of this scope roles directly, and the orgs they are in.
///
/// # Errors
/// The database could not answer.
pub async fn given_to(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    membership: Uuid,
) -> Result<Vec<(Uuid, ScopeId)>, sqlx::Error> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT r.from_id, d.org_id FROM object_references r JOIN documents d ON d.id = r.from_id \
         WHERE r.org_id = $1 AND r.to_id = $2 AND r.kind = 'grants'",
    )
    .bind(scope.as_uuid())
    .bind(membership)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, org)| (id, ScopeId::from(org))).collect())
}

/// Bindings of any org that ended by themselves at this time (microseconds since the epoch) or before, which is not
/// recorded yet: the first of them, and the orgs they are in. For the timer that records it.
///
/// # Errors
/// The database could not answer.
pub async fn ended_by(
    db: impl PgExecutor<'_>,
    time: i64,
    most: i64,
) -> Result<Vec<(Uuid, ScopeId)>, sqlx::Error> {
    let rows: Vec<(Uuid, Uuid)> = sqlx::query_as(
        "SELECT r.from_id, d.org_id FROM object_references r JOIN documents d ON d.id = r.from_id \
         WHERE r.kind = 'grants' AND r.until <= $1 ORDER BY r.until, r.from_id LIMIT $2",
    )
    .bind(time)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(id, org)| (id, ScopeId::from(org))).collect())
}
