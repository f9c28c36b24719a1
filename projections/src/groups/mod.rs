//! Groups, as their org lists them.

mod events;
mod projector;
mod query;

pub use query::with_member;
