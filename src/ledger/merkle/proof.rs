//! Proofs that a leaf is in a tree, and that one tree is the beginning of another.
//!
//! Leaves are counted from 0, as in RFC 9162; org positions from 1. A proof is a list of hashes of subtrees,
//! nearest the leaves first. Which subtrees is known before any hash is: the `…_ranges` functions say so, for
//! those who keep inner nodes; the `…_proof` functions compute every node from the leaves.

use super::{Hash, node_hash, root_of, split};
use std::ops::Range;

/// A proof that proves nothing: the root does not follow, or there are too many hashes or too few.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the proof does not lead to the root")]
pub struct InvalidProof;

/// The subtrees, as ranges of leaves, whose roots prove that leaf `index` is in the tree of the first `size`
/// leaves (RFC 9162 §2.1.3.1). `None` when there is no such leaf.
#[must_use]
pub fn inclusion_ranges(index: u64, size: u64) -> Option<Vec<Range<u64>>> {
    if index >= size {
        return None;
    }
    let mut ranges = Vec::new();
    let mut tree = 0..size;
    while tree.end - tree.start > 1 {
        let middle = split(&tree);
        let (inside, beside) = if index < middle {
            (tree.start..middle, middle..tree.end)
        } else {
            (middle..tree.end, tree.start..middle)
        };
        ranges.push(beside);
        tree = inside;
    }
    ranges.reverse();
    Some(ranges)
}

/// The subtrees, as ranges of leaves, whose roots prove that the tree of the first `old` leaves is the beginning
/// of that of the first `new` (RFC 9162 §2.1.4.1). Empty when they are the same tree or `old` is 0, which need
/// no proof; `None` when `old` is larger.
#[must_use]
pub fn consistency_ranges(old: u64, new: u64) -> Option<Vec<Range<u64>>> {
    if old > new {
        return None;
    }
    let mut ranges = Vec::new();
    if old == 0 || old == new {
        return Some(ranges);
    }
    let mut tree = 0..new;
    // Down to the subtree that ends where the old tree did: a whole one of both.
    while old < tree.end {
        let middle = split(&tree);
        if old <= middle {
            ranges.push(middle..tree.end);
            tree.end = middle;
        } else {
            ranges.push(tree.start..middle);
            tree.start = middle;
        }
    }
    // When that subtree is the old tree itself, the verifier knows its root already.
    if tree.start > 0 {
        ranges.push(tree);
    }
    ranges.reverse();
    Some(ranges)
}

/// The proof that leaf `index` is in the tree of the first `size` leaves. `leaf` gives the hash of the leaf with
/// an index below `size`, and is asked for each of them but `index`, once.
///
/// # Errors
/// Those of `leaf`.
pub fn inclusion_proof<E>(
    index: u64,
    size: u64,
    leaf: impl FnMut(u64) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    inclusion_ranges(index, size).map(|ranges| roots(ranges, leaf)).transpose()
}

/// The proof that the tree of the first `old` leaves is the beginning of that of the first `new`. `leaf` gives the
/// hash of the leaf with an index below `new`.
///
/// # Errors
/// Those of `leaf`.
pub fn consistency_proof<E>(
    old: u64,
    new: u64,
    leaf: impl FnMut(u64) -> Result<Hash, E>,
) -> Result<Option<Vec<Hash>>, E> {
    consistency_ranges(old, new).map(|ranges| roots(ranges, leaf)).transpose()
}

/// Verifies that the leaf with this hash is leaf `index` of the tree of `size` leaves with this root (RFC 9162
/// §2.1.3.2).
///
/// # Errors
/// When that does not follow from `proof`.
pub fn verify_inclusion(
    leaf: &Hash,
    index: u64,
    size: u64,
    proof: &[Hash],
    root: &Hash,
) -> Result<(), InvalidProof> {
    if index >= size {
        return Err(InvalidProof);
    }
    let (mut at, mut last) = (index, size - 1);
    let mut node = *leaf;
    for beside in proof {
        if last == 0 {
            return Err(InvalidProof);
        }
        if at & 1 == 1 || at == last {
            node = node_hash(beside, &node);
            skip_right_edge(&mut at, &mut last);
        } else {
            node = node_hash(&node, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    if last == 0 && node == *root { Ok(()) } else { Err(InvalidProof) }
}

/// Verifies that the tree of `old` leaves with the root `old_root` is the beginning of the tree of `new` leaves
/// with the root `new_root` (RFC 9162 §2.1.4.2). Everything begins with the empty tree, whose root is checked.
///
/// # Errors
/// When that does not follow from `proof`.
pub fn verify_consistency(
    old: u64,
    old_root: &Hash,
    new: u64,
    new_root: &Hash,
    proof: &[Hash],
) -> Result<(), InvalidProof> {
    if old == 0 || old == new {
        let empty = root_of([]);
        let roots_fit = (old > 0 || *old_root == empty) && (old < new || old_root == new_root);
        return if proof.is_empty() && roots_fit { Ok(()) } else { Err(InvalidProof) };
    }
    // A power of two is a subtree of the new tree, and its root was left out of the proof.
    let (first, rest) = match proof.split_first() {
        _ if old > new => return Err(InvalidProof),
        None => return Err(InvalidProof),
        Some(_) if old.is_power_of_two() => (old_root, proof),
        Some((first, rest)) => (first, rest),
    };
    let (mut at, mut last) = (old - 1, new - 1);
    let whole = at.trailing_ones();
    at >>= whole;
    last >>= whole;
    let (mut old_node, mut new_node) = (*first, *first);
    for beside in rest {
        if last == 0 {
            return Err(InvalidProof);
        }
        if at & 1 == 1 || at == last {
            old_node = node_hash(beside, &old_node);
            new_node = node_hash(beside, &new_node);
            skip_right_edge(&mut at, &mut last);
        } else {
            new_node = node_hash(&new_node, beside);
        }
        at >>= 1;
        last >>= 1;
    }
    if last == 0 && old_node == *old_root && new_node == *new_root { Ok(()) } else { Err(InvalidProof) }
}

/// Up the right edge, past the levels on which the node has no sibling.
fn skip_right_edge(at: &mut u64, last: &mut u64) {
    if *at & 1 == 0 {
        let levels = at.trailing_zeros().min(63);
        *at >>= levels;
        *last >>= levels;
    }
}

fn roots<E>(ranges: Vec<Range<u64>>, mut leaf: impl FnMut(u64) -> Result<Hash, E>) -> Result<Vec<Hash>, E> {
    ranges.into_iter().map(|range| range.map(&mut leaf).collect::<Result<Vec<_>, E>>().map(root_of)).collect()
}
