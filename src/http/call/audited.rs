//! The part of an org's audit trail that a caller may read.

use super::place::{PathParameters, Place, TheOrg};
use super::projects::projects_of;
use crate::app::call::decide_reading;
use crate::app::read::Counting;
use crate::app::{App, Refused};
use crate::authn::Caller;
use crate::authz::{Permission, Target};
use std::sync::Arc;
use uuid::Uuid;
use values::ScopeId;

/// The org that `{org}` names, and the projects whose entries the caller reads where it does not read the org's.
#[derive(Clone, Debug)]
pub struct AuditedOrg {
    /// The org.
    pub org: ScopeId,
    /// The only projects whose entries are seen; `None` where the right is one on the org.
    pub projects: Option<Vec<Uuid>>,
    target: Target,
}

impl Place for AuditedOrg {
    async fn find(
        parameters: &PathParameters,
        caller: &Caller,
        app: &Arc<App>,
    ) -> Result<Option<Self>, Refused> {
        let Some(TheOrg { org, partner }) = TheOrg::find(parameters, caller, app).await? else {
            return Ok(None);
        };
        let whole = Target::Org { org, partner };
        let may_read = |permission, target| decide_reading(caller, permission, target, false).is_allowed();
        if may_read(Permission::AuditOrg, whole) {
            return Ok(Some(Self { org, projects: None, target: whole }));
        }
        let target = |project| Target::Project { org, partner, project };
        let mut projects: Vec<Uuid> = projects_of(caller).into_iter().collect();
        projects.retain(|project| may_read(Permission::AuditProject, target(*project)));
        let Some(first) = projects.first().map(|first| target(*first)) else {
            return Ok(Some(Self { org, projects: None, target: whole }));
        };
        Ok(Some(Self { org, projects: Some(projects), target: first }))
    }

    fn target(&self) -> Target {
        self.target
    }

    fn permission(&self, _: &Caller, right: Permission) -> Permission {
        if self.projects.is_some() { Permission::AuditProject } else { right }
    }

    fn counting(&self) -> Counting {
        Counting::Scope(self.org)
    }
}
