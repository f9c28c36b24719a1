//! What happens to clusters.

use super::{EventMetadata, EventMetadataChanges, NameOnly, NothingMore, changes, events};
use crate::{ClusterEnvironment, ClusterProvider, ClusterProxy, ClusterSpec, Sharing, VersionReference};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{Location, Timestamp};

events! {
    /// Events of clusters.
    ClusterEvent: "cluster" in "clusters" {
        /// A cluster was made, and waits for its agent.
        Created(ClusterCreated) = "created",
        /// Something that people set changed.
        Updated(ClusterUpdated) = "updated",
        /// A token was issued by which an agent can join, once; the one before is good no longer.
        BootstrapIssued(ClusterBootstrapIssued) = "bootstrapIssued",
        /// An agent joined.
        Registered(ClusterRegistered) = "registered",
        /// The agent that had joined may work from now on.
        Approved(NothingMore) = "approved",
        /// The agent that had joined was sent away; the cluster waits for one again.
        Rejected(NothingMore) = "rejected",
        /// The agent reported that something is otherwise than before.
        StatusReported(ClusterStatusReported) = "statusReported",
        /// Nothing was heard of the agent for too long.
        Disconnected(ClusterDisconnected) = "disconnected",
        /// It is taken out of service; its agent cleans up.
        DecommissioningStarted(NothingMore) = "decommissioningStarted",
        /// It was deleted; its name is free again.
        Deleted(NameOnly) = "deleted",
        /// It came back, and waits for an agent.
        Restored(NameOnly) = "restored",
    }
}

/// A cluster was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClusterCreated {
    /// What people wrote on it.
    pub metadata: EventMetadata,
    /// What people set.
    pub spec: ClusterSpec,
}

/// A cluster changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct ClusterUpdated {
    /// What changed of what people wrote on it.
    pub metadata: EventMetadataChanges,
    /// What changed of what people set.
    pub spec: ClusterSpecChanges,
}

changes! {
    /// What changed of what people set on a cluster, as it is now; what is absent stayed as it was.
    ClusterSpecChanges {
        /// Who provides it.
        provider: ClusterProvider,
        /// Where it runs.
        environment: ClusterEnvironment,
        /// Where it stands.
        location: ClusterLocationChange,
        /// Whether an agent that registers may work without being approved.
        auto_approve: bool,
        /// In which other projects it can be used.
        sharing: Sharing,
        /// The version of a blueprint that it has.
        blueprint: ClusterBlueprintChange,
        /// The proxy.
        proxy: ClusterProxyChange,
    }
}

/// Where a cluster stands changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClusterLocationChange {
    /// What it is now.
    pub to: Option<Location>,
}

/// The version of a blueprint changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ClusterBlueprintChange {
    /// What it was.
    pub from: Option<VersionReference>,
    /// What it is now.
    pub to: Option<VersionReference>,
}

/// A proxy changed, or its password.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterProxyChange {
    /// What it is now.
    pub to: Option<ClusterProxy>,
    /// Whether the password is another one.
    pub password_changed: bool,
}

/// A token was issued.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterBootstrapIssued {
    /// Until when it is good.
    pub expires_at: Timestamp,
}

/// An agent joined.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterRegistered {
    /// The agent's own version.
    #[schema(example = "1.0.0")]
    pub agent_version: String,
    /// The version of Kubernetes.
    #[schema(example = "v1.31.2")]
    pub kubernetes_version: String,
    /// Whether it may work without being approved.
    pub approved: bool,
}

/// An agent reported.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatusReported {
    /// Whether all is well.
    pub healthy: bool,
    /// What is not, for people.
    pub message: String,
    /// The agent's own version.
    #[schema(example = "1.0.0")]
    pub agent_version: String,
    /// The version of Kubernetes.
    #[schema(example = "v1.31.2")]
    pub kubernetes_version: String,
}

/// Nothing was heard.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterDisconnected {
    /// When the agent was last heard of; `null` where never since it joined.
    pub last_seen_at: Option<Timestamp>,
}
