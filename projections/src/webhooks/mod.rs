//! Webhooks, how far each has got, and what became of their deliveries.

mod events;
mod projector;
mod query;

pub use query::{Cursor, DeliveryPlace, DeliveryRow, cursors, deliveries, delivery};
