//! Which org is meant, and how it stands.

use sqlx::{PgExecutor, Row};
use uuid::Uuid;
use values::ScopeId;

/// How an org stands, as far as deciding over it needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing {
    /// The org.
    pub org: ScopeId,
    /// Its partner.
    pub partner: ScopeId,
    /// Its phase, as on the wire.
    pub phase: String,
}

/// How the org with this id stands, whoever's it is. Whether the caller may know is the authorizer's to say.
///
/// # Errors
/// The database could not answer.
pub async fn standing(db: impl PgExecutor<'_>, org: ScopeId) -> Result<Option<Standing>, sqlx::Error> {
    let row = sqlx::query(
        "SELECT org_id, parent_id, phase FROM documents WHERE id = $1 AND org_id = $1 AND kind = 'Org'",
    )
    .bind(org.as_uuid())
    .fetch_optional(db)
    .await?;
    row.map(|row| {
        Ok(Standing {
            org: ScopeId::from(row.try_get::<Uuid, _>("org_id")?),
            partner: ScopeId::from(row.try_get::<Uuid, _>("parent_id")?),
            phase: row.try_get("phase")?,
        })
    })
    .transpose()
}

/// The live org of this name in this partner.
///
/// # Errors
/// The database could not answer.
pub async fn named(
    db: impl PgExecutor<'_>,
    partner: ScopeId,
    name: &str,
) -> Result<Option<ScopeId>, sqlx::Error> {
    let id: Option<Uuid> = sqlx::query_scalar(
        "SELECT id FROM ( \
             SELECT * FROM documents WHERE parent_id = $1 AND kind = 'Org' AND name BETWEEN $2 AND $2 \
             ORDER BY name, id OFFSET 0 \
         ) named \
         WHERE deleted_at IS NULL \
         ORDER BY phase = 'rejected', created_at DESC LIMIT 1",
    )
    .bind(partner.as_uuid())
    .bind(name)
    .fetch_optional(db)
    .await?;
    Ok(id.map(ScopeId::from))
}

/// The orgs of this partner that ever had this name: which had it last, first; at most eight.
///
/// # Errors
/// The database could not answer.
pub async fn ever_named(
    db: impl PgExecutor<'_>,
    partner: ScopeId,
    name: &str,
) -> Result<Vec<ScopeId>, sqlx::Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT named.id \
         FROM ( \
             (SELECT id, org_id FROM documents WHERE parent_id = $1 AND kind = 'Org' AND name BETWEEN $2 AND $2 \
             ORDER BY name, id) \
             UNION ALL \
             (SELECT id, org_id FROM documents \
             WHERE parent_id = $1 AND kind = 'Org' AND name <> $2 AND renamed_at IS NOT NULL ORDER BY renamed_at) \
         ) named \
         CROSS JOIN LATERAL ( \
             SELECT max(position) AS position FROM ( \
                 SELECT d.position FROM documents d \
                 WHERE d.org_id = named.org_id AND d.id = named.id AND d.name = $2 \
                 UNION ALL \
                 SELECT v.position FROM document_versions v \
                 WHERE v.org_id = named.org_id AND v.id = named.id AND v.name = $2 \
             ) versions \
         ) last \
         WHERE last.position IS NOT NULL \
         ORDER BY last.position DESC LIMIT 8",
    )
    .bind(partner.as_uuid())
    .bind(name)
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(ScopeId::from).collect())
}

/// How many orgs signed up with this partner and wait for its word; counted up to `most`.
///
/// # Errors
/// The database could not answer.
pub async fn waiting(db: impl PgExecutor<'_>, partner: ScopeId, most: i64) -> Result<i64, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT count(*) FROM (SELECT FROM documents \
         WHERE parent_id = $1 AND kind = 'Org' AND phase = 'pendingApproval' \
             AND document::json #>> '{status,origin}' = 'signup' LIMIT $2) AS waiting",
    )
    .bind(partner.as_uuid())
    .bind(most)
    .fetch_one(db)
    .await
}

/// The orgs that signed up with these partners before this time (microseconds since the epoch), and still wait.
///
/// # Errors
/// The database could not answer.
pub async fn waiting_since(
    db: impl PgExecutor<'_>,
    partners: &[ScopeId],
    before: i64,
    most: i64,
) -> Result<Vec<ScopeId>, sqlx::Error> {
    let partners: Vec<Uuid> = partners.iter().map(|partner| partner.as_uuid()).collect();
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM documents WHERE parent_id = ANY ($1) AND kind = 'Org' AND phase = 'pendingApproval' \
             AND created_at <= $2 AND document::json #>> '{status,origin}' = 'signup' \
         ORDER BY created_at, id LIMIT $3",
    )
    .bind(partners)
    .bind(before)
    .bind(most)
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(ScopeId::from).collect())
}
