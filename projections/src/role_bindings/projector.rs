//! From a role binding's state to its document.

use crate::documents::{Documented, Draft, Stamps, metadata};
use aggregates::reference::Reference;
use aggregates::role_binding::{BindingScope, Grantee, RoleBinding, RoleBindingSpec};
use api::{
    BindingSubject, Condition, ConditionStatus, RoleBindingKind, RoleBindingPhase, RoleBindingStatus,
    SubjectKind,
};
use serde::de::Error;
use values::{Labels, Sealed};

/// The label that says on which project a role is given.
pub const PROJECT_LABEL: &str = "quarterdeck.dev/project";

impl Documented for RoleBinding {
    const KIND: &'static str = "RoleBinding";

    fn is_deleted(&self) -> bool {
        self.deleted
    }

    fn phase(&self) -> &'static str {
        match (self.deleted, self.expired_at) {
            (true, _) => "deleted",
            (false, Some(_)) => "expired",
            (false, None) => "active",
        }
    }

    fn draft(&self, stamps: &Stamps) -> Result<Draft, serde_json::Error> {
        let spec =
            self.spec.as_ref().ok_or_else(|| serde_json::Error::custom("a binding binds something"))?;
        let name = self.name.as_ref().map_or("", |name| name.as_str());
        let shown = match (self.deleted, self.expired_at) {
            (true, _) => RoleBindingPhase::Deleted,
            (false, Some(_)) => RoleBindingPhase::Expired,
            (false, None) => RoleBindingPhase::Active,
        };
        let mut metadata = metadata(stamps, name, &self.profile);
        metadata.project_id = spec.scope.project().map(|project| project.id);
        let document = api::RoleBinding {
            api_version: api::ApiVersion::V1,
            kind: RoleBindingKind::It,
            metadata,
            spec: api::RoleBindingSpec {
                role: spec.role,
                subject: subject(&spec.subject),
                scope: scope(&spec.scope),
                expires_at: spec.expires_at,
                reason: spec.reason.as_ref().map(Sealed::to_string),
            },
            status: RoleBindingStatus {
                phase: shown,
                conditions: vec![in_force(self, stamps)],
                break_glass: spec.subject.partner().is_some(),
                expired_at: self.expired_at,
            },
        };
        Ok(Draft {
            kind: Self::KIND,
            parent: stamps.scope.as_uuid(),
            name: name.to_owned(),
            phase: self.phase(),
            labels: labels(self.profile.labels.clone(), spec),
            search: format!("{name} {}", self.profile.display_name.as_str()).to_lowercase(),
            external_id: None,
            owner: Some(spec.subject.id()),
            json: serde_json::to_string(&document)?,
        })
    }
}

/// Whether it gives its role, and since when it does or does not.
fn in_force(binding: &RoleBinding, stamps: &Stamps) -> Condition {
    let (status, reason, message, since) = match (binding.deleted, binding.expired_at) {
        (true, _) => (ConditionStatus::False, "Deleted", "It is deleted.", stamps.deleted_at),
        (false, Some(at)) => (ConditionStatus::False, "Expired", "Its time is over.", Some(at)),
        (false, None) => (ConditionStatus::True, "Given", "It gives its role.", binding.begun_at),
    };
    Condition {
        kind: "InForce".to_owned(),
        status,
        reason: reason.to_owned(),
        message: message.to_owned(),
        last_transition_time: since.unwrap_or(stamps.created_at),
        observed_generation: stamps.version,
    }
}

fn labels(own: Labels, spec: &RoleBindingSpec) -> Labels {
    let labels =
        own.with_system("role", spec.role.as_str()).with_system("subject", spec.subject.id().to_string());
    match spec.scope.project() {
        Some(project) => labels.with_system("project", project.id.to_string()),
        None => labels,
    }
}

fn subject(subject: &Grantee) -> BindingSubject {
    match subject {
        Grantee::User { user, email, .. } | Grantee::Staff { user, email, .. } => {
            BindingSubject { kind: SubjectKind::User, name: email.to_string(), id: *user }
        }
        Grantee::Group(group) => {
            BindingSubject { kind: SubjectKind::Group, name: group.name.clone(), id: group.id }
        }
    }
}

pub(super) fn scope(scope: &BindingScope) -> api::BindingScope {
    api::BindingScope {
        project: scope.project().map(reference),
        namespaces: scope.namespaces().iter().map(reference).collect(),
    }
}

fn reference(to: &Reference) -> api::Reference {
    api::Reference { name: to.name.clone(), id: to.id }
}
