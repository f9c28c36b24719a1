//! What can have happened to a namespace. Stored for ever: a stored form never changes.

use super::{Namespace, NamespaceRefusal, NamespaceSpec};
use crate::facts::{
    AmountChange, Claim, ClaimChange, ClaimKind, Facts, Pool, ReferenceChange, Requirement, Subject, Target,
};
use crate::limit_range::LimitRange;
use crate::placement::{Placement, ids, placeable};
use crate::profile::Profile;
use crate::quota::{Quota, Resource};
use crate::reference::Reference;
use crate::uses::Uses;
use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Annotations, Labels, Name, Quantity, Timestamp};

/// An event of a namespace.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum NamespaceEvent {
    /// It was made, as a draft.
    Created {
        /// The project it is in.
        project: Uuid,
        /// Its name.
        name: Name,
        /// What people wrote on it.
        profile: Profile,
        /// What people set.
        spec: Box<NamespaceSpec>,
        /// What it holds of its project's quota.
        held: Quota,
        /// The clusters that it names.
        uses: Uses,
        /// When.
        at: Timestamp,
    },
    /// Some of what people set changed.
    Updated(Box<NamespaceUpdate>),
    /// It was put on clusters, the first time or again.
    Published(Box<Publication>),
    /// It was taken off its clusters.
    Unpublished {
        /// Its name, which is free there again.
        name: Name,
        /// The clusters that it was on.
        clusters: BTreeSet<Uuid>,
        /// Those of them that it does not name.
        uses: Uses,
        /// When.
        at: Timestamp,
    },
    /// It was deleted, softly.
    Deleted {
        /// The project it was in.
        project: Uuid,
        /// The name that is free again.
        name: Name,
        /// What it held.
        held: Quota,
        /// The clusters that it named.
        uses: Uses,
    },
    /// It came back as it was.
    Restored {
        /// The project it is in.
        project: Uuid,
        /// The name that it has again.
        name: Name,
        /// What it holds again.
        held: Quota,
        /// The clusters that it names.
        uses: Uses,
    },
}

/// What something was set to, where that can be nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Set<T> {
    /// What it is now.
    pub to: Option<T>,
}

/// What an update changed; a member that is absent stayed as it was.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceUpdate {
    /// The project it is in.
    pub project: Uuid,
    /// The profile.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub profile: Option<Profile>,
    /// The labels on clusters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub labels: Option<Labels>,
    /// The annotations on clusters.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub annotations: Option<Annotations>,
    /// The quota, as it is set.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub quota: Option<Quota>,
    /// What it holds of its project's quota, from and to.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub held: Option<(Quota, Quota)>,
    /// The limit range.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub limit_range: Option<Set<LimitRange>>,
    /// The placement.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub placement: Option<Placement>,
    /// The clusters that it names now, and did not, and the other way round, as far as it is not on them.
    #[serde(skip_serializing_if = "Uses::is_empty", default)]
    pub uses: Uses,
}

/// How it was put on clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Publication {
    /// Its name, which it has on all of them.
    pub name: Name,
    /// The clusters that it is on.
    pub clusters: BTreeSet<Reference>,
    /// Those that it was not on before.
    pub joined: BTreeSet<Uuid>,
    /// The clusters that it is on no longer.
    pub left: BTreeSet<Uuid>,
    /// What it uses now, and did not, and the other way round.
    #[serde(skip_serializing_if = "Uses::is_empty", default)]
    pub uses: Uses,
    /// When.
    pub at: Timestamp,
}

impl NamespaceUpdate {
    /// What differs between what is and what shall be; `None` when nothing does. What it holds is reckoned anew only
    /// where its own quota changes: that a default changed since is no change of the namespace.
    pub(super) fn between(
        is: &Namespace,
        profile: Profile,
        spec: NamespaceSpec,
        defaults: &Quota,
    ) -> Option<Self> {
        let NamespaceSpec { labels, annotations, quota, limit_range, placement } = spec;
        let nothing = Self {
            project: is.project?,
            profile: None,
            labels: None,
            annotations: None,
            quota: None,
            held: None,
            limit_range: None,
            placement: None,
            uses: Uses::default(),
        };
        let is_new = is.spec.quota != quota;
        let held = if is_new { quota.or(defaults) } else { is.held.clone() };
        let on = ids(&is.clusters);
        let uses = Uses::between(&is.uses(), &(&ids(&placement.clusters) | &on));
        let update = Self {
            profile: (is.profile != profile).then_some(profile),
            labels: (is.spec.labels != labels).then_some(labels),
            annotations: (is.spec.annotations != annotations).then_some(annotations),
            quota: is_new.then_some(quota),
            held: (is.held != held).then(|| (is.held.clone(), held)),
            limit_range: (is.spec.limit_range != limit_range).then_some(Set { to: limit_range }),
            placement: (is.spec.placement != placement).then_some(placement),
            uses,
            ..nothing.clone()
        };
        (update != nothing).then_some(update)
    }

    pub(super) fn apply_to(self, namespace: &mut Namespace) {
        let spec = &mut namespace.spec;
        if let Some(profile) = self.profile {
            namespace.profile = profile;
        }
        if let Some(labels) = self.labels {
            spec.labels = labels;
        }
        if let Some(annotations) = self.annotations {
            spec.annotations = annotations;
        }
        if let Some(quota) = self.quota {
            spec.quota = quota;
        }
        if let Some((_, held)) = self.held {
            namespace.held = held;
        }
        if let Some(limit_range) = self.limit_range {
            spec.limit_range = limit_range.to;
        }
        if let Some(placement) = self.placement {
            spec.placement = placement;
        }
    }
}

impl Publication {
    pub(super) fn of(
        is: &Namespace,
        clusters: BTreeSet<Reference>,
        at: Timestamp,
    ) -> Result<Self, NamespaceRefusal> {
        let (before, after) = (ids(&is.clusters), ids(&clusters));
        let uses = Uses::between(&is.uses(), &(&ids(&is.spec.placement.clusters) | &after));
        let (joined, left) = (&after - &before, &before - &after);
        Ok(Self { name: is.known_name()?, clusters, joined, left, uses, at })
    }
}

fn named(of: Subject, project: Uuid, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::NamespaceName, project, name.as_str())
}

fn on(of: Subject, cluster: Uuid, name: &Name) -> Claim {
    Claim::sibling(of.scope, ClaimKind::ClusterNamespace, cluster, name.as_str())
}

fn pool(of: Subject, project: Uuid, resource: Resource) -> Pool {
    Pool { scope: of.scope, id: project, resource }
}

fn hold(of: Subject, project: Uuid, (resource, amount): (Resource, Quantity)) -> AmountChange {
    AmountChange::Hold { pool: pool(of, project, resource), amount }
}

impl DomainEvent for NamespaceEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "namespace.created",
            Self::Updated(_) => "namespace.updated",
            Self::Published(_) => "namespace.published",
            Self::Unpublished { .. } => "namespace.unpublished",
            Self::Deleted { .. } => "namespace.deleted",
            Self::Restored { .. } => "namespace.restored",
        }
        .to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Facts for NamespaceEvent {
    /// Its name among its siblings, and on each cluster that it is on.
    fn claims(&self, of: Subject) -> Vec<ClaimChange> {
        match self {
            Self::Created { project, name, .. } | Self::Restored { project, name, .. } => {
                vec![ClaimChange::Take(named(of, *project, name))]
            }
            Self::Deleted { project, name, .. } => vec![ClaimChange::Release(named(of, *project, name))],
            Self::Published(it) => {
                let left = it.left.iter().map(|cluster| ClaimChange::Release(on(of, *cluster, &it.name)));
                let joined = it.joined.iter().map(|cluster| ClaimChange::Take(on(of, *cluster, &it.name)));
                left.chain(joined).collect()
            }
            Self::Unpublished { name, clusters, .. } => {
                clusters.iter().map(|cluster| ClaimChange::Release(on(of, *cluster, name))).collect()
            }
            Self::Updated(_) => vec![],
        }
    }

    fn references(&self, of: Subject) -> Vec<ReferenceChange> {
        match self {
            Self::Created { project, uses, .. } | Self::Restored { project, uses, .. } => {
                let in_project = ReferenceChange::Add { to: Target::used(of.scope, *project), until: None };
                std::iter::once(in_project).chain(uses.references(of)).collect()
            }
            Self::Deleted { project, uses, .. } => {
                let in_project = ReferenceChange::Drop { to: Target::used(of.scope, *project) };
                std::iter::once(in_project).chain(uses.references(of)).collect()
            }
            Self::Updated(update) => update.uses.references(of).collect(),
            Self::Published(publication) => publication.uses.references(of).collect(),
            Self::Unpublished { uses, .. } => uses.references(of).collect(),
        }
    }

    fn requirements(&self, of: Subject) -> Vec<Requirement> {
        match self {
            Self::Created { project, uses, .. } | Self::Restored { project, uses, .. } => {
                std::iter::once(Requirement::active(*project)).chain(uses.requirements(placeable)).collect()
            }
            Self::Updated(update) => update.uses.requirements(placeable).collect(),
            Self::Published(publication) => {
                let joined = publication.joined.iter().map(|id| placeable(*id));
                let runs_there = |id: &Uuid| Requirement::Unused(Target::runs_on(of.scope, of.id, *id));
                joined.chain(publication.left.iter().map(runs_there)).collect()
            }
            Self::Unpublished { .. } => vec![Requirement::Unused(Target::runs_in(of.scope, of.id))],
            Self::Deleted { .. } => vec![Requirement::Unused(Target::used(of.scope, of.id))],
        }
    }

    fn changes_authority(&self) -> bool {
        false
    }

    /// What it holds of its project's pools, for as long as it is there.
    fn amounts(&self, of: Subject) -> Vec<AmountChange> {
        match self {
            Self::Created { project, held, .. } | Self::Restored { project, held, .. } => {
                held.iter().map(|amount| hold(of, *project, amount)).collect()
            }
            Self::Deleted { project, held, .. } => {
                let release = |(resource, _)| AmountChange::Release { pool: pool(of, *project, resource) };
                held.iter().map(release).collect()
            }
            Self::Updated(update) => {
                let change = |(resource, amount): (Resource, Option<Quantity>)| match amount {
                    Some(amount) => hold(of, update.project, (resource, amount)),
                    None => AmountChange::Release { pool: pool(of, update.project, resource) },
                };
                update.held.iter().flat_map(|(from, to)| from.changes(to).map(change)).collect()
            }
            Self::Published(_) | Self::Unpublished { .. } => vec![],
        }
    }
}
