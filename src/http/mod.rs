//! The wire: what every operation's requests and replies have in common.
//!
//! Architecture invariant: nothing here reads or writes the database, and no operation's folder uses another's.

pub mod attempts;
mod audit;
pub mod body;
pub mod call;
pub mod credentials;
pub mod documentation;
pub mod edit;
pub mod fallback;
pub mod listing;
pub mod observe;
mod orgs;
pub mod paging;
mod partners;
pub mod problem;
mod refused;
pub mod reply;
pub mod request;
pub mod router;
mod service;
mod signup;
