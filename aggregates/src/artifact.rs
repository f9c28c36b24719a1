//! Artifacts: what add-ons and workloads put on clusters.

use crate::facts::{Requirement, Subject};
use serde::{Deserialize, Serialize};
use values::{
    ChartName, ChartRepository, ChartVersion, FileName, GitRevision, GitUrl, Sha256Hex, SourcePath,
};

/// What is put on clusters: bytes that are kept, or where others keep them.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "from", rename_all = "camelCase", rename_all_fields = "camelCase")]
pub enum Artifact {
    /// Bytes that are kept beside the ledger.
    Stored {
        /// Which.
        sha256: Sha256Hex,
        /// How many there are.
        size_bytes: u64,
        /// What the file was called that they came in.
        #[serde(skip_serializing_if = "Option::is_none", default)]
        filename: Option<FileName>,
    },
    /// A chart in a repository of Helm's.
    Helm {
        /// The repository.
        repository: ChartRepository,
        /// The chart.
        chart: ChartName,
        /// Its version.
        version: ChartVersion,
    },
    /// Files in a Git repository.
    Git {
        /// The repository.
        url: GitUrl,
        /// The branch, tag or commit.
        revision: GitRevision,
        /// The file or folder.
        path: SourcePath,
    },
}

impl Artifact {
    /// The bytes that are kept, where they are.
    #[must_use]
    pub const fn stored(&self) -> Option<&Sha256Hex> {
        match self {
            Self::Stored { sha256, .. } => Some(sha256),
            Self::Helm { .. } | Self::Git { .. } => None,
        }
    }

    /// What an event that refers to it requires: the bytes are there, and stay from then on.
    #[must_use]
    pub fn requirement(&self, of: Subject) -> Option<Requirement> {
        self.stored().map(|sha256| Requirement::Stored { scope: of.scope, sha256: sha256.clone() })
    }
}
