use super::*;
use crate::crypto::hex;
use proptest::prelude::*;
use std::convert::Infallible;

/// The eight leaves of the test vectors of Certificate Transparency, in hexadecimal.
const LEAVES: [&[u8]; 8] = [
    b"",
    &[0x00],
    &[0x10],
    &[0x20, 0x21],
    &[0x30, 0x31],
    &[0x40, 0x41, 0x42, 0x43],
    &[0x50, 0x51, 0x52, 0x53, 0x54, 0x55, 0x56, 0x57],
    &[0x60, 0x61, 0x62, 0x63, 0x64, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f],
];

/// The roots of the trees of the first 0 to 8 of them.
const ROOTS: [&str; 9] = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];

/// Nodes that the vectors' proofs are made of.
const A: &str = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
const B: &str = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
const C: &str = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
const D: &str = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
const E: &str = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
const F: &str = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";

fn vectors() -> Vec<Hash> {
    LEAVES.iter().map(|leaf| leaf_hash(leaf)).collect()
}

fn hexes(proof: Result<Option<Vec<Hash>>, Infallible>) -> Vec<String> {
    let Ok(proof) = proof;
    proof.unwrap().iter().map(|hash| hex(hash)).collect()
}

#[test]
fn roots_are_those_of_certificate_transparency() {
    let mut frontier = Frontier::new();
    for (size, root) in ROOTS.iter().enumerate() {
        assert_eq!(hex(&frontier.root()), *root, "{size} leaves");
        assert_eq!(frontier.size(), size as u64);
        if let Some(leaf) = LEAVES.get(size) {
            frontier.append(leaf_hash(leaf));
        }
    }
}

#[test]
fn proofs_are_those_of_certificate_transparency() {
    for (index, size, expected) in [
        (0, 1, vec![]),
        (0, 8, vec![A, B, C]),
        (5, 8, vec![D, E, ROOTS[4]]),
        (2, 3, vec![ROOTS[2]]),
        (1, 5, vec![ROOTS[1], B, D]),
    ] {
        assert_eq!(hexes(inclusion_proof(index, size, from(&vectors()))), expected, "leaf {index} of {size}");
    }
    for (old, new, expected) in [
        (1, 1, vec![]),
        (1, 8, vec![A, B, C]),
        (6, 8, vec![F, E, ROOTS[4]]),
        (2, 5, vec![B, D]),
        (0, 8, vec![]),
    ] {
        assert_eq!(hexes(consistency_proof(old, new, from(&vectors()))), expected, "{old} to {new}");
    }
}

#[test]
fn there_is_no_proof_of_what_is_not_there() {
    assert_eq!(inclusion_proof(8, 8, from(&vectors())), Ok(None));
    assert_eq!(inclusion_proof(0, 0, from(&vectors())), Ok(None));
    assert_eq!(consistency_proof(8, 7, from(&vectors())), Ok(None));
    let root = root_of([leaf_hash(b"")]);
    assert_eq!(verify_inclusion(&root, 1, 1, &[], &root), Err(InvalidProof));
    assert_eq!(verify_inclusion(&root, 0, 0, &[], &root), Err(InvalidProof));
    assert_eq!(verify_consistency(2, &root, 1, &root, &[root]), Err(InvalidProof));
    assert_eq!(verify_consistency(0, &root, 1, &root, &[]), Err(InvalidProof), "not the empty tree's root");
    assert_eq!(verify_consistency(0, &root_of([]), 1, &root, &[]), Ok(()));
    assert_eq!(verify_consistency(1, &root, 2, &root, &[]), Err(InvalidProof));
    let huge = u64::MAX;
    assert_eq!(verify_inclusion(&root, huge - 1, huge, &[root; 64], &root), Err(InvalidProof));
    assert_eq!(verify_consistency(huge - 1, &root, huge, &root, &[root; 70]), Err(InvalidProof));
}

#[test]
fn a_frontier_comes_back_from_its_parts() {
    let mut frontier = Frontier::new();
    for leaf in &vectors()[..7] {
        frontier.append(*leaf);
    }
    let again = Frontier::from_parts(7, frontier.peaks().to_vec()).unwrap();
    assert_eq!(again, frontier);
    assert_eq!(Frontier::from_parts(8, frontier.peaks().to_vec()), None);
    assert_eq!(Frontier::from_parts(0, vec![]), Some(Frontier::new()));
}

#[test]
fn subtrees_are_appended_where_they_fit_and_told_of_when_they_are_whole() {
    let leaves = numbered(40);
    let mut whole = vec![];
    let mut by_leaves = Frontier::new();
    for leaf in &leaves {
        by_leaves.append_noting(*leaf, |height, root| whole.push((height, *root)));
    }
    let of =
        |height: u32| whole.iter().filter(|(of, _)| *of == height).map(|(_, root)| *root).collect::<Vec<_>>();
    assert_eq!([1, 2, 3, 4, 5, 6].map(|height| of(height).len()), [20, 10, 5, 2, 1, 0]);
    assert_eq!(of(3)[1], naive_root(&leaves[8..16]));

    let mut by_subtrees = Frontier::new();
    for eight in of(3) {
        assert!(by_subtrees.append_subtree(3, eight));
    }
    assert_eq!(by_subtrees, by_leaves);
    assert!(!by_subtrees.append_subtree(4, of(4)[0]), "40 is no multiple of 16");
    assert_eq!(by_subtrees, by_leaves);
}

/// RFC 9162 §2.1.1, word for word.
fn naive_root(leaves: &[Hash]) -> Hash {
    match leaves {
        [] => sha256(b""),
        [leaf] => *leaf,
        _ => {
            let (left, right) = leaves.split_at(naive_split(leaves.len()));
            node_hash(&naive_root(left), &naive_root(right))
        }
    }
}

/// RFC 9162 §2.1.3.1, word for word.
fn naive_path(index: usize, leaves: &[Hash]) -> Vec<Hash> {
    if leaves.len() == 1 {
        return vec![];
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    if index < left.len() {
        [naive_path(index, left), vec![naive_root(right)]].concat()
    } else {
        [naive_path(index - left.len(), right), vec![naive_root(left)]].concat()
    }
}

/// RFC 9162 §2.1.4.1, word for word.
fn naive_subproof(old: usize, leaves: &[Hash], whole: bool) -> Vec<Hash> {
    if old == leaves.len() {
        return if whole { vec![] } else { vec![naive_root(leaves)] };
    }
    let (left, right) = leaves.split_at(naive_split(leaves.len()));
    if old <= left.len() {
        [naive_subproof(old, left, whole), vec![naive_root(right)]].concat()
    } else {
        [naive_subproof(old - left.len(), right, false), vec![naive_root(left)]].concat()
    }
}

/// The largest power of two below `size`.
fn naive_split(size: usize) -> usize {
    (0..64).map(|power| 1 << power).filter(|split| *split < size).max().unwrap()
}

fn numbered(size: usize) -> Vec<Hash> {
    (0..size).map(|number| leaf_hash(&number.to_be_bytes())).collect()
}

fn from(leaves: &[Hash]) -> impl FnMut(u64) -> Result<Hash, Infallible> {
    |index| Ok(leaves[usize::try_from(index).unwrap()])
}

#[test]
fn all_proofs_of_small_trees_are_the_definition_and_verify() {
    let leaves = numbered(40);
    for size in 1..=leaves.len() {
        let (tree, root) = (&leaves[..size], naive_root(&leaves[..size]));
        for (index, leaf) in tree.iter().enumerate() {
            let Ok(proof) = inclusion_proof(index as u64, size as u64, from(tree));
            let proof = proof.unwrap();
            assert_eq!(proof, naive_path(index, tree));
            assert_eq!(verify_inclusion(leaf, index as u64, size as u64, &proof, &root), Ok(()));
        }
        for old in 1..=size {
            let old_root = naive_root(&leaves[..old]);
            let Ok(proof) = consistency_proof(old as u64, size as u64, from(tree));
            let proof = proof.unwrap();
            assert_eq!(proof, naive_subproof(old, tree, true));
            assert_eq!(verify_consistency(old as u64, &old_root, size as u64, &root, &proof), Ok(()));
        }
    }
}

/// `proof` and everything that one change makes of it: a byte flipped, a hash less, a hash more.
fn damaged(proof: &[Hash]) -> Vec<Vec<Hash>> {
    let mut damaged = vec![];
    for at in 0..proof.len() {
        for byte in 0..32 {
            let mut flipped = proof.to_vec();
            flipped[at][byte] ^= 1;
            damaged.push(flipped);
        }
        let mut shorter = proof.to_vec();
        shorter.remove(at);
        damaged.push(shorter);
    }
    damaged.push([proof, &[[0; 32]]].concat());
    damaged.push([&[[0; 32]], proof].concat());
    damaged
}

proptest! {
    #[test]
    fn an_appended_tree_is_the_definition(size in 0..600_usize) {
        let leaves = numbered(size);
        prop_assert_eq!(root_of(leaves.iter().copied()), naive_root(&leaves));
    }

    #[test]
    fn damaged_proofs_of_inclusion_are_refused(size in 1..200_usize, index: prop::sample::Index) {
        let (leaves, index) = (numbered(size), index.index(size));
        let (root, proof) = (naive_root(&leaves), naive_path(index, &leaves));
        let verify = |leaf, index, proof: &[Hash], root| {
            verify_inclusion(leaf, u64::try_from(index).unwrap(), size as u64, proof, root)
        };
        prop_assert_eq!(verify(&leaves[index], index, &proof, &root), Ok(()));
        for damaged in damaged(&proof) {
            prop_assert_eq!(verify(&leaves[index], index, &damaged, &root), Err(InvalidProof));
        }
        for other in (0..size).filter(|other| *other != index) {
            prop_assert_eq!(verify(&leaves[other], index, &proof, &root), Err(InvalidProof));
            prop_assert_eq!(verify(&leaves[index], other, &proof, &root), Err(InvalidProof));
        }
        prop_assert_eq!(verify(&leaves[index], index, &proof, &[0; 32]), Err(InvalidProof));
    }

    #[test]
    fn damaged_proofs_of_consistency_are_refused(new in 2..200_usize, old: prop::sample::Index) {
        let (leaves, old) = (numbered(new), old.index(new - 1) + 1);
        let (old_root, new_root) = (naive_root(&leaves[..old]), naive_root(&leaves));
        let proof = naive_subproof(old, &leaves, true);
        let verify = |old_root, proof: &[Hash], new_root| {
            verify_consistency(old as u64, old_root, new as u64, new_root, proof)
        };
        prop_assert_eq!(verify(&old_root, &proof, &new_root), Ok(()));
        for damaged in damaged(&proof) {
            prop_assert_eq!(verify(&old_root, &damaged, &new_root), Err(InvalidProof));
        }
        prop_assert_eq!(verify(&[0; 32], &proof, &new_root), Err(InvalidProof));
        let deeper = new.next_power_of_two() as u64 * 2;
        prop_assert_eq!(verify_consistency(old as u64, &old_root, deeper, &new_root, &proof), Err(InvalidProof));
        prop_assert_eq!(verify(&old_root, &proof, &[0; 32]), Err(InvalidProof));
    }
}
