//! Partners, as the operator lists them.

mod projector;
mod query;

pub use query::{by_host, named};
