//! Identities: found by the keyed hash of their address, never shown.

mod events;
mod projector;
mod query;

pub use query::{by_email_hash, by_email_hashes, email_hash_of, is_known_elsewhere};
