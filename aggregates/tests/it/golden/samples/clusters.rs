//! Events of clusters.

use super::profile;
use crate::cluster::{agent, blueprint, health, password, shared};
use crate::golden::{Sample, sample};
use crate::values::{hour, name, uuid};
use aggregates::cluster::{
    Change, ClusterEvent, ClusterSpec, ClusterType, ClusterUpdate, Environment, Provider, Whereabouts,
};
use aggregates::profile::Profile;
use aggregates::proxy::Proxy;
use aggregates::sharing::Sharing;
use values::{HttpUrl, Location, NoProxyEntry};

fn proxy() -> Proxy {
    let url = |text: &str| Some(HttpUrl::parse(text).unwrap());
    Proxy {
        http_proxy: url("http://proxy.acme.test:3128"),
        https_proxy: url("https://proxy.acme.test:3129"),
        no_proxy: [".svc", "10.0.0.0/8"].map(|text| NoProxyEntry::parse(text).unwrap()).into(),
        ..password(1)
    }
}

fn full() -> ClusterSpec {
    ClusterSpec {
        kind: ClusterType::Imported,
        provider: Provider::OpenShift,
        environment: Environment::OnPrem,
        location: Some(Location::parse("eu-west-1").unwrap()),
        auto_approve: true,
        sharing: shared(&[21, 22]),
        blueprint: Some(blueprint(91)),
        proxy: Some(proxy()),
    }
}

fn created(profile: Profile, spec: ClusterSpec) -> ClusterEvent {
    let (project, name) = (uuid(20), name("prod-eu-1"));
    ClusterEvent::Created { project, name, profile, spec: Box::new(spec), at: hour(0) }
}

fn updates() -> Vec<Sample> {
    let everything = ClusterUpdate {
        profile: Some(profile()),
        provider: Some(Provider::Eks),
        environment: Some(Environment::Edge),
        location: Some(Change { from: None, to: full().location }),
        auto_approve: Some(false),
        sharing: Some((Sharing::All, full().sharing)),
        blueprint: Some(Change { from: Some(blueprint(91)), to: Some(blueprint(92)) }),
        proxy: Some(Change { from: None, to: full().proxy }),
    };
    let cleared = ClusterUpdate {
        location: Some(Change { from: full().location, to: None }),
        sharing: Some((full().sharing, Sharing::None)),
        blueprint: Some(Change { from: Some(blueprint(91)), to: None }),
        proxy: Some(Change { from: full().proxy, to: None }),
        ..ClusterUpdate::default()
    };
    let others = ClusterUpdate {
        provider: Some(Provider::Aks),
        environment: Some(Environment::Cloud),
        proxy: Some(Change { from: full().proxy, to: Some(Proxy { ..password(2) }) }),
        ..ClusterUpdate::default()
    };
    let named = |provider| ClusterUpdate { provider: Some(provider), ..ClusterUpdate::default() };
    let event = |update| ClusterEvent::Updated(Box::new(update));
    vec![
        sample("everything", &event(everything)),
        sample("cleared", &event(cleared)),
        sample("password", &event(others)),
        sample("gke", &event(named(Provider::Gke))),
        sample("rke", &event(named(Provider::Rke))),
    ]
}

pub(super) fn samples() -> Vec<Sample> {
    let registered =
        |approved| ClusterEvent::Registered { token: uuid(96), agent: agent("1.0.0"), approved, at: hour(1) };
    let reported = |message| ClusterEvent::StatusReported {
        health: health(message),
        agent: agent("1.0.0"),
        at: hour(2),
    };
    let plain =
        Whereabouts { project: uuid(20), name: name("prod-eu-1"), sharing: Sharing::None, blueprint: None };
    let used = Whereabouts { sharing: shared(&[21]), blueprint: Some(blueprint(91)), ..plain.clone() };
    let deleted = |it: &Whereabouts| ClusterEvent::Deleted(Box::new(it.clone()));
    let restored =
        |it: &Whereabouts| ClusterEvent::Restored { whereabouts: Box::new(it.clone()), at: hour(6) };
    let mut all = vec![
        sample("full", &created(profile(), full())),
        sample("plain", &created(Profile::default(), ClusterSpec::default())),
        sample("plain", &ClusterEvent::BootstrapIssued { token: uuid(96), expires_at: hour(24) }),
        sample("approved", &registered(true)),
        sample("plain", &registered(false)),
        sample("plain", &ClusterEvent::Approved { at: hour(1) }),
        sample("plain", &ClusterEvent::Rejected { at: hour(1) }),
        sample("healthy", &reported("")),
        sample("unhealthy", &reported("2 of 3 nodes are ready")),
        sample("plain", &ClusterEvent::Disconnected { last_seen: Some(hour(2)), at: hour(3) }),
        sample("never", &ClusterEvent::Disconnected { last_seen: None, at: hour(3) }),
        sample("plain", &ClusterEvent::DecommissioningStarted { at: hour(4) }),
        sample("plain", &deleted(&plain)),
        sample("used", &deleted(&used)),
        sample("plain", &restored(&plain)),
        sample("used", &restored(&used)),
    ];
    all.extend(updates());
    all
}
