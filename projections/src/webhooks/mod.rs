//! Webhooks, how far each has got, and what became of their deliveries.

mod projector;
mod query;

pub use query::{Cursor, cursor};
