//! Pools: what there is only so much of, shared by whoever holds some.
//!
//! A unit is refused when more of something would be held after it than there is. Every pool is touched by at most
//! one unit of a batch (the next one waits), so what the probe read is what holds until the unit is recorded.

use super::unit::{Refusal, Unit};
use aggregates::facts::{AmountChange, Pool};
use sqlx::{PgConnection, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use uuid::Uuid;
use values::Quantity;

/// How much there is in a pool, and who of those concerned holds how much; amounts in units of 10⁻⁹.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PoolFact {
    /// The most that may be held; `None` where that is boundless.
    pub at_most: Option<i128>,
    /// What all holders hold together. Zero where nobody asked, because the pool is boundless.
    pub held: i128,
    /// What holders that a unit of the batch changes hold themselves.
    pub own: HashMap<Uuid, i128>,
}

/// What changes in pools: only the last word on each.
#[derive(Debug, Default)]
pub struct PoolChanges {
    /// Limits set, and lifted (`None`).
    pub limits: HashMap<Pool, Option<Quantity>>,
    /// Amounts held, and released (`None`).
    pub holdings: HashMap<(Pool, Uuid), Option<Quantity>>,
}

impl PoolChanges {
    /// What a unit changes.
    #[must_use]
    pub fn of(unit: &Unit) -> Self {
        let mut changes = Self::default();
        changes.add(unit);
        changes
    }

    /// Adds what a unit changes.
    pub fn add(&mut self, unit: &Unit) {
        for change in &unit.changes {
            for amount in &change.amounts {
                self.see(change.id, amount);
            }
        }
    }

    /// Adds one change, of what this subject says.
    pub fn see(&mut self, subject: Uuid, change: &AmountChange) {
        match change {
            AmountChange::Limit { pool, at_most } => {
                self.limits.insert(*pool, *at_most);
            }
            AmountChange::Hold { pool, amount } => {
                self.holdings.insert((*pool, subject), Some(*amount));
            }
            AmountChange::Release { pool } => {
                self.holdings.insert((*pool, subject), None);
            }
        }
    }

    /// Whether nothing changes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.limits.is_empty() && self.holdings.is_empty()
    }
}

/// The pools that a unit is about.
pub fn touched(unit: &Unit) -> impl Iterator<Item = Pool> + '_ {
    unit.changes.iter().flat_map(|change| &change.amounts).map(AmountChange::pool)
}

/// Why a unit is refused: the first pool of which more would be held than there is.
#[must_use]
pub fn refuses(unit: &Unit, facts: &BTreeMap<Pool, PoolFact>) -> Option<Refusal> {
    let changes = PoolChanges::of(unit);
    let nothing = PoolFact::default();
    touched(unit).collect::<BTreeSet<_>>().into_iter().find_map(|pool| {
        let fact = facts.get(&pool).unwrap_or(&nothing);
        let limit = changes.limits.get(&pool);
        let at_most = limit.map_or(fact.at_most, |limit| limit.map(Quantity::as_nanos))?;
        let holders = changes.holdings.iter().filter(|((of, _), _)| *of == pool);
        let (mut others, mut asked) = (fact.held, 0);
        for ((_, holder), amount) in holders {
            others -= fact.own.get(holder).copied().unwrap_or(0);
            asked += amount.map_or(0, Quantity::as_nanos);
        }
        (others + asked > at_most).then(|| {
            let shown = |nanos| pool.resource.written(Quantity::from_nanos(nanos).unwrap_or(Quantity::MAX));
            Refusal::QuotaExceeded {
                resource: pool.resource,
                limit: shown(at_most),
                used: shown(others),
                asked: shown(asked),
            }
        })
    })
}

/// Reads what is so in the pools that a batch touches, in one statement.
///
/// # Errors
/// The database could not answer.
pub async fn probe(db: &mut PgConnection, units: &[Unit]) -> Result<BTreeMap<Pool, PoolFact>, sqlx::Error> {
    let mut wanted: BTreeSet<(Pool, Uuid)> = BTreeSet::new();
    let mut limited: BTreeSet<Pool> = BTreeSet::new();
    for change in units.iter().flat_map(|unit| &unit.changes) {
        for amount in &change.amounts {
            wanted.insert((amount.pool(), change.id));
            if matches!(amount, AmountChange::Limit { at_most: Some(_), .. }) {
                limited.insert(amount.pool());
            }
        }
    }
    if wanted.is_empty() {
        return Ok(BTreeMap::new());
    }
    let wanted: Vec<(Pool, Uuid)> = wanted.into_iter().collect();
    let scopes: Vec<Uuid> = wanted.iter().map(|(pool, _)| pool.scope.as_uuid()).collect();
    let pools: Vec<Uuid> = wanted.iter().map(|(pool, _)| pool.id).collect();
    let resources: Vec<&str> = wanted.iter().map(|(pool, _)| pool.resource.as_str()).collect();
    let holders: Vec<Uuid> = wanted.iter().map(|(_, holder)| *holder).collect();
    let limited: Vec<bool> = wanted.iter().map(|(pool, _)| limited.contains(pool)).collect();
    let rows = sqlx::query(include_str!("sql/probe_pools.sql"))
        .bind(&scopes)
        .bind(&pools)
        .bind(&resources)
        .bind(&holders)
        .bind(&limited)
        .fetch_all(db)
        .await?;
    let mut facts: BTreeMap<Pool, PoolFact> = BTreeMap::new();
    for row in rows {
        let index: i64 = row.try_get("ordinality")?;
        let Some((pool, holder)) = usize::try_from(index - 1).ok().and_then(|index| wanted.get(index)) else {
            continue;
        };
        let fact = facts.entry(*pool).or_default();
        fact.at_most = row.try_get::<Option<&str>, _>("at_most")?.map(nanos).transpose()?;
        fact.held = nanos(row.try_get("held")?)?;
        fact.own.insert(*holder, nanos(row.try_get("own")?)?);
    }
    Ok(facts)
}

fn nanos(text: &str) -> Result<i128, sqlx::Error> {
    text.parse().map_err(|_| sqlx::Error::Decode(format!("{text} is no amount").into()))
}

/// Stores what changes in pools.
///
/// # Errors
/// The database could not store it.
pub async fn record(db: &mut PgConnection, changes: &PoolChanges) -> Result<(), sqlx::Error> {
    if !changes.limits.is_empty() {
        let pools = || changes.limits.keys();
        sqlx::query(include_str!("sql/record_pool_limits.sql"))
            .bind(pools().map(|pool| pool.scope.as_uuid()).collect::<Vec<_>>())
            .bind(pools().map(|pool| pool.id).collect::<Vec<_>>())
            .bind(pools().map(|pool| pool.resource.as_str()).collect::<Vec<_>>())
            .bind(changes.limits.values().copied().map(stored).collect::<Vec<_>>())
            .execute(&mut *db)
            .await?;
    }
    if !changes.holdings.is_empty() {
        let holdings = || changes.holdings.keys();
        sqlx::query(include_str!("sql/record_pool_holdings.sql"))
            .bind(holdings().map(|(pool, _)| pool.scope.as_uuid()).collect::<Vec<_>>())
            .bind(holdings().map(|(pool, _)| pool.id).collect::<Vec<_>>())
            .bind(holdings().map(|(pool, _)| pool.resource.as_str()).collect::<Vec<_>>())
            .bind(holdings().map(|(_, holder)| *holder).collect::<Vec<_>>())
            .bind(changes.holdings.values().copied().map(stored).collect::<Vec<_>>())
            .execute(db)
            .await?;
    }
    Ok(())
}

fn stored(amount: Option<Quantity>) -> Option<String> {
    amount.map(|amount| amount.as_nanos().to_string())
}
