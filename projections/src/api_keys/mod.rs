//! Access keys.

mod projector;
mod query;

pub use query::{LiveKey, by_access_key_id, live_keys_of};
