//! Orgs, as their partner lists them.

mod events;
mod projector;
mod query;

pub use query::{Standing, ever_named, named, standing, waiting, waiting_since};
