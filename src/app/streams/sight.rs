//! What somebody may see of what happens: what it may read.

use super::Told;
use crate::app::call::decide;
use crate::authn::Caller;
use crate::authz::{Decision, Permission, Reach, Target};
use projections::events::ThingFacts;
use std::sync::Arc;
use uuid::Uuid;
use values::{ScopeId, ScopeKind};

/// What somebody may see.
#[derive(Clone, Debug)]
pub enum Sight {
    /// Everything: sinks, and whoever reads the audit trail of a whole org.
    Everything,
    /// Of one org, what the caller may read.
    Readable {
        /// Who.
        caller: Arc<Caller>,
        /// The org.
        org: ScopeId,
        /// Its partner.
        partner: ScopeId,
    },
    /// Of the installation, what operators and partners' staff do, and the lives of orgs: all partners', or one's.
    LivesOfOrgs {
        /// The only partner.
        partner: Option<ScopeId>,
    },
}

/// What reading the things of a type needs, on the place that they are in.
const READING: [(&str, Permission); 16] = [
    ("org", Permission::OrgRead),
    ("membership", Permission::UserRead),
    ("apiKey", Permission::ApiKeyReadOthers),
    ("group", Permission::GroupRead),
    ("roleBinding", Permission::RoleBindingRead),
    ("project", Permission::ProjectRead),
    ("cluster", Permission::ClusterRead),
    ("addon", Permission::AddonRead),
    ("addonVersion", Permission::AddonRead),
    ("blueprint", Permission::BlueprintRead),
    ("blueprintVersion", Permission::BlueprintRead),
    ("namespace", Permission::NamespaceRead),
    ("workload", Permission::WorkloadRead),
    ("workloadRevision", Permission::WorkloadRead),
    ("webhook", Permission::WebhookRead),
    ("access", Permission::AuditOrg),
];

/// The right to read things of this type. What is not named needs the right to the whole trail.
#[must_use]
fn reading(aggregate_type: &str) -> Permission {
    let known = READING.iter().find(|(name, _)| *name == aggregate_type);
    known.map_or(Permission::AuditOrg, |(_, permission)| *permission)
}

impl Sight {
    /// What a caller sees of an org.
    #[must_use]
    pub fn of_org(caller: Caller, org: ScopeId, partner: ScopeId) -> Self {
        match decide(&caller, Permission::AuditOrg, Target::Org { org, partner }, false) {
            Decision::Allowed { reach: Reach::Everywhere, .. } => Self::Everything,
            Decision::Allowed { .. } | Decision::Denied { .. } => {
                Self::Readable { caller: Arc::new(caller), org, partner }
            }
        }
    }

    /// Whether it is everything.
    #[must_use]
    pub const fn is_everything(&self) -> bool {
        matches!(self, Self::Everything)
    }

    /// Whether it has this event in it.
    #[must_use]
    pub fn sees(&self, told: &Told) -> bool {
        match self {
            Self::Everything => true,
            Self::LivesOfOrgs { partner } => {
                let is_about = told.place.kind != ScopeKind::Org || told.aggregate_type == "org";
                is_about && partner.is_none_or(|partner| told.place.partner == Some(partner))
            }
            Self::Readable { caller, org, partner } => {
                let facts = ThingFacts { project: told.project, owner: told.place.owner };
                is_own(caller, told)
                    || may_read(caller, (*org, *partner), &told.aggregate_type, told.aggregate_id, facts)
            }
        }
    }

    /// The scopes whose events are seen, beside the lives of their orgs; `None` where that does not narrow anything.
    #[must_use]
    pub fn scopes(&self) -> Option<Vec<ScopeId>> {
        match self {
            Self::LivesOfOrgs { partner: Some(partner) } => Some(vec![*partner]),
            Self::LivesOfOrgs { partner: None } | Self::Everything | Self::Readable { .. } => None,
        }
    }
}

/// A right to entries about the org only is one to read the org, not what is inside.
const fn reads(decision: &Decision) -> bool {
    match decision {
        Decision::Allowed { reach, .. } => !matches!(reach, Reach::OrgEntriesOnly),
        Decision::Denied { .. } => false,
    }
}

/// One's own membership and one's own keys are no secret.
fn is_own(caller: &Caller, told: &Told) -> bool {
    match told.aggregate_type.as_str() {
        "membership" => told.aggregate_id == caller.membership,
        "apiKey" => told.place.owner == Some(caller.membership),
        _ => false,
    }
}

/// Whether somebody may read a thing of this type in an org and its partner, from what is known of where it is.
#[must_use]
pub fn may_read(
    caller: &Caller,
    (org, partner): (ScopeId, ScopeId),
    aggregate_type: &str,
    id: Uuid,
    facts: ThingFacts,
) -> bool {
    let target = match (facts.project, aggregate_type) {
        (_, "project") => Target::Project { org, partner, project: id },
        (None, _) => Target::Org { org, partner },
        (Some(project), "namespace") => Target::Namespace { org, partner, project, namespace: id },
        (Some(project), "workload" | "workloadRevision") => {
            Target::Namespace { org, partner, project, namespace: facts.owner.unwrap_or(Uuid::nil()) }
        }
        (Some(project), _) => Target::Project { org, partner, project },
    };
    reads(&decide(caller, reading(aggregate_type), target, false))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ledger::catalogue;

    /// What happens in the scopes of partners and the platform, and never in an org's.
    const NEVER_IN_AN_ORG: [&str; 2] = ["partner", "user"];

    #[test]
    fn every_type_says_what_reading_it_needs() {
        for name in catalogue::types().filter(|name| !NEVER_IN_AN_ORG.contains(name)) {
            assert!(READING.iter().any(|(known, _)| *known == name), "{name} has no line in READING");
        }
    }
}
