//! The wire: what every operation's requests and replies have in common.
//!
//! Architecture invariant: nothing here reads or writes the database, and no operation's folder uses another's.

pub mod body;
pub mod call;
pub mod credentials;
pub mod documentation;
pub mod edit;
pub mod fallback;
pub mod listing;
mod orgs;
pub mod paging;
pub mod problem;
mod projects;
mod refused;
pub mod reply;
pub mod request;
pub mod router;
