//! From a blueprint's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata, sharing};
use aggregates::blueprint::{Blueprint, BlueprintPhase, BlueprintType};
use api::{BlueprintKind, BlueprintSpec, BlueprintStatus};
use uuid::Uuid;

impl Documented for Blueprint {
    const KIND: &'static str = "Blueprint";

    fn is_deleted(&self) -> bool {
        self.phase == BlueprintPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let document = api::Blueprint {
            api_version: api::ApiVersion::V1,
            kind: BlueprintKind::It,
            metadata,
            spec: spec(&self.spec),
            status: BlueprintStatus {
                phase: match self.phase {
                    BlueprintPhase::None | BlueprintPhase::Active => api::BlueprintPhase::Active,
                    BlueprintPhase::Deleted => api::BlueprintPhase::Deleted,
                },
            },
        };
        Draft::declared(self, self.project.unwrap_or(Uuid::nil()), &document.metadata, &document)
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::blueprint::BlueprintSpec) -> BlueprintSpec {
    BlueprintSpec {
        r#type: match spec.r#type {
            BlueprintType::Custom => api::BlueprintType::Custom,
            BlueprintType::Golden => api::BlueprintType::Golden,
        },
        sharing: sharing(&spec.sharing),
    }
}
