//! Clusters: Kubernetes clusters that an agent runs in.

use crate::resource::{Owned, input, reply};
use crate::{
    Condition, MetadataInput, Sharing, SharingInput, VersionReference, VersionReferenceInput, WriteOnly,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{HttpUrl, Location, NoProxyEntry, ProxyUser, Reason, SecretText, Timestamp};

reply! {
    /// A Kubernetes cluster that an agent runs in.
    Cluster, ClusterKind = "Cluster", ClusterSpec, ClusterStatus
}

input! {
    /// A cluster, as sent.
    ClusterInput, ClusterKind = "Cluster", MetadataInput, ClusterSpecInput
}

/// How a cluster came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ClusterType {
    /// It was there, and its owner had an agent join.
    #[default]
    Imported,
}

/// Who provides a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ClusterProvider {
    /// Azure Kubernetes Service.
    #[serde(rename = "AKS")]
    Aks,
    /// Amazon Elastic Kubernetes Service.
    #[serde(rename = "EKS")]
    Eks,
    /// Google Kubernetes Engine.
    #[serde(rename = "GKE")]
    Gke,
    /// Red Hat `OpenShift`.
    OpenShift,
    /// Rancher Kubernetes Engine.
    #[serde(rename = "RKE")]
    Rke,
    /// Another.
    #[default]
    #[serde(rename = "other")]
    Other,
}

/// Where a cluster runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "UPPERCASE")]
pub enum ClusterEnvironment {
    /// In a public cloud.
    #[default]
    Cloud,
    /// In a data centre of one's own.
    OnPrem,
    /// Close to where things happen.
    Edge,
}

/// What people set on a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterSpec {
    /// How it came to be.
    #[serde(rename = "type")]
    pub kind: ClusterType,
    /// Who provides it.
    pub provider: ClusterProvider,
    /// Where it runs.
    pub environment: ClusterEnvironment,
    /// Where it stands, such as a region.
    pub location: Option<Location>,
    /// Whether an agent that registers may work without being approved.
    pub auto_approve: bool,
    /// In which other projects it can be used.
    pub sharing: Sharing,
    /// The version of a blueprint that it has.
    pub blueprint: Option<VersionReference>,
    /// The proxy between it and the rest of the world.
    pub proxy: Option<ClusterProxy>,
}

/// What people set on a cluster.
#[derive(Clone, Debug, Default, PartialEq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterSpecInput {
    /// How it came to be.
    #[serde(rename = "type", default)]
    pub kind: ClusterType,
    /// Who provides it.
    #[serde(default)]
    pub provider: ClusterProvider,
    /// Where it runs.
    #[serde(default)]
    pub environment: ClusterEnvironment,
    /// Where it stands, such as a region.
    #[serde(default)]
    pub location: Option<Location>,
    /// Whether an agent that registers may work without being approved.
    #[serde(default)]
    pub auto_approve: bool,
    /// In which other projects it can be used.
    #[serde(default)]
    pub sharing: SharingInput,
    /// The version of a blueprint that it shall have: an active one, of a blueprint of the project or shared with it.
    #[serde(default)]
    pub blueprint: Option<VersionReferenceInput>,
    /// The proxy between it and the rest of the world.
    #[serde(default)]
    pub proxy: Option<ClusterProxyInput>,
}

/// The proxy between a cluster and the rest of the world.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterProxy {
    /// For plain HTTP.
    pub http_proxy: Option<HttpUrl>,
    /// For HTTPS.
    pub https_proxy: Option<HttpUrl>,
    /// What is reached without it.
    pub no_proxy: Vec<NoProxyEntry>,
    /// As whom it is asked.
    pub user: Option<ProxyUser>,
    /// Whether it is asked with a password, which nothing shows.
    pub has_password: bool,
}

/// The proxy between a cluster and the rest of the world, as sent.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct ClusterProxyInput {
    /// For plain HTTP.
    #[serde(default)]
    pub http_proxy: Option<HttpUrl>,
    /// For HTTPS.
    #[serde(default)]
    pub https_proxy: Option<HttpUrl>,
    /// What is reached without it.
    #[serde(default)]
    #[schema(max_items = 256)]
    pub no_proxy: Vec<NoProxyEntry>,
    /// As whom it is asked.
    #[serde(default)]
    pub user: Option<ProxyUser>,
    /// The password, write-only: left out it is kept as it is, `null` clears it.
    #[serde(default)]
    #[schema(value_type = Option<SecretText>, write_only)]
    pub password: WriteOnly<SecretText>,
    #[serde(default)]
    #[schema(ignore)]
    has_password: Owned,
}

/// What the system says of a cluster.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterStatus {
    /// Where it stands.
    pub phase: ClusterPhase,
    /// What is the case about it: `Approved`, `Connected`, `Ready`.
    pub conditions: Vec<Condition>,
    /// The agent that has registered.
    pub agent: Option<ClusterAgent>,
    /// Until when the join token that was issued last can be used; `null` where there is none (any more).
    pub bootstrap_expires_at: Option<Timestamp>,
    /// When the agent was last heard of, if it ever was. Only when one cluster is read as it is now, and no part of what
    /// `ETag` and `asOf` are about.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub last_seen_at: Option<Timestamp>,
}

/// The agent of a cluster.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ClusterAgent {
    /// Its own version.
    #[schema(example = "1.0.0")]
    pub agent_version: String,
    /// The version of Kubernetes.
    #[schema(example = "v1.31.2")]
    pub kubernetes_version: String,
    /// When it registered.
    pub registered_at: Timestamp,
    /// Since when it may work; `null` where it may not.
    pub approved_at: Option<Timestamp>,
}

/// Where a cluster stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ClusterPhase {
    /// No agent has registered.
    AwaitingAgent,
    /// An agent has registered, and has not reported yet, or may not work yet.
    Registered,
    /// Its agent reports that all is well.
    Ready,
    /// Its agent reports that something is not.
    Unhealthy,
    /// Nothing is heard of its agent.
    Disconnected,
    /// Its agent cleans up.
    Decommissioning,
    /// Deleted; restoring brings it back.
    Deleted,
}

/// How a cluster is taken out of service.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct Decommission {
    /// Whether it is deleted at once, without waiting for its agent to clean up.
    pub force: bool,
    /// Why; kept in the record.
    #[schema(example = "moved to another region")]
    pub reason: Option<Reason>,
}

/// How an agent comes to a cluster. Only the reply that issues a token shows it, and the manifest with it; where that
/// reply is given again, both are `null`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Bootstrap {
    /// The token by which one agent can join: `qdjt_…`.
    #[schema(
        example = "qdjt_01935d2e000070008000000000000060_0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno3DtVMg"
    )]
    #[schema(required)]
    pub token: Option<String>,
    /// What to apply to the cluster: YAML, several documents, with the token in it.
    #[schema(required)]
    pub manifest: Option<String>,
    /// Until when the token is good; `null` where there is none.
    #[schema(required)]
    pub expires_at: Option<Timestamp>,
}
