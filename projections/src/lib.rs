//! The read models: what the ledger looks like to those who ask.
//!
//! One folder per read model, the same files in each: `mod.rs` (what it is), `projector.rs` (from events or state to
//! rows; pure), `query.rs` (from rows to answers; every function takes the scope it may look into). The recording
//! transaction writes what the projectors say; nothing here writes.
//!
//! **Architecture invariant:** this is the only crate that reads for callers with SQL, and it knows no HTTP.

pub mod addons;
pub mod api_keys;
pub mod audit;
pub mod blueprint_versions;
pub mod blueprints;
pub mod clusters;
pub mod documents;
pub mod events;
pub mod groups;
pub mod history;
pub mod members;
pub mod namespaces;
pub mod orgs;
pub mod partners;
pub mod people;
pub mod projects;
pub mod role_bindings;
pub mod webhooks;
pub mod workloads;
