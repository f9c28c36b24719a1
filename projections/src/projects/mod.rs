//! Projects, and how much of their quotas their namespaces hold.

mod events;
mod projector;
mod query;

pub use projector::quota;
pub use query::{Held, InTree, Kept, held, lost_with};
