//! Users: the members of an org, the staff of a partner, the operators. One identity in its partner (or the platform),
//! one membership for each scope it is in.

use super::bootstrap::EMAIL;
use super::people::Person;
use super::plan::{Edit, Plan, UseCase};
use super::{App, Refused};
use crate::authz::Rights;
use crate::ids::membership_id;
use aggregates::api_key::{ApiKey, ApiKeyCommand};
use aggregates::membership::{self, Membership, MembershipCommand};
use aggregates::org::{Org, OrgPhase};
use aggregates::partner::Partner;
use aggregates::user::{User, UserCommand};
use api::{Access, UserInput};
use projections::{api_keys, people};
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
    /// The identity with this address.
    ///
    /// # Errors
    /// The database could not answer.
    pub async fn user_with_email(&self, home: ScopeId, email: &Email) -> Result<Option<Uuid>, sqlx::Error> {
        for hash in self.keyring.lookup_hashes(EMAIL, email.as_str()) {
            if let Some(user) = people::by_email_hash(&self.pool, home, &hash).await? {
                return Ok(Some(user));
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
        let person = identity(plan, of.home, &spec.email).await?;
        let membership = membership_id(of.id, person.id);
        let loaded = plan.load::<Membership>(membership).await?;
        let add = membership::Add {
            user: person.id,
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

/// The identity with this address, made known where nobody has it yet. Who is known but was erased cannot come back.
pub(super) async fn identity(plan: &mut Plan<'_>, home: ScopeId, email: &Email) -> Result<Person, Refused> {
    if let Some(user) = plan.app.user_with_email(home, email).await? {
        return plan.app.people.find(user).await?.ok_or_else(erased);
    }
    let user = plan.new_id();
    let person = plan.new_person(user, home);
    let sealed = person.seal(email.as_str());
    plan.claim_as(&sealed, plan.app.keyring.lookup_hash(EMAIL, email.as_str()));
    plan.create::<User>(home, user, UserCommand::Register { home, email: sealed }).await?;
    Ok(person)
}

fn erased() -> Refused {
    Refused::InvalidState("this person was erased".to_owned())
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
    let caller = &plan.call()?.caller;
    if caller.scope != of.id {
        return Ok(());
    }
    let own = Rights { roles: &caller.roles, cap: caller.key.restrictions.role_cap };
    if own.cover(&Rights { roles, cap: None }) {
        return Ok(());
    }
    Err(Refused::GrantExceedsOwn("These roles give more than you have yourself.".to_owned()))
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
        let spec = plan.edited(membership, loaded.version, &self.edit).await?.spec;
        let person = plan.app.people.find(self.user).await?.ok_or_else(erased)?;
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
        if !after.state.is_live() {
            end_keys(plan, of.id, membership).await?;
        }
        Ok(())
    }
}

/// Ends every key of a membership. One that is issued meanwhile makes admission send the unit back to be planned again.
async fn end_keys(plan: &mut Plan<'_>, scope: ScopeId, membership: Uuid) -> Result<(), Refused> {
    for key in api_keys::live_keys_of(&plan.app.pool, scope, membership).await? {
        let loaded = plan.load::<ApiKey>(key.id).await?;
        plan.decide(scope, key.id, loaded, ApiKeyCommand::Revoke { reason: None }).await?;
    }
    Ok(())
}
