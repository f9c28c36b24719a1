//! What is public of what happens to projects.

use super::projector::{quota, spec};
use crate::events::{Published, metadata_of, name_changes};
use aggregates::project::ProjectEvent;
use api::{NameOnly, ProjectCreated, ProjectEvent as Public, ProjectSpecChanges, ProjectUpdated};

impl Published for ProjectEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given } => Public::Created(Box::new(ProjectCreated {
                metadata: metadata_of(name.as_str(), profile),
                spec: spec(given),
            })),
            Self::Updated(update) => Public::Updated(Box::new(ProjectUpdated {
                metadata: name_changes(update.name.as_ref().map(|(_, to)| to), update.profile.as_ref()),
                spec: ProjectSpecChanges {
                    quota: update.quota.as_ref().map(|(_, to)| quota(to)),
                    default_namespace_quota: update.default_namespace_quota.as_ref().map(quota),
                    excluded_namespaces: update.excluded_namespaces.clone(),
                },
            })),
            Self::Deleted { name } => Public::Deleted(Box::new(NameOnly { name: name.as_str().to_owned() })),
            Self::Restored { name } => {
                Public::Restored(Box::new(NameOnly { name: name.as_str().to_owned() }))
            }
        }
    }
}
