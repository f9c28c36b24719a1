//! What is public of what happens to role bindings.

use super::projector::scope;
use crate::events::{Published, metadata_of, name_changes};
use aggregates::role_binding::{Grantee, RoleBindingEvent, RoleBindingSpec, RoleBindingUpdate};
use api::{
    EventBindingSubject, RoleBindingCreated, RoleBindingEnded, RoleBindingEvent as Public,
    RoleBindingEventSpec, RoleBindingNamed, RoleBindingUpdated, SubjectKind,
};
use values::Name;

impl Published for RoleBindingEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given, at: _ } => {
                Public::Created(Box::new(RoleBindingCreated {
                    metadata: metadata_of(name.as_str(), profile),
                    spec: spec(given),
                }))
            }
            Self::Updated(update) => Public::Updated(Box::new(updated(update))),
            Self::Expired { at: _, spec: given } => {
                Public::Expired(Box::new(RoleBindingEnded { spec: spec(given) }))
            }
            Self::Deleted { name, spec: given } => Public::Deleted(Box::new(named(name, given))),
            Self::Restored { name, spec: given } => Public::Restored(Box::new(named(name, given))),
        }
    }
}

fn updated(update: &RoleBindingUpdate) -> RoleBindingUpdated {
    RoleBindingUpdated {
        metadata: update.profile.as_ref().map(|profile| name_changes(None, Some(profile))),
        before: update.spec.as_ref().map(|(from, _)| spec(from)),
        spec: update.spec.as_ref().map(|(_, to)| spec(to)),
    }
}

fn named(name: &Name, given: &RoleBindingSpec) -> RoleBindingNamed {
    RoleBindingNamed { name: name.as_str().to_owned(), spec: spec(given) }
}

fn spec(spec: &RoleBindingSpec) -> RoleBindingEventSpec {
    RoleBindingEventSpec {
        role: spec.role,
        subject: EventBindingSubject {
            kind: match spec.subject {
                Grantee::User { .. } | Grantee::Staff { .. } => SubjectKind::User,
                Grantee::Group(_) => SubjectKind::Group,
            },
            id: spec.subject.id(),
        },
        scope: scope(&spec.scope),
        expires_at: spec.expires_at,
        break_glass: spec.subject.partner().is_some(),
    }
}
