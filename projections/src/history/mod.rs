//! The history of one thing: its versions, side by side.
//!
//! Nothing is replayed. The newest version is a row of `documents`, each one before it a row of `document_versions`; what
//! changed is the difference to the row before, and who made it is in the events of the thing's own stream between the two.
//! Sealed spans are in everything here still, and are compared as they are.

mod projector;
mod query;

pub use projector::{Blaming, blamed, entry};
pub use query::{Thing, Version, events, events_at, version, versions};
