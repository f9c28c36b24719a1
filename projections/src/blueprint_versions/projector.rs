//! From the state of a version of a blueprint to its document.

use crate::documents::{Documented, Draft, Stamps, metadata, reference};
use aggregates::blueprint_version::{Base, BlueprintVersion, BlueprintVersionPhase};
use aggregates::drift::{Drift, DriftAction};
use aggregates::reference::Reference;
use aggregates::setup::{AddonUse, Setup};
use api::{
    BlueprintAddon, BlueprintSetup, BlueprintVersionKind, BlueprintVersionSpec, BlueprintVersionStatus,
    VersionReference,
};
use uuid::Uuid;

impl Documented for BlueprintVersion {
    const KIND: &'static str = "BlueprintVersion";

    fn is_deleted(&self) -> bool {
        self.phase == BlueprintVersionPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let document = api::BlueprintVersion {
            api_version: api::ApiVersion::V1,
            kind: BlueprintVersionKind::It,
            metadata,
            spec: spec(&self.spec),
            status: status(self),
        };
        Draft::declared(
            self,
            self.blueprint.as_ref().map_or(Uuid::nil(), |blueprint| blueprint.id),
            &document.metadata,
            &document,
        )
    }
}

fn status(version: &BlueprintVersion) -> BlueprintVersionStatus {
    let nothing = Reference { id: Uuid::nil(), name: String::new() };
    BlueprintVersionStatus {
        phase: match version.phase {
            BlueprintVersionPhase::None | BlueprintVersionPhase::Draft => api::BlueprintVersionPhase::Draft,
            BlueprintVersionPhase::Active => api::BlueprintVersionPhase::Active,
            BlueprintVersionPhase::Disabled => api::BlueprintVersionPhase::Disabled,
            BlueprintVersionPhase::Deleted => api::BlueprintVersionPhase::Deleted,
        },
        blueprint: reference(version.blueprint.as_ref().unwrap_or(&nothing)),
        setup: setup(&version.spec.setup()),
        activated_at: version.activated_at,
        used_by: None,
        used_by_others: None,
    }
}

/// What people set, as it is shown.
pub(super) fn spec(spec: &aggregates::blueprint_version::BlueprintVersionSpec) -> BlueprintVersionSpec {
    BlueprintVersionSpec {
        base: spec.base.as_ref().map(base),
        addons: spec.addons.iter().map(addon).collect(),
        drift: spec.drift.map(drift),
        namespace_sync: spec.namespace_sync,
    }
}

fn base(base: &Base) -> VersionReference {
    VersionReference {
        name: base.blueprint.name.clone(),
        id: base.blueprint.id,
        version: base.version.name.clone(),
        version_id: base.version.id,
    }
}

fn addon(addon: &AddonUse) -> BlueprintAddon {
    BlueprintAddon {
        name: addon.addon.name.clone(),
        id: addon.addon.id,
        version: addon.version.name.clone(),
        version_id: addon.version.id,
        depends_on: addon.depends_on.clone(),
        critical: addon.critical,
    }
}

/// What a cluster is set up with, as it is shown.
#[must_use]
pub fn setup(setup: &Setup) -> BlueprintSetup {
    BlueprintSetup {
        addons: setup.addons.iter().map(addon).collect(),
        drift: drift(setup.drift),
        namespace_sync: setup.namespace_sync,
    }
}

/// What is done about drift, as it is shown.
#[must_use]
pub fn drift(drift: Drift) -> api::Drift {
    let action = match drift.action {
        DriftAction::Notify => api::DriftAction::Notify,
        DriftAction::Deny => api::DriftAction::Deny,
    };
    api::Drift { enabled: drift.enabled, action }
}
