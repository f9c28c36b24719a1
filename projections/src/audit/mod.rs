//! The audit trail: the ledger seen through a filter.
//!
//! There is no second log. The events that one unit of work wrote to one stream are one entry; what changed is the
//! difference between the documents before and after; attempts are entries already.

mod events;
mod projector;
mod query;

pub use projector::{
    Group, Row, aggregate_types, all_changes, below, changes, compared, derived_action, entry,
    event_types_of_action, kind_of, push,
};
pub(crate) use query::row;
pub use query::{Documents, Filter, Window, documents, memberships, position_before, window};
