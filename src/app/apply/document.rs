//! One document of many: what it declares, and where.

use super::{Part, Under, twice};
use crate::app::declared::{self, Applied, Declared, PutRights, permit, which};
use crate::app::home::{Home, InOrg, InProject, Inside};
use crate::app::plan::Plan;
use crate::app::{Fault, Refused, role_bindings};
use crate::authz::{Permission, Target};
use aggregates::addon::Addon;
use aggregates::addon_version::AddonVersion;
use aggregates::blueprint::Blueprint;
use aggregates::blueprint_version::BlueprintVersion;
use aggregates::cluster::Cluster;
use aggregates::group::Group;
use aggregates::namespace::Namespace;
use aggregates::project::Project;
use aggregates::role_binding::RoleBinding;
use aggregates::webhook::Webhook;
use aggregates::workload::Workload;
use api::{
    AddonInput, AddonVersionInput, BlueprintInput, BlueprintVersionInput, ClusterInput, GroupInput,
    NamespaceInput, ProjectInput, RoleBindingInput, WebhookInput, WorkloadInput,
};
use projections::documents::{self, Documented, Which};
use uuid::Uuid;

/// One document.
#[derive(Debug)]
pub struct Document {
    /// What it declares; the faults where that cannot be read.
    pub declaration: Result<Declaration, Vec<Fault>>,
    /// Where the thing is.
    pub place: Where,
    /// Whether it is activated, once it is stored.
    pub activate: bool,
}

/// Where a thing is, as far as its document says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Where {
    /// The project, by name or id.
    pub project: Option<String>,
    /// The add-on or the blueprint that it is a version of, by name or id.
    pub parent: Option<String>,
}

/// What a document declares.
#[derive(Debug)]
#[expect(missing_docs, reason = "each is the kind of its name")]
pub enum Declaration {
    Project(Box<ProjectInput>),
    Group(Box<GroupInput>),
    RoleBinding(Box<RoleBindingInput>),
    Addon(Box<AddonInput>),
    AddonVersion(Box<AddonVersionInput>),
    Blueprint(Box<BlueprintInput>),
    BlueprintVersion(Box<BlueprintVersionInput>),
    Cluster(Box<ClusterInput>),
    Namespace(Box<NamespaceInput>),
    Workload(Box<WorkloadInput>),
    Webhook(Box<WebhookInput>),
}

impl Part for Document {
    fn rank(&self) -> u8 {
        match &self.declaration {
            Err(_) => 0,
            Ok(Declaration::Project(_)) => 1,
            Ok(Declaration::Group(_)) => 2,
            Ok(Declaration::Addon(_)) => 3,
            Ok(Declaration::AddonVersion(_)) => 4,
            Ok(Declaration::Blueprint(_)) => 5,
            // Those that build on another come after those that do not.
            Ok(Declaration::BlueprintVersion(input)) => 6 + u8::from(input.spec.base.is_some()),
            Ok(Declaration::Cluster(_)) => 8,
            Ok(Declaration::Namespace(_)) => 9,
            Ok(Declaration::Workload(_)) => 10,
            Ok(Declaration::RoleBinding(_)) => 11,
            Ok(Declaration::Webhook(_)) => 12,
        }
    }

    fn place(&self) -> [&str; 3] {
        let Where { project, parent } = &self.place;
        let name = match &self.declaration {
            Err(_) => "",
            Ok(Declaration::Project(input)) => Project::name_in(input),
            Ok(Declaration::Group(input)) => Group::name_in(input),
            Ok(Declaration::RoleBinding(input)) => RoleBinding::name_in(input),
            Ok(Declaration::Addon(input)) => Addon::name_in(input),
            Ok(Declaration::AddonVersion(input)) => AddonVersion::name_in(input),
            Ok(Declaration::Blueprint(input)) => Blueprint::name_in(input),
            Ok(Declaration::BlueprintVersion(input)) => BlueprintVersion::name_in(input),
            Ok(Declaration::Cluster(input)) => Cluster::name_in(input),
            Ok(Declaration::Namespace(input)) => Namespace::name_in(input),
            Ok(Declaration::Workload(input)) => Workload::name_in(input),
            Ok(Declaration::Webhook(input)) => Webhook::name_in(input),
        };
        [project.as_deref().unwrap_or_default(), parent.as_deref().unwrap_or_default(), name]
    }

    async fn plan(&self, plan: &mut Plan<'_>, home: InOrg) -> Result<(Applied, Under), Refused> {
        let declaration = self.declaration.as_ref().map_err(|faults| Refused::Faults(faults.clone()))?;
        match declaration {
            Declaration::Project(input) => {
                let rights =
                    PutRights { create: Permission::ProjectCreate, update: Permission::ProjectUpdate };
                self.put::<Project>(plan, home, rights, input).await
            }
            Declaration::Group(input) => {
                self.put::<Group>(plan, home, both(Permission::GroupWrite), input).await
            }
            Declaration::RoleBinding(input) => {
                let rights = both(Permission::RoleBindingWriteProject);
                let (applied, _) = self.put::<RoleBinding>(plan, home, rights, input).await?;
                Ok((applied, role_bindings::under(plan, home, applied.id).await?))
            }
            Declaration::Webhook(input) => {
                self.put::<Webhook>(plan, home, both(Permission::WebhookWrite), input).await
            }
            Declaration::Addon(input) => {
                let home = self.project(plan, home, Some(Permission::AddonWrite)).await?;
                self.put::<Addon>(plan, home, both(Permission::AddonWrite), input).await
            }
            Declaration::AddonVersion(input) => {
                let home = self.inside::<Addon>(plan, home, Permission::AddonWrite).await?;
                self.put::<AddonVersion>(plan, home, both(Permission::AddonWrite), input).await
            }
            Declaration::Blueprint(input) => {
                let home = self.project(plan, home, Some(Permission::BlueprintWrite)).await?;
                self.put::<Blueprint>(plan, home, both(Permission::BlueprintWrite), input).await
            }
            Declaration::BlueprintVersion(input) => {
                let home = self.inside::<Blueprint>(plan, home, Permission::BlueprintWrite).await?;
                self.put::<BlueprintVersion>(plan, home, both(Permission::BlueprintWrite), input).await
            }
            Declaration::Cluster(input) => {
                let rights =
                    PutRights { create: Permission::ClusterCreate, update: Permission::ClusterUpdate };
                let home = self.project(plan, home, None).await?;
                self.put::<Cluster>(plan, home, rights, input).await
            }
            Declaration::Workload(input) => {
                let home = self.project(plan, home, None).await?;
                self.put::<Workload>(plan, home, both(Permission::WorkloadWrite), input).await
            }
            Declaration::Namespace(input) => {
                let home = self.project(plan, home, Some(Permission::NamespaceWrite)).await?;
                self.put::<Namespace>(plan, home, both(Permission::NamespaceWrite), input).await
            }
        }
    }
}

impl Document {
    async fn put<K: Declared>(
        &self,
        plan: &mut Plan<'_>,
        home: K::Home,
        rights: PutRights,
        input: &K::Input,
    ) -> Result<(Applied, Under), Refused> {
        let name = K::name_in(input);
        if plan.made_in(home.parent(), K::KIND).any(|made| made.name == name) {
            return Err(twice());
        }
        let which = Which::Name(name);
        let applied = declared::apply_and::<K>(plan, &home, which, rights, input, self.activate).await?;
        let right = if applied.version == 1 { rights.create } else { rights.update };
        Ok((applied, (right, home.target())))
    }

    /// The project that it names. Where there is none, a right is judged as if there were, so that who lacks it learns
    /// nothing. `right` is judged at once, where it is one that the thing always needs in all of the project.
    async fn project(
        &self,
        plan: &Plan<'_>,
        home: InOrg,
        right: Option<Permission>,
    ) -> Result<InProject, Refused> {
        let InOrg { org, partner } = home;
        let named = self.place.project.as_deref().unwrap_or_default();
        let found = find::<Project>(plan, &home, named).await?;
        let target = |project| Target::Project { org, partner, project };
        match (found, right) {
            (Some(project), right) => {
                right.map_or(Ok(()), |right| permit(plan.call()?, right, target(project)))?;
                Ok(InProject { org, partner, project })
            }
            (None, right) => {
                permit(plan.call()?, right.unwrap_or(Permission::ProjectRead), target(Uuid::nil()))?;
                Err(unknown("/metadata/project", Project::KIND, named))
            }
        }
    }

    /// What it names as the thing that it is a version of.
    async fn inside<K: Documented>(
        &self,
        plan: &Plan<'_>,
        home: InOrg,
        right: Permission,
    ) -> Result<Inside, Refused> {
        let home = self.project(plan, home, Some(right)).await?;
        let named = self.place.parent.as_deref().unwrap_or_default();
        match find::<K>(plan, &home, named).await? {
            Some(parent) => Ok(Inside { home, parent }),
            None => Err(unknown(&format!("/metadata/{}", K::TYPE), K::KIND, named)),
        }
    }
}

const fn both(right: Permission) -> PutRights {
    PutRights { create: right, update: right }
}

fn unknown(pointer: &str, kind: &str, named: &str) -> Refused {
    Refused::Faults(vec![Fault {
        pointer: pointer.to_owned(),
        code: "unknown_reference".to_owned(),
        detail: format!("there is no {kind} {named} here"),
    }])
}

/// The live thing that is named, by name or id, what the plan makes included.
async fn find<K: Documented>(
    plan: &Plan<'_>,
    home: &impl Home,
    given: &str,
) -> Result<Option<Uuid>, Refused> {
    let meant = which(given);
    let is_meant = |id: Uuid, name: &str| match &meant {
        Which::Id(wanted) => id == *wanted,
        Which::Name(wanted) => name == *wanted,
    };
    let made = plan.made_in(home.parent(), K::KIND).find(|made| is_meant(made.id, &made.name));
    if let Some(made) = made {
        return Ok(Some(made.id));
    }
    let (names, ids) = match meant {
        Which::Id(id) => (vec![], vec![id]),
        Which::Name(name) => (vec![name], vec![]),
    };
    let there = documents::siblings(&plan.app.pool, home.org(), home.parent(), K::KIND, &names, &ids).await?;
    Ok(there.into_iter().next().map(|found| found.id))
}
