//! Access keys.

mod events;
mod projector;
mod query;

pub use query::{KeyUse, LiveKey, by_access_key_id, ended_by, issued_by, last_uses, live_keys_of};
