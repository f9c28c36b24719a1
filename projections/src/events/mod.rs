//! The ledger as others are told of it: public events, oldest first.
//!
//! What is public of an event is said beside the read model of its kind ([`Published`]); this is what is around it, and
//! how a part of the ledger is read.

mod projector;
mod query;

pub use projector::{
    Around, Place, PublicForm, Published, event_types, metadata_of, name_changes, publish, subject,
};
pub use query::{Range, ScopeFacts, ThingFacts, page, position_of_scope, scopes, things};
