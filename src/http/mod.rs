//! The wire: what every operation's requests and replies have in common.
//!
//! Architecture invariant: nothing here reads or writes the database, and no operation's folder uses another's.

mod access;
mod api_keys;
pub mod asyncapi;
pub mod attempts;
mod audit;
pub mod body;
pub mod call;
pub mod credentials;
pub mod documentation;
pub mod edit;
mod event_stream;
mod event_types;
mod events;
pub mod fallback;
mod following;
mod groups;
mod ledger;
pub mod listing;
mod me;
pub mod member_lists;
mod namespaces;
pub mod observe;
mod operators;
mod orgs;
pub mod paging;
mod partner_users;
mod partners;
pub mod problem;
mod projects;
mod record;
mod refused;
pub mod reply;
pub mod request;
mod role_bindings;
pub mod router;
mod service;
mod signup;
mod trail;
mod trail_formats;
mod users;
mod webhooks;
