//! Orgs.

mod book;

use crate::given::{Meaning, given, meaning};
use crate::values::{external_id, hour, name, scope, sealed, uuid};
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use aggregates::org::{
    Changed, Claimed, Contact, Create, Org, OrgCommand, OrgEvent, OrgPhase, OrgRefusal, OrgSettings, OrgSpec,
    OrgUpdate, Origin,
};
use aggregates::profile::Profile;
use values::Timestamp;

fn of() -> Subject {
    Subject { id: uuid(2), scope: scope(2) }
}

fn spec() -> OrgSpec {
    OrgSpec { external_id: Some(external_id("crm-17")), ..OrgSpec::default() }
}

fn create(approved_at: Option<Timestamp>, spec: OrgSpec) -> OrgCommand {
    OrgCommand::Create(Box::new(Create {
        partner: scope(1),
        origin: Origin::Partner,
        name: name("acme"),
        profile: Profile::default(),
        spec,
        approved_at,
    }))
}

fn created(approved_at: Option<Timestamp>, deletion_protection: bool) -> OrgEvent {
    OrgEvent::Created {
        partner: scope(1),
        origin: Origin::Partner,
        name: name("acme"),
        profile: Profile { deletion_protection, ..Profile::default() },
        spec: Box::new(spec()),
        approved_at,
    }
}

fn claimed(held: bool) -> Claimed {
    Claimed { partner: scope(1), name: name("acme"), external_id: Some(external_id("crm-17")), held }
}

fn waiting() -> Vec<OrgEvent> {
    vec![created(None, false)]
}

fn active() -> Vec<OrgEvent> {
    vec![created(Some(hour(0)), false)]
}

fn deactivated() -> Vec<OrgEvent> {
    vec![created(Some(hour(0)), false), OrgEvent::Deactivated { reason: sealed('U') }]
}

fn rejected() -> Vec<OrgEvent> {
    vec![created(None, false), OrgEvent::Rejected { claimed: claimed(true), reason: Some(sealed('R')) }]
}

fn deleted(mut past: Vec<OrgEvent>, held: bool) -> Vec<OrgEvent> {
    past.push(OrgEvent::Deleted { claimed: claimed(held) });
    past
}

fn approve() -> OrgCommand {
    OrgCommand::Approve { at: hour(1), reason: Some(sealed('A')) }
}

fn reject() -> OrgCommand {
    OrgCommand::Reject { reason: Some(sealed('R')) }
}

fn activate() -> OrgCommand {
    OrgCommand::Activate { reason: None }
}

fn deactivate() -> OrgCommand {
    OrgCommand::Deactivate { reason: sealed('U') }
}

fn update(to: &str, spec: OrgSpec) -> OrgCommand {
    OrgCommand::Update { name: name(to), profile: Profile::default(), spec: Box::new(spec) }
}

fn org_name(key: &str) -> Claim {
    Claim { scope: scope(1), kind: ClaimKind::OrgName, key: key.to_owned() }
}

fn org_external_id(key: &str) -> Claim {
    Claim { scope: scope(1), kind: ClaimKind::OrgExternalId, key: key.to_owned() }
}

fn partner_in_use() -> Target {
    Target { scope: scope(1), id: uuid(1), kind: ReferenceKind::Uses }
}

#[test]
fn an_approved_org_is_active_from_the_beginning() {
    let org = given::<Org>([]).when(create(Some(hour(0)), spec())).then(created(Some(hour(0)), false));
    assert_eq!((org.phase, org.approved_at, org.reason), (OrgPhase::Active, Some(hour(0)), None));
}

#[test]
fn an_org_that_nobody_approved_waits() {
    let org = given::<Org>([]).when(create(None, spec())).then(created(None, false));
    assert_eq!((org.phase, org.approved_at), (OrgPhase::PendingApproval, None));
}

#[test]
fn a_new_org_takes_its_names_and_needs_an_active_partner() {
    assert_eq!(
        meaning(&created(None, false), of()),
        Meaning {
            claims: vec![ClaimChange::Take(org_name("acme")), ClaimChange::Take(org_external_id("crm-17"))],
            references: vec![ReferenceChange::Add { to: partner_in_use(), until: None }],
            requirements: vec![Requirement::InPhase { id: uuid(1), phases: &["active"] }],
            changes_authority: false,
        }
    );
}

#[test]
fn an_org_is_made_once() {
    for past in [waiting(), active(), deactivated(), rejected(), deleted(active(), true)] {
        given::<Org>(past)
            .when(create(None, spec()))
            .then_refused(&OrgRefusal::AlreadyExists, "the org exists already");
    }
}

#[test]
fn an_org_that_was_never_made_is_not_found() {
    let commands =
        [update("acme", spec()), approve(), reject(), activate(), deactivate(), OrgCommand::Delete];
    for command in commands.into_iter().chain([OrgCommand::Restore]) {
        given::<Org>([]).when(command).then_refused(&OrgRefusal::NotFound, "there is no such org");
    }
}

#[test]
fn a_waiting_org_is_approved() {
    let event = OrgEvent::Approved { at: hour(1), reason: Some(sealed('A')) };
    let org = given::<Org>(waiting()).when(approve()).then(event.clone());
    assert_eq!(
        (org.phase, org.approved_at, org.reason),
        (OrgPhase::Active, Some(hour(1)), Some(sealed('A')))
    );
    assert!(meaning(&event, of()).changes_authority);
}

#[test]
fn a_waiting_org_is_rejected_and_gives_its_names_up() {
    let event = OrgEvent::Rejected { claimed: claimed(true), reason: Some(sealed('R')) };
    let org = given::<Org>(waiting()).when(reject()).then(event.clone());
    assert_eq!((org.phase, org.reason), (OrgPhase::Rejected, Some(sealed('R'))));
    assert_eq!(
        meaning(&event, of()).claims,
        [ClaimChange::Release(org_name("acme")), ClaimChange::Release(org_external_id("crm-17"))]
    );
}

#[test]
fn an_active_org_is_deactivated_and_activated_again() {
    let org = given::<Org>(active()).when(deactivate()).then(OrgEvent::Deactivated { reason: sealed('U') });
    assert_eq!((org.phase, org.reason), (OrgPhase::Deactivated, Some(sealed('U'))));
    let org = given::<Org>(deactivated()).when(activate()).then(OrgEvent::Activated { reason: None });
    assert_eq!((org.phase, org.reason, org.approved_at), (OrgPhase::Active, None, Some(hour(0))));
}

#[test]
fn what_is_so_already_succeeds_without_an_event() {
    given::<Org>(active()).when(approve()).then_nothing();
    given::<Org>(active()).when(activate()).then_nothing();
    given::<Org>(deactivated()).when(deactivate()).then_nothing();
    given::<Org>(rejected()).when(reject()).then_nothing();
    given::<Org>(active()).when(OrgCommand::Restore).then_nothing();
    given::<Org>(deleted(active(), true)).when(OrgCommand::Delete).then_nothing();
    given::<Org>(active()).when(update("acme", spec())).then_nothing();
}

#[test]
fn a_command_that_does_not_fit_the_phase_says_what_does() {
    let cases = [
        (deactivated(), approve(), "cannot approve an org that is deactivated: activate it instead"),
        (rejected(), approve(), "cannot approve an org that is rejected: create it anew"),
        (waiting(), activate(), "cannot activate an org that is pendingApproval: approve it first"),
        (rejected(), activate(), "cannot activate an org that is rejected: create it anew"),
        (waiting(), deactivate(), "cannot deactivate an org that is pendingApproval: approve or reject it"),
        (rejected(), deactivate(), "cannot deactivate an org that is rejected: it has ended"),
        (active(), reject(), "cannot reject an org that is active: deactivate or delete it"),
        (deactivated(), reject(), "cannot reject an org that is deactivated: deactivate or delete it"),
    ];
    for (past, command, text) in cases {
        let refusal = crate::given::fold::<Org>(past.clone()).decide(command.clone()).unwrap_err();
        assert!(matches!(refusal, OrgRefusal::WrongPhase { .. }), "{refusal}");
        given::<Org>(past).when(command).then_refused(&refusal, text);
    }
}

#[test]
fn a_deleted_org_is_only_restored() {
    for command in [update("acme", spec()), approve(), reject(), activate(), deactivate()] {
        given::<Org>(deleted(active(), true))
            .when(command)
            .then_refused(&OrgRefusal::Deleted, "the org is deleted: restore it first");
    }
}

#[test]
fn deleting_gives_the_names_and_the_partner_up() {
    let event = OrgEvent::Deleted { claimed: claimed(true) };
    let org = given::<Org>(active()).when(OrgCommand::Delete).then(event.clone());
    assert!(org.deleted);
    assert_eq!(
        meaning(&event, of()),
        Meaning {
            claims: vec![
                ClaimChange::Release(org_name("acme")),
                ClaimChange::Release(org_external_id("crm-17"))
            ],
            references: vec![ReferenceChange::Drop { to: partner_in_use() }],
            requirements: vec![],
            changes_authority: true,
        }
    );
}

#[test]
fn restoring_brings_back_what_it_was_and_takes_the_names_again() {
    for past in [waiting(), active(), deactivated()] {
        let phase = crate::given::fold::<Org>(past.clone()).phase;
        let event = OrgEvent::Restored { claimed: claimed(true) };
        let org = given::<Org>(deleted(past, true)).when(OrgCommand::Restore).then(event.clone());
        assert_eq!((org.phase, org.deleted), (phase, false));
        assert_eq!(
            meaning(&event, of()),
            Meaning {
                claims: vec![
                    ClaimChange::Take(org_name("acme")),
                    ClaimChange::Take(org_external_id("crm-17"))
                ],
                references: vec![ReferenceChange::Add { to: partner_in_use(), until: None }],
                requirements: vec![Requirement::InPhase { id: uuid(1), phases: &["active"] }],
                changes_authority: true,
            }
        );
    }
}

#[test]
fn a_rejected_org_holds_no_names_to_give_up_or_to_take_again() {
    let gone = OrgEvent::Deleted { claimed: claimed(false) };
    given::<Org>(rejected()).when(OrgCommand::Delete).then(gone.clone());
    assert_eq!((meaning(&gone, of()).claims, meaning(&gone, of()).references), (vec![], vec![]));
    let back = OrgEvent::Restored { claimed: claimed(false) };
    let org = given::<Org>(deleted(rejected(), false)).when(OrgCommand::Restore).then(back.clone());
    assert_eq!(org.phase, OrgPhase::Rejected);
    assert_eq!((meaning(&back, of()).claims, meaning(&back, of()).references), (vec![], vec![]));
    let renamed = OrgUpdate {
        partner: Some(scope(1)),
        name: Some((name("acme"), name("umbrella"))),
        ..OrgUpdate::default()
    };
    let renamed = OrgEvent::Updated(Box::new(renamed));
    given::<Org>(rejected()).when(update("umbrella", spec())).then(renamed.clone());
    assert_eq!(meaning(&renamed, of()).claims, []);
}

#[test]
fn a_protected_org_is_not_deleted() {
    given::<Org>([created(None, true)]).when(OrgCommand::Delete).then_refused(
        &OrgRefusal::DeletionProtected,
        "the org is protected: set metadata.deletionProtection to false first",
    );
}

#[test]
fn an_update_records_what_differs_and_nothing_else() {
    let contact = Contact { first_name: None, last_name: None, email: Some(sealed('E')), phone: None };
    let with_contact = OrgSpec { contact: Some(contact.clone()), ..spec() };
    let same = OrgUpdate { partner: Some(scope(1)), held: true, ..OrgUpdate::default() };
    let set = OrgEvent::Updated(Box::new(OrgUpdate {
        contact: Some(Changed { to: Some(contact.clone()) }),
        ..same.clone()
    }));
    let org = given::<Org>(active()).when(update("acme", with_contact)).then(set.clone());
    assert_eq!(org.spec.contact, Some(contact));
    assert!(!meaning(&set, of()).changes_authority);

    let mut past = active();
    past.push(set);
    let cleared = OrgUpdate { contact: Some(Changed { to: None }), ..same.clone() };
    given::<Org>(past).when(update("acme", spec())).then(OrgEvent::Updated(Box::new(cleared)));

    let settings = OrgSettings { allow_partner_keys: false, ..OrgSettings::default() };
    let stricter = OrgSpec { settings: settings.clone(), ..spec() };
    let event = OrgEvent::Updated(Box::new(OrgUpdate { settings: Some(settings), ..same }));
    given::<Org>(active()).when(update("acme", stricter)).then(event.clone());
    assert!(meaning(&event, of()).changes_authority, "what keys may be issued has changed");
}

#[test]
fn new_names_are_taken_and_the_old_ones_given_up() {
    let event = OrgEvent::Updated(Box::new(OrgUpdate {
        partner: Some(scope(1)),
        name: Some((name("acme"), name("umbrella"))),
        external_id: Some((Some(external_id("crm-17")), None)),
        held: true,
        ..OrgUpdate::default()
    }));
    given::<Org>(active()).when(update("umbrella", OrgSpec::default())).then(event.clone());
    assert_eq!(
        meaning(&event, of()).claims,
        [
            ClaimChange::Release(org_name("acme")),
            ClaimChange::Take(org_name("umbrella")),
            ClaimChange::Release(org_external_id("crm-17")),
        ]
    );
}

#[test]
fn a_default_validity_above_the_maximum_is_refused_at_creation_and_later() {
    let settings = OrgSettings {
        api_key_default_validity_hours: 25,
        api_key_max_validity_hours: 24,
        ..OrgSettings::default()
    };
    let wrong = OrgSpec { settings, ..spec() };
    let text = "apiKeyDefaultValidityHours is more than apiKeyMaxValidityHours";
    given::<Org>([]).when(create(None, wrong.clone())).then_refused(&OrgRefusal::DefaultAboveMaximum, text);
    given::<Org>(active()).when(update("acme", wrong)).then_refused(&OrgRefusal::DefaultAboveMaximum, text);
}

#[test]
fn every_phase_is_called_the_same_in_state_and_store() {
    use OrgPhase as P;
    for phase in [P::None, P::PendingApproval, P::Active, P::Deactivated, P::Rejected] {
        assert_eq!(serde_json::to_value(phase).unwrap(), phase.as_str());
    }
}
