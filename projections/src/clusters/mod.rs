//! Clusters, and when their agents were last heard of.

mod events;
mod projector;
mod query;

pub use query::{Silent, last_seen, silent_since};
