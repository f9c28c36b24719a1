//! Recording: a stamped batch becomes rows, in a fixed number of statements.

use super::artifacts;
use super::pools;
use super::stamp::Batch;
use sqlx::PgConnection;
use uuid::Uuid;

/// Stores a batch inside the transaction that holds the ledger's lock.
///
/// # Errors
/// The database could not store it; nothing of it is stored.
pub async fn record(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    if !batch.events.position.is_empty() {
        events(db, batch).await?;
    }
    if !batch.documents.id.is_empty() {
        documents(db, batch).await?;
    }
    if !batch.claims.is_empty() || !batch.references.is_empty() {
        names(db, batch).await?;
    }
    pools::record(db, &batch.pools).await?;
    artifacts::record(db, &batch.artifacts).await?;
    if !batch.replies.is_empty() {
        replies(db, batch).await?;
    }
    if !batch.verifiers.is_empty() {
        verifiers(db, batch).await?;
    }
    if !batch.person_keys.is_empty() {
        person_keys(db, batch).await?;
    }
    if !batch.destroyed_keys.is_empty() {
        destroy_keys(db, &batch.destroyed_keys).await?;
    }
    if !batch.secrets.is_empty() {
        secrets(db, batch).await?;
    }
    if !batch.join_tokens.is_empty() {
        join_tokens(db, batch).await?;
    }
    Ok(())
}

async fn events(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let events = &batch.events;
    let (ids, (positions, authorities)): (Vec<Uuid>, (Vec<i64>, Vec<i64>)) =
        batch.scopes.iter().map(|(id, scope)| (id.as_uuid(), (scope.position, scope.authority))).unzip();
    sqlx::query(include_str!("sql/record_events.sql"))
        .bind(&events.position)
        .bind(&events.org_id)
        .bind(&events.org_position)
        .bind(&events.event_id)
        .bind(&events.aggregate_type)
        .bind(&events.aggregate_id)
        .bind(&events.sequence)
        .bind(&events.event_type)
        .bind(&events.event_version)
        .bind(&events.payload)
        .bind(&events.metadata)
        .bind(&events.leaf)
        .bind(batch.recorded_at)
        .bind(batch.position)
        .bind(&ids)
        .bind(&positions)
        .bind(&authorities)
        .execute(db)
        .await?;
    Ok(())
}

async fn documents(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let documents = &batch.documents;
    sqlx::query(include_str!("sql/record_documents.sql"))
        .bind(&documents.id)
        .bind(&documents.org_id)
        .bind(&documents.parent_id)
        .bind(&documents.kind)
        .bind(&documents.name)
        .bind(&documents.phase)
        .bind(&documents.labels)
        .bind(&documents.search)
        .bind(&documents.external_id)
        .bind(&documents.owner_id)
        .bind(&documents.version)
        .bind(&documents.supersedes)
        .bind(&documents.position)
        .bind(&documents.created_at)
        .bind(&documents.created_by)
        .bind(batch.recorded_at)
        .bind(&documents.deleted_at)
        .bind(&documents.document)
        .execute(db)
        .await?;
    Ok(())
}

async fn names(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let claims = || batch.claims.keys();
    let claim_scopes: Vec<Uuid> = claims().map(|claim| claim.scope.as_uuid()).collect();
    let claim_kinds: Vec<&str> = claims().map(|claim| claim.kind.as_str()).collect();
    let claim_keys: Vec<&str> = claims().map(|claim| claim.key.as_str()).collect();
    let holders: Vec<Option<Uuid>> = batch.claims.values().copied().collect();
    let references = || batch.references.keys();
    let scopes: Vec<Uuid> = references().map(|(to, _)| to.scope.as_uuid()).collect();
    let to: Vec<Uuid> = references().map(|(to, _)| to.id).collect();
    let kinds: Vec<&str> = references().map(|(to, _)| to.kind.as_str()).collect();
    let from: Vec<Uuid> = references().map(|(_, from)| *from).collect();
    let stays: Vec<bool> = batch.references.values().map(Option::is_some).collect();
    let until: Vec<Option<i64>> =
        batch.references.values().map(|change| change.flatten().map(values::Timestamp::as_micros)).collect();
    sqlx::query(include_str!("sql/record_names.sql"))
        .bind(&claim_scopes)
        .bind(&claim_kinds)
        .bind(&claim_keys)
        .bind(&holders)
        .bind(&scopes)
        .bind(&to)
        .bind(&kinds)
        .bind(&from)
        .bind(&stays)
        .bind(&until)
        .execute(db)
        .await?;
    Ok(())
}

async fn replies(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let rows = &batch.replies;
    let scopes: Vec<Uuid> = rows.iter().map(|row| row.key.scope.as_uuid()).collect();
    let actors: Vec<&str> = rows.iter().map(|row| row.key.actor.as_str()).collect();
    let keys: Vec<&str> = rows.iter().map(|row| row.key.key.as_str()).collect();
    let fingerprints: Vec<&[u8]> = rows.iter().map(|row| row.key.fingerprint.as_slice()).collect();
    let statuses: Vec<i16> = rows.iter().map(|row| row.status).collect();
    let ids: Vec<Option<Uuid>> = rows.iter().map(|row| row.document.map(|(id, _)| id)).collect();
    let versions: Vec<Option<i64>> =
        rows.iter().map(|row| row.document.map(|(_, version)| version)).collect();
    let positions: Vec<i64> = rows.iter().map(|row| row.position).collect();
    let refusals: Vec<Option<&str>> = rows.iter().map(|row| row.refusal.as_deref()).collect();
    let bodies: Vec<Option<&str>> = rows.iter().map(|row| row.body.as_deref()).collect();
    sqlx::query(include_str!("sql/record_replies.sql"))
        .bind(&scopes)
        .bind(&actors)
        .bind(&keys)
        .bind(&fingerprints)
        .bind(batch.recorded_at)
        .bind(&statuses)
        .bind(&ids)
        .bind(&versions)
        .bind(&positions)
        .bind(&refusals)
        .bind(&bodies)
        .execute(db)
        .await?;
    Ok(())
}

async fn verifiers(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let rows = &batch.verifiers;
    let ids: Vec<&str> = rows.iter().map(|row| row.access_key_id.as_str()).collect();
    let scopes: Vec<Uuid> = rows.iter().map(|row| row.scope.as_uuid()).collect();
    let keys: Vec<Uuid> = rows.iter().map(|row| row.key_id).collect();
    let peppers: Vec<i32> = rows.iter().map(|row| row.pepper_version).collect();
    let verifiers: Vec<&[u8]> = rows.iter().map(|row| row.verifier.as_slice()).collect();
    sqlx::query(
        "INSERT INTO key_verifiers (access_key_id, org_id, key_id, pepper_version, verifier) \
         SELECT * FROM unnest($1::text[], $2::uuid[], $3::uuid[], $4::int[], $5::bytea[])",
    )
    .bind(&ids)
    .bind(&scopes)
    .bind(&keys)
    .bind(&peppers)
    .bind(&verifiers)
    .execute(db)
    .await?;
    Ok(())
}

async fn person_keys(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let rows = &batch.person_keys;
    let people: Vec<Uuid> = rows.iter().map(|row| row.person).collect();
    let scopes: Vec<Uuid> = rows.iter().map(|row| row.scope.as_uuid()).collect();
    let versions: Vec<i32> = rows.iter().map(|row| row.wrapping_version).collect();
    let wrapped: Vec<&[u8]> = rows.iter().map(|row| row.wrapped.as_slice()).collect();
    sqlx::query(
        "INSERT INTO person_keys (person_id, org_id, wrapping_version, wrapped) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::int[], $4::bytea[])",
    )
    .bind(&people)
    .bind(&scopes)
    .bind(&versions)
    .bind(&wrapped)
    .execute(db)
    .await?;
    Ok(())
}

/// Destroys keys of persons: what is sealed under them cannot be opened any more.
pub(super) async fn destroy_keys(db: &mut PgConnection, people: &[Uuid]) -> Result<u64, sqlx::Error> {
    let destroyed = sqlx::query("DELETE FROM person_keys WHERE person_id = ANY ($1)").bind(people);
    Ok(destroyed.execute(db).await?.rows_affected())
}

async fn secrets(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let rows = &batch.secrets;
    let scopes: Vec<Uuid> = rows.iter().map(|row| row.scope.as_uuid()).collect();
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let versions: Vec<i64> = rows.iter().map(|row| row.version).collect();
    let wrapping: Vec<i32> = rows.iter().map(|row| row.wrapping_version).collect();
    let sealed: Vec<&[u8]> = rows.iter().map(|row| row.sealed.as_slice()).collect();
    sqlx::query(
        "INSERT INTO secrets (org_id, id, version, wrapping_version, sealed) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::int[], $5::bytea[])",
    )
    .bind(&scopes)
    .bind(&ids)
    .bind(&versions)
    .bind(&wrapping)
    .bind(&sealed)
    .execute(db)
    .await?;
    Ok(())
}

/// A batch has one unit a cluster at most, so that no row is written twice by the statement.
async fn join_tokens(db: &mut PgConnection, batch: &Batch) -> Result<(), sqlx::Error> {
    let rows = &batch.join_tokens;
    let scopes: Vec<Uuid> = rows.iter().map(|row| row.scope.as_uuid()).collect();
    let clusters: Vec<Uuid> = rows.iter().map(|row| row.cluster).collect();
    let tokens: Vec<Uuid> = rows.iter().map(|row| row.token).collect();
    let peppers: Vec<i32> = rows.iter().map(|row| row.pepper_version).collect();
    let verifiers: Vec<&[u8]> = rows.iter().map(|row| row.verifier.as_slice()).collect();
    sqlx::query(
        "INSERT INTO join_tokens (org_id, cluster_id, token, pepper_version, verifier) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::int[], $5::bytea[]) \
         ON CONFLICT (org_id, cluster_id) DO UPDATE SET token = excluded.token, \
             pepper_version = excluded.pepper_version, verifier = excluded.verifier",
    )
    .bind(&scopes)
    .bind(&clusters)
    .bind(&tokens)
    .bind(&peppers)
    .bind(&verifiers)
    .execute(db)
    .await?;
    Ok(())
}
