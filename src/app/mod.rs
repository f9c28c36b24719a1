//! Use cases: what can be asked of the service, from commands to units of work.
//!
//! A use case loads what it needs, lets aggregates decide, and hands a unit to the ledger ([`run`]). It knows nothing of
//! HTTP; what a request says beside its body arrives as a [`Call`].

pub mod access;
pub mod addon_versions;
pub mod addons;
pub mod anonymous;
pub mod apply;
pub mod artifacts;
pub mod attempts;
pub mod audit;
pub mod blueprint_versions;
pub mod blueprints;
pub mod bodies;
pub mod bootstrap;
pub mod call;
pub mod cascade;
pub mod clusters;
pub mod declared;
pub mod deliveries;
pub mod erasing;
pub mod groups;
pub mod health;
pub mod history;
pub mod home;
mod hot;
mod issuing;
pub mod keys;
pub mod leases;
pub mod look_ups;
pub mod me;
pub mod namespaces;
pub mod orgs;
pub mod partners;
pub mod people;
pub mod placement;
pub mod plan;
pub mod projects;
pub mod proofs;
mod provenance;
pub mod rate;
pub mod read;
pub mod references;
mod refusal;
pub mod role_bindings;
pub mod run;
pub mod secrets;
pub mod signup;
pub mod standing;
pub mod streams;
pub mod timers;
pub mod turns;
pub mod users;
mod uses;
pub mod webhooks;
pub mod workloads;

pub use call::Call;
pub use refusal::{Fault, Refused};
pub use run::Done;

use crate::authn::{self, Authenticator, LastUses};
use crate::clock::Clock;
use crate::crypto::{Keyring, Random};
use crate::ids::Ids;
use crate::ledger::erasures::Erasures;
use crate::ledger::proofs::Checkpoints;
use crate::ledger::{Ledger, LedgerTasks};
use people::People;
use sqlx::PgPool;
use standing::Standings;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::Arc;
use values::HttpUrl;

/// What whoever runs the service has decided.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// Whether events are sent to addresses that are not public, and without TLS: for development.
    pub allow_private_webhooks: bool,
    /// Where agents find the service.
    pub public_url: Option<HttpUrl>,
    /// The image that agents run.
    pub agent_image: Option<String>,
    /// How often callers may ask.
    pub limits: rate::CallerLimits,
}

/// The service, HTTP aside.
#[derive(Debug)]
pub struct App {
    /// What whoever runs it has decided.
    pub settings: Settings,
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
    /// How partners and orgs stand.
    pub standings: Standings,
    /// Streams that are changed again and again.
    hot: Arc<hot::Hot>,
    /// Attempts that are counted.
    pub attempts: attempts::Attempts,
    /// Credentials that open nothing, counted.
    pub strangers: anonymous::AnonymousAttempts,
    /// How often the public has asked.
    pub public_rate: rate::PublicRate,
    /// How often callers have asked.
    pub caller_rates: rate::CallerRates,
    /// Room for what callers send.
    pub bodies: bodies::Bodies,
    /// Whose commands are worked on.
    pub turns: turns::Turns,
    /// Asks for documents by their ids.
    pub look_ups: look_ups::LookUps,
    /// Tells what happens to those who follow.
    pub tail: streams::Tail,
    /// Signs what the ledger is, and finds what was signed.
    pub checkpoints: Arc<Checkpoints>,
    /// Who was erased, outside the database.
    pub erasures: Erasures,
}

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
    /// What whoever runs the service has decided.
    pub settings: Settings,
    /// Where files outside the database are.
    pub data_dir: PathBuf,
}

impl App {
    /// Writes down which keys were used since the last time.
    ///
    /// # Errors
    /// The database could not store it; the uses gathered are lost.
    pub async fn flush_last_uses(&self) -> Result<(), sqlx::Error> {
        let seal = async |person, address: IpAddr| {
            let person = self.people.find(person).await?;
            Ok(person.map(|person| person.seal(&address.to_string())))
        };
        authn::flush(&self.last_uses, &self.pool, seal).await
    }

    /// Puts the service together and starts the ledger.
    #[must_use]
    pub fn start(parts: Parts) -> (Arc<Self>, LedgerTasks) {
        let Parts { pool, keyring, clock, random, settings, data_dir } = parts;
        let (ledger, tasks) = Ledger::start(pool.clone(), Arc::clone(&clock));
        let head = ledger.head().clone();
        let ids = Ids::new(random());
        let checkpoints = Checkpoints::new(
            pool.clone(),
            Arc::clone(&keyring),
            Arc::clone(&clock),
            ids.mint(clock.now()),
            data_dir.join("checkpoints"),
        );
        let app = Self {
            people: People::new(pool.clone(), Arc::clone(&keyring), random(), head.clone()),
            authenticator: Authenticator::new(pool.clone(), Arc::clone(&keyring), head.clone()),
            ids,
            checkpoints: Arc::new(checkpoints),
            erasures: Erasures::new(pool.clone(), &data_dir),
            random: random(),
            last_uses: LastUses::default(),
            standings: Standings::new(pool.clone(), head.clone()),
            hot: hot::Hot::forgetting(&head),
            attempts: attempts::Attempts::default(),
            strangers: anonymous::AnonymousAttempts::default(),
            public_rate: rate::PublicRate::default(),
            caller_rates: rate::CallerRates::new(settings.limits),
            settings,
            bodies: bodies::Bodies::default(),
            turns: turns::Turns::default(),
            look_ups: look_ups::LookUps::start(pool.clone()),
            tail: streams::Tail::new(pool.clone(), &head),
            pool,
            ledger,
            keyring,
            clock,
        };
        (Arc::new(app), tasks)
    }
}
