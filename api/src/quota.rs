//! Quotas.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::Quantity;

/// How much there may be of what, by the names of Kubernetes' `ResourceQuota` in camel case; what is not named is not
/// limited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ResourceQuota {
    /// Cores that containers request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub cpu_requests: Option<Quantity>,
    /// Cores that containers may use at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub cpu_limits: Option<Quantity>,
    /// Memory that containers request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub memory_requests: Option<Quantity>,
    /// Memory that containers may use at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub memory_limits: Option<Quantity>,
    /// Storage that volume claims request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub storage_requests: Option<Quantity>,
    /// Storage on nodes that containers request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub ephemeral_storage_requests: Option<Quantity>,
    /// Storage on nodes that containers may use at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub ephemeral_storage_limits: Option<Quantity>,
    /// Pods that have not ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub pods: Option<u32>,
    /// Services.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub services: Option<u32>,
    /// Config maps.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub config_maps: Option<u32>,
    /// Secrets.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub secrets: Option<u32>,
    /// Persistent volume claims.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub persistent_volume_claims: Option<u32>,
    /// Services of type `LoadBalancer`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub load_balancers: Option<u32>,
    /// Ports of services of type `NodePort`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub node_ports: Option<u32>,
    /// GPUs that containers request.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(required = false)]
    pub gpus: Option<u32>,
}
