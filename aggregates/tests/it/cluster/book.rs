//! Any sequence of commands to a cluster, beside a small model.

use super::{OF, agent, blueprint, claim, health, password, shared, unused};
use crate::model::{Model, Says, agree, config, story};
use crate::values::{hour, name, scope, uuid};
use aggregates::cluster::{Cluster, ClusterCommand, ClusterPhase, ClusterRefusal, ClusterSpec};
use aggregates::facts::{Claim, ReferenceKind, Requirement, Subject, Target};
use aggregates::profile::Profile;
use aggregates::proxy::Proxy;
use aggregates::sharing::Sharing;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;
use values::Timestamp;

/// How an agent is known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Known {
    approved: bool,
    heard: bool,
    /// What it said last of how the cluster is, since it was approved.
    well: Option<bool>,
    version: &'static str,
}

/// A cluster as what was set last, its agent, and whether it is there.
#[derive(Debug, Default)]
struct Book {
    set: Option<(Profile, ClusterSpec)>,
    token: Option<(Uuid, Timestamp)>,
    agent: Option<Known>,
    leaving: bool,
    gone: bool,
    /// What the last command began to use: projects shared with, and of a blueprint.
    new_projects: BTreeSet<Uuid>,
    begun: BTreeSet<Uuid>,
}

fn projects(sharing: &Sharing) -> BTreeSet<Uuid> {
    match sharing {
        Sharing::Projects { projects } => projects.iter().map(|project| project.id).collect(),
        Sharing::None | Sharing::All => BTreeSet::new(),
    }
}

fn uses(spec: &ClusterSpec) -> BTreeSet<Uuid> {
    spec.blueprint.iter().flat_map(|it| [it.of.id, it.version.id]).collect()
}

impl Book {
    fn spec(&self) -> ClusterSpec {
        self.set.as_ref().map(|(_, spec)| spec.clone()).unwrap_or_default()
    }

    fn sets(&mut self, profile: Profile, spec: ClusterSpec) -> bool {
        let before = self.spec();
        self.new_projects = &projects(&spec.sharing) - &projects(&before.sharing);
        self.begun = &uses(&spec) - &uses(&before);
        let wanted = Some((profile, spec));
        let differs = self.set != wanted;
        self.set = wanted;
        differs
    }

    fn ends(&mut self) -> &'static str {
        (self.gone, self.leaving, self.token, self.agent) = (true, false, None, None);
        "deleted"
    }

    fn is_protected(&self) -> bool {
        self.set.as_ref().is_some_and(|(profile, _)| profile.deletion_protection)
    }

    /// What an agent or somebody about it says.
    fn told_of_agent(&mut self, command: &ClusterCommand) -> Says<Cluster> {
        use ClusterCommand as C;
        match (command, &mut self.agent) {
            (C::Register { token, at, .. }, agent) => {
                if !self.token.is_some_and(|(good, until)| good == *token && *at < until) {
                    return Err(ClusterRefusal::TokenNotGood);
                }
                let approved = self.set.as_ref().is_some_and(|(_, spec)| spec.auto_approve);
                *agent = Some(Known { approved, heard: true, well: None, version: "1.0.0" });
                self.token = None;
                Ok(Some("registered"))
            }
            (C::Disconnect { .. }, None) => Ok(None),
            (C::Disconnect { .. }, Some(agent)) => {
                Ok(std::mem::take(&mut agent.heard).then_some("disconnected"))
            }
            (_, None) => Err(ClusterRefusal::NoAgent),
            (C::Approve { .. }, Some(agent)) => {
                Ok((!std::mem::replace(&mut agent.approved, true)).then_some("approved"))
            }
            (C::Reject { .. }, Some(agent)) if agent.approved => Err(ClusterRefusal::Approved),
            (C::Reject { .. }, Some(_)) => {
                self.agent = None;
                Ok(Some("rejected"))
            }
            (C::ReportStatus { health, agent: facts, .. }, Some(agent)) => {
                let version = if facts.agent_version.as_str() == "1.0.0" { "1.0.0" } else { "1.1.0" };
                let well = agent.approved.then_some(health.is_healthy);
                let now = Known { heard: true, well, version, ..*agent };
                Ok((std::mem::replace(agent, now) != now).then_some("statusReported"))
            }
            (other, Some(_)) => panic!("{other:?}"),
        }
    }

    fn told(&mut self, command: &ClusterCommand) -> Says<Cluster> {
        use ClusterCommand as C;
        match command {
            C::Create { .. } if self.set.is_some() => Err(ClusterRefusal::AlreadyExists),
            _ if self.set.is_none() && !matches!(command, C::Create { .. }) => Err(ClusterRefusal::NotFound),
            C::Delete | C::Decommission { .. } | C::FinishDecommission | C::Disconnect { .. }
                if self.gone =>
            {
                Ok(None)
            }
            C::Restore { .. } => Ok(std::mem::take(&mut self.gone).then_some("restored")),
            _ if self.gone => Err(ClusterRefusal::Deleted),
            C::Create { spec, .. } | C::Update { spec, .. }
                if spec.proxy.as_ref().is_some_and(|it| it.user.is_none()) =>
            {
                Err(ClusterRefusal::PasswordWithoutUser)
            }
            C::Create { profile, spec, .. } => {
                let _ = self.sets(profile.clone(), *spec.clone());
                Ok(Some("created"))
            }
            C::Update { profile, spec } => Ok(self.sets(profile.clone(), *spec.clone()).then_some("updated")),
            C::Delete | C::Decommission { .. } if self.is_protected() => {
                Err(ClusterRefusal::DeletionProtected)
            }
            C::Delete | C::Decommission { .. } if self.agent.is_none() => Ok(Some(self.ends())),
            C::Delete => Err(ClusterRefusal::HasAgent),
            C::Decommission { force: true, .. } => Ok(Some(self.ends())),
            C::FinishDecommission if self.leaving => Ok(Some(self.ends())),
            C::FinishDecommission => Err(ClusterRefusal::NotDecommissioning),
            C::Decommission { .. } => {
                self.token = None;
                Ok((!std::mem::replace(&mut self.leaving, true)).then_some("decommissioningStarted"))
            }
            C::ReportStatus { .. } | C::Disconnect { .. } if self.leaving => Ok(None),
            _ if self.leaving => Err(ClusterRefusal::Decommissioning),
            C::AssignBlueprint { blueprint } => {
                let (profile, spec) = self.set.clone().unwrap();
                let spec = ClusterSpec { blueprint: Some(blueprint.clone()), ..spec };
                Ok(self.sets(profile, spec).then_some("updated"))
            }
            C::IssueBootstrap { token, expires_at } => {
                let is_new = self.token.is_none_or(|(before, _)| before != *token);
                self.token = if is_new { Some((*token, *expires_at)) } else { self.token };
                Ok(is_new.then_some("bootstrapIssued"))
            }
            C::Register { .. }
            | C::Approve { .. }
            | C::Reject { .. }
            | C::ReportStatus { .. }
            | C::Disconnect { .. } => self.told_of_agent(command),
        }
    }
}

impl Model for Book {
    type Of = Cluster;

    fn subject() -> Subject {
        OF()
    }

    fn obey(&mut self, command: &ClusterCommand) -> Says<Cluster> {
        (self.new_projects, self.begun) = (BTreeSet::new(), BTreeSet::new());
        self.told(command)
    }

    fn claims(&self) -> BTreeSet<Claim> {
        self.set.iter().filter(|_| !self.gone).map(|_| claim()).collect()
    }

    fn references(&self) -> BTreeMap<Target, Option<Timestamp>> {
        let Some((_, spec)) = self.set.as_ref().filter(|_| !self.gone) else { return BTreeMap::new() };
        let blueprint = spec.blueprint.iter().flat_map(|it| [it.of.id, it.version.id]);
        let used = std::iter::once(uuid(20)).chain(blueprint).map(|id| Target::used(scope(2), id));
        let all = if spec.sharing == Sharing::All { Some(uuid(2)) } else { None };
        let shared = projects(&spec.sharing).into_iter().chain(all);
        let shared = shared.map(|id| Target { scope: scope(2), id, kind: ReferenceKind::SharedWith });
        used.chain(shared).map(|target| (target, None)).collect()
    }

    fn requirements(&self, verb: &str) -> Vec<Requirement> {
        let project = Requirement::active(uuid(20));
        let shared = self.new_projects.iter().map(|id| Requirement::active(*id));
        let whole = self.spec().blueprint.into_iter().flat_map(|it| [it.of.id, it.version.id]);
        let whole = whole.map(Requirement::active);
        let begun = self.begun.iter().map(|id| Requirement::active(*id));
        match verb {
            "created" => std::iter::once(project).chain(shared).chain(whole).collect(),
            "updated" => shared.chain(begun).collect(),
            "restored" => std::iter::once(project).chain(whole).collect(),
            "decommissioningStarted" | "deleted" => unused(),
            _ => vec![],
        }
    }

    fn changes_authority(&self, _: &str) -> bool {
        false
    }

    fn resembles(&self, state: &Cluster) {
        let phase = match (&self.set, self.agent) {
            (None, _) => ClusterPhase::None,
            _ if self.gone => ClusterPhase::Deleted,
            _ if self.leaving => ClusterPhase::Decommissioning,
            (_, None) => ClusterPhase::AwaitingAgent,
            (_, Some(Known { heard: false, .. })) => ClusterPhase::Disconnected,
            (_, Some(Known { well: None, .. })) => ClusterPhase::Registered,
            (_, Some(Known { well: Some(true), .. })) => ClusterPhase::Ready,
            (_, Some(Known { well: Some(false), .. })) => ClusterPhase::Unhealthy,
        };
        assert_eq!(state.phase, phase);
        assert_eq!(state.join.map(|join| (join.id, join.expires_at)), self.token);
        assert_eq!(state.agent.is_some(), self.agent.is_some());
        if let Some((profile, spec)) = &self.set {
            assert_eq!((&state.profile, &state.spec), (profile, spec));
        }
        assert!(state.conditions.len() == 3 || self.set.is_none(), "one of each kind");
    }
}

fn any_spec() -> impl Strategy<Value = (Profile, Box<ClusterSpec>)> {
    let sharing = prop::sample::select(vec![Sharing::None, Sharing::All, shared(&[21]), shared(&[21, 22])]);
    let version = prop::option::of(prop::sample::select(vec![91, 92]));
    let proxy = prop::sample::select(vec![
        None,
        Some(password(1)),
        Some(password(2)),
        Some(Proxy { user: None, ..password(1) }),
    ]);
    let all = (sharing, version, proxy, any::<bool>(), prop::bool::weighted(0.2));
    all.prop_map(|(sharing, version, proxy, auto_approve, deletion_protection)| {
        let blueprint = version.map(blueprint);
        let spec = ClusterSpec { sharing, blueprint, proxy, auto_approve, ..ClusterSpec::default() };
        (Profile { deletion_protection, ..Profile::default() }, Box::new(spec))
    })
}

fn any_command() -> impl Strategy<Value = ClusterCommand> {
    let token = || prop::sample::select(vec![1_u128, 1, 2]);
    let message = prop::sample::select(vec!["", "", "2 of 3 nodes"]);
    let version = prop::sample::select(vec!["1.0.0", "1.0.0", "1.1.0"]);
    prop_oneof![
        4 => any_spec().prop_map(|(profile, spec)| ClusterCommand::Create {
            project: uuid(20), name: name("prod"), profile, spec, at: hour(0),
        }),
        2 => any_spec().prop_map(|(profile, spec)| ClusterCommand::Update { profile, spec }),
        1 => prop::sample::select(vec![91, 92])
            .prop_map(|version| ClusterCommand::AssignBlueprint { blueprint: blueprint(version) }),
        4 => token().prop_map(|token| ClusterCommand::IssueBootstrap { token: uuid(token), expires_at: hour(24) }),
        5 => (token(), prop::sample::select(vec![1_u32, 1, 1, 24])).prop_map(|(token, at)| {
            ClusterCommand::Register { token: uuid(token), agent: agent("1.0.0"), at: hour(at) }
        }),
        3 => Just(ClusterCommand::Approve { at: hour(2) }),
        1 => Just(ClusterCommand::Reject { at: hour(2) }),
        4 => (message, version).prop_map(|(message, version)| ClusterCommand::ReportStatus {
            health: health(message), agent: agent(version), at: hour(3),
        }),
        2 => Just(ClusterCommand::Disconnect { last_seen: None, at: hour(4) }),
        2 => any::<bool>().prop_map(|force| ClusterCommand::Decommission { force, at: hour(5) }),
        1 => Just(ClusterCommand::FinishDecommission),
        1 => Just(ClusterCommand::Delete),
        1 => Just(ClusterCommand::Restore { at: hour(6) }),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn clusters_keep_their_rules(commands in story(any_command())) {
        agree::<Book>(commands);
    }
}
