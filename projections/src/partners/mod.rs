//! Partners, as the operator lists them.

mod events;
mod projector;
mod query;

pub use query::{all, by_host, named};
