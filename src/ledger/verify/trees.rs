//! The trees over a ledger as it is read, held against what is known of them from outside.

use super::Fault;
use super::witness::Witness;
use crate::crypto::hex;
use crate::ledger::merkle::{Frontier, Hash};
use crate::ledger::proofs::Tree;
use crate::ledger::reader::StoredEvent;
use sqlx::PgConnection;
use std::collections::HashMap;
use std::io;
use uuid::Uuid;
use values::Timestamp;

/// Nodes are stored every so many levels.
const HEIGHT: u32 = 8;
/// How many nodes are compared at a time.
const CHUNK: usize = 1_000;

/// How far a ledger is proved by what is outside its database.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Proven {
    /// How many checkpoints were held against it.
    pub checkpoints: usize,
    /// The last position that a checkpoint of the whole ledger covers.
    pub position: i64,
    /// When that was signed.
    pub signed_at: Option<Timestamp>,
    /// How many positions are after it: nothing outside the database speaks for them.
    pub tail: i64,
    /// When the first of these was recorded, in microseconds since the epoch.
    pub tail_since: Option<i64>,
}

/// Trees, as far as the ledger was read.
pub(super) struct Trees<'w> {
    witness: &'w Witness,
    frontiers: HashMap<Tree, Grown>,
    leaves: Option<Box<dyn Iterator<Item = io::Result<Hash>> + Send>>,
    /// A position whose leaf is not the one that is kept outside: until a checkpoint says which of the two is wrong.
    suspect: Option<Fault>,
    proven: Proven,
    nodes: Nodes,
}

/// A tree, and since which position of the installation nothing outside speaks for it.
#[derive(Default)]
struct Grown {
    frontier: Frontier,
    unproven_since: Option<i64>,
}

/// Stored nodes that should be there.
#[derive(Default)]
struct Nodes {
    trees: Vec<Uuid>,
    levels: Vec<i16>,
    numbers: Vec<i64>,
    hashes: Vec<Vec<u8>>,
    count: i64,
}

impl<'w> Trees<'w> {
    /// Nothing read yet.
    ///
    /// # Errors
    /// What is kept outside cannot be read.
    pub(super) fn new(witness: &'w Witness) -> io::Result<Self> {
        let leaves = match &witness.leaves {
            Some(leaves) if leaves.first == 1 => Some(Box::new(leaves.read()?) as Box<_>),
            Some(_) | None => None,
        };
        Ok(Self {
            witness,
            frontiers: HashMap::new(),
            leaves,
            suspect: None,
            proven: Proven::default(),
            nodes: Nodes::default(),
        })
    }

    /// Takes the next event, whose leaf is this one by its own account.
    pub(super) fn see(&mut self, event: &StoredEvent, leaf: Hash) -> Option<Fault> {
        if let Some(Ok(kept)) = self.leaves.as_mut().and_then(Iterator::next)
            && kept != leaf
            && self.suspect.is_none()
        {
            let what =
                format!("is not what was signed: its leaf was {}, and is {} now", hex(&kept), hex(&leaf));
            self.suspect = Some(Fault { position: event.position, what });
        }
        for tree in [Tree::of(event.org_id), Tree::Installation] {
            let grown = self.frontiers.entry(tree).or_default();
            grown.unproven_since.get_or_insert(event.position);
            grown.frontier.append_noting(leaf, |height, hash| {
                if height % HEIGHT == 0 {
                    self.nodes.add(tree, height, event, hash);
                }
            });
            if let Some(fault) = self.compare(tree, event) {
                return Some(fault);
            }
        }
        if self.proven.position < event.position {
            self.proven.tail_since.get_or_insert(event.recorded_at);
        }
        None
    }

    /// Holds a tree against the checkpoints of its size.
    fn compare(&mut self, tree: Tree, event: &StoredEvent) -> Option<Fault> {
        let since_all = self.frontiers.get(&Tree::Installation).and_then(|grown| grown.unproven_since);
        let grown = self.frontiers.get_mut(&tree)?;
        let size = grown.frontier.size();
        let known = self.witness.of(tree, size).iter().filter(|known| event.position <= known.until);
        let mut root = None;
        for known in known {
            let root = *root.get_or_insert_with(|| grown.frontier.root());
            self.proven.checkpoints += 1;
            if root != known.root {
                return Some(self.suspect.take().unwrap_or_else(|| {
                    // What a checkpoint of the whole ledger covers is not it.
                    let since = grown.unproven_since.max(since_all).unwrap_or(event.position);
                    let what = format!(
                        "this or something up to position {} is not what was signed: the checkpoint of {} at {size}, signed \
                         {}, does not follow",
                        event.position,
                        named(tree),
                        known.at
                    );
                    Fault { position: since, what }
                }));
            }
            grown.unproven_since = None;
            if tree == Tree::Installation {
                (self.proven.position, self.proven.signed_at) = (event.position, Some(known.at));
                self.proven.tail_since = None;
                if let Some(suspect) = self.suspect.take() {
                    let what = "has another leaf in the file of leaves outside the database, although the checkpoint \
                                follows from the database: that file was damaged";
                    return Some(Fault { what: what.to_owned(), ..suspect });
                }
            }
        }
        None
    }

    /// What is wrong first: this, or what is suspect already.
    pub(super) fn suspect_or(&mut self, fault: Fault) -> Fault {
        self.suspect.take().unwrap_or(fault)
    }

    /// The ledger ends here: what is known from outside and is not there?
    pub(super) fn end(&mut self, head: i64) -> Option<Fault> {
        if let Some(suspect) = self.suspect.take() {
            return Some(suspect);
        }
        for (tree, size, at) in self.witness.newest() {
            let there = self.frontiers.get(&tree).map_or(0, |grown| grown.frontier.size());
            if size > there {
                let since = self.unproven_since(tree).filter(|_| self.leaves.is_none());
                let what =
                    if since.is_some() { "this or something after it is missing" } else { "is missing" };
                let what =
                    format!("{what}: {} ends at {there}, and was signed up to {size} at {at}", named(tree));
                // Where every leaf is known, all that is there is what was signed.
                return Some(Fault { position: since.unwrap_or(head + 1), what });
            }
        }
        if let Some(Ok(_)) = self.leaves.as_mut().and_then(Iterator::next) {
            let what = "is missing: its leaf is kept outside the database".to_owned();
            return Some(Fault { position: head + 1, what });
        }
        self.proven.tail = head - self.proven.position;
        None
    }

    /// Since which position no checkpoint speaks for a tree, nor one of the whole ledger.
    fn unproven_since(&self, tree: Tree) -> Option<i64> {
        let since = |tree| self.frontiers.get(&tree).and_then(|grown: &Grown| grown.unproven_since);
        since(tree).zip(since(Tree::Installation)).map(|(own, all)| own.max(all))
    }

    /// How far the ledger is proved.
    pub(super) const fn proven(&self) -> Proven {
        self.proven
    }

    /// Whether enough nodes have gathered to be compared.
    pub(super) fn has_nodes(&self) -> bool {
        self.nodes.trees.len() >= CHUNK
    }

    /// Compares the nodes that have gathered with those that are stored; the first one that differs, in words.
    ///
    /// # Errors
    /// The database could not answer.
    pub(super) async fn compare_nodes(
        &mut self,
        db: &mut PgConnection,
    ) -> Result<Option<String>, sqlx::Error> {
        let nodes = std::mem::take(&mut self.nodes);
        self.nodes.count = nodes.count;
        let differs: Option<(Uuid, i16, i64)> = sqlx::query_as(
            "SELECT stored.org_id, stored.level, stored.number \
             FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bytea[]) AS made (org_id, level, number, hash) \
             JOIN merkle_nodes stored ON stored.org_id = made.org_id AND stored.level = made.level \
                 AND stored.number = made.number \
             WHERE stored.hash <> made.hash LIMIT 1",
        )
        .bind(&nodes.trees)
        .bind(&nodes.levels)
        .bind(&nodes.numbers)
        .bind(&nodes.hashes)
        .fetch_optional(db)
        .await?;
        Ok(differs
            .map(|(id, level, number)| format!("{} level {level} number {number}", named(Tree::of(id)))))
    }

    /// Whether there are more nodes than the ledger makes.
    ///
    /// # Errors
    /// The database could not answer.
    pub(super) async fn has_nodes_of_nothing(&self, db: &mut PgConnection) -> Result<bool, sqlx::Error> {
        let stored: i64 = sqlx::query_scalar("SELECT count(*) FROM merkle_nodes").fetch_one(db).await?;
        Ok(stored > self.nodes.count)
    }
}

impl Nodes {
    fn add(&mut self, tree: Tree, height: u32, event: &StoredEvent, hash: &Hash) {
        let size = if tree == Tree::Installation { event.position } else { event.org_position };
        self.trees.push(tree.id());
        self.levels.push(i16::try_from(height / HEIGHT).unwrap_or(i16::MAX));
        self.numbers.push((size >> height) - 1);
        self.hashes.push(hash.to_vec());
        self.count += 1;
    }
}

fn named(tree: Tree) -> String {
    match tree {
        Tree::Installation => "the ledger".to_owned(),
        Tree::Scope(scope) => format!("the scope {scope}"),
    }
}
