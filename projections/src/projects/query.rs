//! How much of a project's quota is held; what was in it when it was deleted.

use aggregates::quota::Resource;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::{Quantity, ScopeId};

/// How much there is of something, and how much of it is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Held {
    /// Of what.
    pub resource: Resource,
    /// The most that may be held; `None` where it is not limited.
    pub limit: Option<Quantity>,
    /// What is held.
    pub used: Quantity,
}

/// How much of what the namespaces of a project hold, for what is limited or held.
///
/// # Errors
/// The database could not answer.
pub async fn held(db: impl PgExecutor<'_>, org: ScopeId, project: Uuid) -> Result<Vec<Held>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT coalesce(l.resource, h.resource) AS resource, l.at_most::text AS at_most, \
         coalesce(h.used, 0)::text AS used \
         FROM (SELECT resource, at_most FROM pool_limits WHERE org_id = $1 AND pool_id = $2) l \
         FULL JOIN (SELECT resource, sum(amount) AS used FROM pool_holdings \
         WHERE org_id = $1 AND pool_id = $2 GROUP BY resource) h ON h.resource = l.resource \
         ORDER BY 1",
    )
    .bind(org.as_uuid())
    .bind(project)
    .fetch_all(db)
    .await?;
    let held = rows.iter().map(|row| {
        let resource: &str = row.try_get("resource")?;
        let Some(resource) = Resource::parse(resource) else { return Ok(None) };
        let limit: Option<&str> = row.try_get("at_most")?;
        let limit = limit.map(|limit| amount(resource, limit)).transpose()?;
        Ok(Some(Held { resource, limit, used: amount(resource, row.try_get("used")?)? }))
    });
    held.filter_map(Result::transpose).collect()
}

/// An amount as the database gives it: units of 10⁻⁹.
fn amount(resource: Resource, nanos: &str) -> Result<Quantity, sqlx::Error> {
    let quantity = nanos.parse().ok().and_then(Quantity::from_nanos);
    quantity
        .map(|quantity| resource.written(quantity))
        .ok_or_else(|| sqlx::Error::Decode(format!("{nanos} is no amount").into()))
}

/// A kind of what is in a project, or is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the kind of its name")]
pub enum Kept {
    Project,
    Addon,
    AddonVersion,
    Blueprint,
    BlueprintVersion,
    Cluster,
    Namespace,
    Workload,
}

impl Kept {
    const ALL: [Self; 8] = [
        Self::Project,
        Self::Addon,
        Self::AddonVersion,
        Self::Blueprint,
        Self::BlueprintVersion,
        Self::Cluster,
        Self::Namespace,
        Self::Workload,
    ];

    /// The kind, as on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Project => "Project",
            Self::Addon => "Addon",
            Self::AddonVersion => "AddonVersion",
            Self::Blueprint => "Blueprint",
            Self::BlueprintVersion => "BlueprintVersion",
            Self::Cluster => "Cluster",
            Self::Namespace => "Namespace",
            Self::Workload => "Workload",
        }
    }
}

/// A project, or something in one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InTree {
    /// Its kind.
    pub kind: Kept,
    /// It.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What it is a version of, by name.
    pub parent: Option<String>,
}

/// A project, and what was deleted between the last time that something in it was made, restored or published, and the last
/// time that it was deleted itself; the newest `limit` of these.
///
/// # Errors
/// The database could not answer.
pub async fn lost_with(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    project: Uuid,
    limit: i64,
) -> Result<Vec<InTree>, sqlx::Error> {
    // `begun` is when something was last made, restored or published before the project was deleted.
    let rows = sqlx::query(
        "WITH tree AS ( \
         SELECT d.id, d.kind, d.name, NULL::text AS parent, d.version, d.phase, d.deleted_at, d.position \
         FROM documents d \
         WHERE d.org_id = $1 AND d.parent_id = $2 AND d.kind IN ('Addon', 'Blueprint', 'Cluster', 'Namespace', 'Workload') \
         UNION ALL \
         SELECT d.id, d.kind, d.name, p.name, d.version, d.phase, d.deleted_at, d.position \
         FROM documents p \
         JOIN documents d ON d.org_id = $1 AND d.parent_id = p.id AND d.kind IN ('AddonVersion', 'BlueprintVersion') \
         WHERE p.org_id = $1 AND p.parent_id = $2 AND p.kind IN ('Addon', 'Blueprint') \
         ), \
         ended AS ( \
         SELECT max(position) AS position \
         FROM ( \
         SELECT d.position FROM documents d WHERE d.org_id = $1 AND d.id = $2 AND d.deleted_at IS NOT NULL \
         UNION ALL \
         SELECT v.position FROM document_versions v WHERE v.org_id = $1 AND v.id = $2 AND v.deleted_at IS NOT NULL \
         ) versions \
         ), \
         begun AS ( \
         SELECT coalesce(max(v.position), 0) AS position \
         FROM tree \
         CROSS JOIN LATERAL ( \
         SELECT tree.version, tree.phase, tree.deleted_at, tree.position \
         UNION ALL \
         SELECT e.version, e.phase, e.deleted_at, e.position \
         FROM document_versions e \
         WHERE e.org_id = $1 AND e.id = tree.id \
         ) v \
         LEFT JOIN LATERAL ( \
         SELECT b.deleted_at, b.phase \
         FROM document_versions b \
         WHERE b.org_id = $1 AND b.id = tree.id AND b.version < v.version \
         ORDER BY b.version DESC \
         LIMIT 1 \
         ) before ON true \
         WHERE v.position < (SELECT position FROM ended) \
         AND v.deleted_at IS NULL \
         AND (before.phase IS NULL OR before.deleted_at IS NOT NULL \
         OR (v.phase = 'published' AND before.phase <> 'published')) \
         ) \
         SELECT d.kind, d.id, d.name, NULL::text AS parent, NULL::bigint AS position \
         FROM documents d \
         WHERE d.org_id = $1 AND d.id = $2 AND d.kind = 'Project' \
         UNION ALL \
         ( \
         SELECT tree.kind, tree.id, tree.name, tree.parent, tree.position \
         FROM tree \
         WHERE tree.deleted_at IS NOT NULL \
         AND tree.position > (SELECT position FROM begun) \
         AND tree.position < (SELECT position FROM ended) \
         ORDER BY tree.position DESC, tree.id \
         LIMIT $3 \
         )",
    ).bind(org.as_uuid()).bind(project).bind(limit).fetch_all(db).await?;
    let thing = |row: &PgRow| {
        let named: &str = row.try_get("kind")?;
        let kind = Kept::ALL.into_iter().find(|kind| kind.as_str() == named);
        let kind = kind.ok_or_else(|| sqlx::Error::Decode(format!("{named} is in no project").into()))?;
        let (id, name, parent) = (row.try_get("id")?, row.try_get("name")?, row.try_get("parent")?);
        Ok(InTree { kind, id, name, parent })
    };
    rows.iter().map(thing).collect()
}
