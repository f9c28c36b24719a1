//! From what is declared to what a binding says: references are looked up, reasons sealed.

use crate::app::groups::{users, users_of};
use crate::app::home::InOrg;
use crate::app::plan::Plan;
use crate::app::{Fault, Refused};
use aggregates::reference::Reference;
use aggregates::role_binding::{BindingScope, Grantee, RoleBindingSpec};
use api::{
    BindingScopeInput, BindingSubjectInput, ReferenceInput, RoleBindingInput, SubjectKind, UserReferenceInput,
};
use projections::documents::{self, At, Sighted, Which};
use values::{Email, Name, Reason, ScopeId, Sealed};

/// What is declared, with everything it refers to looked up. What it refers to already is not looked up again: it may
/// have been renamed or deleted since.
pub(super) async fn spec(
    plan: &Plan<'_>,
    home: InOrg,
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
    home: InOrg,
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
    home: InOrg,
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
        let kept = before.iter().find_map(|before| known(namespace, Some(before)));
        let namespace = if let Some(kept) = kept {
            kept
        } else {
            let pointer = format!("/spec/scope/namespaces/{index}");
            one(plan, ScopeId::from(project.id), "Namespace", namespace, pointer).await?
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
    kind: &'static str,
    given: &ReferenceInput,
    pointer: String,
) -> Result<Reference, Refused> {
    let is_meant = |made: &&Sighted| match (given.id(), given.name()) {
        (Some(id), name) => made.id == id && name.is_none_or(|name| name.as_str() == made.name),
        (None, name) => name.is_some_and(|name| name.as_str() == made.name),
    };
    if let Some(made) = plan.made_in(parent.as_uuid(), kind).find(is_meant) {
        return Ok(Reference { id: made.id, name: made.name.clone() });
    }
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
