//! Any story of an org, beside a model of it.

use super::{of, org_external_id, org_name, partner_in_use};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{external_id, hour, name, scope, sealed, uuid};
use aggregates::facts::{Claim, Requirement, Subject, Target};
use aggregates::org::{Contact, Create, Org, OrgCommand, OrgPhase, OrgRefusal, OrgSettings, OrgSpec, Origin};
use aggregates::profile::Profile;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{Name, Sealed, Timestamp};

/// An org as its partner would keep it in a book.
#[derive(Debug, Default)]
struct Book {
    /// `""` before it was made.
    phase: &'static str,
    gone: bool,
    set: Option<(Name, Profile, OrgSpec)>,
    approved_at: Option<Timestamp>,
    reason: Option<Sealed>,
    settings_changed: bool,
}

impl Book {
    fn wrong(&self, verb: &'static str, instead: &'static str) -> Says<Org> {
        Err(OrgRefusal::WrongPhase { verb, phase: self.phase, instead })
    }

    fn go(&mut self, phase: &'static str, reason: Option<&Sealed>, verb: &'static str) -> &'static str {
        self.phase = phase;
        self.reason = reason.cloned();
        verb
    }

    fn set(&mut self, name: &Name, profile: &Profile, spec: &OrgSpec, made: bool) -> Says<Org> {
        if spec.settings.api_key_default_validity_hours > spec.settings.api_key_max_validity_hours {
            return Err(OrgRefusal::DefaultAboveMaximum);
        }
        let wanted = Some((name.clone(), profile.clone(), spec.clone()));
        let differs = self.set != wanted;
        self.settings_changed = self.set.as_ref().is_some_and(|(_, _, is)| is.settings != spec.settings);
        self.set = wanted;
        Ok(differs.then_some(if made { "updated" } else { "created" }))
    }

    fn create(&mut self, create: &Create) -> Says<Org> {
        let said = self.set(&create.name, &create.profile, &create.spec, false)?;
        self.phase = if create.approved_at.is_some() { "active" } else { "pendingApproval" };
        self.approved_at = create.approved_at;
        Ok(said)
    }

    /// The commands that move an org from phase to phase, by phase.
    fn pass(&mut self, command: &OrgCommand) -> Says<Org> {
        match (self.phase, command) {
            ("pendingApproval", OrgCommand::Approve { at, reason }) => {
                self.approved_at = Some(*at);
                Ok(Some(self.go("active", reason.as_ref(), "approved")))
            }
            ("pendingApproval", OrgCommand::Reject { reason }) => {
                Ok(Some(self.go("rejected", reason.as_ref(), "rejected")))
            }
            ("pendingApproval", OrgCommand::Activate { .. }) => self.wrong("activate", "approve it first"),
            ("pendingApproval", _) => self.wrong("deactivate", "approve or reject it"),
            ("active", OrgCommand::Deactivate { reason }) => {
                Ok(Some(self.go("deactivated", Some(reason), "deactivated")))
            }
            ("deactivated", OrgCommand::Activate { reason }) => {
                Ok(Some(self.go("active", reason.as_ref(), "activated")))
            }
            ("deactivated", OrgCommand::Approve { .. }) => self.wrong("approve", "activate it instead"),
            ("active" | "deactivated", OrgCommand::Reject { .. }) => {
                self.wrong("reject", "deactivate or delete it")
            }
            ("rejected", OrgCommand::Approve { .. }) => self.wrong("approve", "create it anew"),
            ("rejected", OrgCommand::Activate { .. }) => self.wrong("activate", "create it anew"),
            ("rejected", OrgCommand::Deactivate { .. }) => self.wrong("deactivate", "it has ended"),
            _ => Ok(None),
        }
    }
}

impl Model for Book {
    type Of = Org;

    fn subject() -> Subject {
        of()
    }

    fn obey(&mut self, command: &OrgCommand) -> Says<Org> {
        match command {
            OrgCommand::Create(create) if self.phase.is_empty() => self.create(create),
            OrgCommand::Create(_) => Err(OrgRefusal::AlreadyExists),
            _ if self.phase.is_empty() => Err(OrgRefusal::NotFound),
            OrgCommand::Restore => Ok(std::mem::take(&mut self.gone).then_some("restored")),
            OrgCommand::Delete if self.gone => Ok(None),
            _ if self.gone => Err(OrgRefusal::Deleted),
            OrgCommand::Update { name, profile, spec } => self.set(name, profile, spec, true),
            OrgCommand::Delete if self.set.as_ref().is_some_and(|(_, is, _)| is.deletion_protection) => {
                Err(OrgRefusal::DeletionProtected)
            }
            OrgCommand::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
            OrgCommand::Approve { .. }
            | OrgCommand::Reject { .. }
            | OrgCommand::Activate { .. }
            | OrgCommand::Deactivate { .. } => self.pass(command),
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        let holds = !self.gone && self.phase != "rejected";
        let Some((name, _, spec)) = self.set.as_ref().filter(|_| holds) else { return BTreeSet::new() };
        let id = spec.external_id.iter().map(|id| org_external_id(id.as_str()));
        id.chain([org_name(name.as_str())]).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let there = !self.phase.is_empty() && !self.gone && self.phase != "rejected";
        there.then(|| (partner_in_use(), None)).into_iter().collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let active_partner = Requirement::InPhase { id: uuid(1), phases: &["active"] };
        if matches!(verb, "created" | "restored") { vec![active_partner] } else { vec![] }
    }

    fn changes_authority(&self, verb: &str) -> bool {
        match verb {
            "created" => false,
            "updated" => self.settings_changed,
            _ => true,
        }
    }

    fn resembles(&self, state: &Org) {
        let phase = if state.phase == OrgPhase::None { "" } else { state.phase.as_str() };
        assert_eq!((phase, state.deleted), (self.phase, self.gone));
        assert_eq!((state.approved_at, &state.reason), (self.approved_at, &self.reason));
        let set = state.name.clone().map(|name| (name, state.profile.clone(), state.spec.clone()));
        assert_eq!(set, self.set);
    }
}

fn any_spec() -> impl Strategy<Value = OrgSpec> {
    let ids = prop::option::of(prop::sample::select(vec!["crm-1", "crm-2"]));
    let contacts = prop::option::of(prop::option::of(Just('E')));
    (ids, contacts, prop::sample::select(vec![1_u32, 24, 9_000]), any::<bool>()).prop_map(
        |(id, contact, default, allow_partner_keys)| OrgSpec {
            external_id: id.map(external_id),
            contact: contact.map(|email| Contact {
                first_name: None,
                last_name: None,
                email: email.map(sealed),
                phone: None,
            }),
            settings: OrgSettings {
                api_key_default_validity_hours: default,
                allow_partner_keys,
                ..OrgSettings::default()
            },
        },
    )
}

fn any_set() -> impl Strategy<Value = (Name, Profile, OrgSpec)> {
    let names = prop::sample::select(vec!["acme", "umbrella", "wayne"]);
    (names, prop::bool::weighted(0.2), any_spec()).prop_map(|(called, deletion_protection, spec)| {
        (name(called), Profile { deletion_protection, ..Profile::default() }, spec)
    })
}

fn any_reason() -> impl Strategy<Value = Option<Sealed>> {
    prop::option::of(prop::char::range('A', 'B').prop_map(sealed))
}

fn any_time() -> impl Strategy<Value = Timestamp> {
    (0_u32..9).prop_map(hour)
}

fn any_command() -> impl Strategy<Value = OrgCommand> {
    let created = (any_set(), prop::option::of(any_time()), any::<bool>());
    prop_oneof![
        2 => created.prop_map(|((name, profile, spec), approved_at, signup)| {
            let origin = if signup { Origin::Signup } else { Origin::Partner };
            let partner = scope(1);
            OrgCommand::Create(Box::new(Create { partner, origin, name, profile, spec, approved_at }))
        }),
        3 => any_set().prop_map(|(name, profile, spec)| OrgCommand::Update { name, profile, spec: Box::new(spec) }),
        1 => (any_time(), any_reason()).prop_map(|(at, reason)| OrgCommand::Approve { at, reason }),
        1 => any_reason().prop_map(|reason| OrgCommand::Reject { reason }),
        1 => any_reason().prop_map(|reason| OrgCommand::Activate { reason }),
        1 => prop::char::range('U', 'V').prop_map(|letter| OrgCommand::Deactivate { reason: sealed(letter) }),
        1 => Just(OrgCommand::Delete),
        1 => Just(OrgCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn orgs_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
