//! What is public of what happens to add-ons and their versions.

use super::projector::{addon_spec, version_spec};
use crate::documents::{artifact, sharing};
use crate::events::{Published, metadata_of, name_changes};
use aggregates::addon::AddonEvent;
use aggregates::addon_version::{AddonVersionEvent, AddonVersionUpdate};
use api::{
    AddonCreated, AddonEvent as Public, AddonSpecChanges, AddonUpdated, AddonVersionActivated,
    AddonVersionCreated, AddonVersionEvent as PublicVersion, AddonVersionSpecChanges, AddonVersionUpdated,
    NameOnly, NothingMore,
};

impl Published for AddonEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec, .. } => Public::Created(Box::new(AddonCreated {
                metadata: metadata_of(name.as_str(), profile),
                spec: addon_spec(spec),
            })),
            Self::Updated(update) => Public::Updated(Box::new(AddonUpdated {
                metadata: name_changes(None, update.profile.as_ref()),
                spec: AddonSpecChanges {
                    namespace: update.namespace.clone(),
                    sharing: update.sharing.as_ref().map(|(_, to)| sharing(to)),
                },
            })),
            Self::Deleted { name, .. } => Public::Deleted(Box::new(named(name.as_str()))),
            Self::Restored { name, .. } => Public::Restored(Box::new(named(name.as_str()))),
        }
    }
}

impl Published for AddonVersionEvent {
    type Public = PublicVersion;

    fn publish(&self) -> PublicVersion {
        match self {
            Self::Created { addon, name, profile, spec, active, .. } => {
                PublicVersion::Created(Box::new(AddonVersionCreated {
                    addon_id: *addon,
                    metadata: metadata_of(name.as_str(), profile),
                    spec: version_spec(spec),
                    active: *active,
                }))
            }
            Self::Updated(update) => PublicVersion::Updated(Box::new(updated(update))),
            Self::Activated { update, .. } => PublicVersion::Activated(Box::new(AddonVersionActivated {
                update: update.as_deref().map(updated),
            })),
            Self::Disabled { .. } => PublicVersion::Disabled(Box::new(NothingMore {})),
            Self::Deleted { name, .. } => PublicVersion::Deleted(Box::new(named(name.as_str()))),
            Self::Restored { name, .. } => PublicVersion::Restored(Box::new(named(name.as_str()))),
        }
    }
}

fn updated(update: &AddonVersionUpdate) -> AddonVersionUpdated {
    AddonVersionUpdated {
        metadata: name_changes(None, update.profile.as_ref()),
        spec: AddonVersionSpecChanges {
            artifact: update.artifact.as_ref().map(artifact),
            values: update.values.clone(),
            notes: update.notes.clone(),
        },
    }
}

fn named(name: &str) -> NameOnly {
    NameOnly { name: name.to_owned() }
}
