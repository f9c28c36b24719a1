//! Merkle trees over leaf hashes, by RFC 9162 §2.1 (the trees of Certificate Transparency).

mod proof;

pub use proof::{
    InvalidProof, consistency_proof, consistency_ranges, inclusion_proof, inclusion_ranges,
    verify_consistency, verify_inclusion,
};

use crate::crypto::{Digest, sha256};
use std::ops::Range;

/// SHA-256 of a leaf or of a node.
pub type Hash = [u8; 32];

/// SHA-256(0x00 ‖ data): the hash of a leaf with this content.
#[must_use]
pub fn leaf_hash(data: &[u8]) -> Hash {
    prefixed(0, &[data])
}

/// SHA-256(0x01 ‖ left ‖ right): the hash of the node above two others.
#[must_use]
pub fn node_hash(left: &Hash, right: &Hash) -> Hash {
    prefixed(1, &[left, right])
}

fn prefixed(prefix: u8, parts: &[&[u8]]) -> Hash {
    let mut digest = Digest::new();
    digest.update(&[prefix]);
    for part in parts {
        digest.update(part);
    }
    digest.finish()
}

/// The root of the tree over these leaf hashes, in order; of none, SHA-256 of nothing.
pub fn root_of(leaves: impl IntoIterator<Item = Hash>) -> Hash {
    let mut frontier = Frontier::new();
    leaves.into_iter().for_each(|leaf| frontier.append(leaf));
    frontier.root()
}

/// The right edge of a tree: all that is needed to append to it and to know its root. For n leaves it is as many
/// hashes as n has one bits, the roots of the perfect trees that n is made of, largest first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// Of the empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// From what [`Frontier::size`] and [`Frontier::peaks`] gave. `None` when there are not as many peaks as a
    /// tree of that size has.
    #[must_use]
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let expected = usize::try_from(size.count_ones()).ok()?;
        (peaks.len() == expected).then_some(Self { size, peaks })
    }

    /// Appends a leaf by its hash. On average one other hash is computed.
    pub fn append(&mut self, leaf: Hash) {
        self.append_noting(leaf, |_, _| {});
    }

    /// Appends a leaf by its hash, and tells of every perfect tree that this completes: its height (it has 2^height
    /// leaves) and its root.
    pub fn append_noting(&mut self, leaf: Hash, completed: impl FnMut(u32, &Hash)) {
        self.push(0, leaf, completed);
    }

    /// Appends a perfect tree of 2^height leaves by its root. `false`, and nothing is appended, where it would not be a
    /// subtree here: the size must be a multiple of its own.
    #[must_use]
    pub fn append_subtree(&mut self, height: u32, root: Hash) -> bool {
        let fits = height < 64 && self.size.trailing_zeros() >= height;
        if fits {
            self.push(height, root, |_, _| {});
        }
        fits
    }

    fn push(&mut self, height: u32, root: Hash, mut completed: impl FnMut(u32, &Hash)) {
        let mut node = root;
        // Each perfect tree that the new one makes twice as large: the one bits at the end of the size.
        for twice in 1..=(self.size >> height).trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = node_hash(&left, &node);
                completed(height + twice, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1 << height;
    }

    /// The root of the tree so far; of the empty tree, SHA-256 of nothing.
    #[must_use]
    pub fn root(&self) -> Hash {
        let smallest_first = self.peaks.iter().rev().copied();
        smallest_first.reduce(|right, left| node_hash(&left, &right)).unwrap_or_else(|| sha256(b""))
    }

    /// The number of leaves.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the perfect trees, largest first: what to store.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }
}

/// Splits a tree of more than one leaf where RFC 9162 does: after the largest power of two that is smaller.
fn split(range: &Range<u64>) -> u64 {
    let size = range.end - range.start;
    range.start + (1 << (size - 1).ilog2())
}

#[cfg(test)]
mod tests;
