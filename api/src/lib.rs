//! The wire: what is sent and received, as types. Shared by the service, the command line and agents.
//!
//! Declared things share one shape (`apiVersion`, `kind`, `metadata`, `spec`, `status`), so that what a GET returns can
//! be edited and sent back. Replies are written from the types named after their kind; requests are read into the
//! `…Input` types beside them, which take what people set and pass over what the system owns.
//!
//! **Architecture invariant:** serde and utoipa only; no rule lives here.

mod access;
mod addon;
mod api_key;
mod apply;
mod artifact;
mod audit;
mod blueprint;
mod blueprint_version;
mod cluster;
mod condition;
mod drift;
mod events;
mod group;
mod history;
mod me;
mod member;
mod namespace;
mod org;
mod page;
mod partner;
mod placement;
mod project;
mod proof;
mod quota;
mod reference;
mod resource;
mod restore;
mod role;
mod role_binding;
mod rollout;
mod sharing;
mod signup;
mod user_reference;
mod verbs;
mod version_reference;
mod webhook;
mod workload;
mod workload_revision;
mod write_only;

pub use access::*;
pub use addon::*;
pub use api_key::*;
pub use apply::*;
pub use artifact::*;
pub use audit::*;
pub use blueprint::*;
pub use blueprint_version::*;
pub use cluster::*;
pub use condition::*;
pub use drift::*;
pub use events::*;
pub use group::*;
pub use history::*;
pub use me::*;
pub use member::*;
pub use namespace::*;
pub use org::*;
pub use page::*;
pub use partner::*;
pub use placement::*;
pub use project::*;
pub use proof::LedgerProof;
pub use quota::*;
pub use reference::*;
pub use resource::*;
pub use restore::*;
pub use role::*;
pub use role_binding::*;
pub use rollout::*;
pub use sharing::*;
pub use signup::*;
pub use user_reference::*;
pub use verbs::*;
pub use version_reference::*;
pub use webhook::*;
pub use workload::*;
pub use workload_revision::*;
pub use write_only::*;
