//! What tests and benchmarks of the service share: a database each, ids and a clock in hand.

pub mod canary;
mod client;
mod contract;
mod database;
mod events;
mod log;
mod network;
mod program;
mod receiver;
mod server;
mod service;

pub use client::{Call, Client, Reply};
pub use contract::{Contract, is_json};
pub use database::TestDatabase;
pub use events::{Frame, Stream, check_event, check_planned_event};
pub use log::Log;
pub use network::{FakeNetwork, Question};
pub use program::serving;
pub use receiver::{Answer, Received, Receiver};
pub use service::{Replica, Service};

use quarterdeck::clock::{ManualClock, at_micros};
use quarterdeck::crypto::Random;
use quarterdeck::ids::Ids;
use std::sync::Arc;

/// When tests begin: 2026-01-01T00:00:00Z, in microseconds since the epoch.
pub const BEGINNING_MICROS: i64 = 1_767_225_600_000_000;

/// A clock in hand that stands at [`BEGINNING_MICROS`].
#[must_use]
pub fn clock() -> Arc<ManualClock> {
    Arc::new(ManualClock::at(at_micros(BEGINNING_MICROS)))
}

/// The same ids in the same order for the same seed.
#[must_use]
pub fn ids(seed: u64) -> Arc<Ids> {
    Arc::new(Ids::new(Random::seeded(seed)))
}

/// Whether the long form of tests was asked for, by `QUARTERDECK_SOAK`.
#[must_use]
pub fn soaking() -> bool {
    std::env::var_os("QUARTERDECK_SOAK").is_some()
}

/// One number for every day, another for the long form.
#[must_use]
pub fn sized(short: usize, long: usize) -> usize {
    if soaking() { long } else { short }
}
