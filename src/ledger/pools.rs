//! Pools: what there is only so much of, shared by whoever holds some.
//!
//! A unit is refused when more of something would be held after it than there is. Every pool is touched by at most
//! one unit of a batch (the next one waits), so what the probe read is what holds until the unit is recorded.

use super::unit::{Refusal, Unit};
use aggregates::facts::{AmountChange, Pool};
use sqlx::Row;
use sqlx::postgres::PgRow;
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

/// What is asked of pools for a batch.
#[derive(Debug)]
pub struct Wanted {
    holders: Vec<(Pool, Uuid)>,
    limited: BTreeSet<Pool>,
}

/// The same in columns.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is the column of its name")]
pub struct WantedColumns {
    pub scopes: Vec<Uuid>,
    pub pools: Vec<Uuid>,
    pub resources: Vec<&'static str>,
    pub holders: Vec<Uuid>,
    /// Whether the batch sets a limit.
    pub limited: Vec<bool>,
}

impl Wanted {
    /// What is asked for these units.
    #[must_use]
    pub fn of(units: &[Unit]) -> Self {
        let mut holders: BTreeSet<(Pool, Uuid)> = BTreeSet::new();
        let mut limited: BTreeSet<Pool> = BTreeSet::new();
        for change in units.iter().flat_map(|unit| &unit.changes) {
            for amount in &change.amounts {
                holders.insert((amount.pool(), change.id));
                if matches!(amount, AmountChange::Limit { at_most: Some(_), .. }) {
                    limited.insert(amount.pool());
                }
            }
        }
        Self { holders: holders.into_iter().collect(), limited }
    }

    /// The pool, and the holder in it, that is asked for in this place.
    #[must_use]
    pub fn at(&self, index: usize) -> Option<(Pool, Uuid)> {
        self.holders.get(index).copied()
    }

    /// In columns.
    #[must_use]
    pub fn columns(&self) -> WantedColumns {
        let pools = || self.holders.iter().map(|(pool, _)| pool);
        WantedColumns {
            scopes: pools().map(|pool| pool.scope.as_uuid()).collect(),
            pools: pools().map(|pool| pool.id).collect(),
            resources: pools().map(|pool| pool.resource.as_str()).collect(),
            holders: self.holders.iter().map(|(_, holder)| *holder).collect(),
            limited: pools().map(|pool| self.limited.contains(pool)).collect(),
        }
    }
}

impl PoolFact {
    /// Takes in what the probe found for one holder.
    pub(super) fn see(&mut self, holder: Uuid, row: &PgRow) -> Result<(), sqlx::Error> {
        self.at_most = row.try_get::<Option<&str>, _>("a")?.map(nanos).transpose()?;
        self.held = nanos(row.try_get("b")?)?;
        self.own.insert(holder, nanos(row.try_get("c")?)?);
        Ok(())
    }
}

/// An amount as it is stored: in units of 10⁻⁹, in decimal.
#[must_use]
pub fn stored(amount: Quantity) -> String {
    amount.as_nanos().to_string()
}

fn nanos(text: &str) -> Result<i128, sqlx::Error> {
    text.parse().map_err(|_| sqlx::Error::Decode(format!("{text} is no amount").into()))
}
