//! What somebody is a member of.

use sqlx::{PgExecutor, Row};
use std::collections::HashMap;
use uuid::Uuid;
use values::{ScopeId, Sealed};

/// A member, as far as others need to name it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Member {
    /// The user.
    pub user: Uuid,
    /// The membership.
    pub membership: Uuid,
    /// Its address.
    pub email: Sealed,
}

/// Those of these users who are members of this scope.
///
/// # Errors
/// The database could not answer.
pub async fn of_users(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    users: &[Uuid],
) -> Result<Vec<Member>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT m.owner_id, m.id, m.name FROM unnest($2::uuid[]) AS wanted(id) CROSS JOIN LATERAL ( \
             SELECT d.owner_id, d.id, d.name FROM documents d \
             WHERE d.org_id = $1 AND d.owner_id = wanted.id AND d.kind = 'User' AND d.deleted_at IS NULL LIMIT 1 \
         ) m",
    )
    .bind(scope.as_uuid())
    .bind(users)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let email =
                Sealed::parse(row.try_get("name")?).map_err(|error| sqlx::Error::Decode(error.into()))?;
            Ok(Member { user: row.try_get("owner_id")?, membership: row.try_get("id")?, email })
        })
        .collect()
}

/// Whether this membership of this scope was erased.
///
/// # Errors
/// The database could not answer.
pub async fn is_erased(
    db: impl PgExecutor<'_>,
    scope: ScopeId,
    membership: Uuid,
) -> Result<bool, sqlx::Error> {
    sqlx::query_scalar(
        "SELECT EXISTS (SELECT FROM documents WHERE org_id = $1 AND id = $2 AND kind = 'User' AND phase = 'erased')",
    )
    .bind(scope.as_uuid())
    .bind(membership)
    .fetch_one(db)
    .await
}

/// Those of these memberships, each with its scope, that were not erased, and the keys that they are sealed under.
///
/// # Errors
/// The database could not answer.
pub async fn not_erased(
    db: impl PgExecutor<'_>,
    memberships: &[(ScopeId, Uuid)],
) -> Result<HashMap<Uuid, Uuid>, sqlx::Error> {
    let (scopes, ids): (Vec<Uuid>, Vec<Uuid>) =
        memberships.iter().map(|(scope, id)| (scope.as_uuid(), *id)).unzip();
    let found: Vec<(Uuid, String)> = sqlx::query_as(
        "SELECT d.id, d.name FROM unnest($1::uuid[], $2::uuid[]) AS wanted(org_id, id) \
         JOIN documents d ON d.id = wanted.id AND d.org_id = wanted.org_id \
         WHERE d.kind = 'User' AND d.phase <> 'erased'",
    )
    .bind(scopes)
    .bind(ids)
    .fetch_all(db)
    .await?;
    let sealed_under = |(id, name): &(Uuid, String)| -> Result<(Uuid, Uuid), sqlx::Error> {
        let email = Sealed::parse(name).map_err(|error| sqlx::Error::Decode(error.into()))?;
        Ok((*id, email.person()))
    };
    found.iter().map(sealed_under).collect()
}

/// The documents of this user's live memberships in these scopes, with the scope's name.
///
/// # Errors
/// The database could not answer.
pub async fn memberships_of(
    db: impl PgExecutor<'_>,
    scopes: &[ScopeId],
    user: Uuid,
) -> Result<Vec<(ScopeId, Option<String>, String)>, sqlx::Error> {
    let scopes: Vec<Uuid> = scopes.iter().map(|scope| scope.as_uuid()).collect();
    let rows = sqlx::query(
        "SELECT m.org_id, s.name, m.document FROM documents m LEFT JOIN documents s ON s.id = m.org_id \
         WHERE m.org_id = ANY ($1) AND m.owner_id = $2 AND m.kind = 'User' AND m.deleted_at IS NULL \
         ORDER BY m.created_at, m.id",
    )
    .bind(scopes)
    .bind(user)
    .fetch_all(db)
    .await?;
    rows.iter()
        .map(|row| {
            let scope = ScopeId::from(row.try_get::<Uuid, _>("org_id")?);
            Ok((scope, row.try_get("name")?, row.try_get("document")?))
        })
        .collect()
}
