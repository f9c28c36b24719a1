//! From the state of an add-on, and of its versions, to their documents.

use crate::documents::{Documented, Draft, Stamps, artifact, condition, metadata, sharing};
use aggregates::addon::{Addon, AddonPhase, AddonType};
use aggregates::addon_version::{AddonVersion, AddonVersionPhase};
use api::{AddonKind, AddonSpec, AddonStatus, AddonVersionKind, AddonVersionSpec, AddonVersionStatus};
use uuid::Uuid;

impl Documented for Addon {
    const KIND: &'static str = "Addon";

    fn is_deleted(&self) -> bool {
        self.phase == AddonPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let spec = self.spec.as_ref().ok_or_else(unmade)?;
        let document = api::Addon {
            api_version: api::ApiVersion::V1,
            kind: AddonKind::It,
            metadata,
            spec: addon_spec(spec),
            status: AddonStatus {
                phase: match self.phase {
                    AddonPhase::None | AddonPhase::Active => api::AddonPhase::Active,
                    AddonPhase::Deleted => api::AddonPhase::Deleted,
                },
                conditions: vec![],
            },
        };
        Draft::declared(self, self.project.unwrap_or(Uuid::nil()), &document.metadata, &document)
    }
}

impl Documented for AddonVersion {
    const KIND: &'static str = "AddonVersion";

    fn is_deleted(&self) -> bool {
        self.phase == AddonVersionPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let spec = self.spec.as_ref().ok_or_else(unmade)?;
        let document = api::AddonVersion {
            api_version: api::ApiVersion::V1,
            kind: AddonVersionKind::It,
            metadata,
            spec: version_spec(spec),
            status: AddonVersionStatus {
                phase: match self.phase {
                    AddonVersionPhase::None | AddonVersionPhase::Draft => api::AddonVersionPhase::Draft,
                    AddonVersionPhase::Active => api::AddonVersionPhase::Active,
                    AddonVersionPhase::Disabled => api::AddonVersionPhase::Disabled,
                    AddonVersionPhase::Deleted => api::AddonVersionPhase::Deleted,
                },
                conditions: self.conditions.iter().map(condition).collect(),
                activated_at: self.activated_at,
                used_by: None,
                used_by_others: None,
            },
        };
        let draft = Draft::declared(self, self.addon.unwrap_or(Uuid::nil()), &document.metadata, &document)?;
        Ok(Draft { owner: self.addon, ..draft })
    }
}

/// There is no document of what was never made.
fn unmade() -> serde_json::Error {
    serde::ser::Error::custom("it was never made")
}

/// What people set on an add-on, as it is shown.
pub(super) fn addon_spec(spec: &aggregates::addon::AddonSpec) -> AddonSpec {
    AddonSpec {
        r#type: match spec.kind {
            AddonType::Yaml => api::AddonType::Yaml,
            AddonType::Helm => api::AddonType::Helm,
            AddonType::Kustomize => api::AddonType::Kustomize,
        },
        namespace: spec.namespace.clone(),
        sharing: sharing(&spec.sharing),
    }
}

/// What people set on a version, as it is shown.
pub(super) fn version_spec(spec: &aggregates::addon_version::AddonVersionSpec) -> AddonVersionSpec {
    AddonVersionSpec {
        artifact: artifact(&spec.artifact),
        values: spec.values.clone(),
        notes: spec.notes.clone(),
    }
}
