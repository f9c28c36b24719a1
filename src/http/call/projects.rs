//! The projects that a caller may list.

use super::place::{PathParameters, Place, TheOrg};
use crate::app::call::decide;
use crate::app::read::Counting;
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{GrantScope, Permission, Target};
use std::collections::BTreeSet;
use std::sync::Arc;
use uuid::Uuid;
use values::ScopeId;

/// The projects of the org that `{org}` names, as far as the caller sees them: all, or those it has rights in.
#[derive(Clone, Debug)]
pub struct VisibleProjects {
    /// The org.
    pub org: ScopeId,
    /// The only ones that the caller sees; `None` for all.
    pub only: Option<Vec<Uuid>>,
    target: Target,
}

impl Place for VisibleProjects {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(TheOrg { org, partner }) = TheOrg::find(parameters, caller, app).await? else {
            return Ok(None);
        };
        let whole = Target::Org { org, partner };
        let may_read = |target| decide(caller, Permission::ProjectRead, target, false).is_allowed();
        if may_read(whole) {
            return Ok(Some(Self { org, only: None, target: whole }));
        }
        let target = |project| Target::Project { org, partner, project };
        let some: Vec<Uuid> =
            projects_of(caller).into_iter().filter(|project| may_read(target(*project))).collect();
        let judged = some.first().map_or(whole, |first| target(*first));
        Ok(Some(Self { org, only: Some(some), target: judged }))
    }

    fn target(&self) -> Target {
        self.target
    }

    fn counting(&self) -> Counting {
        Counting::Scope(self.org)
    }
}

/// The projects that the caller's roles and key name.
pub(super) fn projects_of(caller: &Caller) -> BTreeSet<Uuid> {
    let granted = caller.grants().into_iter().filter_map(|grant| match grant.on {
        GrantScope::Project { project, .. } | GrantScope::Namespaces { project, .. } => Some(project),
        GrantScope::Platform | GrantScope::Partner(_) | GrantScope::Org(_) => None,
    });
    granted.chain(caller.key.restrictions.projects.iter().copied()).collect()
}
