//! What people set on a cluster.

use crate::proxy::Proxy;
use crate::sharing::Sharing;
use crate::version_use::VersionReference;
use serde::{Deserialize, Serialize};
use values::Location;

/// How a cluster came to be.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ClusterType {
    /// It was there, and its owner had an agent join.
    #[default]
    Imported,
}

/// Who provides a cluster.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Provider {
    /// Azure Kubernetes Service.
    Aks,
    /// Amazon Elastic Kubernetes Service.
    Eks,
    /// Google Kubernetes Engine.
    Gke,
    /// Red Hat `OpenShift`.
    OpenShift,
    /// Rancher Kubernetes Engine.
    Rke,
    /// Another.
    #[default]
    Other,
}

/// Where a cluster runs.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Environment {
    /// In a public cloud.
    #[default]
    Cloud,
    /// In a data centre of one's own.
    OnPrem,
    /// Close to where things happen.
    Edge,
}

/// What people set on a cluster.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ClusterSpec {
    /// How it came to be.
    #[serde(rename = "type")]
    pub kind: ClusterType,
    /// Who provides it.
    pub provider: Provider,
    /// Where it runs.
    pub environment: Environment,
    /// Where it stands.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub location: Option<Location>,
    /// Whether its agent works without being approved.
    pub auto_approve: bool,
    /// In which other projects it can be used.
    pub sharing: Sharing,
    /// The version of a blueprint that it has.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub blueprint: Option<VersionReference>,
    /// The proxy.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub proxy: Option<Proxy>,
}
