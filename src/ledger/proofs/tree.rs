//! Trees over the leaves that the database has, computed from what is stored of them.

use crate::ledger::merkle::{Frontier, Hash, consistency_ranges, inclusion_ranges};
use sqlx::PgConnection;
use std::collections::HashMap;
use std::ops::Range;
use uuid::Uuid;
use values::ScopeId;

/// Nodes are stored every so many levels: those over 2^8, 2^16, … leaves.
pub(super) const HEIGHT: u32 = 8;
/// How many nodes of one stored level are below one of the next.
pub(super) const TILE: u64 = 1 << HEIGHT;
/// The levels there can be: positions are below 2^53.
const LEVELS: u32 = 7;

/// A tree over leaves of the ledger.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Tree {
    /// All leaves, in position order.
    Installation,
    /// The leaves of an org, a partner or the platform, in its own order.
    Scope(ScopeId),
}

impl Tree {
    /// Under which its nodes are kept.
    #[must_use]
    pub fn id(self) -> Uuid {
        match self {
            Self::Installation => Uuid::max(),
            Self::Scope(scope) => scope.as_uuid(),
        }
    }

    /// The tree whose nodes are kept under this id.
    #[must_use]
    pub fn of(id: Uuid) -> Self {
        if id.is_max() { Self::Installation } else { Self::Scope(ScopeId::from(id)) }
    }
}

/// Why a tree cannot be computed.
#[derive(Debug, thiserror::Error)]
pub enum TreeError {
    /// A leaf is not there.
    #[error("position {position} is missing")]
    Missing {
        /// Its position, in the tree's own order.
        position: i64,
    },
    /// The database could not answer.
    #[error("the tree could not be read")]
    Database(#[from] sqlx::Error),
}

/// A tree of a certain size. Leaves are counted from 0; the leaf at position p is leaf p − 1. What was read is kept, so
/// that a root and its proofs read each stretch once: at most two stretches of 256 hashes a level.
#[derive(Debug)]
pub struct View {
    tree: Tree,
    size: u64,
    stretches: HashMap<(u32, u64), Vec<Hash>>,
}

impl View {
    /// The tree of the first `size` leaves.
    #[must_use]
    pub fn new(tree: Tree, size: u64) -> Self {
        Self { tree, size, stretches: HashMap::new() }
    }

    /// Which tree.
    pub(super) const fn tree(&self) -> Tree {
        self.tree
    }

    /// How many leaves it has.
    pub(super) const fn size(&self) -> u64 {
        self.size
    }

    /// Several trees, with the last leaves of each read already, at one look.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub(super) async fn several(
        db: &mut PgConnection,
        trees: &[(Tree, u64)],
    ) -> Result<Vec<Self>, TreeError> {
        let scopes = trees.iter().filter(|(tree, size)| *tree != Tree::Installation && *size > 0);
        let (mut ids, mut firsts, mut ends) = (vec![], vec![], vec![]);
        for (tree, size) in scopes {
            ids.push(tree.id());
            firsts.push(signed((size - 1) / TILE * TILE));
            ends.push(signed(*size));
        }
        let mut rows = sqlx::query_as(
            "SELECT t.id, e.org_position, e.leaf \
             FROM unnest($1::uuid[], $2::bigint[], $3::bigint[]) WITH ORDINALITY t (id, first, \"end\", number) \
             CROSS JOIN LATERAL (SELECT org_position, leaf FROM events \
                 WHERE org_id = t.id AND org_position > t.first AND org_position <= t.\"end\" \
                 ORDER BY org_position) e \
             ORDER BY t.number, e.org_position",
        )
        .bind(&ids)
        .bind(&firsts)
        .bind(&ends)
        .fetch_all(db)
        .await?
        .into_iter()
        .peekable();
        let mut views = Vec::with_capacity(trees.len());
        for (tree, size) in trees {
            let mut view = Self::new(*tree, *size);
            let mut last = vec![];
            while let Some((_, position, leaf)) =
                rows.next_if(|(id, _, _): &(Uuid, i64, Vec<u8>)| *id == tree.id())
            {
                last.push((position, leaf));
            }
            if *tree != Tree::Installation && *size > 0 {
                let stretch = (size - 1) / TILE;
                view.stretches.insert((0, stretch), dense(last, stretch * TILE, *size)?);
            }
            views.push(view);
        }
        Ok(views)
    }

    /// Its root.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn root(&mut self, db: &mut PgConnection) -> Result<Hash, TreeError> {
        self.subtree(db, 0..self.size, LEVELS).await
    }

    /// The root of the tree of its first `size` leaves, not more than it has.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn root_at(&mut self, db: &mut PgConnection, size: u64) -> Result<Hash, TreeError> {
        self.subtree(db, 0..size.min(self.size), LEVELS).await
    }

    /// One of its leaves.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn leaf(&mut self, db: &mut PgConnection, index: u64) -> Result<Hash, TreeError> {
        self.node(db, 0, index).await
    }

    /// The proof that leaf `index` is in it; `None` where there is no such leaf.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn inclusion(
        &mut self,
        db: &mut PgConnection,
        index: u64,
    ) -> Result<Option<Vec<Hash>>, TreeError> {
        match inclusion_ranges(index, self.size) {
            Some(ranges) => self.subtrees(db, ranges).await.map(Some),
            None => Ok(None),
        }
    }

    /// The proof that the tree of the first `old` leaves is its beginning; `None` where that is larger.
    ///
    /// # Errors
    /// See [`TreeError`].
    pub async fn consistency(
        &mut self,
        db: &mut PgConnection,
        old: u64,
    ) -> Result<Option<Vec<Hash>>, TreeError> {
        match consistency_ranges(old, self.size) {
            Some(ranges) => self.subtrees(db, ranges).await.map(Some),
            None => Ok(None),
        }
    }

    /// The root of 256^level leaves, computed from what is below it, whatever is stored for itself.
    pub(super) async fn computed(
        &mut self,
        db: &mut PgConnection,
        level: u32,
        number: u64,
    ) -> Result<Hash, TreeError> {
        let height = level * HEIGHT;
        self.subtree(db, number << height..(number + 1) << height, level).await
    }

    async fn subtrees(
        &mut self,
        db: &mut PgConnection,
        ranges: Vec<Range<u64>>,
    ) -> Result<Vec<Hash>, TreeError> {
        let mut hashes = Vec::with_capacity(ranges.len());
        for range in ranges {
            hashes.push(self.subtree(db, range, LEVELS).await?);
        }
        Ok(hashes)
    }

    /// The root over a range that RFC 9162 makes a subtree: one that begins at a multiple of a power of two that is not
    /// smaller than itself. It is put together from nodes of the levels below `levels`, large ones first.
    async fn subtree(
        &mut self,
        db: &mut PgConnection,
        range: Range<u64>,
        levels: u32,
    ) -> Result<Hash, TreeError> {
        let mut frontier = Frontier::new();
        let mut at = range.start;
        for level in (0..levels).rev() {
            let height = level * HEIGHT;
            let numbers = at.div_ceil(1 << height)..range.end >> height;
            for number in numbers.clone() {
                let node = self.node(db, level, number).await?;
                let fits = frontier.append_subtree(height, node);
                debug_assert!(fits, "{range:?} is no subtree");
            }
            if !numbers.is_empty() {
                at = numbers.end << height;
            }
        }
        Ok(frontier.root())
    }

    async fn node(&mut self, db: &mut PgConnection, level: u32, number: u64) -> Result<Hash, TreeError> {
        let (stretch, index) = (number / TILE, usize::try_from(number % TILE).unwrap_or(usize::MAX));
        if !self.stretches.contains_key(&(level, stretch)) {
            let hashes = self.read(db, level, stretch).await?;
            self.stretches.insert((level, stretch), hashes);
        }
        let known = self.stretches.get(&(level, stretch)).and_then(|hashes| hashes.get(index));
        known.copied().ok_or_else(|| TreeError::Missing { position: signed(number << (level * HEIGHT)) + 1 })
    }

    /// Up to 256 neighbours of a level, as far as the tree has them.
    async fn read(&self, db: &mut PgConnection, level: u32, stretch: u64) -> Result<Vec<Hash>, TreeError> {
        let first = stretch * TILE;
        let end = ((stretch + 1) * TILE).min(self.size >> (level * HEIGHT));
        if level == 0 {
            return leaves(db, self.tree, first, end).await;
        }
        let stored: Vec<(i64, Vec<u8>)> = sqlx::query_as(
            "SELECT number, hash FROM merkle_nodes \
             WHERE org_id = $1 AND level = $2 AND number >= $3 AND number < $4 ORDER BY number",
        )
        .bind(self.tree.id())
        .bind(i16::try_from(level).unwrap_or(i16::MAX))
        .bind(signed(first))
        .bind(signed(end))
        .fetch_all(&mut *db)
        .await?;
        let mut stored = stored.into_iter().peekable();
        let mut hashes = Vec::new();
        for number in first..end {
            let is_stored = stored.next_if(|(stored, _)| *stored == signed(number));
            hashes.push(match is_stored.and_then(|(_, hash)| hash.try_into().ok()) {
                Some(hash) => hash,
                // The trees' follower is not there yet.
                None => Box::pin(Self::new(self.tree, self.size).computed(db, level, number)).await?,
            });
        }
        Ok(hashes)
    }
}

/// Leaves `first`, …, `end` − 1 of a tree.
///
/// # Errors
/// One is missing, or the database could not answer.
pub(super) async fn leaves(
    db: &mut PgConnection,
    tree: Tree,
    first: u64,
    end: u64,
) -> Result<Vec<Hash>, TreeError> {
    let query = match tree {
        Tree::Installation => sqlx::query_as(
            "SELECT position, leaf FROM events WHERE position > $1 AND position <= $2 ORDER BY position",
        ),
        Tree::Scope(_) => sqlx::query_as(
            "SELECT org_position, leaf FROM events \
             WHERE org_id = $3 AND org_position > $1 AND org_position <= $2 ORDER BY org_position",
        ),
    };
    let query = query.bind(signed(first)).bind(signed(end));
    let rows: Vec<(i64, Vec<u8>)> = match tree {
        Tree::Installation => query.fetch_all(db).await?,
        Tree::Scope(scope) => query.bind(scope.as_uuid()).fetch_all(db).await?,
    };
    dense(rows, first, end)
}

/// Leaves `first`, …, `end` − 1 by position, of which none may be missing.
fn dense(rows: Vec<(i64, Vec<u8>)>, first: u64, end: u64) -> Result<Vec<Hash>, TreeError> {
    let mut rows = rows.into_iter();
    let mut hashes = Vec::new();
    for index in first..end {
        let position = signed(index) + 1;
        let leaf = rows.next().filter(|(at, _)| *at == position).and_then(|(_, leaf)| leaf.try_into().ok());
        hashes.push(leaf.ok_or(TreeError::Missing { position })?);
    }
    Ok(hashes)
}

/// As the database counts.
pub(super) fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
