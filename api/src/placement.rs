//! Where something is: on which clusters.

use crate::{Reference, ReferenceInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;
use values::LabelSelector;

/// On which clusters something shall be.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Placement {
    /// The clusters that are named.
    pub clusters: Vec<Reference>,
    /// What the labels of others are, by the Kubernetes grammar; `null` where there are no others.
    #[schema(example = "env=prod")]
    pub label_selector: Option<LabelSelector>,
}

/// On which clusters something shall be: on those that are named, and on those that the selector selects when it is
/// published.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct PlacementInput {
    /// Clusters of the project, and such as others share with it.
    #[schema(max_items = 256)]
    #[serde(default)]
    pub clusters: Vec<ReferenceInput>,
    /// What the labels of others must be, by the Kubernetes grammar. Nothing (`null`) selects none; an empty one selects
    /// all clusters of the project, and all that others share with it.
    #[schema(example = "env=prod")]
    #[serde(default)]
    pub label_selector: Option<LabelSelector>,
}

/// A cluster that something would join or leave if it were published now.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct PendingCluster {
    /// The cluster.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What publishing would do.
    pub change: PendingChange,
}

/// What publishing would do on a cluster.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum PendingChange {
    /// It would be added.
    Add,
    /// It would be removed.
    Remove,
}
