//! What is public of what happens to namespaces.

use super::projector::{limit_range, placement, spec};
use crate::documents::reference;
use crate::events::{Published, metadata_of, name_changes};
use crate::projects::quota;
use aggregates::namespace::{NamespaceEvent, NamespaceUpdate, Publication};
use api::{
    LimitRangeChange, NameOnly, NamespaceCreated, NamespaceEvent as Public, NamespacePublished,
    NamespaceSpecChanges, NamespaceUnpublished, NamespaceUpdated,
};
use values::Name;

impl Published for NamespaceEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given, held, .. } => {
                Public::Created(Box::new(NamespaceCreated {
                    metadata: metadata_of(name.as_str(), profile),
                    spec: spec(given),
                    quota: quota(held),
                }))
            }
            Self::Updated(update) => Public::Updated(Box::new(updated(update))),
            Self::Published(publication) => Public::Published(Box::new(published(publication))),
            Self::Unpublished { name, clusters, .. } => Public::Unpublished(Box::new(NamespaceUnpublished {
                name: name.as_str().to_owned(),
                clusters: clusters.iter().copied().collect(),
            })),
            Self::Deleted { name, .. } => Public::Deleted(Box::new(named(name))),
            Self::Restored { name, .. } => Public::Restored(Box::new(named(name))),
        }
    }
}

fn updated(update: &NamespaceUpdate) -> NamespaceUpdated {
    NamespaceUpdated {
        metadata: name_changes(None, update.profile.as_ref()),
        spec: NamespaceSpecChanges {
            labels: update.labels.clone(),
            annotations: update.annotations.clone(),
            quota: update.quota.as_ref().map(quota),
            limit_range: update
                .limit_range
                .as_ref()
                .map(|set| LimitRangeChange { to: set.to.as_ref().map(limit_range) }),
            placement: update.placement.as_ref().map(placement),
        },
        quota: update.held.as_ref().map(|(_, to)| quota(to)),
    }
}

fn published(publication: &Publication) -> NamespacePublished {
    NamespacePublished {
        name: publication.name.as_str().to_owned(),
        clusters: publication.clusters.iter().map(reference).collect(),
        joined: publication.joined.iter().copied().collect(),
        left: publication.left.iter().copied().collect(),
    }
}

fn named(name: &Name) -> NameOnly {
    NameOnly { name: name.as_str().to_owned() }
}
