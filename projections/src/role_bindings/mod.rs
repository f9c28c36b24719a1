//! Role bindings, as their org lists them. Lists are narrowed by labels of the system's own: `quarterdeck.dev/role`,
//! `quarterdeck.dev/project` and `quarterdeck.dev/subject`.

mod events;
mod projector;
mod query;

pub use projector::PROJECT_LABEL;
pub use query::{Held, ended_by, given_to};
