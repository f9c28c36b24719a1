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
        "SELECT id FROM documents WHERE parent_id = $1 AND kind = 'Org' AND name = $2 AND deleted_at IS NULL \
         ORDER BY phase = 'rejected', created_at DESC LIMIT 1",
    )
    .bind(partner.as_uuid())
    .bind(name)
    .fetch_optional(db)
    .await?;
    Ok(id.map(ScopeId::from))
}
