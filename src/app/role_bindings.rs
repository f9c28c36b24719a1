//! Role bindings: who has which role where, and until when. Nobody gives more than they have.

use super::groups::{OrgHome, require_protection, users, users_of};
use super::plan::{Edit, Plan, UseCase};
use super::{Call, Fault, Refused};
use crate::authz::{Exceeds, Grant, GrantScope, Holding, Permission, Target, may_grant};
use crate::ledger::compose::Loaded;
use aggregates::org::Org;
use aggregates::reference::Reference;
use aggregates::role_binding::{BindingScope, Grantee, RoleBinding, RoleBindingCommand, RoleBindingSpec};
use api::{
    BindingScopeInput, BindingSubjectInput, ReferenceInput, RoleBindingInput, SubjectKind, UserReferenceInput,
};
use projections::documents::{self, At, Which};
use projections::role_bindings;
use uuid::Uuid;
use values::{Email, Name, Reason, Role, ScopeId, ScopeKind, Sealed};

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
        create(plan, self.home, &self.input).await
    }
}

async fn create(plan: &mut Plan<'_>, home: OrgHome, input: &RoleBindingInput) -> Result<(), Refused> {
    let spec = spec(plan, home, None, input).await?;
    require_protection(plan, home, false, input.metadata.deletion_protection)?;
    require_granting(plan, home, &spec).await?;
    let command = RoleBindingCommand::Create {
        name: input.metadata.name.clone(),
        profile: super::orgs::profile(&input.metadata),
        spec: Box::new(spec),
        at: plan.now,
    };
    let id = plan.new_id();
    let made = plan.create::<RoleBinding>(home.org, id, command).await?;
    plan.answer(id, made.version, 201);
    Ok(())
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
                create(plan, self.home, &self.input).await
            }
            Some(id) if self.only_create => {
                Err(Refused::VersionMismatch { current: plan.load::<RoleBinding>(id).await?.version })
            }
            Some(id) => {
                let loaded = plan.load_answer::<RoleBinding>(id).await?;
                replace(plan, self.home, id, loaded, &self.input).await
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
        replace(plan, self.home, self.id, loaded, &input).await
    }
}

async fn replace(
    plan: &mut Plan<'_>,
    home: OrgHome,
    id: Uuid,
    loaded: Loaded<RoleBinding>,
    input: &RoleBindingInput,
) -> Result<(), Refused> {
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
    let profile = super::orgs::profile(&input.metadata);
    let command = RoleBindingCommand::Update { profile, spec: Box::new(spec), at: plan.now };
    let after = plan.decide(home.org, id, loaded, command).await?;
    plan.answer(id, after.version, 200);
    Ok(())
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
    let given =
        Holding { grant: Grant { role: spec.role, on: on(home.org, &spec.scope) }, until: spec.expires_at };
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

/// What is declared, with everything it refers to looked up. What it refers to already is not looked up again: it may
/// have been renamed or deleted since.
async fn spec(
    plan: &Plan<'_>,
    home: OrgHome,
    before: Option<&RoleBindingSpec>,
    input: &RoleBindingInput,
) -> Result<RoleBindingSpec, Refused> {
    let given = &input.spec;
    let reason = match before {
        None => plan.reason(given.reason.as_ref()).await?,
        Some(before) => reason(plan, before.reason.as_ref(), given.reason.as_ref()).await?,
    };
    let scope = scope(plan, home, before.map(|before| &before.scope), &given.scope).await?;
    let subject = subject(plan, home, before.map(|before| &before.subject), &given.subject).await?;
    Ok(RoleBindingSpec { role: given.role, subject, scope, expires_at: given.expires_at, reason })
}

/// The reason as it shall be. It is sealed under the key of whoever gave it: what comes back as it was stays that.
async fn reason(
    plan: &Plan<'_>,
    before: Option<&Sealed>,
    given: Option<&Reason>,
) -> Result<Option<Sealed>, Refused> {
    let Some(given) = given else { return Ok(None) };
    if let Some(before) = before
        && let Some(person) = plan.app.people.find(before.person()).await?
        && person.seal(given.as_str()) == *before
    {
        return Ok(Some(before.clone()));
    }
    plan.reason(Some(given)).await
}

async fn subject(
    plan: &Plan<'_>,
    home: OrgHome,
    before: Option<&Grantee>,
    given: &BindingSubjectInput,
) -> Result<Grantee, Refused> {
    const POINTER: &str = "/spec/subject";
    let is_group = given.kind == SubjectKind::Group;
    if let Some(before) = before
        && given.id == Some(before.id())
        && is_group == matches!(before, Grantee::Group(_))
    {
        return Ok(before.clone());
    }
    if is_group {
        let name = match &given.name {
            None => None,
            Some(name) => Some(Name::parse(name).map_err(|invalid| at("/spec/subject/name", &invalid))?),
        };
        let group = match (name, given.id) {
            (Some(name), Some(id)) => ReferenceInput::Both { name, id },
            (Some(name), None) => ReferenceInput::Name(name),
            (None, Some(id)) => ReferenceInput::Id(id),
            (None, None) => return Err(fault(POINTER, "required", "name it by name or id")),
        };
        return Ok(Grantee::Group(one(plan, home.org, "Group", &group, POINTER.to_owned()).await?));
    }
    let email = match &given.name {
        None => None,
        Some(name) => Some(Email::parse(name).map_err(|invalid| at("/spec/subject/name", &invalid))?),
    };
    if email.is_none() && given.id.is_none() {
        return Err(fault(POINTER, "required", "name it by e-mail address or id"));
    }
    let given = [UserReferenceInput { email, id: given.id }];
    let wrong = match users(plan, home, &given).await?.remove(0) {
        Ok(member) => {
            let projections::members::Member { user, membership, email } = member;
            return Ok(Grantee::User { user, membership, email });
        }
        Err(wrong) => wrong,
    };
    match users_of(plan, home.partner, home.partner, &given).await?.remove(0) {
        Ok(member) => Ok(Grantee::Staff {
            partner: home.partner,
            user: member.user,
            membership: member.membership,
            email: member.email,
        }),
        Err(_) => Err(fault(POINTER, wrong.0, wrong.1)),
    }
}

async fn scope(
    plan: &Plan<'_>,
    home: OrgHome,
    before: Option<&BindingScope>,
    given: &BindingScopeInput,
) -> Result<BindingScope, Refused> {
    let Some(project) = &given.project else {
        if given.namespaces.is_empty() {
            return Ok(BindingScope::Org);
        }
        return Err(fault("/spec/scope/project", "required", "namespaces are in a project: name it"));
    };
    let known = |one: &ReferenceInput, known: Option<&Reference>| {
        known.filter(|known| one.id() == Some(known.id)).cloned()
    };
    let project = match known(project, before.and_then(BindingScope::project)) {
        Some(project) => project,
        None => one(plan, home.org, "Project", project, "/spec/scope/project".to_owned()).await?,
    };
    let mut namespaces = Vec::with_capacity(given.namespaces.len());
    for (index, namespace) in given.namespaces.iter().enumerate() {
        let before = before.map_or(&[][..], BindingScope::namespaces);
        let namespace = match before.iter().find_map(|before| known(namespace, Some(before))) {
            Some(namespace) => namespace,
            None => {
                let pointer = format!("/spec/scope/namespaces/{index}");
                one(plan, ScopeId::from(project.id), "Namespace", namespace, pointer).await?
            }
        };
        namespaces.push(namespace);
    }
    if namespaces.is_empty() {
        return Ok(BindingScope::Project(project));
    }
    namespaces.sort_by_key(|namespace| namespace.id);
    namespaces.dedup_by_key(|namespace| namespace.id);
    Ok(BindingScope::Namespaces { project, namespaces })
}

/// The live thing of a kind beneath `parent` that is meant.
async fn one(
    plan: &Plan<'_>,
    parent: ScopeId,
    kind: &str,
    given: &ReferenceInput,
    pointer: String,
) -> Result<Reference, Refused> {
    let which = match (given.id(), given.name()) {
        (Some(id), _) => Which::Id(id),
        (None, Some(name)) => Which::Name(name.as_str()),
        (None, None) => return Err(Refused::NotFound),
    };
    let found = documents::get(&plan.app.pool, parent, kind, which, At::Now).await?;
    let Some(found) = found.filter(|found| !found.deleted) else {
        return Err(fault(pointer, "unknown_reference", &format!("there is no {kind} {given} here")));
    };
    if given.name().is_some_and(|name| name.as_str() != found.name) {
        return Err(fault(
            pointer,
            "reference_disagrees",
            "name and id are not the same thing's: send one of them",
        ));
    }
    Ok(Reference { id: found.id, name: found.name })
}

fn at(pointer: &str, invalid: &values::Invalid) -> Refused {
    fault(pointer, invalid.code, &invalid.detail)
}

fn fault(pointer: impl Into<String>, code: &str, detail: &str) -> Refused {
    Refused::Faults(vec![Fault { pointer: pointer.into(), code: code.to_owned(), detail: detail.to_owned() }])
}
