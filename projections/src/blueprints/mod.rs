//! Blueprints, and what they set up.

mod events;
mod projector;
mod query;

pub use query::{ClusterOf, clusters_of};
