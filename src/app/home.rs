//! Where declared things are: in an org, in a project of one, or inside another thing in a project.

use crate::authz::Target;
use std::fmt::Debug;
use uuid::Uuid;
use values::ScopeId;

/// Where a declared thing is.
pub trait Home: Copy + Debug + Send + Sync + 'static {
    /// The org, in whose order its events are counted.
    fn org(&self) -> ScopeId;

    /// What lists it, and among whose children its name is unique.
    fn parent(&self) -> Uuid;

    /// The place as something to have rights on.
    fn target(&self) -> Target;
}

/// In an org: projects, groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InOrg {
    /// The org.
    pub org: ScopeId,
    /// Its partner.
    pub partner: ScopeId,
}

/// In a project: clusters, add-ons, blueprints, namespaces, workloads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InProject {
    /// The org.
    pub org: ScopeId,
    /// Its partner.
    pub partner: ScopeId,
    /// The project.
    pub project: Uuid,
}

/// Inside another thing in a project: the versions of an add-on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Inside {
    /// Where that is.
    pub home: InProject,
    /// That.
    pub parent: Uuid,
}

impl Home for InOrg {
    fn org(&self) -> ScopeId {
        self.org
    }

    fn parent(&self) -> Uuid {
        self.org.as_uuid()
    }

    fn target(&self) -> Target {
        Target::Org { org: self.org, partner: self.partner }
    }
}

impl Home for InProject {
    fn org(&self) -> ScopeId {
        self.org
    }

    fn parent(&self) -> Uuid {
        self.project
    }

    fn target(&self) -> Target {
        Target::Project { org: self.org, partner: self.partner, project: self.project }
    }
}

impl Home for Inside {
    fn org(&self) -> ScopeId {
        self.home.org
    }

    fn parent(&self) -> Uuid {
        self.parent
    }

    fn target(&self) -> Target {
        self.home.target()
    }
}
