//! Projects: the parts of an org.

use crate::resource::{input, reply};
use crate::{Condition, MetadataInput, ResourceQuota};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};
use utoipa::ToSchema;
use values::{Name, Quantity};

reply! {
    /// A part of an org.
    Project, ProjectKind = "Project", ProjectSpec, ProjectStatus
}

input! {
    /// A project, as sent.
    ProjectInput, ProjectKind = "Project", MetadataInput, ProjectSpec
}

/// What people set on a project.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ProjectSpec {
    /// The most that all namespaces of the project may hold together, on all clusters.
    pub quota: ResourceQuota,
    /// What a namespace holds of what its own quota does not name. Within `quota`.
    pub default_namespace_quota: ResourceQuota,
    /// Namespaces on the project's clusters that the project leaves alone: they cannot be made here.
    #[schema(max_items = 256)]
    pub excluded_namespaces: BTreeSet<Name>,
}

/// What the system says of a project.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct ProjectStatus {
    /// Where it stands.
    pub phase: ProjectPhase,
    /// What is the case about it.
    pub conditions: Vec<Condition>,
    /// What its namespaces hold, of everything that is limited or held. Only when one project is read as it is now.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub usage: Option<BTreeMap<String, ResourceUsage>>,
}

/// How much of something is held.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResourceUsage {
    /// The most that may be held; `null` where that is not limited.
    pub limit: Option<Quantity>,
    /// What is held.
    pub used: Quantity,
}

/// Where a project stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum ProjectPhase {
    /// Things can be made in it.
    Active,
    /// Deleted; restoring brings it back.
    Deleted,
}
