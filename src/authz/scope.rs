//! Where rights are given, and what they are asked for.

use std::collections::BTreeSet;

use uuid::Uuid;
use values::{Role, RoleLevel, ScopeId, ScopeKind};

/// Where a kind of thing lives. Ordered from the outside in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// The installation.
    Platform,
    /// A partner.
    Partner,
    /// An org.
    Org,
    /// A project of an org.
    Project,
    /// A namespace of a project.
    Namespace,
}

/// A role on a scope. The caller of [`super::authorize`] leaves out what has expired or is suspended.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub role: Role,
    /// Where.
    pub on: GrantScope,
}

/// Where a role is given.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum GrantScope {
    /// The whole installation: operators.
    Platform,
    /// A partner: its staff.
    Partner(ScopeId),
    /// An org, all its projects included.
    Org(ScopeId),
    /// One project.
    Project {
        /// Its org.
        org: ScopeId,
        /// The project.
        project: Uuid,
    },
    /// Some namespaces of one project. None named is none, not all.
    Namespaces {
        /// The project's org.
        org: ScopeId,
        /// The project.
        project: Uuid,
        /// The namespaces.
        namespaces: BTreeSet<Uuid>,
    },
}

/// What is to be done something to: the thing itself, or what it is or would be in. A missing org or project in a
/// request is not a target; there is no "any".
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// The installation: operators, partners as a whole.
    Platform,
    /// A partner, its staff and settings, or the making of an org in it.
    Partner {
        /// The partner.
        partner: ScopeId,
    },
    /// An org, its users, keys, groups, webhooks, or the making of a project in it.
    Org {
        /// The org.
        org: ScopeId,
        /// Its partner.
        partner: ScopeId,
    },
    /// A project and what is in it.
    Project {
        /// The org.
        org: ScopeId,
        /// Its partner.
        partner: ScopeId,
        /// The project.
        project: Uuid,
    },
    /// A namespace and the workloads in it.
    Namespace {
        /// The org.
        org: ScopeId,
        /// Its partner.
        partner: ScopeId,
        /// The project.
        project: Uuid,
        /// The namespace.
        namespace: Uuid,
    },
}

impl Target {
    /// Where the target is.
    #[must_use]
    pub const fn level(&self) -> Level {
        match self {
            Self::Platform => Level::Platform,
            Self::Partner { .. } => Level::Partner,
            Self::Org { .. } => Level::Org,
            Self::Project { .. } => Level::Project,
            Self::Namespace { .. } => Level::Namespace,
        }
    }

    /// The partner that the target is or is in.
    #[must_use]
    pub const fn partner(&self) -> Option<ScopeId> {
        match *self {
            Self::Platform => None,
            Self::Partner { partner }
            | Self::Org { partner, .. }
            | Self::Project { partner, .. }
            | Self::Namespace { partner, .. } => Some(partner),
        }
    }

    /// The org that the target is or is in.
    #[must_use]
    pub const fn org(&self) -> Option<ScopeId> {
        match *self {
            Self::Platform | Self::Partner { .. } => None,
            Self::Org { org, .. } | Self::Project { org, .. } | Self::Namespace { org, .. } => Some(org),
        }
    }

    /// The project that the target is or is in.
    #[must_use]
    pub const fn project(&self) -> Option<Uuid> {
        match *self {
            Self::Platform | Self::Partner { .. } | Self::Org { .. } => None,
            Self::Project { project, .. } | Self::Namespace { project, .. } => Some(project),
        }
    }

    /// The namespace that the target is.
    #[must_use]
    pub const fn namespace(&self) -> Option<Uuid> {
        match *self {
            Self::Platform | Self::Partner { .. } | Self::Org { .. } | Self::Project { .. } => None,
            Self::Namespace { namespace, .. } => Some(namespace),
        }
    }

    /// What the target is in; the installation is in nothing.
    #[must_use]
    pub const fn parent(&self) -> Option<Self> {
        match *self {
            Self::Platform => None,
            Self::Partner { .. } => Some(Self::Platform),
            Self::Org { partner, .. } => Some(Self::Partner { partner }),
            Self::Project { org, partner, .. } => Some(Self::Org { org, partner }),
            Self::Namespace { org, partner, project, .. } => Some(Self::Project { org, partner, project }),
        }
    }
}

impl GrantScope {
    /// True if the role may be given on such a scope: no role is given wider than it is meant, and roles in
    /// namespaces need their namespaces named. A grant that does not fit gives nothing.
    #[must_use]
    pub const fn fits(&self, role: Role) -> bool {
        match self {
            Self::Platform => role.may_be_granted_on(ScopeKind::Platform),
            Self::Partner(_) => role.may_be_granted_on(ScopeKind::Partner),
            Self::Org(_) => role.may_be_granted_on(ScopeKind::Org),
            Self::Project { .. } => matches!(role.level(), RoleLevel::Project),
            Self::Namespaces { .. } => matches!(role.level(), RoleLevel::Namespace),
        }
    }

    /// True if the target is the scope, or inside.
    pub(super) fn contains(&self, target: &Target) -> bool {
        match self {
            Self::Platform => true,
            Self::Partner(partner) => target.partner() == Some(*partner),
            Self::Org(org) => target.org() == Some(*org),
            Self::Project { org, project } => {
                target.org() == Some(*org) && target.project() == Some(*project)
            }
            Self::Namespaces { org, project, namespaces } => {
                target.org() == Some(*org)
                    && target.project() == Some(*project)
                    && target.namespace().is_some_and(|namespace| namespaces.contains(&namespace))
            }
        }
    }

    /// True if the target is the org or the project that the scope is inside of.
    pub(super) fn is_inside(&self, target: &Target) -> bool {
        match self {
            Self::Platform | Self::Partner(_) | Self::Org(_) => false,
            Self::Project { org, .. } => target.level() == Level::Org && target.org() == Some(*org),
            Self::Namespaces { org, project, .. } => match target.level() {
                Level::Org => target.org() == Some(*org),
                Level::Project => target.org() == Some(*org) && target.project() == Some(*project),
                Level::Platform | Level::Partner | Level::Namespace => false,
            },
        }
    }

    /// True if the target is one's own partner, one of its orgs, or one's own org, and not something inside an org.
    pub(super) fn owns(&self, target: &Target) -> bool {
        if target.level() > Level::Org {
            return false;
        }
        match self {
            Self::Platform => true,
            Self::Partner(partner) => target.partner() == Some(*partner),
            Self::Org(org) | Self::Project { org, .. } | Self::Namespaces { org, .. } => {
                target.org() == Some(*org)
            }
        }
    }
}
