//! The namespaces of a project that a caller has to do with.

use super::place::{PathParameters, Place};
use super::the::{Houses, TheProject};
use crate::app::call::decide;
use crate::app::home::{Home, InProject};
use crate::app::read::Counting;
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{GrantScope, Permission, Target};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use values::ScopeId;

/// The project that `{project}` names, as far as the caller sees what is in its namespaces: all, or what its roles name.
/// A list of namespaces is cut down to `only` by id, one of what is in namespaces by owner.
#[derive(Clone, Debug)]
pub struct VisibleNamespaces {
    /// The project.
    pub home: InProject,
    /// The only namespaces that the caller sees; `None` for all.
    pub only: Option<Vec<Uuid>>,
    target: Target,
    is_there: bool,
}

impl Place for VisibleNamespaces {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(project) = TheProject::find(parameters, caller, app).await? else { return Ok(None) };
        let (home, is_there): (InProject, bool) = (project.home(), project.is_there());
        let only = namespaces_with(&home, caller, Permission::NamespaceRead);
        let target = judged(&home, only.as_deref());
        Ok(Some(Self { home, only, target, is_there }))
    }

    fn target(&self) -> Target {
        self.target
    }

    fn counting(&self) -> Counting {
        Counting::Scope(self.home.org)
    }

    fn is_there(&self) -> bool {
        self.is_there
    }
}

impl VisibleNamespaces {
    /// What lists what is in the project.
    #[must_use]
    pub fn lister(&self) -> ScopeId {
        ScopeId::from(self.home.project)
    }
}

/// The project that `{project}` names, judged where the caller may make workloads: in all of it, or else in one of the
/// namespaces that its roles name. Whether it may in the one that it wants is judged once that is known.
#[derive(Clone, Copy, Debug)]
pub struct ForWorkloads {
    /// The project.
    pub home: InProject,
    target: Target,
    is_there: bool,
}

impl Place for ForWorkloads {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(project) = TheProject::find(parameters, caller, app).await? else { return Ok(None) };
        let (home, is_there): (InProject, bool) = (project.home(), project.is_there());
        let target = some_namespace(&home, caller, Permission::WorkloadWrite);
        Ok(Some(Self { home, target, is_there }))
    }

    fn target(&self) -> Target {
        self.target
    }

    fn counting(&self) -> Counting {
        Counting::Scope(self.home.org)
    }

    fn is_there(&self) -> bool {
        self.is_there
    }
}

/// The project where the caller has the right in all of it, else a namespace in which it has, else the project.
pub(super) fn some_namespace(home: &InProject, caller: &Caller, right: Permission) -> Target {
    judged(home, namespaces_with(home, caller, right).as_deref())
}

fn judged(home: &InProject, only: Option<&[Uuid]>) -> Target {
    let first = only.and_then(|only| only.first());
    first.map_or(home.target(), |first| in_project(home, *first))
}

const fn in_project(home: &InProject, namespace: Uuid) -> Target {
    let InProject { org, partner, project } = *home;
    Target::Namespace { org, partner, project, namespace }
}

/// The only namespaces of the project in which the caller has the right; `None` where it has it in all of the project.
fn namespaces_with(home: &InProject, caller: &Caller, right: Permission) -> Option<Vec<Uuid>> {
    let may = |target| decide(caller, right, target, false).is_allowed();
    if may(home.target()) {
        return None;
    }
    Some(named(caller, home).into_iter().filter(|namespace| may(in_project(home, *namespace))).collect())
}

/// The namespaces of the project that the caller's roles name.
fn named(caller: &Caller, home: &InProject) -> BTreeSet<Uuid> {
    let in_project = |on: GrantScope| match on {
        GrantScope::Namespaces { org, project, namespaces } if (org, project) == (home.org, home.project) => {
            namespaces
        }
        GrantScope::Namespaces { .. }
        | GrantScope::Platform
        | GrantScope::Partner(_)
        | GrantScope::Org(_)
        | GrantScope::Project { .. } => BTreeSet::new(),
    };
    caller.grants().into_iter().flat_map(|grant| in_project(grant.on)).collect()
}
