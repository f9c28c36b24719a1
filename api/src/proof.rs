//! Proofs about the ledger.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a caller can check for itself: that an event is in the org's ledger, that one state of the ledger is the beginning
/// of another, and which checkpoint says so. Hashes are SHA-256, in hexadecimal; proofs are those of RFC 9162, nearest the
/// leaves first.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct LedgerProof {
    /// How many positions the tree has that the proofs are about.
    #[schema(example = 42)]
    pub size: u64,
    /// Its root.
    pub root: String,
    /// The position that is proved to be in it; `null` where none was asked about.
    #[schema(example = 17)]
    pub position: Option<u64>,
    /// The leaf at the position: SHA-256(0x00 ‖ what is exported for it, but for `leaf`).
    pub leaf: Option<String>,
    /// The proof that the leaf is leaf `position` − 1 of the tree (RFC 9162 §2.1.3).
    pub hashes: Option<Vec<String>>,
    /// The size of the earlier tree that is proved to be its beginning; `null` where none was asked about.
    #[schema(example = 10)]
    pub from: Option<u64>,
    /// The earlier tree's root.
    pub from_root: Option<String>,
    /// The proof that the earlier tree is its beginning (RFC 9162 §2.1.4).
    pub consistency: Option<Vec<String>>,
    /// A checkpoint that covers the tree: a C2SP signed note.
    pub checkpoint: String,
    /// The proof that the tree is the beginning of the checkpoint's; empty where it is that.
    pub checkpoint_consistency: Vec<String>,
}
