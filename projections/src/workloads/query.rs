//! On which clusters something can be put.

use aggregates::reference::Reference;
use aggregates::rollout::Candidate;
use sqlx::postgres::PgRow;
use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// Those of these clusters of the org that are in one of these phases and that this namespace is published on, by name.
///
/// # Errors
/// The database could not answer.
pub async fn candidates(
    db: impl PgExecutor<'_>,
    org: ScopeId,
    namespace: &Reference,
    clusters: &[Uuid],
    phases: &[&str],
) -> Result<Vec<Candidate>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT d.id, d.name, d.labels::text AS labels FROM unnest($4::uuid[]) AS wanted(id) \
         JOIN claims c ON c.org_id = $1 AND c.kind = 'clusterNamespace' AND c.key = wanted.id || '/' || $3 \
             AND c.aggregate_id = $2 \
         JOIN documents d ON d.org_id = $1 AND d.id = wanted.id AND d.deleted_at IS NULL \
             AND d.phase = ANY ($5::text[]) \
         ORDER BY d.name, d.id",
    )
    .bind(org.as_uuid())
    .bind(namespace.id)
    .bind(&namespace.name)
    .bind(clusters)
    .bind(phases)
    .fetch_all(db)
    .await?;
    rows.iter().map(candidate).collect()
}

fn candidate(row: &PgRow) -> Result<Candidate, sqlx::Error> {
    let labels: String = row.try_get("labels")?;
    let labels = serde_json::from_str(&labels).map_err(|error| sqlx::Error::Decode(error.into()))?;
    Ok(Candidate { id: row.try_get("id")?, name: row.try_get("name")?, labels })
}
