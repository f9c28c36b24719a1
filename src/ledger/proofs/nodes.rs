//! The trees' follower: stores inner nodes as the ledger grows, at a pace of its own, so that recording waits for nothing.
//!
//! How far it is, the installation's nodes say: 256 positions are taken at a time, with everything that they complete.

use super::tree::{TILE, Tree, TreeError, View, signed};
use sqlx::PgConnection;
use std::collections::BTreeSet;
use uuid::Uuid;

/// How many times 256 positions are taken at one go.
const AT_ONE_GO: usize = 40;

/// A stored node.
struct Node {
    tree: Tree,
    level: u32,
    number: u64,
    hash: Vec<u8>,
}

/// Stores the nodes that the ledger up to `head` completes, or some of them; says whether there are more.
///
/// # Errors
/// A position is missing, or the database could not answer.
pub async fn store(db: &mut PgConnection, head: u64) -> Result<bool, TreeError> {
    let done: i64 = sqlx::query_scalar(
        "SELECT coalesce(max(number) + 1, 0) FROM merkle_nodes WHERE org_id = $1 AND level = 1",
    )
    .bind(Tree::Installation.id())
    .fetch_one(&mut *db)
    .await?;
    let mut done = done.unsigned_abs();
    for _ in 0..AT_ONE_GO {
        if (done + 1) * TILE > head {
            return Ok(false);
        }
        let mut nodes = vec![];
        for (tree, number) in completed(db, done).await? {
            add(db, tree, number, &mut nodes).await?;
        }
        insert(db, &nodes).await?;
        done += 1;
    }
    Ok((done + 1) * TILE <= head)
}

/// Which trees have 256 leaves more by the `number`th 256 positions.
async fn completed(db: &mut PgConnection, number: u64) -> Result<BTreeSet<(Tree, u64)>, TreeError> {
    let rows: Vec<(Uuid, i64)> = sqlx::query_as(
        "SELECT org_id, org_position FROM events WHERE position > $1 AND position <= $2 AND org_position % 256 = 0",
    )
    .bind(signed(number * TILE))
    .bind(signed((number + 1) * TILE))
    .fetch_all(db)
    .await?;
    let scopes = rows.into_iter().map(|(id, position)| (Tree::of(id), position.unsigned_abs() / TILE - 1));
    Ok(std::iter::once((Tree::Installation, number)).chain(scopes).collect())
}

/// A node of the first stored level, and those above that it completes.
async fn add(db: &mut PgConnection, tree: Tree, number: u64, nodes: &mut Vec<Node>) -> Result<(), TreeError> {
    let (mut level, mut number) = (1, number);
    loop {
        let mut view = View::new(tree, (number + 1) << (level * super::tree::HEIGHT));
        let hash = view.computed(db, level, number).await?.to_vec();
        nodes.push(Node { tree, level, number, hash });
        if (number + 1) % TILE != 0 {
            return Ok(());
        }
        (level, number) = (level + 1, number / TILE);
    }
}

async fn insert(db: &mut PgConnection, nodes: &[Node]) -> Result<(), sqlx::Error> {
    let trees: Vec<Uuid> = nodes.iter().map(|node| node.tree.id()).collect();
    let levels: Vec<i16> = nodes.iter().map(|node| i16::try_from(node.level).unwrap_or(i16::MAX)).collect();
    let numbers: Vec<i64> = nodes.iter().map(|node| signed(node.number)).collect();
    let hashes: Vec<&[u8]> = nodes.iter().map(|node| node.hash.as_slice()).collect();
    sqlx::query(
        "INSERT INTO merkle_nodes (org_id, level, number, hash) \
         SELECT * FROM unnest($1::uuid[], $2::smallint[], $3::bigint[], $4::bytea[]) ON CONFLICT DO NOTHING",
    )
    .bind(&trees)
    .bind(&levels)
    .bind(&numbers)
    .bind(&hashes)
    .execute(db)
    .await?;
    Ok(())
}
