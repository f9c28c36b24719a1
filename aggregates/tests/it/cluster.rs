//! Clusters.

mod book;

use crate::given::{given, meaning};
use crate::values::{hour, name, scope, uuid};
use aggregates::cluster::{
    AgentFacts, Change, Cluster, ClusterCommand, ClusterEvent, ClusterPhase, ClusterRefusal, ClusterSpec,
    ClusterUpdate, Health, Provider, Whereabouts,
};
use aggregates::condition::Truth;
use aggregates::facts::{
    Claim, ClaimChange, ClaimKind, ReferenceChange, ReferenceKind, Requirement, Subject, Target,
};
use aggregates::placement::PLACEABLE;
use aggregates::profile::Profile;
use aggregates::proxy::{KeptSecret, Proxy};
use aggregates::reference::Reference;
use aggregates::sharing::Sharing;
use aggregates::version_use::VersionReference;
use std::collections::BTreeSet;
use values::{Description, DisplayName, Location, ProxyUser, Timestamp};

const OF: fn() -> Subject = || Subject { id: uuid(80), scope: scope(2) };

/// The version `number` of the blueprint 90.
pub(crate) fn blueprint(number: u128) -> VersionReference {
    VersionReference {
        of: Reference { id: uuid(90), name: "base".to_owned() },
        version: Reference { id: uuid(number), name: format!("1.0.{number}") },
    }
}

pub(crate) fn shared(numbers: &[u128]) -> Sharing {
    let project = |number: &u128| Reference { id: uuid(*number), name: format!("p-{number}") };
    Sharing::Projects { projects: numbers.iter().map(project).collect() }
}

pub(crate) fn agent(version: &str) -> AgentFacts {
    AgentFacts {
        agent_version: DisplayName::parse(version).unwrap(),
        kubernetes_version: DisplayName::parse("v1.31.2").unwrap(),
    }
}

pub(crate) fn health(message: &str) -> Health {
    Health { is_healthy: message.is_empty(), message: Description::parse(message).unwrap() }
}

pub(crate) fn password(version: i64) -> Proxy {
    Proxy {
        http_proxy: None,
        https_proxy: None,
        no_proxy: BTreeSet::new(),
        user: Some(ProxyUser::parse("egress").unwrap()),
        password: Some(KeptSecret { id: uuid(95), version }),
    }
}

fn create(spec: ClusterSpec) -> ClusterCommand {
    let (project, profile) = (uuid(20), Profile::default());
    ClusterCommand::Create { project, name: name("prod"), profile, spec: Box::new(spec), at: hour(0) }
}

fn update(spec: ClusterSpec) -> ClusterCommand {
    ClusterCommand::Update { profile: Profile::default(), spec: Box::new(spec) }
}

fn created(spec: ClusterSpec) -> ClusterEvent {
    let (project, profile) = (uuid(20), Profile::default());
    ClusterEvent::Created { project, name: name("prod"), profile, spec: Box::new(spec), at: hour(0) }
}

fn protected() -> ClusterEvent {
    let profile = Profile { deletion_protection: true, ..Profile::default() };
    let (project, spec) = (uuid(20), Box::default());
    ClusterEvent::Created { project, name: name("prod"), profile, spec, at: hour(0) }
}

fn issued(token: u128) -> ClusterEvent {
    ClusterEvent::BootstrapIssued { token: uuid(token), expires_at: hour(24) }
}

fn register(token: u128, at: Timestamp) -> ClusterCommand {
    ClusterCommand::Register { token: uuid(token), agent: agent("1.0.0"), at }
}

fn registered(approved: bool) -> ClusterEvent {
    ClusterEvent::Registered { token: uuid(1), agent: agent("1.0.0"), approved, at: hour(1) }
}

fn report(message: &str) -> ClusterCommand {
    ClusterCommand::ReportStatus { health: health(message), agent: agent("1.0.0"), at: hour(2) }
}

fn reported(message: &str) -> ClusterEvent {
    ClusterEvent::StatusReported { health: health(message), agent: agent("1.0.0"), at: hour(2) }
}

fn disconnect() -> ClusterCommand {
    ClusterCommand::Disconnect { last_seen: Some(hour(2)), at: hour(3) }
}

fn disconnected() -> ClusterEvent {
    ClusterEvent::Disconnected { last_seen: Some(hour(2)), at: hour(3) }
}

fn decommission(force: bool) -> ClusterCommand {
    ClusterCommand::Decommission { force, at: hour(4) }
}

fn deleted() -> ClusterEvent {
    ClusterEvent::Deleted(Box::new(whereabouts()))
}

fn whereabouts() -> Whereabouts {
    Whereabouts { project: uuid(20), name: name("prod"), sharing: Sharing::None, blueprint: None }
}

/// What happened to a cluster whose agent has joined.
fn joined(approved: bool) -> Vec<ClusterEvent> {
    vec![created(ClusterSpec::default()), issued(1), registered(approved)]
}

fn and(mut past: Vec<ClusterEvent>, events: impl IntoIterator<Item = ClusterEvent>) -> Vec<ClusterEvent> {
    past.extend(events);
    past
}

fn claim() -> Claim {
    Claim { scope: scope(2), kind: ClaimKind::ClusterName, key: format!("{}/prod", uuid(20)) }
}

fn add(id: u128) -> ReferenceChange {
    ReferenceChange::Add { to: Target::used(scope(2), uuid(id)), until: None }
}

fn drop(id: u128) -> ReferenceChange {
    ReferenceChange::Drop { to: Target::used(scope(2), uuid(id)) }
}

fn shared_with(id: u128) -> Target {
    Target { scope: scope(2), id: uuid(id), kind: ReferenceKind::SharedWith }
}

fn usable(version: u128) -> [Requirement; 2] {
    [Requirement::active(uuid(90)), Requirement::active(uuid(version))]
}

fn unused() -> Vec<Requirement> {
    vec![Requirement::Unused(Target::used(scope(2), uuid(80)))]
}

fn condition<'a>(cluster: &'a Cluster, kind: &str) -> (Truth, &'a str) {
    let condition = cluster.conditions.iter().find(|condition| condition.kind == kind).unwrap();
    (condition.status, &condition.reason)
}

#[test]
fn a_cluster_begins_by_waiting_for_its_agent() {
    let spec =
        ClusterSpec { sharing: shared(&[21]), blueprint: Some(blueprint(91)), ..ClusterSpec::default() };
    let event = created(spec.clone());
    let cluster = given::<Cluster>([]).when(create(spec)).then(event.clone());
    assert_eq!(cluster.phase, ClusterPhase::AwaitingAgent);
    for kind in ["Approved", "Connected", "Ready"] {
        assert_eq!(condition(&cluster, kind), (Truth::False, "AwaitingAgent"));
    }
    let says = meaning(&event, OF());
    assert_eq!(says.claims, [ClaimChange::Take(claim())]);
    let with = ReferenceChange::Add { to: shared_with(21), until: None };
    assert_eq!(says.references, [add(20), add(90), add(91), with]);
    let [blueprint, version] = usable(91);
    let active = Requirement::active;
    assert_eq!(says.requirements, [active(uuid(20)), active(uuid(21)), blueprint, version]);
    assert!(!says.changes_authority);
}

#[test]
fn what_is_asked_for_anew_is_only_what_differs() {
    let before = ClusterSpec {
        sharing: shared(&[21, 22]),
        blueprint: Some(blueprint(91)),
        proxy: Some(password(1)),
        ..ClusterSpec::default()
    };
    let past = || [created(before.clone())];
    given::<Cluster>(past()).when(update(before.clone())).then_nothing();
    let after = ClusterSpec {
        provider: Provider::Eks,
        location: Some(Location::parse("eu-west-1").unwrap()),
        auto_approve: true,
        sharing: shared(&[22, 23]),
        blueprint: Some(blueprint(92)),
        proxy: Some(password(2)),
        ..ClusterSpec::default()
    };
    let event = ClusterEvent::Updated(Box::new(ClusterUpdate {
        provider: Some(Provider::Eks),
        location: Some(Change { from: None, to: after.location.clone() }),
        auto_approve: Some(true),
        sharing: Some((before.sharing.clone(), after.sharing.clone())),
        blueprint: Some(Change { from: before.blueprint.clone(), to: after.blueprint.clone() }),
        proxy: Some(Change { from: before.proxy.clone(), to: after.proxy.clone() }),
        ..ClusterUpdate::default()
    }));
    let cluster = given::<Cluster>(past()).when(update(after.clone())).then(event.clone());
    assert_eq!(cluster.spec, after);
    let says = meaning(&event, OF());
    assert_eq!(says.claims, []);
    assert_eq!(
        says.references,
        [
            ReferenceChange::Drop { to: shared_with(21) },
            ReferenceChange::Add { to: shared_with(23), until: None },
            drop(91),
            add(92)
        ]
    );
    assert_eq!(says.requirements, [Requirement::active(uuid(23)), Requirement::active(uuid(92))]);
}

#[test]
fn a_blueprint_that_is_taken_away_is_used_no_longer() {
    let before = ClusterSpec { blueprint: Some(blueprint(91)), ..ClusterSpec::default() };
    let event = ClusterEvent::Updated(Box::new(ClusterUpdate {
        blueprint: Some(Change { from: Some(blueprint(91)), to: None }),
        ..ClusterUpdate::default()
    }));
    let _ = given::<Cluster>([created(before)]).when(update(ClusterSpec::default())).then(event.clone());
    let says = meaning(&event, OF());
    assert_eq!((says.references, says.requirements), (vec![drop(90), drop(91)], vec![]));
}

#[test]
fn assigning_a_blueprint_changes_nothing_else() {
    let event = ClusterEvent::Updated(Box::new(ClusterUpdate {
        blueprint: Some(Change { from: None, to: Some(blueprint(91)) }),
        ..ClusterUpdate::default()
    }));
    let assign = || ClusterCommand::AssignBlueprint { blueprint: blueprint(91) };
    let past = || [created(ClusterSpec { auto_approve: true, ..ClusterSpec::default() })];
    let cluster = given::<Cluster>(past()).when(assign()).then(event.clone());
    assert!(cluster.spec.auto_approve);
    given::<Cluster>(past().into_iter().chain([event])).when(assign()).then_nothing();
}

#[test]
fn a_password_needs_a_user() {
    let proxy = Proxy { user: None, ..password(1) };
    let spec = ClusterSpec { proxy: Some(proxy), ..ClusterSpec::default() };
    let text = "a password needs a user: set spec.proxy.user, or clear the password";
    let refusal = ClusterRefusal::PasswordWithoutUser;
    given::<Cluster>([]).when(create(spec.clone())).then_refused(&refusal, text);
    let past = [created(ClusterSpec::default())];
    given::<Cluster>(past).when(update(spec)).then_refused(&refusal, text);
}

#[test]
fn an_agent_joins_by_the_last_token_once_and_while_it_is_good() {
    let good = || vec![created(ClusterSpec::default()), issued(1)];
    let cluster = given::<Cluster>(good()).when(register(1, hour(1))).then(registered(false));
    assert_eq!((cluster.phase, cluster.join), (ClusterPhase::Registered, None));
    assert_eq!(condition(&cluster, "Approved"), (Truth::False, "NeedsApproval"));
    let text = "the join token is not good (any more): have another issued";
    for (past, token, at) in [
        (vec![created(ClusterSpec::default())], 1, hour(1)),
        (good(), 2, hour(1)),
        (good(), 1, hour(24)),
        (and(good(), [issued(2)]), 1, hour(1)),
        (joined(false), 1, hour(2)),
    ] {
        given::<Cluster>(past).when(register(token, at)).then_refused(&ClusterRefusal::TokenNotGood, text);
    }
    let issue = ClusterCommand::IssueBootstrap { token: uuid(1), expires_at: hour(24) };
    given::<Cluster>(good()).when(issue).then_nothing();
}

#[test]
fn an_agent_that_joins_anew_is_approved_anew() {
    let past = and(joined(true), [reported(""), issued(1)]);
    let cluster = given::<Cluster>(past).when(register(1, hour(1))).then(registered(false));
    assert_eq!((cluster.phase, cluster.agent.unwrap().approved_at), (ClusterPhase::Registered, None));
}

#[test]
fn an_agent_works_once_it_is_approved() {
    given::<Cluster>(joined(false)).when(report("")).then_nothing();
    let approve = || ClusterCommand::Approve { at: hour(2) };
    let approved = ClusterEvent::Approved { at: hour(2) };
    let cluster = given::<Cluster>(joined(false)).when(approve()).then(approved.clone());
    assert_eq!(cluster.phase, ClusterPhase::Registered);
    assert_eq!(condition(&cluster, "Approved"), (Truth::True, "Approved"));
    let past = || and(joined(false), [approved.clone()]);
    given::<Cluster>(past()).when(approve()).then_nothing();
    let cluster = given::<Cluster>(past()).when(report("")).then(reported(""));
    assert_eq!(
        (cluster.phase, condition(&cluster, "Ready")),
        (ClusterPhase::Ready, (Truth::True, "Healthy"))
    );
    given::<Cluster>(joined(true)).when(approve()).then_nothing();
    let cluster = given::<Cluster>(joined(true)).when(report("")).then(reported(""));
    assert_eq!(cluster.phase, ClusterPhase::Ready);
}

#[test]
fn a_cluster_that_approves_by_itself_says_so_when_the_agent_joins() {
    let spec = ClusterSpec { auto_approve: true, ..ClusterSpec::default() };
    let past = [created(spec), issued(1)];
    let cluster = given::<Cluster>(past).when(register(1, hour(1))).then(registered(true));
    assert_eq!(condition(&cluster, "Approved"), (Truth::True, "AutoApproved"));
}

#[test]
fn a_rejected_agent_leaves_the_cluster_waiting() {
    let reject = || ClusterCommand::Reject { at: hour(2) };
    let rejected = ClusterEvent::Rejected { at: hour(2) };
    let cluster = given::<Cluster>(joined(false)).when(reject()).then(rejected.clone());
    assert_eq!((cluster.phase, &cluster.agent), (ClusterPhase::AwaitingAgent, &None));
    assert_eq!(condition(&cluster, "Approved"), (Truth::False, "Rejected"));
    given::<Cluster>(joined(true)).when(reject()).then_refused(
        &ClusterRefusal::Approved,
        "the agent is approved already: decommission the cluster to be rid of it",
    );
    for command in [reject(), ClusterCommand::Approve { at: hour(2) }, report("")] {
        given::<Cluster>(and(joined(false), [rejected.clone()])).when(command).then_refused(
            &ClusterRefusal::NoAgent,
            "no agent has registered: apply the manifest of POST …/bootstrap to the cluster first",
        );
    }
}

#[test]
fn only_what_is_otherwise_than_before_is_an_event() {
    let ready = || and(joined(true), [reported("")]);
    given::<Cluster>(ready()).when(report("")).then_nothing();
    let cluster = given::<Cluster>(ready()).when(report("2 of 3 nodes")).then(reported("2 of 3 nodes"));
    assert_eq!(cluster.phase, ClusterPhase::Unhealthy);
    assert_eq!(condition(&cluster, "Ready"), (Truth::False, "Unhealthy"));
    given::<Cluster>(and(ready(), [reported("2 of 3 nodes")])).when(report("1 of 3 nodes")).then_nothing();
    let newer = ClusterEvent::StatusReported { health: health(""), agent: agent("1.1.0"), at: hour(2) };
    let command = ClusterCommand::ReportStatus { health: health(""), agent: agent("1.1.0"), at: hour(2) };
    let cluster = given::<Cluster>(ready()).when(command).then(newer);
    assert_eq!(cluster.agent.unwrap().facts, agent("1.1.0"));
}

#[test]
fn an_agent_that_falls_silent_is_disconnected_until_it_reports() {
    for (past, approved) in [(joined(false), false), (and(joined(true), [reported("")]), true)] {
        let cluster = given::<Cluster>(past.clone()).when(disconnect()).then(disconnected());
        assert_eq!(cluster.phase, ClusterPhase::Disconnected);
        assert_eq!(condition(&cluster, "Ready"), (Truth::Unknown, "Disconnected"));
        let silent = || and(past.clone(), [disconnected()]);
        given::<Cluster>(silent()).when(disconnect()).then_nothing();
        let cluster = given::<Cluster>(silent()).when(report("")).then(reported(""));
        let phase = if approved { ClusterPhase::Ready } else { ClusterPhase::Registered };
        assert_eq!(cluster.phase, phase);
    }
    given::<Cluster>([created(ClusterSpec::default())]).when(disconnect()).then_nothing();
}

#[test]
fn a_cluster_without_an_agent_is_deleted_at_once() {
    for command in [ClusterCommand::Delete, decommission(false), decommission(true)] {
        let cluster = given::<Cluster>([created(ClusterSpec::default())]).when(command).then(deleted());
        assert_eq!(cluster.phase, ClusterPhase::Deleted);
    }
    let says = meaning(&deleted(), OF());
    assert_eq!(says.claims, [ClaimChange::Release(claim())]);
    assert_eq!((says.references, says.requirements), (vec![drop(20)], unused()));
}

#[test]
fn an_agent_cleans_up_before_its_cluster_is_deleted() {
    let past = || and(joined(true), [reported(""), issued(2)]);
    let started = ClusterEvent::DecommissioningStarted { at: hour(4) };
    let cluster = given::<Cluster>(past()).when(decommission(false)).then(started.clone());
    assert_eq!((cluster.phase, cluster.join), (ClusterPhase::Decommissioning, None));
    assert_eq!(meaning(&started, OF()).requirements, unused());
    given::<Cluster>(past()).when(ClusterCommand::Delete).then_refused(
        &ClusterRefusal::HasAgent,
        "an agent has registered: decommission the cluster, or force that",
    );
    given::<Cluster>(past())
        .when(ClusterCommand::FinishDecommission)
        .then_refused(&ClusterRefusal::NotDecommissioning, "the cluster is not being decommissioned");
    let _ = given::<Cluster>(past()).when(decommission(true)).then(deleted());

    let leaving = || and(past(), [started.clone()]);
    for command in [decommission(false), report(""), disconnect()] {
        given::<Cluster>(leaving()).when(command).then_nothing();
    }
    for command in [decommission(true), ClusterCommand::FinishDecommission] {
        let _ = given::<Cluster>(leaving()).when(command).then(deleted());
    }
    for command in [
        ClusterCommand::IssueBootstrap { token: uuid(3), expires_at: hour(24) },
        register(2, hour(5)),
        ClusterCommand::Approve { at: hour(5) },
        ClusterCommand::Reject { at: hour(5) },
        ClusterCommand::AssignBlueprint { blueprint: blueprint(91) },
    ] {
        given::<Cluster>(leaving())
            .when(command)
            .then_refused(&ClusterRefusal::Decommissioning, "the cluster is being decommissioned");
    }
}

#[test]
fn a_protected_cluster_stays() {
    for command in [ClusterCommand::Delete, decommission(false), decommission(true)] {
        given::<Cluster>([protected()]).when(command).then_refused(
            &ClusterRefusal::DeletionProtected,
            "the cluster is protected: set metadata.deletionProtection to false first",
        );
    }
}

#[test]
fn a_cluster_comes_back_with_what_was_set_and_without_its_agent() {
    let spec =
        ClusterSpec { sharing: shared(&[21]), blueprint: Some(blueprint(91)), ..ClusterSpec::default() };
    let whereabouts = Whereabouts { sharing: shared(&[21]), blueprint: Some(blueprint(91)), ..whereabouts() };
    let gone = ClusterEvent::Deleted(Box::new(whereabouts.clone()));
    let dropped = ReferenceChange::Drop { to: shared_with(21) };
    assert_eq!(meaning(&gone, OF()).references, [drop(20), drop(90), drop(91), dropped]);
    let past = || vec![created(spec.clone()), issued(1), registered(true), gone.clone()];
    let restored = ClusterEvent::Restored { whereabouts: Box::new(whereabouts), at: hour(5) };
    let restore = || ClusterCommand::Restore { at: hour(5) };
    let cluster = given::<Cluster>(past()).when(restore()).then(restored.clone());
    assert_eq!((cluster.phase, &cluster.agent), (ClusterPhase::AwaitingAgent, &None));
    assert_eq!(cluster.spec, spec);
    let says = meaning(&restored, OF());
    assert_eq!(says.claims, [ClaimChange::Take(claim())]);
    let [blueprint, version] = usable(91);
    assert_eq!(says.requirements, [Requirement::active(uuid(20)), blueprint, version]);
    given::<Cluster>(and(past(), [restored])).when(restore()).then_nothing();

    for command in
        [ClusterCommand::Delete, decommission(false), ClusterCommand::FinishDecommission, disconnect()]
    {
        given::<Cluster>(past()).when(command).then_nothing();
    }
    for command in [
        update(ClusterSpec::default()),
        report(""),
        register(1, hour(5)),
        ClusterCommand::Approve { at: hour(5) },
    ] {
        given::<Cluster>(past())
            .when(command)
            .then_refused(&ClusterRefusal::Deleted, "the cluster is deleted: restore it first");
    }
}

#[test]
fn a_cluster_that_was_never_made_is_not_found() {
    for command in [
        update(ClusterSpec::default()),
        register(1, hour(1)),
        report(""),
        disconnect(),
        decommission(true),
        ClusterCommand::Delete,
        ClusterCommand::Restore { at: hour(1) },
    ] {
        given::<Cluster>([])
            .when(command)
            .then_refused(&ClusterRefusal::NotFound, "there is no such cluster");
    }
    given::<Cluster>([created(ClusterSpec::default())])
        .when(create(ClusterSpec::default()))
        .then_refused(&ClusterRefusal::AlreadyExists, "the cluster exists already");
}

#[test]
fn things_are_placed_on_clusters_in_any_phase_but_the_last() {
    use ClusterPhase as P;
    let all = [P::AwaitingAgent, P::Registered, P::Ready, P::Unhealthy, P::Disconnected];
    assert_eq!(PLACEABLE, all.map(ClusterPhase::as_str));
}
