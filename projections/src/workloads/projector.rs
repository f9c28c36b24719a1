//! From the state of a workload, or of a revision, to its document.

use crate::documents::{Documented, Draft, Stamps, artifact, condition, metadata, reference};
use crate::namespaces::placement;
use aggregates::drift::{Drift, DriftAction};
use aggregates::profile::Profile;
use aggregates::reference::Reference;
use aggregates::rollout::{Rollout, Wave};
use aggregates::workload::{
    Override, Workload, WorkloadContent, WorkloadPhase, WorkloadSpec, WorkloadTarget, WorkloadType,
};
use aggregates::workload_revision::{Revision, WorkloadRevision};
use api::{
    RevisionTarget, RolloutStrategy, RolloutWave, WorkloadKind, WorkloadRevisionKind, WorkloadRevisionPhase,
    WorkloadRevisionSpec, WorkloadRevisionStatus, WorkloadRollUp, WorkloadRollUpPhase, WorkloadStatus,
    WorkloadTargetPhase,
};
use uuid::Uuid;

impl Documented for Workload {
    const KIND: &'static str = "Workload";

    fn is_deleted(&self) -> bool {
        self.phase == WorkloadPhase::Deleted
    }

    fn phase(&self) -> &'static str {
        self.phase.as_str()
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = self.project;
        let document =
            self.spec.as_ref().zip(self.namespace.as_ref()).map(|(given, namespace)| api::Workload {
                api_version: api::ApiVersion::V1,
                kind: WorkloadKind::It,
                metadata: metadata.clone(),
                spec: spec(namespace, given),
                status: status(self),
            });
        let draft = Draft::declared(self, self.project.unwrap_or(Uuid::nil()), &metadata, &document)?;
        Ok(Draft { owner: self.namespace.as_ref().map(|namespace| namespace.id), ..draft })
    }
}

impl Documented for WorkloadRevision {
    const KIND: &'static str = "WorkloadRevision";

    fn is_deleted(&self) -> bool {
        false
    }

    fn phase(&self) -> &'static str {
        if self.recorded.is_some() { "recorded" } else { "none" }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let name = self.recorded.as_ref().map_or_else(String::new, |revision| revision.number.to_string());
        let mut metadata = metadata(stamps, &name, &Profile::default());
        metadata.project_id = self.recorded.as_ref().map(|revision| revision.project);
        let document = self.recorded.as_ref().map(|revision| api::WorkloadRevision {
            api_version: api::ApiVersion::V1,
            kind: WorkloadRevisionKind::It,
            metadata,
            spec: revision_spec(revision),
            status: WorkloadRevisionStatus {
                phase: WorkloadRevisionPhase::Recorded,
                targets: targets(&revision.targets),
            },
        });
        Ok(Draft {
            kind: Self::KIND,
            parent: self.recorded.as_ref().map_or(Uuid::nil(), |revision| revision.workload.id),
            name: name.clone(),
            phase: self.phase(),
            labels: values::Labels::default(),
            search: name,
            external_id: None,
            owner: self.recorded.as_ref().map(|revision| revision.namespace.id),
            json: serde_json::to_string(&document)?,
        })
    }
}

/// What people set, as it is shown.
pub(super) fn spec(namespace: &Reference, spec: &WorkloadSpec) -> api::WorkloadSpec {
    let WorkloadContent { kind, artifact: kept, overrides: given, drift: found, rollout: order } =
        &spec.content;
    api::WorkloadSpec {
        namespace: reference(namespace),
        r#type: workload_type(*kind),
        artifact: artifact(kept),
        placement: placement(&spec.placement),
        overrides: overrides(given),
        drift: drift(*found),
        rollout: rollout(order),
    }
}

/// What was published, as it is shown.
pub(super) fn revision_spec(revision: &Revision) -> WorkloadRevisionSpec {
    let WorkloadContent { kind, artifact: kept, overrides: given, drift: found, rollout: order } =
        &revision.content;
    WorkloadRevisionSpec {
        workload: reference(&revision.workload),
        revision: revision.number,
        namespace: reference(&revision.namespace),
        r#type: workload_type(*kind),
        artifact: artifact(kept),
        placement: placement(&revision.placement),
        overrides: overrides(given),
        drift: drift(*found),
        rollout: rollout(order),
        notes: revision.notes.clone(),
        rolled_back_to: revision.rolled_back_to,
    }
}

/// The clusters of a revision, as they are shown.
pub(super) fn targets(of: &[WorkloadTarget]) -> Vec<RevisionTarget> {
    let shown = |target: &WorkloadTarget| RevisionTarget {
        cluster_id: target.id,
        name: target.name.clone(),
        wave: target.wave,
        overrides: target.overrides.clone(),
    };
    of.iter().map(shown).collect()
}

fn status(workload: &Workload) -> WorkloadStatus {
    let on = workload.running.as_ref().map_or(&[][..], |running| &running.targets);
    let pending = |target: RevisionTarget| api::WorkloadTarget {
        cluster_id: target.cluster_id,
        name: target.name,
        phase: WorkloadTargetPhase::Pending,
        wave: target.wave,
        overrides: target.overrides,
    };
    let total = u32::try_from(on.len()).unwrap_or(u32::MAX);
    WorkloadStatus {
        phase: match workload.phase {
            WorkloadPhase::None | WorkloadPhase::Draft => api::WorkloadPhase::Draft,
            WorkloadPhase::Published => api::WorkloadPhase::Published,
            WorkloadPhase::Unpublished => api::WorkloadPhase::Unpublished,
            WorkloadPhase::Deleted => api::WorkloadPhase::Deleted,
        },
        conditions: workload.conditions.iter().map(condition).collect(),
        revision: (workload.revision > 0).then_some(workload.revision),
        unpublished_changes: workload.differs(),
        targets: targets(on).into_iter().map(pending).collect(),
        roll_up: WorkloadRollUp {
            phase: if total == 0 { WorkloadRollUpPhase::None } else { WorkloadRollUpPhase::Pending },
            total,
            pending: total,
        },
        pending_targets: None,
    }
}

/// How an artifact is packaged, as it is shown.
pub(super) const fn workload_type(kind: WorkloadType) -> api::WorkloadType {
    match kind {
        WorkloadType::Yaml => api::WorkloadType::Yaml,
        WorkloadType::Helm => api::WorkloadType::Helm,
        WorkloadType::Kustomize => api::WorkloadType::Kustomize,
    }
}

/// Overrides, as they are shown.
pub(super) fn overrides(of: &[Override]) -> Vec<api::Override> {
    let shown = |one: &Override| {
        let api::Placement { clusters, label_selector } = placement(&one.on);
        api::Override { clusters, label_selector, values: one.values.clone(), patch: one.patch.clone() }
    };
    of.iter().map(shown).collect()
}

/// What is done about drift, as it is shown.
pub(super) const fn drift(drift: Drift) -> api::Drift {
    let action = match drift.action {
        DriftAction::Notify => api::DriftAction::Notify,
        DriftAction::Deny => api::DriftAction::Deny,
    };
    api::Drift { enabled: drift.enabled, action }
}

/// In which order clusters get it, as it is shown.
pub(super) fn rollout(rollout: &Rollout) -> api::Rollout {
    let shown = |wave: &Wave| {
        let api::Placement { clusters, label_selector } = placement(&wave.among);
        let (max_clusters, pause_minutes) = (wave.max_clusters, wave.pause_minutes);
        RolloutWave { clusters, label_selector, max_clusters, pause_minutes }
    };
    match rollout {
        Rollout::AllAtOnce => api::Rollout { strategy: RolloutStrategy::AllAtOnce, waves: vec![] },
        Rollout::Waves { waves } => {
            api::Rollout { strategy: RolloutStrategy::Waves, waves: waves.iter().map(shown).collect() }
        }
    }
}
