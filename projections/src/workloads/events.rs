//! What is public of what happens to workloads and their revisions.

use super::projector::{drift, overrides, revision_spec, rollout, spec, targets, workload_type};
use crate::documents::{artifact, reference};
use crate::events::{Published, metadata_of, name_changes};
use crate::namespaces::placement;
use aggregates::workload::{Publication, WorkloadEvent, WorkloadUpdate};
use aggregates::workload_revision::WorkloadRevisionEvent;
use api::{
    NameOnly, WorkloadCreated, WorkloadEvent as Public, WorkloadPublished, WorkloadRevisionCreated,
    WorkloadRevisionEvent as PublicRevision, WorkloadSpecChanges, WorkloadUnpublished, WorkloadUpdated,
};
use values::Name;

impl Published for WorkloadEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { namespace, name, profile, spec: given, .. } => {
                Public::Created(Box::new(WorkloadCreated {
                    metadata: metadata_of(name.as_str(), profile),
                    spec: spec(namespace, given),
                }))
            }
            Self::Updated(update) => Public::Updated(Box::new(updated(update))),
            Self::Published(publication) => Public::Published(Box::new(published(publication))),
            Self::Unpublished { namespace, clusters, .. } => {
                Public::Unpublished(Box::new(WorkloadUnpublished {
                    namespace: reference(namespace),
                    clusters: clusters.iter().copied().collect(),
                }))
            }
            Self::Deleted { name, .. } => Public::Deleted(Box::new(named(name))),
            Self::Restored { name, .. } => Public::Restored(Box::new(named(name))),
        }
    }
}

impl Published for WorkloadRevisionEvent {
    type Public = PublicRevision;

    fn publish(&self) -> PublicRevision {
        match self {
            Self::Created(revision) => PublicRevision::Created(Box::new(WorkloadRevisionCreated {
                spec: revision_spec(revision),
                targets: targets(&revision.targets),
            })),
        }
    }
}

fn updated(update: &WorkloadUpdate) -> WorkloadUpdated {
    WorkloadUpdated {
        metadata: name_changes(None, update.profile.as_ref()),
        spec: WorkloadSpecChanges {
            r#type: update.kind.map(workload_type),
            artifact: update.artifact.as_ref().map(artifact),
            placement: update.placement.as_ref().map(placement),
            overrides: update.overrides.as_deref().map(overrides),
            drift: update.drift.map(drift),
            rollout: update.rollout.as_ref().map(rollout),
        },
    }
}

fn published(publication: &Publication) -> WorkloadPublished {
    WorkloadPublished {
        namespace: reference(&publication.namespace),
        revision: publication.revision,
        targets: targets(&publication.targets),
        joined: publication.joined.iter().copied().collect(),
        left: publication.left.iter().copied().collect(),
        notes: publication.notes.clone(),
        rolled_back_to: publication.rolled_back.as_ref().map(|back| back.to),
    }
}

fn named(name: &Name) -> NameOnly {
    NameOnly { name: name.as_str().to_owned() }
}
