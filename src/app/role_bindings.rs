//! Role bindings: who has which role where, and until when. Nobody gives more than they have.

mod spec;

use super::declared::{Applied, Outcome};
use super::groups::{OrgHome, require_protection};
use super::plan::{Edit, Plan, UseCase};
use super::{Call, Refused};
use crate::authz::{Exceeds, Grant, GrantScope, Holding, Permission, Target, may_grant};
use crate::ledger::compose::Loaded;
use aggregates::org::Org;
use aggregates::role_binding::{BindingScope, Grantee, RoleBinding, RoleBindingCommand, RoleBindingSpec};
use api::RoleBindingInput;
use projections::documents::{self, Documented, Which};
use projections::role_bindings;
use spec::spec;
use uuid::Uuid;
use values::{Role, ScopeId, ScopeKind};

/// Makes a role binding.
#[derive(Debug)]
pub struct Create {
    /// Where.
    pub home: OrgHome,
    /// What it shall be.
    pub input: RoleBindingInput,
}

impl UseCase for Create {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        create(plan, self.home, &self.input).await.map(|_| ())
    }
}

async fn create(
    plan: &mut Plan<'_>,
    home: OrgHome,
    input: &RoleBindingInput,
) -> Result<(Applied, BindingScope), Refused> {
    let spec = spec(plan, home, None, input).await?;
    require_protection(plan, home, false, input.metadata.deletion_protection)?;
    require_granting(plan, home, &spec).await?;
    let scope = spec.scope.clone();
    let command = RoleBindingCommand::Create {
        name: input.metadata.name.clone(),
        profile: super::orgs::profile(&input.metadata),
        spec: Box::new(spec),
        at: plan.now,
    };
    let id = plan.new_id();
    let made = plan.create::<RoleBinding>(home.org, id, command).await?;
    plan.made(home.org.as_uuid(), RoleBinding::KIND, id, input.metadata.name.as_str(), made.state.phase());
    plan.answer(id, made.version, 201);
    Ok((Applied { id, version: made.version, outcome: Outcome::Created }, scope))
}

/// Makes a role binding what is declared, as part of a plan: makes it where there is none, replaces it where there is one.
/// Says under which right, and on what.
pub(super) async fn apply(
    plan: &mut Plan<'_>,
    home: OrgHome,
    input: &RoleBindingInput,
) -> Result<(Applied, (Permission, Target)), Refused> {
    let (org, name) = (home.org, input.metadata.name.as_str());
    let there =
        documents::sight(&plan.app.pool, org, org.as_uuid(), RoleBinding::KIND, Which::Name(name)).await?;
    let (applied, scope) = match there {
        Some(there) => {
            let loaded = plan.load_answer::<RoleBinding>(there.id).await?;
            replace(plan, home, there.id, loaded, input).await?
        }
        None if plan.made_in(org.as_uuid(), RoleBinding::KIND).any(|made| made.name == name) => {
            return Err(super::apply::twice());
        }
        None => {
            plan.on_free_names();
            create(plan, home, input).await?
        }
    };
    Ok((applied, right_on(home, scope.project().map(|project| project.id))))
}

/// Makes a role binding what is declared: makes it where there is none, replaces it where there is one.
#[derive(Debug)]
pub struct Put {
    /// Where.
    pub home: OrgHome,
    /// The live one of the name, where there is one.
    pub id: Option<Uuid>,
    /// Whether it must not be there.
    pub only_create: bool,
    /// What it shall be.
    pub input: RoleBindingInput,
}

impl UseCase for Put {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        match self.id {
            None => {
                plan.check_version(0)?;
                create(plan, self.home, &self.input).await.map(|_| ())
            }
            Some(id) if self.only_create => {
                Err(Refused::VersionMismatch { current: plan.load::<RoleBinding>(id).await?.version })
            }
            Some(id) => {
                let loaded = plan.load_answer::<RoleBinding>(id).await?;
                replace(plan, self.home, id, loaded, &self.input).await.map(|_| ())
            }
        }
    }
}

/// Edits a role binding.
pub struct Update {
    /// Where.
    pub home: OrgHome,
    /// Which.
    pub id: Uuid,
    /// What it shall be.
    pub edit: Edit<RoleBindingInput>,
}

impl UseCase for Update {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<RoleBinding>(self.id).await?;
        let input = plan.edited(self.id, loaded.version, &self.edit).await?;
        replace(plan, self.home, self.id, loaded, &input).await.map(|_| ())
    }
}

async fn replace(
    plan: &mut Plan<'_>,
    home: OrgHome,
    id: Uuid,
    loaded: Loaded<RoleBinding>,
    input: &RoleBindingInput,
) -> Result<(Applied, BindingScope), Refused> {
    let version = loaded.version;
    let before = loaded.state.spec.as_ref().ok_or(Refused::NotFound)?;
    require_writing(plan.call()?, home, &before.scope)?;
    if loaded.state.name.as_ref() != Some(&input.metadata.name) {
        return Err(Refused::Immutable { pointer: "/metadata/name" });
    }
    let is_protected = loaded.state.profile.deletion_protection;
    require_protection(plan, home, is_protected, input.metadata.deletion_protection)?;
    let spec = spec(plan, home, Some(before), input).await?;
    if spec != *before {
        require_granting(plan, home, &spec).await?;
    }
    let (profile, scope) = (super::orgs::profile(&input.metadata), spec.scope.clone());
    let command = RoleBindingCommand::Update { profile, spec: Box::new(spec), at: plan.now };
    let after = plan.decide(home.org, id, loaded, command).await?;
    plan.answer(id, after.version, 200);
    Ok((Applied { id, version: after.version, outcome: Outcome::of(version, after.version) }, scope))
}

/// What is done to a role binding that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Delete it: its role is taken back.
    Delete,
    /// Bring it back as it was.
    Restore,
}

/// Moves a role binding through its life.
#[derive(Debug)]
pub struct Move {
    /// Where.
    pub home: OrgHome,
    /// Which.
    pub id: Uuid,
    /// Where to.
    pub verb: Verb,
}

impl UseCase for Move {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<RoleBinding>(self.id).await?;
        let spec = loaded.state.spec.as_ref().ok_or(Refused::NotFound)?;
        let command = match self.verb {
            Verb::Delete => {
                require_writing(plan.call()?, self.home, &spec.scope)?;
                RoleBindingCommand::Delete
            }
            Verb::Restore => {
                require_granting(plan, self.home, spec).await?;
                RoleBindingCommand::Restore
            }
        };
        let after = plan.decide(self.home.org, self.id, loaded, command).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

/// Ends every binding of a membership that ends, in whichever org it is. One that is made meanwhile makes admission send
/// the unit back to be planned again.
pub(super) async fn end_all(plan: &mut Plan<'_>, scope: ScopeId, membership: Uuid) -> Result<(), Refused> {
    for (id, org) in role_bindings::given_to(&plan.app.pool, scope, membership).await? {
        let loaded = plan.load::<RoleBinding>(id).await?;
        plan.decide(org, id, loaded, RoleBindingCommand::End).await?;
    }
    Ok(())
}

/// Records that a binding's time is over, if it is.
pub(super) struct Expire {
    pub(super) org: ScopeId,
    pub(super) binding: Uuid,
}

impl UseCase for Expire {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let command = RoleBindingCommand::Expire { at: plan.now };
        plan.change::<RoleBinding>(self.org, self.binding, command).await?;
        Ok(())
    }
}

/// The right to write bindings on this scope, and where.
#[must_use]
pub fn right_on(home: OrgHome, project: Option<Uuid>) -> (Permission, Target) {
    match project {
        None => (Permission::RoleBindingWriteOrg, home.target()),
        Some(project) => {
            let target = Target::Project { org: home.org, partner: home.partner, project };
            (Permission::RoleBindingWriteProject, target)
        }
    }
}

fn require_writing(call: &Call, home: OrgHome, scope: &BindingScope) -> Result<(), Refused> {
    let (permission, target) = right_on(home, scope.project().map(|project| project.id));
    call.require(permission, target)
}

/// Whether the caller may give this to somebody: it has the right to, and has itself what it gives. Where the org allows
/// it, the partner's admins may let themselves in.
async fn require_granting(plan: &Plan<'_>, home: OrgHome, spec: &RoleBindingSpec) -> Result<(), Refused> {
    let call = plan.call()?;
    if let Err(refused) = require_writing(call, home, &spec.scope) {
        let may = breaks_glass_for_itself(call, home, spec) && allows_break_glass(plan, home.org).await?;
        return match (may, &spec.reason) {
            (false, _) => Err(refused),
            (true, Some(_)) => Ok(()),
            (true, None) => Err(Refused::Invalid {
                pointer: "/spec/reason",
                code: "required",
                detail: "say why, here or in X-Change-Reason".to_owned(),
            }),
        };
    }
    let caller = &call.caller;
    let grant = Grant { role: spec.role, on: on(home.org, &spec.scope) };
    // What does not fit is refused for that, by the binding itself.
    if !grant.on.fits(grant.role) {
        return Ok(());
    }
    let given = Holding { grant, until: spec.expires_at };
    may_grant(&caller.holdings(), &caller.key.restrictions, &given, home.partner).map_err(exceeds)
}

/// Whether one of the partner's admins gives something to itself.
fn breaks_glass_for_itself(call: &Call, home: OrgHome, spec: &RoleBindingSpec) -> bool {
    let caller = &call.caller;
    caller.kind == ScopeKind::Partner
        && caller.roles.contains(&Role::PartnerAdmin)
        && call.may(Permission::OrgUpdate, home.target())
        && matches!(&spec.subject, Grantee::Staff { membership, .. } if *membership == caller.membership)
}

async fn allows_break_glass(plan: &Plan<'_>, org: ScopeId) -> Result<bool, Refused> {
    Ok(plan.load::<Org>(org.as_uuid()).await?.state.spec.settings.allow_break_glass)
}

/// More than one has, as a refusal.
pub(super) fn exceeds(exceeds: Exceeds) -> Refused {
    Refused::GrantExceedsOwn(match exceeds {
        Exceeds::Rights(permission) => {
            format!("This would give {permission} in a place where you do not have it yourself.")
        }
        Exceeds::Time(permission) => {
            format!("This would give {permission} for longer than you have it yourself.")
        }
    })
}

fn on(org: ScopeId, scope: &BindingScope) -> GrantScope {
    match scope {
        BindingScope::Org => GrantScope::Org(org),
        BindingScope::Project(project) => GrantScope::Project { org, project: project.id },
        BindingScope::Namespaces { project, namespaces } => GrantScope::Namespaces {
            org,
            project: project.id,
            namespaces: namespaces.iter().map(|namespace| namespace.id).collect(),
        },
    }
}
