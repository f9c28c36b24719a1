//! Identities.

use crate::given::{Meaning, given, meaning};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{scope, sealed, uuid};
use aggregates::facts::{Claim, ClaimChange, ClaimKind, Requirement, Subject, Target};
use aggregates::user::{User, UserCommand, UserEvent, UserRefusal};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use values::{ScopeId, Timestamp};

fn register(letter: char) -> UserCommand {
    UserCommand::Register { home: scope(1), email: sealed(letter) }
}

fn registered() -> UserEvent {
    UserEvent::Registered { home: scope(1), email: sealed('E') }
}

fn address(email: &values::Sealed) -> Claim {
    Claim { scope: scope(1), kind: ClaimKind::UserEmail, key: email.to_string() }
}

#[test]
fn an_identity_becomes_known_under_its_address() {
    let user = given::<User>([]).when(register('E')).then(registered());
    assert_eq!(user.home, Some(scope(1)));
    assert_eq!(user.email, Some(sealed('E')));
}

#[test]
fn an_identity_becomes_known_once() {
    given::<User>([registered()])
        .when(register('E'))
        .then_refused(&UserRefusal::AlreadyExists, "the user exists already");
}

#[test]
fn an_address_is_claimed_sealed_in_its_partner() {
    assert_eq!(
        meaning(&registered(), Subject { id: uuid(7), scope: scope(1) }),
        Meaning {
            claims: vec![ClaimChange::Take(address(&sealed('E')))],
            references: vec![],
            requirements: vec![],
            changes_authority: false,
        }
    );
}

#[derive(Debug, Default)]
struct Known(Option<(ScopeId, values::Sealed)>);

impl Model for Known {
    type Of = User;

    fn subject() -> Subject {
        Subject { id: uuid(7), scope: scope(1) }
    }

    fn obey(&mut self, command: &UserCommand) -> Says<User> {
        let UserCommand::Register { home, email } = command;
        if self.0.is_some() {
            return Err(UserRefusal::AlreadyExists);
        }
        self.0 = Some((*home, email.clone()));
        Ok(Some("registered"))
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.0.iter().map(|(_, email)| address(email)).collect()
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

    fn resembles(&self, state: &User) {
        assert_eq!(state.home.zip(state.email.clone()), self.0);
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn identities_keep_their_rules(commands in story(prop::char::range('A', 'C').prop_map(register))) {
        agree::<Known>(commands);
    }
}
