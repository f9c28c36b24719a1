//! What is public of what happens to blueprints.

use super::projector::spec;
use crate::documents::sharing;
use crate::events::{Published, metadata_of, name_changes};
use aggregates::blueprint::BlueprintEvent;
use api::{BlueprintCreated, BlueprintEvent as Public, BlueprintSpecChanges, BlueprintUpdated, NameOnly};
use values::Name;

impl Published for BlueprintEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given, .. } => Public::Created(Box::new(BlueprintCreated {
                metadata: metadata_of(name.as_str(), profile),
                spec: spec(given),
            })),
            Self::Updated(update) => Public::Updated(Box::new(BlueprintUpdated {
                metadata: name_changes(None, update.profile.as_ref()),
                spec: BlueprintSpecChanges { sharing: update.sharing.as_ref().map(|(_, to)| sharing(to)) },
            })),
            Self::Deleted { name, .. } => Public::Deleted(Box::new(named(name))),
            Self::Restored { name, .. } => Public::Restored(Box::new(named(name))),
        }
    }
}

fn named(name: &Name) -> NameOnly {
    NameOnly { name: name.as_str().to_owned() }
}
