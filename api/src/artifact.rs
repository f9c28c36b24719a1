//! Artifacts: what add-ons and workloads put on clusters.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use values::{
    ChartName, ChartRepository, ChartVersion, FileName, GitRevision, GitUrl, Sha256Hex, SourcePath,
};

/// What is put on clusters: bytes that are kept, by their digest, or where others keep them. The bytes themselves are at
/// `…/artifact`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Artifact {
    /// The SHA-256 of the bytes.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub sha256: Option<Sha256Hex>,
    /// How many bytes there are.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false, example = 2048)]
    pub size_bytes: Option<u64>,
    /// What the file was called that they came in.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub filename: Option<FileName>,
    /// A chart in a repository.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub helm: Option<HelmChart>,
    /// Files in a Git repository.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false)]
    pub git: Option<GitSource>,
}

/// What is put on clusters, as sent: exactly one of `inline`, `upload`, `helm`, `git`, or `sha256` of bytes that are in
/// the org already. What a reply shows can be sent back.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct ArtifactInput {
    /// The text itself: YAML, at most 10 MiB.
    #[schema(example = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: settings\n")]
    pub inline: Option<String>,
    /// A file in base64 (RFC 4648), at most 10 MiB: YAML, or a gzipped tar archive.
    pub upload: Option<String>,
    /// What the uploaded file is called.
    pub filename: Option<FileName>,
    /// A chart in a repository.
    pub helm: Option<HelmChart>,
    /// Files in a Git repository.
    pub git: Option<GitSource>,
    /// The SHA-256 of bytes that are in the org already; beside `inline` or `upload`, what these must have.
    pub sha256: Option<Sha256Hex>,
    /// As a reply shows it; where it is sent, it must be so.
    pub size_bytes: Option<u64>,
}

/// A chart in a repository of Helm's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct HelmChart {
    /// The repository.
    pub repository: ChartRepository,
    /// The chart.
    pub chart: ChartName,
    /// Its version.
    pub version: ChartVersion,
}

/// Files in a Git repository.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct GitSource {
    /// The repository.
    pub url: GitUrl,
    /// The branch, tag or commit.
    pub revision: GitRevision,
    /// The file or folder; the root, where it is left out.
    #[serde(default)]
    pub path: SourcePath,
}
