//! What can have happened to a cluster. Stored for ever: a stored form never changes.

use super::{AgentFacts, Cluster, ClusterSpec, Environment, Health, Provider};
use crate::facts::{Claim, ClaimChange, ClaimKind, Facts, ReferenceChange, Requirement, Subject, Target};
use crate::profile::Profile;
use crate::proxy::Proxy;
use crate::sharing::Sharing;
use crate::uses::Uses;
use crate::version_use::{VersionReference, ids};
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Location, Name, Timestamp};

/// An event of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum ClusterEvent {
    /// It was made, and waits for its agent.
    Created {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<ClusterSpec>,
        /// When.
        at: Timestamp,
    },
    /// Some of what people set changed.
    Updated(Box<ClusterUpdate>),
    /// A token to join with was issued; the one before is good no longer.
    BootstrapIssued {
        /// The token's id.
        token: Uuid,
        /// Until when it is good.
        expires_at: Timestamp,
    },
    /// An agent joined, and spent the token.
    Registered {
        /// The token's id.
        token: Uuid,
        /// What the agent said.
        agent: AgentFacts,
        /// Whether it may work without being approved.
        approved: bool,
        /// When.
        at: Timestamp,
    },
    /// The agent may work.
    Approved {
        /// When.
        at: Timestamp,
    },
    /// The agent was sent away.
    Rejected {
        /// When.
        at: Timestamp,
    },
    /// The agent said that something is otherwise than before.
    StatusReported {
        /// How the cluster is.
        health: Health,
        /// What the agent said.
        agent: AgentFacts,
        /// When.
        at: Timestamp,
    },
    /// Nothing was heard of the agent for too long.
    Disconnected {
        /// When it was last heard of.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        last_seen: Option<Timestamp>,
        /// When that was noticed.
        at: Timestamp,
    },
    /// It is taken out of service; its agent cleans up.
    DecommissioningStarted {
        /// When.
        at: Timestamp,
    },
    /// It was deleted, softly.
    Deleted(Box<Whereabouts>),
    /// It came back, and waits for an agent.
    Restored {
        /// Where it is again.
        whereabouts: Box<Whereabouts>,
        /// When.
        at: Timestamp,
    },
}

/// What a cluster gives up when it is deleted, and takes again when it is restored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Whereabouts {
    /// The project it is in.
    pub project: Uuid,
    /// Its name.
    pub name: Name,
    /// In which other projects it can be used.
    pub sharing: Sharing,
    /// The version of a blueprint that it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blueprint: Option<VersionReference>,
}

/// From something that can be nothing to another.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Change<T> {
    /// What it was.
    pub from: Option<T>,
    /// What it is now.
    pub to: Option<T>,
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterUpdate {
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// Who provides it.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub provider: Option<Provider>,
    /// Where it runs.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub environment: Option<Environment>,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<Change<Location>>,
    /// Whether its agent works without being approved.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub auto_approve: Option<bool>,
    /// In which other projects it can be used, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub sharing: Option<(Sharing, Sharing)>,
    /// The version of a blueprint.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blueprint: Option<Change<VersionReference>>,
    /// The proxy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proxy: Option<Change<Proxy>>,
}

impl<T: PartialEq + Clone> Change<T> {
    fn between(is: Option<&T>, shall_be: Option<T>) -> Option<Self> {
        (is != shall_be.as_ref()).then(|| Self { from: is.cloned(), to: shall_be })
    }
}

impl ClusterUpdate {
    /// What differs between what is and what shall be; `None` when nothing does.
    pub(super) fn between(is: &Cluster, profile: Profile, spec: ClusterSpec) -> Option<Self> {
        let before = &is.spec;
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            provider: (before.provider != spec.provider).then_some(spec.provider),
            environment: (before.environment != spec.environment).then_some(spec.environment),
            location: Change::between(before.location.as_ref(), spec.location),
            auto_approve: (before.auto_approve != spec.auto_approve).then_some(spec.auto_approve),
            sharing: (before.sharing != spec.sharing).then(|| (before.sharing.clone(), spec.sharing)),
            blueprint: Change::between(before.blueprint.as_ref(), spec.blueprint),
            proxy: Change::between(before.proxy.as_ref(), spec.proxy),
        };
        (update != Self::default()).then_some(update)
    }

    pub(super) fn apply_to(self, cluster: &mut Cluster) {
        let spec = &mut cluster.spec;
        if let Some(profile) = self.profile {
            cluster.profile = profile;
        }
        if let Some(provider) = self.provider {
            spec.provider = provider;
        }
        if let Some(environment) = self.environment {
            spec.environment = environment;
        }
        if let Some(location) = self.location {
            spec.location = location.to;
        }
        if let Some(auto_approve) = self.auto_approve {
            spec.auto_approve = auto_approve;
        }
        if let Some((_, sharing)) = self.sharing {
            spec.sharing = sharing;
        }
        if let Some(blueprint) = self.blueprint {
            spec.blueprint = blueprint.to;
        }
        if let Some(proxy) = self.proxy {
            spec.proxy = proxy.to;
        }
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        let sharing = self.sharing.iter().flat_map(|(from, to)| Sharing::between(from, to, of));
        sharing.chain(self.uses().references(of)).collect()
    }

    fn requirements(&self) -> Vec<Requirement> {
        let projects = self.sharing.iter().flat_map(|(from, to)| newly_shared(from, to));
        projects.chain(self.uses().requirements(Requirement::active)).collect()
    }

    fn uses(&self) -> Uses {
        let of = |it: &Option<VersionReference>| ids(it);
        let change = self.blueprint.as_ref().map(|it| Uses::between(&of(&it.from), &of(&it.to)));
        change.unwrap_or_default()
    }
}

impl Whereabouts {
    fn claim(&self, of: Subject) -> Claim {
        named(of, self.project, &self.name)
    }

    fn begins(&self, of: Subject) -> Vec<ReferenceChange> {
        begins(of, self.project, &self.sharing, self.blueprint.as_ref())
    }

    fn ends(&self, of: Subject) -> Vec<ReferenceChange> {
        let project = ReferenceChange::Drop { to: Target::used(of.scope, self.project) };
        let blueprint = Uses::between(&ids(&self.blueprint), &BTreeSet::new());
        std::iter::once(project)
            .chain(blueprint.references(of))
            .chain(Sharing::between(&self.sharing, &Sharing::None, of))
            .collect()
    }
}

fn named(of: Subject, project: Uuid, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::ClusterName, project, name.as_str())
}

fn begins(
    of: Subject,
    project: Uuid,
    sharing: &Sharing,
    blueprint: Option<&VersionReference>,
) -> Vec<ReferenceChange> {
    let project = ReferenceChange::Add { to: Target::used(of.scope, project), until: None };
    std::iter::once(project)
        .chain(begun(blueprint).references(of))
        .chain(Sharing::between(&Sharing::None, sharing, of))
        .collect()
}

/// What is used where there was no blueprint before.
fn begun(blueprint: Option<&VersionReference>) -> Uses {
    Uses::between(&BTreeSet::new(), &ids(blueprint))
}

/// The projects that it was not shared with before are there.
fn newly_shared(before: &Sharing, after: &Sharing) -> Vec<Requirement> {
    let listed = |sharing: &Sharing| match sharing {
        Sharing::None | Sharing::All => BTreeSet::new(),
        Sharing::Projects { projects } => projects.iter().map(|project| project.id).collect(),
    };
    listed(after).difference(&listed(before)).map(|id| Requirement::active(*id)).collect()
}

impl DomainEvent for ClusterEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "cluster.created",
            Self::Updated(_) => "cluster.updated",
            Self::BootstrapIssued { .. } => "cluster.bootstrapIssued",
            Self::Registered { .. } => "cluster.registered",
            Self::Approved { .. } => "cluster.approved",
            Self::Rejected { .. } => "cluster.rejected",
            Self::StatusReported { .. } => "cluster.statusReported",
            Self::Disconnected { .. } => "cluster.disconnected",
            Self::DecommissioningStarted { .. } => "cluster.decommissioningStarted",
            Self::Deleted(_) => "cluster.deleted",
            Self::Restored { .. } => "cluster.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for ClusterEvent {
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { project, name, .. } => vec![ClaimChange::Take(named(of, *project, name))],
            Self::Deleted(it) => vec![ClaimChange::Release(it.claim(of))],
            Self::Restored { whereabouts, .. } => vec![ClaimChange::Take(whereabouts.claim(of))],
            Self::Updated(_)
            | Self::BootstrapIssued { .. }
            | Self::Registered { .. }
            | Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::StatusReported { .. }
            | Self::Disconnected { .. }
            | Self::DecommissioningStarted { .. } => vec![],
        }
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        match self {
            Self::Created { project, spec, .. } => {
                begins(of, *project, &spec.sharing, spec.blueprint.as_ref())
            }
            Self::Updated(update) => update.references(of),
            Self::Deleted(it) => it.ends(of),
            Self::Restored { whereabouts, .. } => whereabouts.begins(of),
            Self::BootstrapIssued { .. }
            | Self::Registered { .. }
            | Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::StatusReported { .. }
            | Self::Disconnected { .. }
            | Self::DecommissioningStarted { .. } => vec![],
        }
    }

    /// Projects that it was shared with may have gone before it is restored: they do not stand against it.
    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { project, spec, .. } => std::iter::once(Requirement::active(*project))
                .chain(newly_shared(&Sharing::None, &spec.sharing))
                .chain(begun(spec.blueprint.as_ref()).requirements(Requirement::active))
                .collect(),
            Self::Updated(update) => update.requirements(),
            Self::Restored { whereabouts, .. } => std::iter::once(Requirement::active(whereabouts.project))
                .chain(begun(whereabouts.blueprint.as_ref()).requirements(Requirement::active))
                .collect(),
            Self::DecommissioningStarted { .. } | Self::Deleted(_) => {
                vec![Requirement::Unused(Target::used(of.scope, of.id))]
            }
            Self::BootstrapIssued { .. }
            | Self::Registered { .. }
            | Self::Approved { .. }
            | Self::Rejected { .. }
            | Self::StatusReported { .. }
            | Self::Disconnected { .. } => vec![],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }
}
