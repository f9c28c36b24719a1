//! Which partner is meant.

use sqlx::PgExecutor;
use uuid::Uuid;
use values::ScopeId;

/// The live partner of this name.
///
/// # Errors
/// The database could not answer.
pub async fn named(db: impl PgExecutor<'_>, name: &str) -> Result<Option<ScopeId>, sqlx::Error> {
    held(db, "partnerName", name).await
}

/// The live partner whose console is served under this host.
///
/// # Errors
/// The database could not answer.
pub async fn by_host(db: impl PgExecutor<'_>, host: &str) -> Result<Option<ScopeId>, sqlx::Error> {
    held(db, "partnerHost", host).await
}

async fn held(db: impl PgExecutor<'_>, kind: &str, key: &str) -> Result<Option<ScopeId>, sqlx::Error> {
    let id: Option<Uuid> =
        sqlx::query_scalar("SELECT aggregate_id FROM claims WHERE org_id = $1 AND kind = $2 AND key = $3")
            .bind(ScopeId::PLATFORM.as_uuid())
            .bind(kind)
            .bind(key)
            .fetch_optional(db)
            .await?;
    Ok(id.map(ScopeId::from))
}

/// All partners, deleted ones too: whose orgs the operator lists.
///
/// # Errors
/// The database could not answer.
pub async fn all(db: impl PgExecutor<'_>) -> Result<Vec<ScopeId>, sqlx::Error> {
    let ids: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM documents WHERE parent_id = $1 AND kind = 'Partner' ORDER BY name, id",
    )
    .bind(ScopeId::PLATFORM.as_uuid())
    .fetch_all(db)
    .await?;
    Ok(ids.into_iter().map(ScopeId::from).collect())
}
