//! Any sequence of commands to a workload, beside a small model.

use super::{
    OF, claim, content, held, in_namespace, runs_in, runs_on, spec, stored, takes_more, targets, used,
};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, name, uuid};
use aggregates::facts::{Claim, Requirement, Subject, Target};
use aggregates::profile::Profile;
use aggregates::workload::{
    Workload, WorkloadCommand, WorkloadContent, WorkloadPhase, WorkloadRefusal, WorkloadSpec, WorkloadTarget,
};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use values::{Description, Timestamp};

/// A workload as what was set last, what runs where, and whether it is there.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, WorkloadSpec)>,
    runs: Option<(WorkloadContent, Vec<WorkloadTarget>)>,
    revisions: i64,
    gone: bool,
    /// The clusters that the last event began to use, and those that it joined.
    begun: BTreeSet<Uuid>,
    joined: BTreeSet<Uuid>,
    /// The letter of the artifact that the last event set.
    new_artifact: Option<char>,
}

impl Book {
    fn on(&self) -> BTreeSet<Uuid> {
        self.runs.iter().flat_map(|(_, targets)| targets).map(|target| target.id).collect()
    }

    fn used(&self) -> BTreeSet<Uuid> {
        let set = self.set.iter().filter(|_| !self.gone).flat_map(|(_, spec)| &spec.placement.clusters);
        set.map(|cluster| cluster.id).chain(self.on()).collect()
    }

    fn publish(
        &mut self,
        content: WorkloadContent,
        targets: &[WorkloadTarget],
    ) -> Result<Option<&'static str>, WorkloadRefusal> {
        if targets.is_empty() {
            return Err(WorkloadRefusal::NamespaceNotPublished);
        }
        let wanted = Some((content.clone(), targets.to_vec()));
        let (_, spec) = self.set.as_mut().unwrap();
        if self.runs == wanted && spec.content == content {
            return Ok(None);
        }
        spec.content = content;
        let before = self.on();
        self.runs = wanted;
        self.joined = &self.on() - &before;
        self.revisions += 1;
        Ok(Some("published"))
    }

    fn told(&mut self, command: &WorkloadCommand) -> Says<Workload> {
        use WorkloadCommand as C;
        let made = self.set.is_some();
        match command {
            C::Create { .. } if made => Err(WorkloadRefusal::AlreadyExists),
            C::Create { profile, spec, .. } => {
                self.set = Some((profile.clone(), *spec.clone()));
                Ok(Some("created"))
            }
            _ if !made => Err(WorkloadRefusal::NotFound),
            C::Delete if self.gone => Ok(None),
            C::Restore => Ok(std::mem::take(&mut self.gone).then_some("restored")),
            _ if self.gone => Err(WorkloadRefusal::Deleted),
            C::Update { profile, spec } => {
                let wanted = Some((profile.clone(), *spec.clone()));
                let differs = self.set != wanted;
                self.set = wanted;
                Ok(differs.then_some("updated"))
            }
            C::Publish { targets, .. } => {
                let content = self.set.as_ref().unwrap().1.content.clone();
                self.publish(content, targets)
            }
            C::RollBack { .. } if self.revisions == 0 => Err(WorkloadRefusal::NeverPublished),
            C::RollBack { content, targets, .. } => self.publish(*content.clone(), targets),
            C::Unpublish { .. } if self.runs.take().is_some() => Ok(Some("unpublished")),
            C::Unpublish { .. } if self.revisions > 0 => Ok(None),
            C::Unpublish { .. } => Err(WorkloadRefusal::NeverPublished),
            C::Delete if self.runs.is_some() => Err(WorkloadRefusal::StillPublished),
            C::Delete if self.set.as_ref().is_some_and(|(profile, _)| profile.deletion_protection) => {
                Err(WorkloadRefusal::DeletionProtected)
            }
            C::Delete => {
                self.gone = true;
                Ok(Some("deleted"))
            }
        }
    }

    fn letter(&self) -> Option<char> {
        let (_, spec) = self.set.as_ref()?;
        ['a', 'b'].into_iter().find(|letter| content(*letter).artifact == spec.content.artifact)
    }
}

fn number(id: &Uuid) -> u128 {
    [80, 81, 82].into_iter().find(|number| uuid(*number) == *id).unwrap()
}

impl Model for Book {
    type Of = Workload;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &WorkloadCommand) -> Says<Workload> {
        let (before, letter) = (self.used(), self.letter());
        let says = self.told(command);
        self.begun = &self.used() - &before;
        self.new_artifact = self.letter().filter(|now| Some(*now) != letter);
        says
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.set.iter().filter(|_| !self.gone).map(|_| claim()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let within = self.set.iter().filter(|_| !self.gone).flat_map(|_| [used(20), used(70)]);
        let uses = self.used().into_iter().map(|id| used(number(&id)));
        let runs = self.runs.iter().map(|_| runs_in());
        let on = self.on().into_iter().map(|id| runs_on(number(&id)));
        within.chain(uses).chain(runs).chain(on).map(|to| (to, None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let begun = self.begun.iter().copied().map(takes_more);
        let within = [Requirement::active(uuid(20)), in_namespace()].into_iter();
        let artifact = self.new_artifact.map(stored);
        match verb {
            "created" => within.chain(begun).chain(artifact).collect(),
            "restored" => within.chain(begun).collect(),
            "updated" => begun.chain(artifact).collect(),
            "published" => {
                let joined = self.joined.iter().copied().map(takes_more);
                joined.chain(self.runs.iter().flat_map(|(_, on)| on).map(|on| held(on.id))).collect()
            }
            "unpublished" => vec![],
            "deleted" => vec![Requirement::Unused(used(90))],
            other => panic!("{other}"),
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Workload) {
        let phase = match (&self.set, &self.runs) {
            (None, _) => WorkloadPhase::None,
            (Some(_), _) if self.gone => WorkloadPhase::Deleted,
            (Some(_), Some(_)) => WorkloadPhase::Published,
            (Some(_), None) if self.revisions > 0 => WorkloadPhase::Unpublished,
            (Some(_), None) => WorkloadPhase::Draft,
        };
        assert_eq!((state.phase, state.revision), (phase, self.revisions));
        let runs = state.running.clone().map(|running| (running.content, running.targets));
        assert_eq!(runs, self.runs);
        let differs =
            self.runs.as_ref().zip(self.set.as_ref()).is_some_and(|(runs, set)| runs.0 != set.1.content);
        assert_eq!(state.differs(), differs);
        if let Some((profile, spec)) = &self.set {
            assert_eq!((&state.profile, state.spec.as_ref()), (profile, Some(spec)));
        }
    }
}

fn any_numbers() -> impl Strategy<Value = Vec<u128>> {
    prop::sample::subsequence(vec![80, 81, 82], 0..=3)
}

fn any_letter() -> impl Strategy<Value = char> {
    prop::sample::select(vec!['a', 'b'])
}

fn any_set() -> impl Strategy<Value = (Profile, Box<WorkloadSpec>)> {
    (any_letter(), any_numbers(), prop::bool::weighted(0.2)).prop_map(|(letter, named, protected)| {
        let profile = Profile { deletion_protection: protected, ..Profile::default() };
        (profile, Box::new(spec(letter, &named)))
    })
}

fn any_command() -> impl Strategy<Value = WorkloadCommand> {
    let notes = Description::default;
    prop_oneof![
        3 => any_set().prop_map(|(profile, spec)| WorkloadCommand::Create {
            project: uuid(20), namespace: super::namespace(), name: name("cart"), profile, spec, at: hour(0),
        }),
        3 => any_set().prop_map(|(profile, spec)| WorkloadCommand::Update { profile, spec }),
        3 => any_numbers().prop_map(move |on| WorkloadCommand::Publish {
            targets: targets(&on), notes: notes(), at: hour(1),
        }),
        2 => (any_letter(), any_numbers()).prop_map(move |(letter, on)| WorkloadCommand::RollBack {
            to: 1, content: Box::new(content(letter)), targets: targets(&on), notes: notes(), at: hour(1),
        }),
        2 => Just(WorkloadCommand::Unpublish { at: hour(2) }),
        2 => Just(WorkloadCommand::Delete),
        1 => Just(WorkloadCommand::Restore),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn workloads_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
