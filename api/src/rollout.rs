//! How something differs from cluster to cluster, and in which order clusters get it.

use crate::{Reference, ReferenceInput};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::LabelSelector;

/// What differs on some clusters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Override {
    /// The clusters that are named.
    pub clusters: Vec<Reference>,
    /// What the labels of others are, by the Kubernetes grammar; `null` where there are no others.
    #[schema(example = "env=prod")]
    pub label_selector: Option<LabelSelector>,
    /// Values of the Helm chart: a YAML mapping, laid over the chart's own.
    pub values: Option<String>,
    /// Strategic merge patches: YAML documents, each with `apiVersion`, `kind` and `metadata.name` of what it changes.
    pub patch: Option<String>,
}

/// What differs on some clusters: those that are named, and those that the selector selects when it is published.
/// Either `values`, for a Helm chart, or `patch`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct OverrideInput {
    /// Clusters of the project, and such as others share with it.
    #[schema(max_items = 256)]
    #[serde(default)]
    pub clusters: Vec<ReferenceInput>,
    /// What the labels of others must be, by the Kubernetes grammar. Nothing (`null`) selects none, an empty one all.
    #[schema(example = "env=prod")]
    #[serde(default)]
    pub label_selector: Option<LabelSelector>,
    /// Values of the Helm chart: a YAML mapping of at most 64 KiB, laid over the chart's own.
    #[schema(example = "replicaCount: 3\n")]
    #[serde(default)]
    pub values: Option<String>,
    /// Strategic merge patches of manifests: YAML documents of at most 64 KiB together, each with `apiVersion`, `kind`
    /// and `metadata.name` of what it changes.
    #[schema(
        example = "apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: cart\nspec:\n  replicas: 3\n"
    )]
    #[serde(default)]
    pub patch: Option<String>,
}

/// In which order clusters get something.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub enum RolloutStrategy {
    /// All of them at the same time.
    #[default]
    AllAtOnce,
    /// One wave after the other.
    Waves,
}

/// In which order clusters get something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Rollout {
    /// All at the same time, or in waves.
    pub strategy: RolloutStrategy,
    /// The waves, where the strategy is `waves`.
    pub waves: Vec<RolloutWave>,
}

/// Some of the clusters that no earlier wave has.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct RolloutWave {
    /// The clusters that are named.
    pub clusters: Vec<Reference>,
    /// What the labels of others are, by the Kubernetes grammar; `null` where there are no others.
    #[schema(example = "tier=canary")]
    pub label_selector: Option<LabelSelector>,
    /// At most so many, the first by name; `null` for all.
    #[schema(minimum = 1)]
    pub max_clusters: Option<u32>,
    /// How long the next wave waits once this one is through.
    #[schema(minimum = 0, maximum = 10_080)]
    pub pause_minutes: u32,
}

/// In which order clusters get something.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RolloutInput {
    /// All at the same time, or in waves.
    #[serde(default)]
    pub strategy: RolloutStrategy,
    /// The waves, where the strategy is `waves`, else none. Clusters that are in none of them come last, as another.
    #[schema(max_items = 32)]
    #[serde(default)]
    pub waves: Vec<RolloutWaveInput>,
}

/// Some of the clusters that no earlier wave has: those that are named or selected, or just so many of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct RolloutWaveInput {
    /// Clusters of the project, and such as others share with it.
    #[schema(max_items = 256)]
    #[serde(default)]
    pub clusters: Vec<ReferenceInput>,
    /// What the labels of others must be, by the Kubernetes grammar. Nothing (`null`) selects none, an empty one all.
    #[schema(example = "tier=canary")]
    #[serde(default)]
    pub label_selector: Option<LabelSelector>,
    /// At most so many, the first by name. Where nothing is named or selected: of all that are left.
    #[schema(minimum = 1, example = 5)]
    #[serde(default)]
    pub max_clusters: Option<u32>,
    /// How long the next wave waits once this one is through; at most a week.
    #[schema(minimum = 0, maximum = 10_080, example = 30)]
    #[serde(default)]
    pub pause_minutes: u32,
}
