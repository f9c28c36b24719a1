//! Versions of blueprints.

mod events;
mod projector;
mod query;

pub use projector::{drift, setup};
pub use query::{Asleep, not_active, of_blueprint, users_of};
