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
        let may_read = |target| decide(caller, Permission::NamespaceRead, target, false).is_allowed();
        let whole = home.target();
        if may_read(whole) {
            return Ok(Some(Self { home, only: None, target: whole, is_there }));
        }
        let InProject { org, partner, project } = home;
        let target = |namespace| Target::Namespace { org, partner, project, namespace };
        let some: Vec<Uuid> =
            named(caller, &home).into_iter().filter(|namespace| may_read(target(*namespace))).collect();
        let judged = some.first().map_or(whole, |first| target(*first));
        Ok(Some(Self { home, only: Some(some), target: judged, is_there }))
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
