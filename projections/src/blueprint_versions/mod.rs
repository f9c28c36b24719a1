//! Versions of blueprints.

mod events;
mod projector;
mod query;

pub use projector::{drift, setup};
pub use query::{not_active, of_blueprint, users_of};
