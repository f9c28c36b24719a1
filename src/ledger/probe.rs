//! What admission needs to know of a batch, read set-wise: one statement whatever the batch, and so one snapshot.
//!
//! Each key is looked up by its full index through a lateral join, so no statistics can talk the planner into scanning;
//! `enable_seqscan` is off on the writer's connection besides.

use super::artifacts;
use super::pools::{self, PoolFact};
use super::unit::{Idempotency, Refusal, Reply, Unit, UsedBy};
use aggregates::facts::{Claim, ClaimChange, Pool, Requirement, Target};
use sqlx::postgres::PgRow;
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

/// Reads the facts of a batch, and where the ledger ends.
///
/// # Errors
/// The database could not answer.
pub async fn probe(db: &mut PgConnection, units: &[Unit], now: Timestamp) -> Result<Facts, sqlx::Error> {
    let wanted = Wanted::of(units);
    let claims = || wanted.claims.iter();
    let references = || wanted.references.iter();
    let pools = wanted.pools.columns();
    let (artifact_scopes, digests) = artifacts::columns(&wanted.artifacts);
    let (reply_scopes, actors, keys) = reply_columns(&wanted.replies);
    let rows = sqlx::query(include_str!("sql/probe.sql"))
        .bind(&wanted.streams)
        .bind(&wanted.scopes)
        .bind(claims().map(|claim| claim.scope.as_uuid()).collect::<Vec<_>>())
        .bind(claims().map(|claim| claim.kind.as_str()).collect::<Vec<_>>())
        .bind(claims().map(|claim| claim.key.as_str()).collect::<Vec<_>>())
        .bind(references().map(|target| target.scope.as_uuid()).collect::<Vec<_>>())
        .bind(references().map(|target| target.id).collect::<Vec<_>>())
        .bind(references().map(|target| target.kind.as_str()).collect::<Vec<_>>())
        .bind(now.as_micros())
        .bind(MOST_REFERENCES)
        .bind(pools.scopes)
        .bind(pools.pools)
        .bind(pools.resources)
        .bind(pools.holders)
        .bind(pools.limited)
        .bind(artifact_scopes)
        .bind(digests)
        .bind(reply_scopes)
        .bind(actors)
        .bind(keys)
        .fetch_all(db)
        .await?;
    let mut facts = Facts::default();
    for row in &rows {
        wanted.see(row, &mut facts)?;
    }
    Ok(facts)
}

/// What is asked for.
struct Wanted<'u> {
    streams: Vec<Uuid>,
    scopes: Vec<Uuid>,
    claims: Vec<&'u Claim>,
    references: Vec<Target>,
    pools: pools::Wanted,
    artifacts: Vec<artifacts::Key>,
    replies: Vec<&'u Idempotency>,
}

impl<'u> Wanted<'u> {
    fn of(units: &'u [Unit]) -> Self {
        let changes = || units.iter().flat_map(|unit| &unit.changes);
        let mut streams: BTreeSet<Uuid> =
            changes().filter(|change| change.document.is_some()).map(|change| change.id).collect();
        let mut claims: BTreeSet<&Claim> = BTreeSet::new();
        for change in changes().flat_map(|change| &change.claims) {
            if let ClaimChange::Take(claim) = change {
                claims.insert(claim);
            }
        }
        let mut references: BTreeSet<Target> = BTreeSet::new();
        for requirement in changes().flat_map(|change| &change.requirements) {
            match requirement {
                Requirement::InPhase { id, .. } => _ = streams.insert(*id),
                Requirement::Unused(to)
                | Requirement::AtMost { to, .. }
                | Requirement::NoneRemains(to)
                | Requirement::OneRemains(to) => _ = references.insert(*to),
                Requirement::Holds { claim, .. } => _ = claims.insert(claim),
                // All of them are gathered below.
                Requirement::Stored { .. } => {}
            }
        }
        let written_to = changes().map(|change| change.scope);
        let with_rights = changes().flat_map(|change| &change.changes_authority).copied();
        let relied_on = units.iter().flat_map(|unit| &unit.authority).map(|(scope, _)| *scope);
        let scopes: BTreeSet<Uuid> =
            written_to.chain(with_rights).chain(relied_on).map(ScopeId::as_uuid).collect();
        let artifacts: BTreeSet<artifacts::Key> = units.iter().flat_map(artifacts::required).collect();
        Self {
            streams: streams.into_iter().collect(),
            scopes: scopes.into_iter().collect(),
            claims: claims.into_iter().collect(),
            references: references.into_iter().collect(),
            pools: pools::Wanted::of(units),
            artifacts: artifacts.into_iter().collect(),
            replies: units.iter().filter_map(|unit| unit.idempotency.as_ref()).collect(),
        }
    }

    /// Takes one row in. Each says which part of the answer it is, and to which of what was asked for, counted from 1.
    fn see(&self, row: &PgRow, facts: &mut Facts) -> Result<(), sqlx::Error> {
        let at = usize::try_from(row.try_get::<Option<i64>, _>("at")?.unwrap_or(0) - 1).unwrap_or(usize::MAX);
        let unasked = || sqlx::Error::Decode("the probe answered what nobody asked".into());
        match row.try_get("part")? {
            "head" => (facts.position, facts.recorded_at) = (row.try_get("m")?, row.try_get("n")?),
            "stream" => {
                let fact = StreamFact {
                    version: row.try_get("m")?,
                    phase: row.try_get("a")?,
                    created_at: row.try_get("n")?,
                    created_by: row.try_get("b")?,
                    deleted_at: row.try_get("o")?,
                };
                facts.streams.insert(*self.streams.get(at).ok_or_else(unasked)?, fact);
            }
            "scope" => {
                let fact = ScopeFact { position: row.try_get("m")?, authority: row.try_get("n")? };
                facts.scopes.insert(ScopeId::from(*self.scopes.get(at).ok_or_else(unasked)?), fact);
            }
            "claim" => {
                let claim = *self.claims.get(at).ok_or_else(unasked)?;
                facts.claims.insert(claim.clone(), row.try_get("id")?);
            }
            "reference" => {
                let from: Uuid = row.try_get("id")?;
                let used_by = UsedBy {
                    kind: row.try_get::<Option<String>, _>("a")?.unwrap_or_default(),
                    id: from,
                    name: row.try_get::<Option<String>, _>("b")?.unwrap_or_default(),
                };
                let target = *self.references.get(at).ok_or_else(unasked)?;
                facts.references.entry(target).or_default().push(ReferenceFact { from, used_by });
            }
            "pool" => {
                let (pool, holder) = self.pools.at(at).ok_or_else(unasked)?;
                facts.pools.entry(pool).or_default().see(holder, row)?;
            }
            "artifact" => _ = facts.artifacts.insert(self.artifacts.get(at).ok_or_else(unasked)?.clone()),
            "reply" => {
                let key = *self.replies.get(at).ok_or_else(unasked)?;
                facts.replies.insert((key.scope, key.actor.clone(), key.key.clone()), reply(row)?);
            }
            _ => return Err(unasked()),
        }
        Ok(())
    }
}

/// What has been answered to one idempotency key, and to which question.
///
/// # Errors
/// The database could not answer.
pub async fn reply_to(
    db: impl PgExecutor<'_>,
    key: &Idempotency,
) -> Result<Option<([u8; 32], Reply)>, sqlx::Error> {
    let row = sqlx::query(include_str!("sql/reply_to.sql"))
        .bind(key.scope.as_uuid())
        .bind(&key.actor)
        .bind(&key.key)
        .fetch_optional(db)
        .await?;
    row.as_ref().map(reply).transpose()
}

fn reply_columns<'u>(keys: &[&'u Idempotency]) -> (Vec<Uuid>, Vec<&'u str>, Vec<&'u str>) {
    let scopes = keys.iter().map(|key| key.scope.as_uuid()).collect();
    let actors = keys.iter().map(|key| key.actor.as_str()).collect();
    (scopes, actors, keys.iter().map(|key| key.key.as_str()).collect())
}

fn reply(row: &PgRow) -> Result<([u8; 32], Reply), sqlx::Error> {
    let fingerprint: Vec<u8> = row.try_get("bytes")?;
    let refusal: Option<String> = row.try_get("a")?;
    let reply = Reply {
        status: u16::try_from(row.try_get::<i64, _>("m")?).unwrap_or(500),
        document: row.try_get::<Option<Uuid>, _>("id")?.zip(row.try_get("n")?),
        position: row.try_get("o")?,
        refusal: refusal
            .map(|text| serde_json::from_str::<Refusal>(&text))
            .transpose()
            .map_err(|error| sqlx::Error::Decode(error.into()))?,
        body: row.try_get("b")?,
    };
    Ok((fingerprint.try_into().unwrap_or([0; 32]), reply))
}
