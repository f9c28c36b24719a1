//! What admission needs to know of a batch, read set-wise: a fixed number of statements whatever the batch.
//!
//! Every statement looks each key up by its full index through a lateral join, so no statistics can talk the planner
//! into scanning; `enable_seqscan` is off on the writer's connection besides.

use super::artifacts;
use super::pools::{self, PoolFact};
use super::unit::{Idempotency, Refusal, Reply, Unit, UsedBy};
use aggregates::facts::{Claim, ClaimChange, Pool, Requirement, Target};
use sqlx::{PgConnection, PgExecutor, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;
use values::{ScopeId, Timestamp};

/// What a stream's document says of it.
#[derive(Clone, Debug)]
pub struct StreamFact {
    /// The stream's last sequence.
    pub version: i64,
    /// The phase on the wire.
    pub phase: String,
    /// When it was made, in microseconds since the epoch.
    pub created_at: i64,
    /// Who made it: an `Actor` as JSON.
    pub created_by: String,
    /// When it was deleted, in microseconds since the epoch.
    pub deleted_at: Option<i64>,
}

/// Where a scope's order ends, and the version of who may do what in it.
#[derive(Clone, Copy, Debug, Default)]
pub struct ScopeFact {
    /// The last position.
    pub position: i64,
    /// The version of who may do what.
    pub authority: i64,
}

/// Something that leans on a target.
#[derive(Clone, Debug)]
pub struct ReferenceFact {
    /// What leans.
    pub from: Uuid,
    /// The same, for a refusal to name.
    pub used_by: UsedBy,
}

type IdempotencyKey = (ScopeId, String, String);

/// What is so, as far as a batch needs to know.
#[derive(Debug, Default)]
pub struct Facts {
    /// The ledger's last position.
    pub position: i64,
    /// When that was recorded, in microseconds since the epoch.
    pub recorded_at: i64,
    /// Streams by aggregate.
    pub streams: HashMap<Uuid, StreamFact>,
    /// Who holds a name.
    pub claims: HashMap<Claim, Uuid>,
    /// What leans on what; at most [`MOST_REFERENCES`] of each.
    pub references: HashMap<Target, Vec<ReferenceFact>>,
    /// How much there is of what, and how much of it is held.
    pub pools: BTreeMap<Pool, PoolFact>,
    /// The artifacts that are kept, of those that the batch refers to.
    pub artifacts: BTreeSet<artifacts::Key>,
    /// What has been answered to an idempotency key, and to which question.
    pub replies: HashMap<IdempotencyKey, ([u8; 32], Reply)>,
    scopes: HashMap<ScopeId, ScopeFact>,
}

impl Facts {
    /// Where a scope stands.
    #[must_use]
    pub fn scope(&self, scope: ScopeId) -> ScopeFact {
        self.scopes.get(&scope).copied().unwrap_or_default()
    }
}

/// How many references to one target are looked at: more than any requirement counts to.
pub const MOST_REFERENCES: i64 = 16;

/// Reads the facts of a batch. `head` is the ledger's last position and time, as locked or as in the snapshot.
///
/// # Errors
/// The database could not answer.
pub async fn probe(
    db: &mut PgConnection,
    units: &[Unit],
    head: (i64, i64),
    now: Timestamp,
) -> Result<Facts, sqlx::Error> {
    let mut facts = Facts { position: head.0, recorded_at: head.1, ..Facts::default() };
    streams(db, units, &mut facts).await?;
    scopes(db, units, &mut facts).await?;
    claims(db, units, &mut facts).await?;
    references(db, units, &mut facts, now).await?;
    facts.pools = pools::probe(db, units).await?;
    facts.artifacts = artifacts::probe(db, units).await?;
    replies(db, units, &mut facts).await?;
    Ok(facts)
}

async fn streams(db: &mut PgConnection, units: &[Unit], facts: &mut Facts) -> Result<(), sqlx::Error> {
    let changes = || units.iter().flat_map(|unit| &unit.changes);
    let required =
        changes().flat_map(|change| &change.requirements).filter_map(|requirement| match requirement {
            Requirement::InPhase { id, .. } => Some(*id),
            Requirement::Unused(_)
            | Requirement::AtMost { .. }
            | Requirement::NoneRemains(_)
            | Requirement::OneRemains(_)
            | Requirement::Holds { .. }
            | Requirement::Stored { .. } => None,
        });
    let documented = changes().filter(|change| change.document.is_some()).map(|change| change.id);
    let ids: Vec<Uuid> = documented.chain(required).collect::<BTreeSet<_>>().into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    for row in sqlx::query(include_str!("sql/probe_streams.sql")).bind(&ids).fetch_all(db).await? {
        let fact = StreamFact {
            version: row.try_get("version")?,
            phase: row.try_get("phase")?,
            created_at: row.try_get("created_at")?,
            created_by: row.try_get("created_by")?,
            deleted_at: row.try_get("deleted_at")?,
        };
        facts.streams.insert(row.try_get("id")?, fact);
    }
    Ok(())
}

async fn scopes(db: &mut PgConnection, units: &[Unit], facts: &mut Facts) -> Result<(), sqlx::Error> {
    let changes = || units.iter().flat_map(|unit| &unit.changes);
    let written_to = changes().map(|change| change.scope);
    let with_rights = changes().flat_map(|change| &change.changes_authority).copied();
    let relied_on = units.iter().flat_map(|unit| &unit.authority).map(|(scope, _)| *scope);
    let ids: BTreeSet<Uuid> = written_to.chain(with_rights).chain(relied_on).map(ScopeId::as_uuid).collect();
    let ids: Vec<Uuid> = ids.into_iter().collect();
    if ids.is_empty() {
        return Ok(());
    }
    for row in sqlx::query(include_str!("sql/probe_scopes.sql")).bind(&ids).fetch_all(db).await? {
        let fact = ScopeFact { position: row.try_get("position")?, authority: row.try_get("authority")? };
        facts.scopes.insert(ScopeId::from(row.try_get::<Uuid, _>("org_id")?), fact);
    }
    Ok(())
}

async fn claims(db: &mut PgConnection, units: &[Unit], facts: &mut Facts) -> Result<(), sqlx::Error> {
    let changes = || units.iter().flat_map(|unit| &unit.changes);
    let taken = changes().flat_map(|change| &change.claims).filter_map(|change| match change {
        ClaimChange::Take(claim) => Some(claim),
        ClaimChange::Release(_) => None,
    });
    let held =
        changes().flat_map(|change| &change.requirements).filter_map(|requirement| match requirement {
            Requirement::Holds { claim, .. } => Some(claim),
            Requirement::InPhase { .. }
            | Requirement::Unused(_)
            | Requirement::AtMost { .. }
            | Requirement::NoneRemains(_)
            | Requirement::OneRemains(_)
            | Requirement::Stored { .. } => None,
        });
    let wanted: BTreeSet<&Claim> = taken.chain(held).collect();
    if wanted.is_empty() {
        return Ok(());
    }
    let wanted: Vec<&Claim> = wanted.into_iter().collect();
    let scopes: Vec<Uuid> = wanted.iter().map(|claim| claim.scope.as_uuid()).collect();
    let kinds: Vec<&str> = wanted.iter().map(|claim| claim.kind.as_str()).collect();
    let keys: Vec<&str> = wanted.iter().map(|claim| claim.key.as_str()).collect();
    let rows = sqlx::query(include_str!("sql/probe_claims.sql"))
        .bind(&scopes)
        .bind(&kinds)
        .bind(&keys)
        .fetch_all(db)
        .await?;
    for row in rows {
        let index: i64 = row.try_get("ordinality")?;
        if let Some(claim) = usize::try_from(index - 1).ok().and_then(|index| wanted.get(index)) {
            facts.claims.insert((*claim).clone(), row.try_get("aggregate_id")?);
        }
    }
    Ok(())
}

async fn references(
    db: &mut PgConnection,
    units: &[Unit],
    facts: &mut Facts,
    now: Timestamp,
) -> Result<(), sqlx::Error> {
    let requirements = units.iter().flat_map(|unit| &unit.changes).flat_map(|change| &change.requirements);
    let targets: BTreeSet<Target> = requirements
        .filter_map(|requirement| match requirement {
            Requirement::InPhase { .. } | Requirement::Holds { .. } | Requirement::Stored { .. } => None,
            Requirement::Unused(to)
            | Requirement::AtMost { to, .. }
            | Requirement::NoneRemains(to)
            | Requirement::OneRemains(to) => Some(*to),
        })
        .collect();
    if targets.is_empty() {
        return Ok(());
    }
    let targets: Vec<Target> = targets.into_iter().collect();
    let scopes: Vec<Uuid> = targets.iter().map(|target| target.scope.as_uuid()).collect();
    let ids: Vec<Uuid> = targets.iter().map(|target| target.id).collect();
    let kinds: Vec<&str> = targets.iter().map(|target| target.kind.as_str()).collect();
    let rows = sqlx::query(include_str!("sql/probe_references.sql"))
        .bind(&scopes)
        .bind(&ids)
        .bind(&kinds)
        .bind(now.as_micros())
        .bind(MOST_REFERENCES)
        .fetch_all(db)
        .await?;
    for row in rows {
        let index: i64 = row.try_get("ordinality")?;
        let Some(target) = usize::try_from(index - 1).ok().and_then(|index| targets.get(index)) else {
            continue;
        };
        let from: Uuid = row.try_get("from_id")?;
        let used_by = UsedBy {
            kind: row.try_get::<Option<String>, _>("from_kind")?.unwrap_or_default(),
            id: from,
            name: row.try_get::<Option<String>, _>("from_name")?.unwrap_or_default(),
        };
        facts.references.entry(*target).or_default().push(ReferenceFact { from, used_by });
    }
    Ok(())
}

async fn replies(db: &mut PgConnection, units: &[Unit], facts: &mut Facts) -> Result<(), sqlx::Error> {
    let keys: Vec<&Idempotency> = units.iter().filter_map(|unit| unit.idempotency.as_ref()).collect();
    if !keys.is_empty() {
        facts.replies = replies_to(db, &keys).await?;
    }
    Ok(())
}

/// What has been answered to one idempotency key, and to which question.
///
/// # Errors
/// The database could not answer.
pub async fn reply_to(
    db: impl PgExecutor<'_>,
    key: &Idempotency,
) -> Result<Option<([u8; 32], Reply)>, sqlx::Error> {
    Ok(replies_to(db, &[key]).await?.into_values().next())
}

async fn replies_to(
    db: impl PgExecutor<'_>,
    keys: &[&Idempotency],
) -> Result<HashMap<IdempotencyKey, ([u8; 32], Reply)>, sqlx::Error> {
    let scopes: Vec<Uuid> = keys.iter().map(|key| key.scope.as_uuid()).collect();
    let actors: Vec<&str> = keys.iter().map(|key| key.actor.as_str()).collect();
    let texts: Vec<&str> = keys.iter().map(|key| key.key.as_str()).collect();
    let rows = sqlx::query(include_str!("sql/probe_replies.sql"))
        .bind(&scopes)
        .bind(&actors)
        .bind(&texts)
        .fetch_all(db)
        .await?;
    let mut replies = HashMap::with_capacity(rows.len());
    for row in rows {
        let index: i64 = row.try_get("ordinality")?;
        let Some(key) = usize::try_from(index - 1).ok().and_then(|index| keys.get(index)) else { continue };
        let fingerprint: Vec<u8> = row.try_get("fingerprint")?;
        let refusal: Option<String> = row.try_get("refusal")?;
        let reply = Reply {
            status: u16::try_from(row.try_get::<i16, _>("status")?).unwrap_or(500),
            document: row.try_get::<Option<Uuid>, _>("document_id")?.zip(row.try_get("version")?),
            position: row.try_get("position")?,
            refusal: refusal
                .map(|text| serde_json::from_str::<Refusal>(&text))
                .transpose()
                .map_err(|error| sqlx::Error::Decode(error.into()))?,
            body: row.try_get("body")?,
        };
        let fingerprint = fingerprint.try_into().unwrap_or([0; 32]);
        replies.insert((key.scope, key.actor.clone(), key.key.clone()), (fingerprint, reply));
    }
    Ok(replies)
}
