//! Namespaces: what workloads are in, on clusters.

use crate::resource::{input, reply};
use crate::{Condition, MetadataInput, PendingCluster, Placement, PlacementInput, ResourceQuota};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Annotations, Labels, Quantity};

reply! {
    /// A namespace on the clusters of a project.
    Namespace, NamespaceKind = "Namespace", NamespaceSpec, NamespaceStatus
}

input! {
    /// A namespace, as sent.
    NamespaceInput, NamespaceKind = "Namespace", MetadataInput, NamespaceSpecInput
}

/// What people set on a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceSpec {
    /// The labels of the Kubernetes namespace on its clusters.
    pub labels: Labels,
    /// The annotations of the Kubernetes namespace on its clusters.
    pub annotations: Annotations,
    /// The most that all in it may hold together, on all its clusters.
    pub quota: ResourceQuota,
    /// What its containers may ask for.
    pub limit_range: Option<LimitRange>,
    /// On which clusters it shall be.
    pub placement: Placement,
}

/// What people set on a namespace.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct NamespaceSpecInput {
    /// The labels of the Kubernetes namespace on its clusters.
    #[serde(default)]
    pub labels: Labels,
    /// The annotations of the Kubernetes namespace on its clusters.
    #[serde(default)]
    pub annotations: Annotations,
    /// The most that all in it may hold together, on all its clusters: Kubernetes' `ResourceQuota`. What is not named is
    /// as the project's `defaultNamespaceQuota` says now. It counts against the project's quota.
    #[serde(default)]
    pub quota: ResourceQuota,
    /// What its containers may ask for, and what they get by default.
    #[serde(default)]
    pub limit_range: Option<LimitRange>,
    /// On which clusters it shall be, once it is published.
    #[serde(default)]
    pub placement: PlacementInput,
}

/// What the containers of a namespace may ask for, and what they get by default: Kubernetes' `LimitRange`, for
/// containers. `min` ≤ `defaultRequest` ≤ `default` ≤ `max`, as far as they are set.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct LimitRange {
    /// The limit of a container that has none.
    pub default: ContainerResources,
    /// The request of a container that has none.
    pub default_request: ContainerResources,
    /// The least that a container may request.
    pub min: ContainerResources,
    /// The greatest limit that a container may have.
    pub max: ContainerResources,
}

/// Amounts for one container; what is not named is left as it is.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ContainerResources {
    /// Cores.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub cpu: Option<Quantity>,
    /// Memory.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub memory: Option<Quantity>,
    /// Storage on the node.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub ephemeral_storage: Option<Quantity>,
}

/// What the system says of a namespace.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceStatus {
    /// Where it stands.
    pub phase: NamespacePhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// The quota in force, which it holds of its project's: its own, completed by what the project's default was when
    /// its own was set.
    pub quota: ResourceQuota,
    /// The clusters that it is on, as they were when it was published.
    pub clusters: Vec<NamespaceCluster>,
    /// What publishing it now would change: its placement, or labels of clusters, changed since. Only when one published
    /// namespace is read as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub pending_clusters: Option<Vec<PendingCluster>>,
}

/// A cluster that a namespace is on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct NamespaceCluster {
    /// The cluster.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// How far it is there.
    pub phase: NamespaceClusterPhase,
}

/// How far a namespace is on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum NamespaceClusterPhase {
    /// The cluster's agent has not reported yet.
    Pending,
}

/// Where a namespace stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum NamespacePhase {
    /// Never published.
    Draft,
    /// On its clusters.
    Published,
    /// On its clusters no longer.
    Unpublished,
    /// Deleted; restoring brings it back.
    Deleted,
}
