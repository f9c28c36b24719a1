//! What is public of what happens to clusters.

use super::projector::{blueprint, environment, provider, proxy, spec};
use crate::documents::sharing;
use crate::events::{Published, metadata_of, name_changes};
use aggregates::cluster::{AgentFacts, ClusterEvent, ClusterUpdate};
use api::{
    ClusterBlueprintChange, ClusterBootstrapIssued, ClusterCreated, ClusterDisconnected,
    ClusterEvent as Public, ClusterLocationChange, ClusterProxyChange, ClusterRegistered, ClusterSpecChanges,
    ClusterStatusReported, ClusterUpdated, NameOnly, NothingMore,
};
use values::Name;

impl Published for ClusterEvent {
    type Public = Public;

    fn publish(&self) -> Public {
        match self {
            Self::Created { name, profile, spec: given, .. } => Public::Created(Box::new(ClusterCreated {
                metadata: metadata_of(name.as_str(), profile),
                spec: spec(given),
            })),
            Self::Updated(update) => Public::Updated(Box::new(updated(update))),
            Self::BootstrapIssued { expires_at, .. } => {
                Public::BootstrapIssued(Box::new(ClusterBootstrapIssued { expires_at: *expires_at }))
            }
            Self::Registered { agent, approved, .. } => {
                let AgentFacts { agent_version, kubernetes_version } = agent.clone();
                Public::Registered(Box::new(ClusterRegistered {
                    agent_version: agent_version.into(),
                    kubernetes_version: kubernetes_version.into(),
                    approved: *approved,
                }))
            }
            Self::Approved { .. } => Public::Approved(Box::new(NothingMore {})),
            Self::Rejected { .. } => Public::Rejected(Box::new(NothingMore {})),
            Self::StatusReported { health, agent, .. } => {
                let AgentFacts { agent_version, kubernetes_version } = agent.clone();
                Public::StatusReported(Box::new(ClusterStatusReported {
                    healthy: health.is_healthy,
                    message: health.message.as_str().to_owned(),
                    agent_version: agent_version.into(),
                    kubernetes_version: kubernetes_version.into(),
                }))
            }
            Self::Disconnected { last_seen, .. } => {
                Public::Disconnected(Box::new(ClusterDisconnected { last_seen_at: *last_seen }))
            }
            Self::DecommissioningStarted { .. } => Public::DecommissioningStarted(Box::new(NothingMore {})),
            Self::Deleted(it) => Public::Deleted(Box::new(named(&it.name))),
            Self::Restored { whereabouts, .. } => Public::Restored(Box::new(named(&whereabouts.name))),
        }
    }
}

fn updated(update: &ClusterUpdate) -> ClusterUpdated {
    ClusterUpdated {
        metadata: name_changes(None, update.profile.as_ref()),
        spec: ClusterSpecChanges {
            provider: update.provider.map(provider),
            environment: update.environment.map(environment),
            location: update.location.as_ref().map(|it| ClusterLocationChange { to: it.to.clone() }),
            auto_approve: update.auto_approve,
            sharing: update.sharing.as_ref().map(|(_, to)| sharing(to)),
            blueprint: update.blueprint.as_ref().map(|it| ClusterBlueprintChange {
                from: it.from.as_ref().map(blueprint),
                to: it.to.as_ref().map(blueprint),
            }),
            proxy: update.proxy.as_ref().map(|it| ClusterProxyChange {
                to: it.to.as_ref().map(proxy),
                password_changed: it.from.as_ref().and_then(|from| from.password)
                    != it.to.as_ref().and_then(|to| to.password),
            }),
        },
    }
}

fn named(name: &Name) -> NameOnly {
    NameOnly { name: name.as_str().to_owned() }
}
