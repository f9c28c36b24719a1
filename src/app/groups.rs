//! Groups: some members of an org, to give roles to together.

use super::bootstrap::EMAIL;
use super::declared::Declared;
use super::home::InOrg;
use super::plan::{Plan, UseCase};
use super::{Fault, Refused};
use crate::authz::Permission;
use aggregates::group::{Group, GroupCommand, Member, Members};
use api::{GroupInput, UserReferenceInput};
use projections::{groups, members, people};
use std::collections::{BTreeMap, HashMap};
use uuid::Uuid;
use values::{Email, Name, ScopeId};

impl Declared for Group {
    type Home = InOrg;
    type Input = GroupInput;

    const DELETE: Permission = Permission::GroupWrite;
    const RENAMES: bool = true;

    fn name_in(input: &GroupInput) -> &str {
        input.metadata.name.as_str()
    }

    fn protection_in(input: &GroupInput) -> bool {
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
        input: &GroupInput,
    ) -> Result<GroupCommand, Refused> {
        let name = input.metadata.name.clone();
        let profile = super::orgs::profile(&input.metadata);
        let members = resolved(plan, *home, &input.spec.members).await?;
        Ok(match before {
            None => GroupCommand::Create { name, profile, members },
            Some(_) => GroupCommand::Update { name, profile, members },
        })
    }
}

/// Brings a group back, with those of its members that are still there.
#[derive(Debug)]
pub struct Restore {
    /// Where.
    pub home: InOrg,
    /// Which.
    pub id: Uuid,
}

impl UseCase for Restore {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let loaded = plan.load_answer::<Group>(self.id).await?;
        let users: Vec<Uuid> = loaded.state.members.keys().copied().collect();
        let there = members::of_users(&plan.app.pool, self.home.org, &users).await?;
        let command = GroupCommand::Restore { members: there.into_iter().map(by_user).collect() };
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
async fn resolved(plan: &Plan<'_>, home: InOrg, given: &[UserReferenceInput]) -> Result<Members, Refused> {
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
    home: InOrg,
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
