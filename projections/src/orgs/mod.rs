//! Orgs, as their partner lists them.

mod projector;
mod query;

pub use query::{Standing, named, standing, waiting, waiting_since};
