//! Documents: a resource's JSON, rendered once by the ledger's writer and sent as it is.
//!
//! A document is a pure function of the aggregate's state and of who changed it when ([`Documented::draft`]). The
//! current ones are one table for all kinds; every version there ever was is another, so that reading as of a position
//! is an index range and not a replay.

mod projector;
mod query;

pub use projector::{Documented, Draft, Stamps, artifact, condition, metadata, reference, sharing};
pub use query::{
    At, ById, Found, LabelTerms, ListQuery, Listed, Sighted, Sort, SortKey, Which, get, get_many, list,
    selected, shared, siblings, sight, stored,
};
