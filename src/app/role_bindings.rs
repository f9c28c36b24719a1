//! Role bindings: who has which role where, and until when. Nobody gives more than they have.

mod spec;

use super::declared::{Declared, Judged};
use super::home::{Home, InOrg};
use super::plan::{Plan, UseCase};
use super::{Call, Refused};
use crate::authz::{Exceeds, Grant, GrantScope, Holding, Permission, Target, may_grant};
use aggregates::org::Org;
use aggregates::role_binding::{BindingScope, Grantee, RoleBinding, RoleBindingCommand, RoleBindingSpec};
use api::RoleBindingInput;
use projections::role_bindings;
use spec::spec;
use uuid::Uuid;
use values::{Name, Role, ScopeId, ScopeKind};

impl Declared for RoleBinding {
    type Home = InOrg;
    type Input = RoleBindingInput;

    const DELETE: Permission = Permission::RoleBindingWriteProject;
    const JUDGED_AS_DECLARED: Judged = Judged::Always;

    fn name_in(input: &RoleBindingInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &RoleBindingInput) -> bool {
        input.metadata.deletion_protection
    }

    fn name(&self) -> &str {
        self.name.as_ref().map_or("", Name::as_str)
    }

    fn is_protected(&self) -> bool {
        self.profile.deletion_protection
    }

    async fn declare(
        plan: &mut Plan<'_>,
        home: &InOrg,
        before: Option<&Self>,
        input: &RoleBindingInput,
    ) -> Result<RoleBindingCommand, Refused> {
        let was = before.and_then(|before| before.spec.as_ref());
        if let Some(was) = was {
            require_writing(plan.call()?, *home, &was.scope)?;
        }
        let spec = spec(plan, *home, was, input).await?;
        if was != Some(&spec) {
            require_granting(plan, *home, &spec).await?;
        }
        let (name, profile) = (input.metadata.name.clone(), super::orgs::profile(&input.metadata));
        let (spec, at) = (Box::new(spec), plan.now);
        Ok(match before {
            None => RoleBindingCommand::Create { name, profile, spec, at },
            Some(_) => RoleBindingCommand::Update { profile, spec, at },
        })
    }
}

/// The right under which a binding is declared, and where: on what it gives its role.
pub(super) async fn under(plan: &Plan<'_>, home: InOrg, id: Uuid) -> Result<(Permission, Target), Refused> {
    let spec = plan.load::<RoleBinding>(id).await?.state.spec;
    Ok(right_on(home, spec.and_then(|spec| spec.scope.project().map(|project| project.id))))
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
    pub home: InOrg,
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
pub fn right_on(home: InOrg, project: Option<Uuid>) -> (Permission, Target) {
    match project {
        None => (Permission::RoleBindingWriteOrg, home.target()),
        Some(project) => {
            let target = Target::Project { org: home.org, partner: home.partner, project };
            (Permission::RoleBindingWriteProject, target)
        }
    }
}

fn require_writing(call: &Call, home: InOrg, scope: &BindingScope) -> Result<(), Refused> {
    let (permission, target) = right_on(home, scope.project().map(|project| project.id));
    call.require(permission, target)
}

/// Whether the caller may give this to somebody: it has the right to, and has itself what it gives. Where the org allows
/// it, the partner's admins may let themselves in.
async fn require_granting(plan: &Plan<'_>, home: InOrg, spec: &RoleBindingSpec) -> Result<(), Refused> {
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
fn breaks_glass_for_itself(call: &Call, home: InOrg, spec: &RoleBindingSpec) -> bool {
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
