//! Any story of a membership, beside a model of it.

use super::{administration, keys, of, whose};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{sealed, uuid};
use aggregates::facts::{Claim, ReferenceKind, Requirement, Subject, Target};
use aggregates::membership::{
    Access, Add, Membership, MembershipCommand, MembershipPhase, MembershipRefusal,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Role, ScopeKind, Sealed, Timestamp};

/// A member as a list of members would show it.
#[derive(Clone, Debug, Default)]
struct Entry {
    /// `""` before it was added.
    phase: &'static str,
    kind: Option<ScopeKind>,
    access: Access,
    names: (Option<Sealed>, Option<Sealed>),
    roles: BTreeSet<Role>,
    reason: Option<Sealed>,
    /// Whether the scope knows who it is.
    known: bool,
    /// Whether it administered before the last command.
    administered: bool,
    roles_changed: bool,
}

impl Entry {
    fn acts(&self) -> bool {
        ["invited", "active"].contains(&self.phase)
    }

    fn administers(&self) -> bool {
        self.acts() && self.roles.iter().any(|role| [Role::OrgAdmin, Role::Operator].contains(role))
    }

    fn add(&mut self, add: &Add) -> Says<Membership> {
        fits(add.kind, &add.roles)?;
        self.phase = match add.access {
            Access::Console => "invited",
            Access::Programmatic => "active",
        };
        self.kind = Some(add.kind);
        self.access = add.access;
        self.names = (add.first_name.clone(), add.last_name.clone());
        self.roles.clone_from(&add.roles);
        self.reason = None;
        self.known = true;
        Ok(Some("added"))
    }

    fn update(
        &mut self,
        names: (Option<Sealed>, Option<Sealed>),
        roles: &BTreeSet<Role>,
    ) -> Says<Membership> {
        fits(self.kind.unwrap(), roles)?;
        self.roles_changed = self.roles != *roles;
        let differs = self.roles_changed || self.names != names;
        self.names = names;
        self.roles.clone_from(roles);
        Ok(differs.then_some("updated"))
    }

    fn end(&mut self, phase: &'static str, reason: Option<&Sealed>) -> &'static str {
        self.phase = phase;
        self.reason = reason.cloned();
        phase
    }
}

/// Which roles a scope knows, spelled out.
fn fits(kind: ScopeKind, roles: &BTreeSet<Role>) -> Result<(), MembershipRefusal> {
    let known: &[Role] = match kind {
        ScopeKind::Platform => &[Role::Operator],
        ScopeKind::Partner => &[Role::PartnerAdmin, Role::PartnerReadOnly],
        ScopeKind::Org => &[Role::OrgAdmin, Role::OrgReadOnly, Role::Auditor, Role::InfraAdmin],
    };
    let unknown = roles.iter().find(|role| !known.contains(role));
    unknown.map_or(Ok(()), |role| Err(MembershipRefusal::RoleDoesNotFit(*role)))
}

impl Model for Entry {
    type Of = Membership;

    fn subject() -> Subject {
        of()
    }

    fn obey(&mut self, command: &MembershipCommand) -> Says<Membership> {
        use MembershipCommand as C;
        self.administered = self.administers();
        match command {
            C::Add(add) if ["", "removed", "erased"].contains(&self.phase) => self.add(add),
            C::Add(_) => Err(MembershipRefusal::AlreadyMember),
            _ if self.phase.is_empty() => Err(MembershipRefusal::NotFound),
            C::Erase if !self.known => Ok(None),
            C::Erase => {
                self.known = false;
                Ok(Some(self.end("erased", None)))
            }
            C::Remove { .. } if ["removed", "erased"].contains(&self.phase) => Ok(None),
            _ if self.phase == "erased" => Err(MembershipRefusal::Erased),
            _ if self.phase == "removed" => Err(MembershipRefusal::Removed),
            C::Update { first_name, last_name, roles } => {
                self.update((first_name.clone(), last_name.clone()), roles)
            }
            C::Remove { reason } => Ok(Some(self.end("removed", reason.as_ref()))),
            C::Suspend { reason } if self.acts() => Ok(Some(self.end("suspended", reason.as_ref()))),
            C::Suspend { .. } => Ok(None),
            C::Reactivate if self.acts() => Ok(None),
            C::Reactivate => {
                self.end("active", None);
                Ok(Some("reactivated"))
            }
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        BTreeSet::new()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let administers = self.administers().then(|| (administration(), None));
        administers.into_iter().chain(self.known.then(|| (whose(), None))).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let successor = self.administered && !self.administers();
        let keyless =
            matches!(verb, "suspended" | "removed" | "erased").then(|| Requirement::NoneRemains(keys()));
        let successor = successor.then(|| Requirement::OneRemains(administration()));
        let place = match (verb, self.kind) {
            ("added", Some(ScopeKind::Org)) => Some(Requirement::InPhase {
                id: uuid(2),
                phases: &["active", "pendingApproval", "deactivated"],
            }),
            ("added", Some(ScopeKind::Partner)) => {
                Some(Requirement::InPhase { id: uuid(2), phases: &["active"] })
            }
            _ => None,
        };
        let nowhere = [ReferenceKind::Includes, ReferenceKind::Grants].map(|kind| {
            matches!(verb, "removed" | "erased").then(|| Requirement::NoneRemains(Target { kind, ..keys() }))
        });
        [place, keyless].into_iter().chain(nowhere).chain([successor]).flatten().collect()
    }

    fn changes_authority(&self, verb: &str) -> bool {
        match verb {
            "added" => false,
            "updated" => self.roles_changed,
            _ => true,
        }
    }

    fn resembles(&self, state: &Membership) {
        let phase = if state.phase == MembershipPhase::None { "" } else { state.phase.as_str() };
        assert_eq!((phase, state.kind, state.access), (self.phase, self.kind, self.access));
        assert_eq!((&state.first_name, &state.last_name), (&self.names.0, &self.names.1));
        assert_eq!((&state.roles, &state.reason), (&self.roles, &self.reason));
        assert_eq!((state.is_live(), state.administers()), (self.acts(), self.administers()));
    }
}

fn any_roles() -> impl Strategy<Value = BTreeSet<Role>> {
    let any = prop::sample::select(vec![Role::OrgAdmin, Role::OrgReadOnly, Role::Auditor, Role::InfraAdmin]);
    let other = prop::sample::select(vec![Role::Operator, Role::PartnerAdmin, Role::NamespaceAdmin]);
    prop_oneof![
        9 => prop::collection::btree_set(any, 0..3),
        1 => prop::collection::btree_set(other, 1..2),
    ]
}

fn any_text() -> impl Strategy<Value = Option<Sealed>> {
    prop::option::of(prop::char::range('F', 'G').prop_map(sealed))
}

fn any_add() -> impl Strategy<Value = MembershipCommand> {
    let kinds = prop_oneof![
        4 => Just(ScopeKind::Org),
        1 => Just(ScopeKind::Partner),
        1 => Just(ScopeKind::Platform)
    ];
    let access = prop_oneof![Just(Access::Console), Just(Access::Programmatic)];
    (kinds, any_text(), any_text(), access, any_roles()).prop_map(
        |(kind, first_name, last_name, access, roles)| {
            let (user, email) = (uuid(7), sealed('E'));
            MembershipCommand::Add(Box::new(Add { user, kind, email, first_name, last_name, access, roles }))
        },
    )
}

fn any_command() -> impl Strategy<Value = MembershipCommand> {
    use MembershipCommand as C;
    prop_oneof![
        3 => any_add(),
        3 => (any_text(), any_text(), any_roles())
            .prop_map(|(first_name, last_name, roles)| C::Update { first_name, last_name, roles }),
        1 => any_text().prop_map(|reason| C::Suspend { reason }),
        1 => Just(C::Reactivate),
        1 => any_text().prop_map(|reason| C::Remove { reason }),
        1 => Just(C::Erase),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn memberships_keep_their_rules(commands in story(any_command())) {
        agree::<Entry>(commands);
    }
}
