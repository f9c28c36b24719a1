//! Namespaces, and who has which name on which cluster.

mod projector;
mod query;

pub use projector::placement;
pub use query::{Holder, holders};
