//! Add-ons and their versions, and what uses them.

mod events;
mod projector;
mod query;

pub use query::users;
