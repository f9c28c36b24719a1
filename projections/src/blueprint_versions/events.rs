//! What is public of what happens to versions of blueprints.

use super::projector::spec;
use crate::documents::reference;
use crate::events::{Published, metadata_of, name_changes};
use aggregates::blueprint_version::{BlueprintVersionEvent, BlueprintVersionUpdate, Change};
use api::{
    BlueprintVersionActivated, BlueprintVersionCreated, BlueprintVersionEvent as Public,
    BlueprintVersionUpdated, NameOnly, NothingMore,
};
use values::VersionName;

impl Published for BlueprintVersionEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created(birth) => Public::Created(Box::new(BlueprintVersionCreated {
                blueprint: reference(&birth.blueprint),
                metadata: metadata_of(birth.name.as_str(), &birth.profile),
                spec: spec(&birth.spec),
                active: birth.activated_at.is_some(),
            })),
            Self::Updated(update) => Public::Updated(Box::new(updated(update))),
            Self::Activated { update, .. } => Public::Activated(Box::new(BlueprintVersionActivated {
                update: update.as_deref().map(updated),
            })),
            Self::Disabled { .. } => Public::Disabled(Box::new(NothingMore {})),
            Self::Deleted { name, .. } => Public::Deleted(Box::new(named(name))),
            Self::Restored { name, .. } => Public::Restored(Box::new(named(name))),
            Self::Withdrawn { .. } => Public::Withdrawn(Box::new(NothingMore {})),
            Self::Returned { .. } => Public::Returned(Box::new(NothingMore {})),
        }
    }
}

fn updated(update: &BlueprintVersionUpdate) -> BlueprintVersionUpdated {
    let Change { profile, spec: set } = &update.change;
    BlueprintVersionUpdated { metadata: name_changes(None, profile.as_ref()), spec: set.as_ref().map(spec) }
}

fn named(name: &VersionName) -> NameOnly {
    NameOnly { name: name.as_str().to_owned() }
}
