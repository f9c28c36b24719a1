//! Any sequence of commands to a namespace, beside a small model.

use super::{OF, claim, claim_on, clusters, nothing_runs_on, takes_more};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, name, scope, uuid};
use aggregates::facts::{AmountChange, Claim, Facts, Requirement, Subject, Target};
use aggregates::namespace::{Namespace, NamespaceCommand, NamespacePhase, NamespaceRefusal, NamespaceSpec};
use aggregates::placement::Placement;
use aggregates::profile::Profile;
use aggregates::quota::{Quota, Resource};
use aggregates::reference::Reference;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use values::{Quantity, Timestamp};

/// A namespace as what was set last, where it is, and whether it is there.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, NamespaceSpec)>,
    held: Quota,
    /// Where it is; nothing unless it is published.
    on: Option<BTreeSet<Reference>>,
    ever_published: bool,
    gone: bool,
    /// The clusters that the last event began to use, and those that it joined and left.
    begun: BTreeSet<Uuid>,
    joined: BTreeSet<Uuid>,
    left: BTreeSet<Uuid>,
}

fn ids(of: &BTreeSet<Reference>) -> BTreeSet<Uuid> {
    of.iter().map(|cluster| cluster.id).collect()
}

impl Book {
    fn used(&self) -> BTreeSet<Uuid> {
        let named = self.set.as_ref().filter(|_| !self.gone).map(|(_, spec)| ids(&spec.placement.clusters));
        let on = self.on.as_ref().map(ids);
        named.into_iter().chain(on).flatten().collect()
    }

    fn told(&mut self, command: &NamespaceCommand) -> Says<Namespace> {
        use NamespaceCommand as C;
        let made = self.set.is_some();
        match command {
            C::Create { .. } if made => Err(NamespaceRefusal::AlreadyExists),
            C::Create { name, .. } if name.as_str() == "default" => Err(NamespaceRefusal::ReservedName),
            C::Create { profile, spec, defaults, .. } => {
                self.held = spec.quota.or(defaults);
                self.set = Some((profile.clone(), *spec.clone()));
                Ok(Some("created"))
            }
            _ if !made => Err(NamespaceRefusal::NotFound),
            C::Delete if self.gone => Ok(None),
            C::Restore => Ok(std::mem::take(&mut self.gone).then_some("restored")),
            _ if self.gone => Err(NamespaceRefusal::Deleted),
            C::Update { profile, spec, defaults } => {
                let wanted = Some((profile.clone(), *spec.clone()));
                if self.set.as_ref().is_some_and(|(_, before)| before.quota != spec.quota) {
                    self.held = spec.quota.or(defaults);
                }
                let differs = self.set != wanted;
                self.set = wanted;
                Ok(differs.then_some("updated"))
            }
            C::Publish { clusters, .. } => {
                let before = self.on.replace(clusters.clone());
                self.ever_published = true;
                let was_on = before.as_ref().map(ids).unwrap_or_default();
                (self.joined, self.left) = (&ids(clusters) - &was_on, &was_on - &ids(clusters));
                Ok((before.as_ref() != Some(clusters)).then_some("published"))
            }
            C::Unpublish { .. } if self.on.take().is_some() => Ok(Some("unpublished")),
            C::Unpublish { .. } if self.ever_published => Ok(None),
            C::Unpublish { .. } => Err(NamespaceRefusal::NeverPublished),
            C::Delete if self.on.is_some() => Err(NamespaceRefusal::StillPublished),
            C::Delete if self.set.as_ref().is_some_and(|(profile, _)| profile.deletion_protection) => {
                Err(NamespaceRefusal::DeletionProtected)
            }
            C::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
        }
    }
}

impl Model for Book {
    type Of = Namespace;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &NamespaceCommand) -> Says<Namespace> {
        let before = self.used();
        let says = self.told(command);
        self.begun = &self.used() - &before;
        says
    }

    fn claims(&self) -> BTreeSet<Claim> {
        let there = self.set.as_ref().filter(|_| !self.gone).map(|_| claim("checkout"));
        let number = |cluster: &Reference| cluster.name.trim_start_matches("c-").parse().unwrap();
        let on = self.on.iter().flatten().map(|cluster| claim_on(number(cluster)));
        there.into_iter().chain(on).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let project = self.set.as_ref().filter(|_| !self.gone).map(|_| uuid(20));
        let all = project.into_iter().chain(self.used());
        all.map(|id| (Target::used(scope(2), id), None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let number = |id: &Uuid| [80, 81, 82].into_iter().find(|number| uuid(*number) == *id).unwrap();
        let placeable = |of: &BTreeSet<Uuid>| of.iter().map(|id| takes_more(number(id))).collect::<Vec<_>>();
        match verb {
            "created" | "restored" => {
                std::iter::once(Requirement::active(uuid(20))).chain(placeable(&self.begun)).collect()
            }
            "updated" => placeable(&self.begun),
            "published" => {
                let left = self.left.iter().map(|id| nothing_runs_on(number(id)));
                placeable(&self.joined).into_iter().chain(left).collect()
            }
            "unpublished" => vec![Requirement::Unused(Target::runs_in(scope(2), uuid(70)))],
            "deleted" => vec![Requirement::Unused(Target::used(scope(2), uuid(70)))],
            other => panic!("{other}"),
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Namespace) {
        let phase = match (&self.set, &self.on) {
            (None, _) => NamespacePhase::None,
            (Some(_), _) if self.gone => NamespacePhase::Deleted,
            (Some(_), Some(_)) => NamespacePhase::Published,
            (Some(_), None) if self.ever_published => NamespacePhase::Unpublished,
            (Some(_), None) => NamespacePhase::Draft,
        };
        assert_eq!(state.phase, phase);
        assert_eq!(state.clusters, self.on.clone().unwrap_or_default());
        assert_eq!(state.held, self.held);
        if let Some((profile, spec)) = &self.set {
            assert_eq!((&state.profile, &state.spec), (profile, spec));
        }
    }
}

fn any_quota() -> impl Strategy<Value = Quota> {
    let resources = prop::sample::select(vec![Resource::CpuLimits, Resource::MemoryLimits, Resource::Pods]);
    prop::collection::vec((resources, 0_u32..3), 0..3).prop_map(|limits| {
        limits.into_iter().map(|(resource, units)| (resource, Quantity::from_units(units))).collect()
    })
}

fn any_clusters() -> impl Strategy<Value = BTreeSet<Reference>> {
    prop::sample::subsequence(vec![80, 81, 82], 0..=3).prop_map(|numbers| clusters(&numbers))
}

fn any_set() -> impl Strategy<Value = (Profile, Box<NamespaceSpec>, Quota)> {
    let all = (any_quota(), any_quota(), any_clusters(), prop::bool::weighted(0.2));
    all.prop_map(|(quota, defaults, clusters, deletion_protection)| {
        let profile = Profile { deletion_protection, ..Profile::default() };
        let placement = Placement { clusters, label_selector: None };
        (profile, Box::new(NamespaceSpec { quota, placement, ..NamespaceSpec::default() }), defaults)
    })
}

fn any_command() -> impl Strategy<Value = NamespaceCommand> {
    let called = prop::sample::select(vec!["checkout", "checkout", "checkout", "default"]);
    prop_oneof![
        3 => (called, any_set()).prop_map(|(called, (profile, spec, defaults))| NamespaceCommand::Create {
            project: uuid(20), name: name(called), profile, spec, defaults, at: hour(0),
        }),
        3 => any_set().prop_map(|(profile, spec, defaults)| NamespaceCommand::Update { profile, spec, defaults }),
        3 => any_clusters().prop_map(|clusters| NamespaceCommand::Publish { clusters, at: hour(1) }),
        2 => Just(NamespaceCommand::Unpublish { at: hour(2) }),
        2 => Just(NamespaceCommand::Delete),
        1 => Just(NamespaceCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn namespaces_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }

    /// Whatever happens, what the ledger counts is what the namespace says that it holds, and nothing once it is deleted.
    #[test]
    fn the_ledger_knows_what_is_held(commands in story(any_command())) {
        let mut namespace = Namespace::default();
        let mut held: BTreeMap<Resource, Quantity> = BTreeMap::new();
        for command in commands {
            for event in namespace.decide(command).unwrap_or_default() {
                for change in event.amounts(OF()) {
                    match change {
                        AmountChange::Hold { pool, amount } => held.insert(pool.resource, amount),
                        AmountChange::Release { pool } => held.remove(&pool.resource),
                        AmountChange::Limit { .. } => panic!("{change:?}"),
                    };
                }
                cqrs_es::Aggregate::apply(&mut namespace, event);
            }
            let is_there = namespace.phase != NamespacePhase::Deleted;
            let says = if is_there { namespace.held.clone() } else { Quota::default() };
            prop_assert_eq!(held.clone().into_iter().collect::<Quota>(), says);
        }
    }
}
