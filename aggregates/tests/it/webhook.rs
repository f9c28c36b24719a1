//! Webhooks.

mod book;

use crate::given::{Meaning, given, meaning};
use crate::values::{name, scope, uuid};
use aggregates::facts::{Claim, ClaimChange, ClaimKind, Facts, Requirement, Subject};
use aggregates::profile::Profile;
use aggregates::webhook::{
    Halt, Secrets, Webhook, WebhookCommand, WebhookEvent, WebhookRefusal, WebhookSpec, WebhookUpdate,
};
use std::collections::BTreeSet;
use values::{HttpUrl, Timestamp, TypePattern};

const OF: fn() -> Subject = || Subject { id: uuid(7), scope: scope(2) };

pub(crate) fn spec(after: Option<i64>) -> WebhookSpec {
    WebhookSpec {
        url: HttpUrl::parse("https://hooks.acme.test/in").unwrap(),
        types: BTreeSet::from([TypePattern::parse("io.quarterdeck.cluster.*").unwrap()]),
        after,
        enabled: true,
    }
}

fn at(hour: i64) -> Timestamp {
    Timestamp::from_micros(hour * 3_600_000_000).unwrap()
}

fn created() -> WebhookEvent {
    WebhookEvent::Created { name: name("cmdb"), profile: Profile::default(), spec: Box::new(spec(Some(5))) }
}

fn update(to: &str, spec: WebhookSpec) -> WebhookCommand {
    WebhookCommand::Update { name: name(to), profile: Profile::default(), spec: Box::new(spec) }
}

fn claim(key: &str) -> Claim {
    let key = format!("{}/{key}", scope(2).as_uuid());
    Claim { scope: scope(2), kind: ClaimKind::WebhookName, key }
}

fn halted(why: Halt) -> WebhookEvent {
    WebhookEvent::Halted { why, at: at(1), position: 9 }
}

#[test]
fn a_webhook_is_made_in_an_active_org_with_its_first_secret() {
    let WebhookEvent::Created { name: called, profile, spec } = created() else { unreachable!() };
    let command = WebhookCommand::Create { name: called, profile, spec };
    let webhook = given::<Webhook>([]).when(command).then(created());
    assert!(webhook.is_active());
    assert_eq!(webhook.secrets, Secrets { version: 1, previous_until: None });
    assert_eq!(
        meaning(&created(), OF()),
        Meaning {
            claims: vec![ClaimChange::Take(claim("cmdb"))],
            references: vec![],
            requirements: vec![Requirement::InPhase { id: uuid(2), phases: &["active"] }],
            changes_authority: false,
        }
    );
}

#[test]
fn only_what_differs_is_recorded() {
    given::<Webhook>([created()]).when(update("cmdb", spec(Some(5)))).then_nothing();
    let event = WebhookEvent::Updated(Box::new(WebhookUpdate {
        name: Some((name("cmdb"), name("siem"))),
        ..WebhookUpdate::default()
    }));
    given::<Webhook>([created()]).when(update("siem", spec(Some(5)))).then(event.clone());
    assert_eq!(event.claims(OF()), [ClaimChange::Release(claim("cmdb")), ClaimChange::Take(claim("siem"))]);
}

#[test]
fn where_it_begins_is_said_once() {
    given::<Webhook>([created()]).when(update("cmdb", spec(None))).then_refused(
        &WebhookRefusal::BeginsOnce,
        "where a webhook begins is said once: POST …/replay starts it anew elsewhere",
    );
}

#[test]
fn people_pause_it_and_resume_it() {
    let paused = given::<Webhook>([created()]).when(WebhookCommand::Pause).then(WebhookEvent::Paused);
    assert!(!paused.is_active());
    given::<Webhook>([created(), WebhookEvent::Paused]).when(WebhookCommand::Pause).then_nothing();
    let resumed = given::<Webhook>([created(), WebhookEvent::Paused])
        .when(WebhookCommand::Resume)
        .then(WebhookEvent::Resumed);
    assert!(resumed.is_active());
    given::<Webhook>([created()]).when(WebhookCommand::Resume).then_nothing();
}

#[test]
fn what_the_system_stopped_people_resume() {
    for why in [Halt::GaveUp, Halt::Gone] {
        let command = WebhookCommand::Halt { why, at: at(1), position: 9 };
        let stopped = given::<Webhook>([created()]).when(command.clone()).then(halted(why));
        assert!(!stopped.is_active());
        given::<Webhook>([created(), halted(why)]).when(command).then_nothing();
        let resumed = given::<Webhook>([created(), halted(why)])
            .when(WebhookCommand::Resume)
            .then(WebhookEvent::Resumed);
        assert!(resumed.is_active());
    }
}

#[test]
fn each_rotation_makes_the_next_secret() {
    let event = |version| WebhookEvent::SecretRotated { version, previous_until: at(24) };
    let command = WebhookCommand::RotateSecret { previous_until: at(24) };
    given::<Webhook>([created()]).when(command.clone()).then(event(2));
    let webhook = given::<Webhook>([created(), event(2)]).when(command).then(event(3));
    assert_eq!(webhook.secrets, Secrets { version: 3, previous_until: Some(at(24)) });
}

#[test]
fn each_replay_starts_it_anew() {
    let replayed = WebhookEvent::Replayed { after: 0 };
    let webhook = given::<Webhook>([created(), replayed.clone()])
        .when(WebhookCommand::Replay { after: 3 })
        .then(WebhookEvent::Replayed { after: 3 });
    assert_eq!((webhook.restart.count, webhook.restart.after), (2, 3));
}

#[test]
fn what_was_sent_is_sent_again_as_often_as_it_is_asked() {
    let again = WebhookEvent::Redelivered { delivery: uuid(8), position: 4 };
    let command = WebhookCommand::Redeliver { delivery: uuid(8), position: 4 };
    given::<Webhook>([created(), again.clone()]).when(command).then(again);
}

#[test]
fn a_deleted_webhook_is_restored_before_anything_else() {
    let deleted = WebhookEvent::Deleted { name: name("cmdb") };
    given::<Webhook>([created()]).when(WebhookCommand::Delete).then(deleted.clone());
    for command in [update("cmdb", spec(Some(5))), WebhookCommand::Pause, WebhookCommand::Test] {
        given::<Webhook>([created(), deleted.clone()])
            .when(command)
            .then_refused(&WebhookRefusal::Deleted, "the webhook is deleted: restore it first");
    }
    let restored = WebhookEvent::Restored { name: name("cmdb") };
    let webhook = given::<Webhook>([created(), deleted]).when(WebhookCommand::Restore).then(restored);
    assert!(webhook.is_active());
}

#[test]
fn a_webhook_that_was_never_made_is_not_found() {
    for command in [WebhookCommand::Pause, WebhookCommand::Delete, WebhookCommand::Replay { after: 0 }] {
        given::<Webhook>([])
            .when(command)
            .then_refused(&WebhookRefusal::NotFound, "there is no such webhook");
    }
}
