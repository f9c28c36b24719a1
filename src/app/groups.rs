//! Groups: some members of an org, to give roles to together.

use super::bootstrap::EMAIL;
use super::declared::{Applied, Outcome};
use super::plan::{Edit, Plan, UseCase};
use super::{Fault, Refused};
use crate::authz::{Permission, Target};
use aggregates::group::{Group, GroupCommand, Member, Members};
use api::{GroupInput, UserReferenceInput};
use projections::documents::{self, Documented, Which};
use projections::{groups, members, people};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use values::{Email, ScopeId};

/// An org, as what groups and role bindings are made in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OrgHome {
    /// The org.
    pub org: ScopeId,
    /// Its partner.
    pub partner: ScopeId,
}

impl OrgHome {
    /// The org as something to have rights on.
    #[must_use]
    pub const fn target(self) -> Target {
        Target::Org { org: self.org, partner: self.partner }
    }
}

/// Makes a group.
#[derive(Debug)]
pub struct Create {
    /// Where.
    pub home: OrgHome,
    /// What it shall be.
    pub input: GroupInput,
}

impl UseCase for Create {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        create(plan, self.home, &self.input).await.map(|_| ())
    }
}

async fn create(plan: &mut Plan<'_>, home: OrgHome, input: &GroupInput) -> Result<Applied, Refused> {
    require_protection(plan, home, false, input.metadata.deletion_protection)?;
    let command = GroupCommand::Create {
        name: input.metadata.name.clone(),
        profile: super::orgs::profile(&input.metadata),
        members: resolved(plan, home, &input.spec.members).await?,
    };
    let id = plan.new_id();
    let made = plan.create::<Group>(home.org, id, command).await?;
    plan.made(home.org.as_uuid(), Group::KIND, id, input.metadata.name.as_str(), made.state.phase());
    plan.answer(id, made.version, 201);
    Ok(Applied { id, version: made.version, outcome: Outcome::Created })
}

/// Makes a group what is declared: makes it where there is none, replaces it where there is one.
#[derive(Debug)]
pub struct Put {
    /// Where.
    pub home: OrgHome,
    /// The live one of the name, where there is one.
    pub id: Option<Uuid>,
    /// Whether it must not be there.
    pub only_create: bool,
    /// What it shall be.
    pub input: GroupInput,
}

impl UseCase for Put {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        match self.id {
            None => {
                plan.check_version(0)?;
                create(plan, self.home, &self.input).await.map(|_| ())
            }
            Some(id) if self.only_create => {
                Err(Refused::VersionMismatch { current: plan.load::<Group>(id).await?.version })
            }
            Some(id) => replace(plan, self.home, id, &self.input).await.map(|_| ()),
        }
    }
}

/// Edits a group.
pub struct Update {
    /// Where.
    pub home: OrgHome,
    /// Which.
    pub id: Uuid,
    /// What it shall be.
    pub edit: Edit<GroupInput>,
}

impl UseCase for Update {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let version = plan.load_answer::<Group>(self.id).await?.version;
        let input = plan.edited(self.id, version, &self.edit).await?;
        replace(plan, self.home, self.id, &input).await.map(|_| ())
    }
}

/// Makes a group what is declared, as part of a plan: makes it where there is none, replaces it where there is one.
pub(super) async fn apply(
    plan: &mut Plan<'_>,
    home: OrgHome,
    input: &GroupInput,
) -> Result<Applied, Refused> {
    plan.call()?.require(Permission::GroupWrite, home.target())?;
    let (org, name) = (home.org, input.metadata.name.as_str());
    let there = documents::sight(&plan.app.pool, org, org.as_uuid(), Group::KIND, Which::Name(name)).await?;
    match there {
        Some(there) => replace(plan, home, there.id, input).await,
        None if plan.made_in(org.as_uuid(), Group::KIND).any(|made| made.name == name) => {
            Err(super::apply::twice())
        }
        None => {
            plan.on_free_names();
            create(plan, home, input).await
        }
    }
}

async fn replace(
    plan: &mut Plan<'_>,
    home: OrgHome,
    id: Uuid,
    input: &GroupInput,
) -> Result<Applied, Refused> {
    let loaded = plan.load_answer::<Group>(id).await?;
    let before = loaded.version;
    let is_protected = loaded.state.profile.deletion_protection;
    require_protection(plan, home, is_protected, input.metadata.deletion_protection)?;
    let command = GroupCommand::Update {
        name: input.metadata.name.clone(),
        profile: super::orgs::profile(&input.metadata),
        members: resolved(plan, home, &input.spec.members).await?,
    };
    let after = plan.decide(home.org, id, loaded, command).await?;
    plan.answer(id, after.version, 200);
    Ok(Applied { id, version: after.version, outcome: Outcome::of(before, after.version) })
}

/// Protecting something against deletion, or no longer, needs a right of its own.
pub(super) fn require_protection(
    plan: &Plan<'_>,
    home: OrgHome,
    is: bool,
    shall_be: bool,
) -> Result<(), Refused> {
    if is == shall_be {
        Ok(())
    } else {
        plan.call()?.require(Permission::DeletionProtectionSet, home.target())
    }
}

/// What is done to a group that is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Delete it.
    Delete,
    /// Bring it back, with those of its members that are still there.
    Restore,
}

/// Moves a group through its life.
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
        let loaded = plan.load_answer::<Group>(self.id).await?;
        let command = match self.verb {
            Verb::Delete => GroupCommand::Delete,
            Verb::Restore => {
                let users: Vec<Uuid> = loaded.state.members.keys().copied().collect();
                let there = members::of_users(&plan.app.pool, self.home.org, &users).await?;
                GroupCommand::Restore { members: there.into_iter().map(by_user).collect() }
            }
        };
        let after = plan.decide(self.home.org, self.id, loaded, command).await?;
        plan.answer(self.id, after.version, 200);
        Ok(())
    }
}

/// Lets a member that leaves the org go from every group. A group that takes it in meanwhile makes admission send the
/// unit back to be planned again.
pub(super) async fn forget(
    plan: &mut Plan<'_>,
    org: ScopeId,
    user: Uuid,
    membership: Uuid,
) -> Result<(), Refused> {
    for group in groups::with_member(&plan.app.pool, org, membership).await? {
        let loaded = plan.load::<Group>(group).await?;
        plan.decide(org, group, loaded, GroupCommand::Forget { user }).await?;
    }
    Ok(())
}

fn by_user(member: members::Member) -> (Uuid, Member) {
    let members::Member { user, membership, email } = member;
    (user, Member { user, membership, email })
}

/// The members that are meant, in two look-ups however many they are.
async fn resolved(plan: &Plan<'_>, home: OrgHome, given: &[UserReferenceInput]) -> Result<Members, Refused> {
    if given.len() > aggregates::group::MOST_MEMBERS {
        let refusal =
            aggregates::group::GroupRefusal::TooManyMembers { most: aggregates::group::MOST_MEMBERS };
        return Err(refusal.into());
    }
    let (mut meant, mut faults) = (BTreeMap::new(), vec![]);
    let found = users(plan, home, given).await?;
    for (index, one) in found.into_iter().enumerate() {
        match one {
            Ok(member) => drop(meant.insert(member.user, by_user(member).1)),
            Err((code, detail)) => faults.push(Fault {
                pointer: format!("/spec/members/{index}"),
                code: code.to_owned(),
                detail: detail.to_owned(),
            }),
        }
    }
    if faults.is_empty() { Ok(meant) } else { Err(Refused::Faults(faults)) }
}

/// What is wrong with a reference: a stable code, and what to do about it.
pub(super) type Wrong = (&'static str, &'static str);

/// The members of the org that are meant, each in its place.
pub(super) async fn users(
    plan: &Plan<'_>,
    home: OrgHome,
    given: &[UserReferenceInput],
) -> Result<Vec<Result<members::Member, Wrong>>, Refused> {
    users_of(plan, home.org, home.partner, given).await
}

/// The members of a scope whose people are known by their addresses in `at_home`.
pub(super) async fn users_of(
    plan: &Plan<'_>,
    scope: ScopeId,
    at_home: ScopeId,
    given: &[UserReferenceInput],
) -> Result<Vec<Result<members::Member, Wrong>>, Refused> {
    let app = plan.app;
    let hashes_of = |email: &Email| app.keyring.lookup_hashes(EMAIL, email.as_str());
    let hashes: Vec<String> = given.iter().filter_map(|one| one.email.as_ref()).flat_map(hashes_of).collect();
    let by_hash: HashMap<String, Uuid> = if hashes.is_empty() {
        HashMap::new()
    } else {
        people::by_email_hashes(&app.pool, at_home, &hashes).await?.into_iter().collect()
    };
    let named = |one: &UserReferenceInput| {
        one.email.as_ref().map(|email| hashes_of(email).iter().find_map(|hash| by_hash.get(hash)).copied())
    };
    let ids: Vec<Uuid> = given.iter().filter_map(|one| one.id.or_else(|| named(one).flatten())).collect();
    let there = members::of_users(&app.pool, scope, &ids).await?;
    let there: HashMap<Uuid, members::Member> = there.into_iter().map(|one| (one.user, one)).collect();
    let choose = |one: &UserReferenceInput| {
        let unknown = ("unknown_reference", "there is no such user here");
        let user = match (one.id, named(one)) {
            (Some(id), Some(Some(named))) if id != named => {
                return Err((
                    "reference_disagrees",
                    "the e-mail address is another user's: send one of them",
                ));
            }
            (Some(_), Some(None)) => {
                return Err(("reference_disagrees", "nobody has this e-mail address: send the id alone"));
            }
            (Some(id), Some(Some(_)) | None) | (None, Some(Some(id))) => id,
            (None, Some(None) | None) => return Err(unknown),
        };
        there.get(&user).cloned().ok_or(unknown)
    };
    Ok(given.iter().map(choose).collect())
}
