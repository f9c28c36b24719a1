//! Workloads and their revisions, and the clusters that they can be on.

mod events;
mod projector;
mod query;

pub use query::candidates;
