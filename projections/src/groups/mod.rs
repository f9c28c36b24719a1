//! Groups, as their org lists them.

mod projector;
mod query;

pub use query::with_member;
