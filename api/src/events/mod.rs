//! Public events: what streams, webhooks and dry runs show of what happened.
//!
//! CloudEvents 1.0 in JSON. What is stored is another form, which is frozen and has personal data in it; here every event
//! has a documented type of its own, in which persons are only referred to by their ids, and secrets are not at all.
//!
//! A kind declares its events with `events!`, in a file of its own beside this one.

mod access;
mod addon;
mod api_key;
mod blueprint;
mod blueprint_version;
mod cluster;
mod envelope;
mod group;
mod membership;
mod metadata;
mod namespace;
mod org;
mod partner;
mod project;
mod role_binding;
mod sample;
mod schema;
mod user;
mod webhook;
mod workload;
mod workload_revision;

pub use access::*;
pub use addon::*;
pub use api_key::*;
pub use blueprint::*;
pub use blueprint_version::*;
pub use cluster::*;
pub use envelope::*;
pub use group::*;
pub use membership::*;
pub use metadata::*;
pub use namespace::*;
pub use org::*;
pub use partner::*;
pub use project::*;
pub use role_binding::*;
pub use user::*;
pub use webhook::*;
pub use workload::*;
pub use workload_revision::*;

use serde::Serialize;

/// The public events of one kind.
pub trait PublicEvent: Serialize {
    /// What the subjects of these events begin with: `projects` for `projects/<id>`.
    const COLLECTION: &'static str;

    /// The event's type, for example `io.quarterdeck.project.created.v1`.
    fn event_type(&self) -> &'static str;

    /// Every event of the kind, described.
    fn event_types() -> Vec<EventType>;
}

/// Declares the public events of a kind: the name of the kind in event types, what their subjects begin with, and every
/// event with what it says. The doc comment of an event is its description in the catalogue.
macro_rules! events {
    ($(#[$doc:meta])* $events:ident: $kind:literal in $collection:literal {
        $($(#[doc = $about:literal])+ $variant:ident($data:ident) = $event:literal,)+
    }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, serde::Serialize)]
        #[serde(untagged)]
        pub enum $events {
            $($(#[doc = $about])+ $variant(Box<$data>),)+
        }

        impl crate::PublicEvent for $events {
            const COLLECTION: &'static str = $collection;

            fn event_type(&self) -> &'static str {
                match self {
                    $(Self::$variant(_) => concat!("io.quarterdeck.", $kind, ".", $event, ".v1"),)+
                }
            }

            fn event_types() -> Vec<crate::EventType> {
                vec![$(crate::EventType::of::<$data>(
                    concat!("io.quarterdeck.", $kind, ".", $event, ".v1"),
                    $collection,
                    concat!($($about),+),
                ),)+]
            }
        }
    };
}
use events;

/// Declares what an update says: every member may be absent, and stayed as it was then.
macro_rules! changes {
    ($(#[$doc:meta])* $changes:ident { $($(#[$about:meta])+ $member:ident: $type:ty,)+ }) => {
        $(#[$doc])*
        #[derive(Clone, Debug, Default, PartialEq, serde::Serialize, serde::Deserialize, utoipa::ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $changes {
            $(
                $(#[$about])+
                #[serde(skip_serializing_if = "Option::is_none", default)]
                #[schema(required = false, nullable = false)]
                pub $member: Option<$type>,
            )+
        }
    };
}
use changes;
