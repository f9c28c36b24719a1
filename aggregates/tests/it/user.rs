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

fn erased() -> UserEvent {
    UserEvent::Erased { home: scope(1), email: sealed('E') }
}

#[test]
fn an_identity_is_erased_once_and_for_good() {
    given::<User>([registered()]).when(UserCommand::Erase).then(erased());
    given::<User>([registered(), erased()]).when(UserCommand::Erase).then_nothing();
    given::<User>([registered(), erased()])
        .when(register('E'))
        .then_refused(&UserRefusal::Erased, "the user was erased");
    given::<User>([]).when(UserCommand::Erase).then_refused(&UserRefusal::NotFound, "there is no such user");
}

#[test]
fn an_erased_identity_frees_its_address_and_has_no_membership_that_knows_it() {
    assert_eq!(
        meaning(&erased(), Subject { id: uuid(7), scope: scope(1) }),
        Meaning {
            claims: vec![ClaimChange::Release(address(&sealed('E')))],
            references: vec![],
            requirements: vec![nobody_knows_it()],
            changes_authority: true,
        }
    );
}

fn nobody_knows_it() -> Requirement {
    let kind = aggregates::facts::ReferenceKind::MembershipOf;
    Requirement::NoneRemains(Target { scope: scope(7), id: uuid(7), kind })
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
struct Known(Option<(ScopeId, values::Sealed)>, bool);

impl Model for Known {
    type Of = User;

    fn subject() -> Subject {
        Subject { id: uuid(7), scope: scope(1) }
    }

    fn obey(&mut self, command: &UserCommand) -> Says<User> {
        match command {
            UserCommand::Register { .. } if self.1 => Err(UserRefusal::Erased),
            UserCommand::Register { .. } if self.0.is_some() => Err(UserRefusal::AlreadyExists),
            UserCommand::Register { home, email } => {
                self.0 = Some((*home, email.clone()));
                Ok(Some("registered"))
            }
            UserCommand::Erase if self.0.is_none() => Err(UserRefusal::NotFound),
            UserCommand::Erase if self.1 => Ok(None),
            UserCommand::Erase => {
                self.1 = true;
                Ok(Some("erased"))
            }
        }
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.0.iter().filter(|_| !self.1).map(|(_, email)| address(email)).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        BTreeMap::new()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        if verb == "erased" { vec![nobody_knows_it()] } else { vec![] }
    }

    fn changes_authority(&self, verb: &str) -> bool {
        verb == "erased"
    }

    fn resembles(&self, state: &User) {
        assert_eq!((state.home.zip(state.email.clone()), state.erased), (self.0.clone(), self.1));
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn identities_keep_their_rules(
        commands in story(prop_oneof![
            2 => prop::char::range('A', 'C').prop_map(register),
            1 => Just(UserCommand::Erase),
        ])
    ) {
        agree::<Known>(commands);
    }
}
