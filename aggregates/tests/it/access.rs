//! Attempts.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{scope, uuid};
use aggregates::access::{Access, AccessCommand, AccessEvent, AccessRefusal, Attempt, Outcome};
use aggregates::facts::{Claim, Requirement, Subject, Target};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::Timestamp;

fn attempt(outcome: Outcome, count: u64) -> Attempt {
    Attempt {
        outcome,
        action: "org.approve".to_owned(),
        code: "forbidden".to_owned(),
        kind: "Org".to_owned(),
        route: "/v1/orgs/{org}/approve".to_owned(),
        object: (count > 1).then(|| uuid(u128::from(count))),
        project: (count > 2).then(|| uuid(9)),
        count,
    }
}

fn note(outcome: Outcome, count: u64) -> AccessCommand {
    AccessCommand::Note(Box::new(attempt(outcome, count)))
}

fn noted(outcome: Outcome, count: u64) -> AccessEvent {
    AccessEvent::Attempted(Box::new(attempt(outcome, count)))
}

#[test]
fn an_attempt_is_noted_as_it_is() {
    let entry = given::<Access>([]).when(note(Outcome::Denied, 1)).then(noted(Outcome::Denied, 1));
    assert_eq!(entry.noted, Some(attempt(Outcome::Denied, 1)));
}

#[test]
fn an_attempt_is_noted_once() {
    given::<Access>([noted(Outcome::Denied, 1)])
        .when(note(Outcome::Failed, 2))
        .then_refused(&AccessRefusal::AlreadyNoted, "the entry is written already");
}

#[test]
fn an_attempt_means_nothing_to_anything_else() {
    let nothing =
        Meaning { claims: vec![], references: vec![], requirements: vec![], changes_authority: false };
    assert_eq!(meaning(&noted(Outcome::Refused, 3), Entry::subject()), nothing);
}

#[test]
fn every_outcome_is_called_the_same_in_state_and_store() {
    for outcome in [Outcome::Allowed, Outcome::Refused, Outcome::Denied, Outcome::Failed] {
        assert_eq!(serde_json::to_value(outcome).unwrap(), outcome.as_str());
    }
}

#[derive(Debug, Default)]
struct Entry(Option<Attempt>);

impl Model for Entry {
    type Of = Access;

    fn subject() -> Subject {
        Subject { id: uuid(9), scope: scope(2) }
    }

    fn obey(&mut self, command: &AccessCommand) -> Says<Access> {
        let AccessCommand::Note(attempt) = command;
        if self.0.is_some() {
            return Err(AccessRefusal::AlreadyNoted);
        }
        self.0 = Some(*attempt.clone());
        Ok(Some("attempted"))
    }

    fn claims(&self) -> BTreeSet<Claim> {
        BTreeSet::new()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        BTreeMap::new()
    }

    fn requirements(&self, _: &str) -> Vec<Requirement> {
        vec![]
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Access) {
        assert_eq!(state.noted, self.0);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn attempts_keep_their_rules(commands in story(
        (prop_oneof![Just(Outcome::Allowed), Just(Outcome::Denied)], any::<u64>())
            .prop_map(|(outcome, count)| note(outcome, count))
    )) {
        agree::<Entry>(commands);
    }
}
