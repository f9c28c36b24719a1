//! Access keys.

mod projector;
mod query;

pub use query::{LiveKey, by_access_key_id, ended_by, live_keys_of};
