//! Namespaces, and who has which name on which cluster.

mod events;
mod projector;
mod query;

pub use projector::placement;
pub use query::{Holder, holders};
