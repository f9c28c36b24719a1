//! The rules: what may happen to each thing, and what follows from it.
//!
//! One folder per aggregate, the same four files in each: `mod.rs` (life cycle, state, `decide`, `apply`),
//! `command.rs`, `event.rs`, `error.rs`. Everything here is pure: no I/O, no clock, no randomness. Time and ids
//! arrive inside commands. What several aggregates must agree on is not decided here but declared by events as
//! [`facts`] and judged by the ledger.
//!
//! **Architecture invariant:** nothing in this crate knows HTTP, SQL or a clock.

pub mod access;
pub mod addon;
pub mod addon_version;
pub mod api_key;
pub mod artifact;
pub mod blueprint;
pub mod blueprint_version;
pub mod cluster;
pub mod cluster_spec;
pub mod condition;
pub mod drift;
pub mod facts;
pub mod group;
pub mod limit_range;
pub mod membership;
pub mod namespace;
pub mod org;
pub mod partner;
pub mod placement;
pub mod profile;
pub mod project;
pub mod proxy;
pub mod quota;
pub mod reference;
pub mod role_binding;
pub mod rollout;
pub mod setup;
pub mod sharing;
pub mod user;
pub mod uses;
pub mod version_use;
pub mod webhook;
pub mod workload;
pub mod workload_revision;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;

/// Writes decided events to the sink in order, applying each to the aggregate.
async fn emit<A: Aggregate>(events: Vec<A::Event>, aggregate: &mut A, sink: &EventSink<A>) {
    for event in events {
        sink.write(event, aggregate).await;
    }
}
