//! Users: the members of an org, the staff of a partner, the operators. One identity in its partner (or the platform),
//! one membership for each scope it is in.

use super::bootstrap::EMAIL;
use super::people::Person;
use super::plan::{Edit, Plan, UseCase};
use super::{App, Refused};
use crate::authz::{Grant, GrantScope, Holding, may_grant};
use crate::ids::membership_id;
use aggregates::api_key::{ApiKey, ApiKeyCommand};
use aggregates::facts::{Claim, ClaimKind, Requirement};
use aggregates::membership::{self, Membership, MembershipCommand, MembershipRefusal};
use aggregates::org::{Org, OrgPhase};
use aggregates::partner::Partner;
use aggregates::user::{User, UserCommand};
use api::{Access, UserInput};
use projections::{api_keys, members, people};
use std::collections::BTreeSet;
use uuid::Uuid;
use values::{Email, Reason, Role, ScopeId, ScopeKind};

/// A scope that has members: an org, a partner or the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MemberScope {
    /// The scope.
    pub id: ScopeId,
    /// What it is.
    pub kind: ScopeKind,
    /// Where its members are known by their addresses: the org's partner, the partner, the platform.
    pub home: ScopeId,
}

impl App {
    /// The identity with this address, unless a scope has erased who it is: then it knows nobody by it, whoever else does.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn user_with_email(
        &self,
        scope: ScopeId,
        home: ScopeId,
        email: &Email,
    ) -> Result<Option<Uuid>, sqlx::Error> {
        for hash in self.keyring.lookup_hashes(EMAIL, email.as_str()) {
            if let Some(user) = people::by_email_hash(&self.pool, home, &hash).await? {
                let erased = members::is_erased(&self.pool, scope, membership_id(scope, user)).await?;
                return Ok((!erased).then_some(user));
            }
        }
        Ok(None)
    }
}

/// Takes a user in: an identity where there is none yet, and the membership.
#[derive(Debug)]
pub struct Add {
    /// Where.
    pub of: MemberScope,
    /// What it shall be.
    pub input: UserInput,
}

impl UseCase for Add {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let (of, spec) = (self.of, &self.input.spec);
        require_scope(plan, of).await?;
        require_grantable(plan, of, &spec.roles)?;
        let user = identity(plan, of.home, &spec.email).await?;
        let membership = membership_id(of.id, user);
        let loaded = plan.load::<Membership>(membership).await?;
        let known = match loaded.state.person() {
            Some(person) => plan.app.people.find(person).await?,
            None => None,
        };
        let person = known.unwrap_or_else(|| new_member(plan, of.id));
        let add = membership::Add {
            user,
            kind: of.kind,
            email: person.seal(spec.email.as_str()),
            first_name: person.seal_unless_empty(spec.first_name.as_str()),
            last_name: person.seal_unless_empty(spec.last_name.as_str()),
            access: match spec.access {
                Access::Console => membership::Access::Console,
                Access::Programmatic => membership::Access::Programmatic,
            },
            roles: spec.roles.clone(),
        };
        let command = MembershipCommand::Add(Box::new(add));
        let after = plan.decide(of.id, membership, loaded, command).await?;
        plan.answer(membership, after.version, 201);
        Ok(())
    }
}

/// The identity with this address, made known where nobody has it yet. Should one that is known be erased meanwhile,
/// the unit is planned again.
pub(super) async fn identity(plan: &mut Plan<'_>, home: ScopeId, email: &Email) -> Result<Uuid, Refused> {
    for hash in plan.app.keyring.lookup_hashes(EMAIL, email.as_str()) {
        if let Some(user) = people::by_email_hash(&plan.app.pool, home, &hash).await? {
            let claim = Claim { scope: home, kind: ClaimKind::UserEmail, key: hash };
            plan.require(Requirement::Holds { claim, holder: user });
            return Ok(user);
        }
    }
    let user = plan.new_id();
    let sealed = plan.new_person(user, home).seal(email.as_str());
    plan.claim_as(&sealed, plan.app.keyring.lookup_hash(EMAIL, email.as_str()));
    plan.create::<User>(home, user, UserCommand::Register { home, email: sealed }).await?;
    Ok(user)
}

/// A key of its own for what a scope knows of a member, so that the scope can forget it without touching others.
pub(super) fn new_member(plan: &mut Plan<'_>, scope: ScopeId) -> Person {
    let id = plan.new_id();
    plan.new_person(id, scope)
}

/// The scope must be there, and not be gone for good.
pub(super) async fn require_scope(plan: &Plan<'_>, of: MemberScope) -> Result<(), Refused> {
    match of.kind {
        ScopeKind::Platform => Ok(()),
        ScopeKind::Partner => {
            let partner = plan.load::<Partner>(of.id.as_uuid()).await?;
            match (partner.version, partner.state.deleted) {
                (0, _) => Err(Refused::NotFound),
                (_, true) => Err(Refused::InvalidState("the partner is deleted".to_owned())),
                (_, false) => Ok(()),
            }
        }
        ScopeKind::Org => {
            let org = plan.load::<Org>(of.id.as_uuid()).await?.state;
            match (org.phase, org.deleted) {
                (OrgPhase::None, _) => Err(Refused::NotFound),
                (OrgPhase::Rejected, _) => Err(Refused::InvalidState("the org was rejected".to_owned())),
                (OrgPhase::PendingApproval | OrgPhase::Active | OrgPhase::Deactivated, true) => {
                    Err(Refused::InvalidState("the org is deleted".to_owned()))
                }
                (OrgPhase::PendingApproval | OrgPhase::Active | OrgPhase::Deactivated, false) => Ok(()),
            }
        }
    }
}

/// Nobody gives more than they have, except to users of scopes that they are not members of themselves: that is how
/// an org's first admin comes in.
fn require_grantable(plan: &Plan<'_>, of: MemberScope, roles: &BTreeSet<Role>) -> Result<(), Refused> {
    let call = plan.call()?;
    let caller = &call.caller;
    if caller.scope != of.id && call.break_glass().is_none() {
        return Ok(());
    }
    let on = match of.kind {
        ScopeKind::Platform => GrantScope::Platform,
        ScopeKind::Partner => GrantScope::Partner(of.id),
        ScopeKind::Org => GrantScope::Org(of.id),
    };
    let held = caller.holdings();
    roles.iter().try_for_each(|role| {
        // What does not fit is refused for that, later.
        if !role.may_be_granted_on(of.kind) {
            return Ok(());
        }
        let given = Holding { grant: Grant { role: *role, on: on.clone() }, until: None };
        may_grant(&held, &caller.key.restrictions, &given, of.home).map_err(super::role_bindings::exceeds)
    })
}

/// Sets names and roles.
pub struct Update {
    /// Where.
    pub of: MemberScope,
    /// Whose.
    pub user: Uuid,
    /// What it shall be.
    pub edit: Edit<UserInput>,
}

impl UseCase for Update {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let membership = membership_id(self.of.id, self.user);
        let loaded = plan.load_answer::<Membership>(membership).await?;
        let known = match loaded.state.person() {
            Some(person) => plan.app.people.find(person).await?,
            None => None,
        };
        let person = known.ok_or(MembershipRefusal::Erased)?;
        let spec = plan.edited(membership, loaded.version, &self.edit).await?.spec;
        if loaded.state.email.as_ref() != Some(&person.seal(spec.email.as_str())) {
            return Err(Refused::Immutable { pointer: "/spec/email" });
        }
        let access = match loaded.state.access {
            membership::Access::Console => Access::Console,
            membership::Access::Programmatic => Access::Programmatic,
        };
        if spec.access != access {
            return Err(Refused::Immutable { pointer: "/spec/access" });
        }
        // What it loses may be more than the caller has; what it has afterwards and had not before may not.
        let new: BTreeSet<Role> = spec.roles.difference(&loaded.state.roles).copied().collect();
        require_grantable(plan, self.of, &new)?;
        let command = MembershipCommand::Update {
            first_name: person.seal_unless_empty(spec.first_name.as_str()),
            last_name: person.seal_unless_empty(spec.last_name.as_str()),
            roles: spec.roles,
        };
        let after = plan.decide(self.of.id, membership, loaded, command).await?;
        plan.answer(membership, after.version, 200);
        Ok(())
    }
}

/// What is said to a member.
#[derive(Debug)]
pub enum Verb {
    /// Keep it from acting; its keys end.
    Suspend(Option<Reason>),
    /// Let it act again; its keys stay ended.
    Reactivate,
    /// Take it out; its keys end.
    Remove(Option<Reason>),
}

/// Moves a membership through its life.
#[derive(Debug)]
pub struct Move {
    /// Where.
    pub of: MemberScope,
    /// Whose.
    pub user: Uuid,
    /// Where to.
    pub verb: Verb,
}

impl UseCase for Move {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let (of, membership) = (self.of, membership_id(self.of.id, self.user));
        let command = match &self.verb {
            Verb::Suspend(reason) => {
                MembershipCommand::Suspend { reason: plan.reason(reason.as_ref()).await? }
            }
            Verb::Reactivate => MembershipCommand::Reactivate,
            Verb::Remove(reason) => MembershipCommand::Remove { reason: plan.reason(reason.as_ref()).await? },
        };
        let after = plan.change::<Membership>(of.id, membership, command).await?;
        if matches!(self.verb, Verb::Remove(_)) {
            end_all(plan, of.id, self.user, membership).await?;
        } else if !after.state.is_live() {
            end_keys(plan, of.id, membership).await?;
        }
        Ok(())
    }
}

/// Ends everything that a member who leaves has here: keys, places in groups, roles.
pub(super) async fn end_all(
    plan: &mut Plan<'_>,
    scope: ScopeId,
    user: Uuid,
    membership: Uuid,
) -> Result<(), Refused> {
    end_keys(plan, scope, membership).await?;
    super::groups::forget(plan, scope, user, membership).await?;
    super::role_bindings::end_all(plan, scope, membership).await
}

/// Ends every key of a membership. One that is issued meanwhile makes admission send the unit back to be planned again.
async fn end_keys(plan: &mut Plan<'_>, scope: ScopeId, membership: Uuid) -> Result<(), Refused> {
    for key in api_keys::live_keys_of(&plan.app.pool, scope, membership).await? {
        let loaded = plan.load::<ApiKey>(key.id).await?;
        plan.decide(scope, key.id, loaded, ApiKeyCommand::Revoke { reason: None }).await?;
    }
    Ok(())
}
