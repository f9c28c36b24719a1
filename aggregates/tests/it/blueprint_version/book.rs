//! Any sequence of commands to a version of a blueprint, beside a small model.

use super::{DENY, OF, R, addon, base, blueprint, claim, spec, used, version};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, scope, uuid};
use aggregates::blueprint_version::{
    BlueprintVersion, BlueprintVersionCommand as C, BlueprintVersionPhase, BlueprintVersionSpec,
};
use aggregates::facts::{Claim, Requirement, Subject, Target};
use aggregates::profile::Profile;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use values::Timestamp;

/// A version as what was set last, and where it stands.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, BlueprintVersionSpec)>,
    /// Whether it can be used; nothing before it was activated.
    active: Option<bool>,
    gone: bool,
    /// Whether its blueprint is gone.
    away: bool,
    /// What the last event must see active.
    asked: BTreeSet<Uuid>,
}

impl Book {
    fn uses(&self) -> BTreeSet<Uuid> {
        let Some((_, spec)) = &self.set else { return BTreeSet::new() };
        let base = spec.base.iter().flat_map(|base| [base.blueprint.id, base.version.id]);
        base.chain(spec.addons.iter().flat_map(|it| [it.addon.id, it.version.id])).collect()
    }

    fn told(&mut self, command: &C) -> Says<BlueprintVersion> {
        let Some((profile, spec)) = self.set.clone() else {
            let C::Create { profile, spec, activate, .. } = command else { return Err(R::NotFound) };
            self.set = Some((profile.clone(), *spec.clone()));
            self.active = activate.map(|_| true);
            self.asked = self.uses();
            return Ok(Some("created"));
        };
        match command {
            C::Create { .. } => Err(R::AlreadyExists),
            C::Restore => {
                self.asked = self.uses();
                Ok(std::mem::take(&mut self.gone).then_some("restored"))
            }
            C::Delete | C::Withdraw | C::Return if self.gone => Ok(None),
            C::Withdraw => Ok((!std::mem::replace(&mut self.away, true)).then_some("withdrawn")),
            C::Return => {
                self.asked = self.uses();
                Ok(std::mem::take(&mut self.away).then_some("returned"))
            }
            _ if self.gone => Err(R::Deleted),
            C::Update { .. } | C::Activate { .. } | C::Disable { .. } | C::Delete if self.away => {
                Err(R::Withdrawn)
            }
            C::Update { profile: new, spec: given, .. }
                if self.active.is_some() && (*new != profile || **given != spec) =>
            {
                Err(R::Immutable)
            }
            C::Update { profile: new, spec: given, activate } => {
                let before = self.uses();
                let differs = *new != profile || **given != spec;
                self.set = Some((new.clone(), *given.clone()));
                if activate.is_some() && self.active != Some(true) {
                    self.active = Some(true);
                    self.asked = self.uses();
                    return Ok(Some("activated"));
                }
                self.asked = &self.uses() - &before;
                Ok(differs.then_some("updated"))
            }
            C::Activate { .. } => {
                self.asked = self.uses();
                Ok((self.active.replace(true) != Some(true)).then_some("activated"))
            }
            C::Disable { .. } if self.active.is_none() => Err(R::NeverActivated),
            C::Disable { .. } => Ok((self.active.replace(false) == Some(true)).then_some("disabled")),
            C::Delete if self.active.is_some() => Err(R::NeverDeleted),
            C::Delete if profile.deletion_protection => Err(R::DeletionProtected),
            C::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
        }
    }
}

impl Model for Book {
    type Of = BlueprintVersion;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &C) -> Says<BlueprintVersion> {
        self.told(command)
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.set.iter().filter(|_| !self.gone).map(|_| claim()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        if self.set.is_none() || self.gone || self.away {
            return BTreeMap::new();
        }
        let used_now = self.uses().into_iter().map(|id| Target { id, ..used(0) });
        used_now.chain([Target::version_of(scope(2), uuid(90))]).map(|target| (target, None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        match verb {
            "created" | "updated" | "activated" | "restored" => {
                let ids = std::iter::once(uuid(90)).chain(self.asked.iter().copied());
                ids.map(Requirement::active).collect()
            }
            "returned" => {
                let standing = |id: &Uuid| Requirement::InPhase { id: *id, phases: &["active", "disabled"] };
                std::iter::once(Requirement::active(uuid(90)))
                    .chain(self.asked.iter().map(standing))
                    .collect()
            }
            "deleted" => vec![Requirement::Unused(used(95))],
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &BlueprintVersion) {
        let phase = match (&self.set, self.gone, self.active) {
            (None, ..) => BlueprintVersionPhase::None,
            (Some(_), true, _) => BlueprintVersionPhase::Deleted,
            (Some(_), false, None) => BlueprintVersionPhase::Draft,
            (Some(_), false, Some(true)) => BlueprintVersionPhase::Active,
            (Some(_), false, Some(false)) => BlueprintVersionPhase::Disabled,
        };
        assert_eq!(state.phase, phase);
        assert_eq!(state.activated_at.is_some(), self.active.is_some());
        assert_eq!(state.is_withdrawn, self.away);
        if let Some((profile, spec)) = &self.set {
            assert_eq!((&state.profile, &state.spec), (profile, spec));
        }
    }
}

fn any_set() -> impl Strategy<Value = (Profile, Box<BlueprintVersionSpec>)> {
    let specs = vec![
        spec(vec![]),
        spec(vec![addon('a', 1, &[])]),
        spec(vec![addon('a', 2, &[]), addon('b', 1, &["a"])]),
        BlueprintVersionSpec {
            base: Some(base(true, vec![addon('c', 1, &[])])),
            ..BlueprintVersionSpec::default()
        },
        BlueprintVersionSpec {
            base: Some(base(false, vec![addon('a', 1, &[])])),
            addons: vec![addon('b', 2, &["a"])],
            drift: Some(DENY),
            namespace_sync: None,
        },
    ];
    (prop::sample::select(specs), prop::bool::weighted(0.2)).prop_map(|(spec, deletion_protection)| {
        (Profile { deletion_protection, ..Profile::default() }, Box::new(spec))
    })
}

fn any_command() -> impl Strategy<Value = C> {
    let at_once = || prop::bool::weighted(0.2).prop_map(|now| now.then(|| hour(1)));
    prop_oneof![
        2 => (any_set(), at_once()).prop_map(|((profile, spec), activate)| C::Create {
            project: uuid(20), blueprint: blueprint(), name: version("1.2.0"), profile, spec, activate
        }),
        4 => (any_set(), at_once())
            .prop_map(|((profile, spec), activate)| C::Update { profile, spec, activate }),
        1 => Just(C::Activate { at: hour(2) }),
        1 => Just(C::Disable { at: hour(3) }),
        2 => Just(C::Delete),
        2 => Just(C::Restore),
        1 => Just(C::Withdraw),
        1 => Just(C::Return),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn versions_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
