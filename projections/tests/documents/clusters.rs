//! Documents of clusters.

use super::{golden, hour, lossless, name, profile, stamps, uuid};
use aggregates::cluster::{AgentFacts, Cluster, ClusterCommand, ClusterSpec, Environment, Health, Provider};
use aggregates::proxy::{KeptSecret, Proxy};
use aggregates::reference::Reference;
use aggregates::sharing::Sharing;
use aggregates::version_use::VersionReference;
use cqrs_es::Aggregate;
use std::collections::BTreeSet;
use values::{Description, DisplayName, HttpUrl, Location, NoProxyEntry, ProxyUser, ScopeId};

pub(super) fn cluster() -> Cluster {
    let named = |number: u128, called: &str| Reference { id: uuid(number), name: called.to_owned() };
    let spec = ClusterSpec {
        provider: Provider::Eks,
        environment: Environment::OnPrem,
        location: Some(Location::parse("eu-west-1").unwrap()),
        sharing: Sharing::Projects { projects: BTreeSet::from([named(21, "shipping")]) },
        blueprint: Some(VersionReference { of: named(90, "base"), version: named(91, "1.2.0") }),
        proxy: Some(Proxy {
            http_proxy: Some(HttpUrl::parse("http://proxy.acme.test:3128").unwrap()),
            https_proxy: None,
            no_proxy: BTreeSet::from([NoProxyEntry::parse(".svc").unwrap()]),
            user: Some(ProxyUser::parse("egress").unwrap()),
            password: Some(KeptSecret { id: uuid(95), version: 1 }),
        }),
        ..ClusterSpec::default()
    };
    let agent = || AgentFacts {
        agent_version: DisplayName::parse("1.0.0").unwrap(),
        kubernetes_version: DisplayName::parse("v1.31.2").unwrap(),
    };
    let health = Health { is_healthy: false, message: Description::parse("2 of 3 nodes are ready").unwrap() };
    after!(Cluster:
        ClusterCommand::Create {
            project: uuid(20),
            name: name("prod-eu-1"),
            profile: profile(),
            spec: Box::new(spec),
            at: hour(0),
        },
        ClusterCommand::IssueBootstrap { token: uuid(96), expires_at: hour(24) },
        ClusterCommand::Register { token: uuid(96), agent: agent(), at: hour(1) },
        ClusterCommand::Approve { at: hour(2) },
        ClusterCommand::ReportStatus { health, agent: agent(), at: hour(3) },
        ClusterCommand::IssueBootstrap { token: uuid(97), expires_at: hour(30) }
    )
}

#[test]
fn a_cluster_with_its_agent() {
    let draft = golden("cluster", &cluster(), &stamps(8, ScopeId::from(uuid(2)), false));
    let reply: api::Cluster = lossless(&draft);
    assert_eq!((draft.parent, reply.metadata.project_id), (uuid(20), Some(uuid(20))));
    assert_eq!(reply.spec.blueprint.map(|it| (it.name, it.version)), Some(("base".into(), "1.2.0".into())));
    assert!(reply.spec.proxy.is_some_and(|proxy| proxy.has_password));
    assert_eq!((draft.phase, reply.status.phase), ("unhealthy", api::ClusterPhase::Unhealthy));
    assert_eq!(reply.status.agent.map(|agent| agent.approved_at), Some(Some(hour(2))));
    assert_eq!(reply.status.bootstrap_expires_at, Some(hour(30)));
    assert!(!draft.json.contains(&uuid(95).to_string()), "where a password is kept is nobody's business");
}
