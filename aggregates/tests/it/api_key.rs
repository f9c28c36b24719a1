//! Access keys.

mod book;

use crate::given::{Meaning, given, meaning};
use crate::values::{access_key_id, hour, name, scope, sealed, uuid};
use aggregates::api_key::{ApiKey, ApiKeyCommand, ApiKeyEvent, ApiKeyPhase, ApiKeyRefusal, Issue, KeyScope};
use aggregates::facts::{ReferenceChange, ReferenceKind, Requirement, Subject, Target};
use values::{Description, DisplayName, Sealed, Timestamp};

fn of() -> Subject {
    Subject { id: uuid(4), scope: scope(2) }
}

fn membership() -> Target {
    Target { scope: scope(2), id: uuid(3), kind: ReferenceKind::KeyOf }
}

fn issue(expires_at: Option<Timestamp>) -> Box<Issue> {
    Box::new(Issue {
        membership: uuid(3),
        user: uuid(7),
        name: name("pipeline"),
        display_name: DisplayName::default(),
        description: Description::default(),
        access_key_id: access_key_id(),
        scope: KeyScope { read_only: true, ..KeyScope::default() },
        expires_at,
        by_partner: false,
    })
}

fn issued(until: u32) -> ApiKeyEvent {
    ApiKeyEvent::Issued(issue(Some(hour(until))))
}

fn rotate(at: u32, until: u32) -> ApiKeyCommand {
    ApiKeyCommand::Rotate { at: hour(at), successor: uuid(5), works_until: hour(until) }
}

fn rotated(until: u32) -> ApiKeyEvent {
    ApiKeyEvent::Rotated { membership: uuid(3), successor: uuid(5), works_until: hour(until) }
}

fn revoke() -> ApiKeyCommand {
    ApiKeyCommand::Revoke { reason: Some(sealed('L')) }
}

fn revoked(reason: Option<Sealed>) -> ApiKeyEvent {
    ApiKeyEvent::Revoked { membership: uuid(3), reason }
}

fn expire(at: u32) -> ApiKeyCommand {
    ApiKeyCommand::Expire { at: hour(at) }
}

fn expired() -> ApiKeyEvent {
    ApiKeyEvent::Expired { membership: uuid(3) }
}

fn deleted() -> ApiKeyEvent {
    ApiKeyEvent::Deleted { membership: uuid(3) }
}

#[test]
fn a_key_is_issued_and_works() {
    let key = given::<ApiKey>([]).when(ApiKeyCommand::Issue(issue(Some(hour(9))))).then(issued(9));
    assert!(key.works());
    assert_eq!((key.phase, key.expires_at), (ApiKeyPhase::Active, Some(hour(9))));
    assert_eq!((key.membership, key.user), (Some(uuid(3)), Some(uuid(7))));
}

#[test]
fn a_key_needs_a_member_that_may_act_and_has_not_ten_of_them() {
    assert_eq!(
        meaning(&issued(9), of()),
        Meaning {
            claims: vec![],
            references: vec![ReferenceChange::Add { to: membership(), until: Some(hour(9)) }],
            requirements: vec![
                Requirement::InPhase { id: uuid(3), phases: &["invited", "active"] },
                Requirement::AtMost { to: membership(), limit: 10 },
            ],
            changes_authority: false,
        }
    );
}

#[test]
fn a_key_is_issued_once() {
    for past in [vec![issued(9)], vec![issued(9), revoked(None)], vec![issued(9), deleted()]] {
        given::<ApiKey>(past)
            .when(ApiKeyCommand::Issue(issue(None)))
            .then_refused(&ApiKeyRefusal::AlreadyExists, "the key exists already");
    }
}

#[test]
fn a_key_that_was_never_issued_is_not_found() {
    for command in [rotate(0, 1), revoke(), expire(1), ApiKeyCommand::Delete] {
        given::<ApiKey>([]).when(command).then_refused(&ApiKeyRefusal::NotFound, "there is no such key");
    }
}

#[test]
fn a_rotated_key_works_until_its_overlap_ends() {
    let key = given::<ApiKey>([issued(9)]).when(rotate(1, 3)).then(rotated(3));
    assert!(key.works());
    assert_eq!((key.phase, key.expires_at), (ApiKeyPhase::Superseded, Some(hour(3))));
    assert_eq!(key.superseded_by, Some(uuid(5)));
    assert_eq!(
        meaning(&rotated(3), of()),
        Meaning {
            claims: vec![],
            references: vec![ReferenceChange::Add { to: membership(), until: Some(hour(3)) }],
            requirements: vec![],
            changes_authority: true,
        }
    );
}

#[test]
fn an_overlap_never_outlives_the_key_and_never_ends_before_it_began() {
    given::<ApiKey>([issued(2)]).when(rotate(1, 9)).then(rotated(2));
    given::<ApiKey>([issued(9)]).when(rotate(4, 3)).then(rotated(4));
    given::<ApiKey>([ApiKeyEvent::Issued(issue(None))]).when(rotate(1, 9)).then(rotated(9));
}

#[test]
fn what_no_longer_works_is_not_rotated() {
    let cases = [
        (vec![issued(2)], "expired", "the key is expired: issue a new one instead"),
        (vec![issued(2), expired()], "expired", "the key is expired: issue a new one instead"),
        (vec![issued(9), revoked(None)], "revoked", "the key is revoked: issue a new one instead"),
        (vec![issued(9), deleted()], "revoked", "the key is revoked: issue a new one instead"),
        (vec![issued(9), rotated(5)], "superseded", "the key is superseded: issue a new one instead"),
    ];
    for (past, phase, text) in cases {
        given::<ApiKey>(past).when(rotate(2, 3)).then_refused(&ApiKeyRefusal::Ended(phase), text);
    }
}

#[test]
fn a_key_is_revoked_for_a_reason() {
    for past in [vec![issued(9)], vec![issued(9), rotated(3)], vec![issued(2), expired()]] {
        let key = given::<ApiKey>(past).when(revoke()).then(revoked(Some(sealed('L'))));
        assert!(!key.works());
        assert_eq!((key.phase, key.reason), (ApiKeyPhase::Revoked, Some(sealed('L'))));
    }
    assert_eq!(meaning(&revoked(None), of()).references, [ReferenceChange::Drop { to: membership() }]);
    assert!(meaning(&revoked(None), of()).changes_authority);
}

#[test]
fn a_key_expires_when_its_time_is_over_and_not_before() {
    given::<ApiKey>([issued(2)]).when(expire(1)).then_nothing();
    given::<ApiKey>([ApiKeyEvent::Issued(issue(None))]).when(expire(9_999)).then_nothing();
    let key = given::<ApiKey>([issued(2)]).when(expire(2)).then(expired());
    assert_eq!((key.phase, key.works()), (ApiKeyPhase::Expired, false));
    assert_eq!(meaning(&expired(), of()).references, [ReferenceChange::Drop { to: membership() }]);
    assert!(!meaning(&expired(), of()).changes_authority, "the clock has refused it before");
}

#[test]
fn a_superseded_key_is_revoked_by_the_end_of_its_overlap() {
    given::<ApiKey>([issued(9), rotated(3)]).when(expire(2)).then_nothing();
    given::<ApiKey>([issued(9), rotated(3)]).when(expire(3)).then(revoked(None));
}

#[test]
fn deleting_a_key_ends_it() {
    for past in [vec![issued(9)], vec![issued(9), rotated(3)]] {
        let key = given::<ApiKey>(past).when(ApiKeyCommand::Delete).then(deleted());
        assert_eq!((key.phase, key.deleted), (ApiKeyPhase::Revoked, true));
    }
    let key = given::<ApiKey>([issued(2), expired()]).when(ApiKeyCommand::Delete).then(deleted());
    assert_eq!((key.phase, key.deleted), (ApiKeyPhase::Expired, true));
    assert_eq!(meaning(&deleted(), of()).references, [ReferenceChange::Drop { to: membership() }]);
    assert!(meaning(&deleted(), of()).changes_authority);
}

#[test]
fn what_is_so_already_succeeds_without_an_event() {
    given::<ApiKey>([issued(9), revoked(None)]).when(revoke()).then_nothing();
    given::<ApiKey>([issued(9), deleted()]).when(revoke()).then_nothing();
    given::<ApiKey>([issued(9), deleted()]).when(ApiKeyCommand::Delete).then_nothing();
    given::<ApiKey>([issued(2), expired()]).when(expire(9)).then_nothing();
    given::<ApiKey>([issued(2), revoked(None)]).when(expire(9)).then_nothing();
}

#[test]
fn every_phase_is_called_the_same_in_state_and_store() {
    use ApiKeyPhase as P;
    for phase in [P::None, P::Active, P::Superseded, P::Expired, P::Revoked] {
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
    }
}
