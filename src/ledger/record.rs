//! Recording: a stamped batch becomes rows, by one statement whatever is in it.

use super::artifacts;
use super::pools::{PoolChanges, stored};
use super::stamp::{Batch, DocumentColumns, EventColumns, ReplyRow};
use sqlx::PgConnection;
use sqlx::Postgres;
use sqlx::postgres::PgArguments;
use sqlx::query::Query;
use uuid::Uuid;
use values::Timestamp;

/// A statement whose parameters are being bound.
pub(super) type Statement<'q> = Query<'q, Postgres, PgArguments>;

/// Stores a batch, if the ledger's head is still where the batch was judged; says whether it was. Nothing is stored
/// where it was not. Outside a transaction this commits.
///
/// # Errors
/// The database could not store it; nothing of it is stored, unless the error is that it has not answered.
pub async fn record(db: &mut PgConnection, batch: &Batch) -> Result<bool, sqlx::Error> {
    let statement = sqlx::query(include_str!("sql/record.sql"))
        .bind(batch.position)
        .bind(batch.recorded_at)
        .bind(batch.judged_at.position)
        .bind(batch.judged_at.recorded_at);
    let statement = events(statement, &batch.events);
    let statement = scopes(statement, batch);
    let statement = documents(statement, &batch.documents);
    let statement = names(statement, batch);
    let statement = replies(statement, &batch.replies);
    let statement = beside(statement, batch);
    let statement = pools(statement, &batch.pools);
    let statement = statement.bind(&batch.destroyed_keys);
    Ok(statement.execute(db).await?.rows_affected() == 1)
}

fn events<'q>(statement: Statement<'q>, events: &'q EventColumns) -> Statement<'q> {
    statement
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
}

/// Where scopes end, and the versions of who may do what in them.
pub(super) fn scopes<'q>(statement: Statement<'q>, batch: &'q Batch) -> Statement<'q> {
    let (ids, (positions, authorities)): (Vec<Uuid>, (Vec<i64>, Vec<i64>)) =
        batch.scopes.iter().map(|(id, scope)| (id.as_uuid(), (scope.position, scope.authority))).unzip();
    statement.bind(ids).bind(positions).bind(authorities)
}

fn documents<'q>(statement: Statement<'q>, documents: &'q DocumentColumns) -> Statement<'q> {
    statement
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
        .bind(&documents.deleted_at)
        .bind(&documents.document)
}

/// What names are taken and given up, and what begins and stops to lean on what.
pub(super) fn names<'q>(statement: Statement<'q>, batch: &'q Batch) -> Statement<'q> {
    references(claims(statement, batch), batch)
}

/// What names are taken and given up.
fn claims<'q>(statement: Statement<'q>, batch: &'q Batch) -> Statement<'q> {
    let claims = || batch.claims.keys();
    statement
        .bind(claims().map(|claim| claim.scope.as_uuid()).collect::<Vec<_>>())
        .bind(claims().map(|claim| claim.kind.as_str()).collect::<Vec<_>>())
        .bind(claims().map(|claim| claim.key.as_str()).collect::<Vec<_>>())
        .bind(batch.claims.values().copied().collect::<Vec<_>>())
}

/// What begins and stops to lean on what.
fn references<'q>(statement: Statement<'q>, batch: &'q Batch) -> Statement<'q> {
    let references = || batch.references.keys();
    let ends = batch.references.values();
    statement
        .bind(references().map(|(to, _)| to.scope.as_uuid()).collect::<Vec<_>>())
        .bind(references().map(|(to, _)| to.id).collect::<Vec<_>>())
        .bind(references().map(|(to, _)| to.kind.as_str()).collect::<Vec<_>>())
        .bind(references().map(|(_, from)| *from).collect::<Vec<_>>())
        .bind(ends.clone().map(Option::is_some).collect::<Vec<_>>())
        .bind(ends.map(|end| end.flatten().map(Timestamp::as_micros)).collect::<Vec<_>>())
}

fn replies<'q>(statement: Statement<'q>, replies: &'q [ReplyRow]) -> Statement<'q> {
    let rows = || replies.iter();
    statement
        .bind(rows().map(|row| row.key.scope.as_uuid()).collect::<Vec<_>>())
        .bind(rows().map(|row| row.key.actor.as_str()).collect::<Vec<_>>())
        .bind(rows().map(|row| row.key.key.as_str()).collect::<Vec<_>>())
        .bind(rows().map(|row| row.key.fingerprint.as_slice()).collect::<Vec<_>>())
        .bind(rows().map(|row| row.status).collect::<Vec<_>>())
        .bind(rows().map(|row| row.document.map(|(id, _)| id)).collect::<Vec<_>>())
        .bind(rows().map(|row| row.document.map(|(_, version)| version)).collect::<Vec<_>>())
        .bind(rows().map(|row| row.position).collect::<Vec<_>>())
        .bind(rows().map(|row| row.refusal.as_deref()).collect::<Vec<_>>())
        .bind(rows().map(|row| row.body.as_deref()).collect::<Vec<_>>())
}

/// What must never be an event, and the artifacts that events refer to from now on.
fn beside<'q>(statement: Statement<'q>, batch: &'q Batch) -> Statement<'q> {
    let people = || batch.person_keys.iter();
    let verifiers = || batch.verifiers.iter();
    let secrets = || batch.secrets.iter();
    let tokens = || batch.join_tokens.iter();
    let (artifact_scopes, digests) = artifacts::columns(&batch.artifacts);
    statement
        .bind(people().map(|row| row.person).collect::<Vec<_>>())
        .bind(people().map(|row| row.scope.as_uuid()).collect::<Vec<_>>())
        .bind(people().map(|row| row.wrapping_version).collect::<Vec<_>>())
        .bind(people().map(|row| row.wrapped.as_slice()).collect::<Vec<_>>())
        .bind(verifiers().map(|row| row.access_key_id.as_str()).collect::<Vec<_>>())
        .bind(verifiers().map(|row| row.scope.as_uuid()).collect::<Vec<_>>())
        .bind(verifiers().map(|row| row.key_id).collect::<Vec<_>>())
        .bind(verifiers().map(|row| row.pepper_version).collect::<Vec<_>>())
        .bind(verifiers().map(|row| row.verifier.as_slice()).collect::<Vec<_>>())
        .bind(secrets().map(|row| row.scope.as_uuid()).collect::<Vec<_>>())
        .bind(secrets().map(|row| row.id).collect::<Vec<_>>())
        .bind(secrets().map(|row| row.version).collect::<Vec<_>>())
        .bind(secrets().map(|row| row.wrapping_version).collect::<Vec<_>>())
        .bind(secrets().map(|row| row.sealed.as_slice()).collect::<Vec<_>>())
        .bind(tokens().map(|row| row.scope.as_uuid()).collect::<Vec<_>>())
        .bind(tokens().map(|row| row.cluster).collect::<Vec<_>>())
        .bind(tokens().map(|row| row.token).collect::<Vec<_>>())
        .bind(tokens().map(|row| row.pepper_version).collect::<Vec<_>>())
        .bind(tokens().map(|row| row.verifier.as_slice()).collect::<Vec<_>>())
        .bind(artifact_scopes)
        .bind(digests)
}

/// Limits of pools, and what is held of them.
pub(super) fn pools<'q>(statement: Statement<'q>, changes: &'q PoolChanges) -> Statement<'q> {
    let limits = || changes.limits.keys();
    let holdings = || changes.holdings.keys();
    statement
        .bind(limits().map(|pool| pool.scope.as_uuid()).collect::<Vec<_>>())
        .bind(limits().map(|pool| pool.id).collect::<Vec<_>>())
        .bind(limits().map(|pool| pool.resource.as_str()).collect::<Vec<_>>())
        .bind(changes.limits.values().map(|amount| amount.map(stored)).collect::<Vec<_>>())
        .bind(holdings().map(|(pool, _)| pool.scope.as_uuid()).collect::<Vec<_>>())
        .bind(holdings().map(|(pool, _)| pool.id).collect::<Vec<_>>())
        .bind(holdings().map(|(pool, _)| pool.resource.as_str()).collect::<Vec<_>>())
        .bind(holdings().map(|(_, holder)| *holder).collect::<Vec<_>>())
        .bind(changes.holdings.values().map(|amount| amount.map(stored)).collect::<Vec<_>>())
}

/// Destroys keys of persons: what is sealed under them cannot be opened any more.
pub(super) async fn destroy_keys(db: &mut PgConnection, people: &[Uuid]) -> Result<u64, sqlx::Error> {
    let destroyed = sqlx::query("DELETE FROM person_keys WHERE person_id = ANY ($1)").bind(people);
    Ok(destroyed.execute(db).await?.rows_affected())
}
