//! The wire: what every operation's requests and replies have in common.
//!
//! Architecture invariant: nothing here reads or writes the database, and no operation's folder uses another's.

pub mod body;
pub mod credentials;
pub mod fallback;
pub mod paging;
pub mod problem;
pub mod request;
