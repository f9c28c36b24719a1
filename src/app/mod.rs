//! Use cases: what can be asked of the service, from commands to units of work.
//!
//! A use case loads what it needs, lets aggregates decide, and hands a unit to the ledger ([`run`]). It knows nothing of
//! HTTP; what a request says beside its body arrives as a [`Call`].

pub mod bootstrap;
pub mod call;
pub mod declared;
pub mod home;
pub mod orgs;
pub mod people;
pub mod plan;
pub mod projects;
pub mod read;
pub mod references;
mod refusal;
pub mod run;

pub use call::Call;
pub use refusal::{Fault, Refused};
pub use run::Done;

use crate::authn::{Authenticator, Caller, LastUses};
use crate::clock::Clock;
use crate::crypto::{Keyring, Random};
use crate::ids::Ids;
use crate::ledger::{Ledger, LedgerTasks};
use people::People;
use projections::orgs as orgs_read;
use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};
use values::ScopeId;

/// The service, HTTP aside.
#[derive(Debug)]
pub struct App {
    /// Connections to the database.
    pub pool: PgPool,
    /// The ledger.
    pub ledger: Ledger,
    /// The installation's keys.
    pub keyring: Arc<Keyring>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Ids.
    pub ids: Ids,
    /// Random numbers.
    pub random: Random,
    /// Persons' keys.
    pub people: People,
    /// Lets callers in.
    pub authenticator: Authenticator,
    /// When keys were last used.
    pub last_uses: LastUses,
    partners: RwLock<HashMap<ScopeId, ScopeId>>,
}

/// The most orgs whose partner is remembered.
const MOST_PARTNERS_REMEMBERED: usize = 100_000;

/// What an [`App`] is made from, so that tests hold the clock and the dice.
#[derive(Debug)]
pub struct Parts {
    /// Connections to the database, migrated.
    pub pool: PgPool,
    /// The installation's keys.
    pub keyring: Arc<Keyring>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// Makes sources of random numbers: each part of the service has one of its own.
    pub random: fn() -> Random,
}

impl App {
    /// The partner of an org; `None` where there is no such org. Never changes, so it is remembered.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn partner_of(&self, org: ScopeId) -> Result<Option<ScopeId>, sqlx::Error> {
        if let Some(partner) = self.partners.read().unwrap_or_else(PoisonError::into_inner).get(&org) {
            return Ok(Some(*partner));
        }
        let standing = orgs_read::standing(&self.pool, org).await?;
        if let Some(standing) = &standing {
            let mut partners = self.partners.write().unwrap_or_else(PoisonError::into_inner);
            if partners.len() >= MOST_PARTNERS_REMEMBERED {
                partners.clear();
            }
            partners.insert(org, standing.partner);
        }
        Ok(standing.map(|standing| standing.partner))
    }

    /// A key was used; written down later.
    pub async fn saw_use(&self, caller: &Caller, origin: &call::Origin) {
        // A person that cannot be found or sealed for is no reason to refuse the request.
        let person = self.people.find(caller.user).await.ok().flatten();
        let address = person.map(|person| person.seal(&origin.address.to_string()));
        self.last_uses.saw(caller.key.id, caller.scope, self.clock.now(), address, origin.client);
    }

    /// Puts the service together and starts the ledger.
    #[must_use]
    pub fn start(parts: Parts) -> (Arc<Self>, LedgerTasks) {
        let Parts { pool, keyring, clock, random } = parts;
        let (ledger, tasks) = Ledger::start(pool.clone(), Arc::clone(&clock));
        let head = ledger.head().clone();
        let app = Self {
            people: People::new(pool.clone(), Arc::clone(&keyring), random(), head.clone()),
            authenticator: Authenticator::new(pool.clone(), Arc::clone(&keyring), head),
            ids: Ids::new(random()),
            random: random(),
            last_uses: LastUses::default(),
            partners: RwLock::default(),
            pool,
            ledger,
            keyring,
            clock,
        };
        (Arc::new(app), tasks)
    }
}
