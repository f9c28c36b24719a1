//! Verifying the ledger: that it is whole, that nothing in it was changed, and that what is read follows from it.

mod offline;
mod trees;
mod witness;

pub use offline::{Checked, OfflineError, verify_export};
pub use trees::Proven;
pub use witness::{Lives, Witness, WitnessError};

use super::canonical::is_canonical;
use super::export;
use super::merkle::Hash;
use super::reader::{self, ReadError, Reader, StoredEvent};
use super::rebuild::{self, DeriveError, FoldError, ReadModel, SNAPSHOT, check_in};
use sqlx::{Connection, Executor, PgConnection, PgPool};
use std::collections::HashMap;
use std::pin::pin;
use std::{fmt, io};
use trees::Trees;
use uuid::Uuid;

/// Why the ledger could not be verified.
#[derive(Debug, thiserror::Error)]
pub enum VerifyError {
    /// The database could not answer.
    #[error("the ledger could not be verified")]
    Database(#[from] sqlx::Error),
    /// What is kept outside the database cannot be read.
    #[error("what is kept outside the database could not be read")]
    Outside(#[from] io::Error),
}

/// The first thing that is wrong with the ledger itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Where.
    pub position: i64,
    /// What.
    pub what: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "position {}: {}", self.position, self.what)
    }
}

/// What verifying found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verified {
    /// The ledger is whole, and everything derived from it is what it says.
    Fine(rebuild::Report),
    /// The ledger itself is damaged, at this position first.
    Damaged(Fault),
    /// The ledger is whole, and something derived from it is not what it says.
    Differs(rebuild::Report),
}

/// Verifies everything: positions and org positions are dense, each stream's sequence is, time never runs backwards,
/// payloads and metadata are canonical, every leaf is the hash of its event, and the read models are what folding the
/// ledger makes.
///
/// # Errors
/// The database could not answer.
pub async fn verify(pool: &PgPool) -> Result<Verified, VerifyError> {
    Ok(verify_against(pool, &Witness::default()).await?.0)
}

/// As [`verify`], and that every checkpoint that is known outside the database follows from what is in it. The ledger and
/// what is derived from it are gone through beside each other, each in a snapshot of its own.
///
/// # Errors
/// The database could not answer.
pub async fn verify_against(pool: &PgPool, witness: &Witness) -> Result<(Verified, Proven), VerifyError> {
    let options = pool.connect_options();
    // Not of the pool: what is still under way when damage is found is cut off.
    let mut reading = PgConnection::connect_with(&options).await?;
    let mut comparing = PgConnection::connect_with(&options).await?;
    let mut ledger = reading.begin().await?;
    ledger.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ").await?;
    let mut derived = comparing.begin().await?;
    derived.execute(SNAPSHOT).await?;
    let mut ledger = pin!(verify_ledger(&mut ledger, witness));
    let mut derived = pin!(check_in(&mut derived, &ReadModel::ALL, None, Some(&options)));
    tokio::select! {
        found = &mut ledger => match found? {
            found if found.fault.is_none() => conclude(found, derived.await),
            damaged => conclude(damaged, Ok(rebuild::Report::default())),
        },
        derived = &mut derived => conclude(ledger.await?, derived),
    }
}

/// As [`verify`], as this connection sees the database; while it changes, that must be in one snapshot.
///
/// # Errors
/// The database could not answer.
pub async fn verify_as_seen(db: &mut PgConnection) -> Result<Verified, VerifyError> {
    let found = verify_ledger(db, &Witness::default()).await?;
    let derived = match found.fault {
        None => check_in(db, &ReadModel::ALL, None, None).await,
        Some(_) => Ok(rebuild::Report::default()),
    };
    Ok(conclude(found, derived)?.0)
}

/// What follows from what was found in the ledger, and in what is derived from it; the latter counts where the ledger is
/// whole.
fn conclude(
    ledger: LedgerFound,
    derived: Result<rebuild::Report, DeriveError>,
) -> Result<(Verified, Proven), VerifyError> {
    if let Some(fault) = ledger.fault {
        return Ok((Verified::Damaged(fault), ledger.proven));
    }
    let verified = match derived {
        Ok(mut report) => {
            for node in ledger.nodes {
                report.differs("merkle_nodes", node, "is not what the ledger says");
            }
            if report.is_fine() { Verified::Fine(report) } else { Verified::Differs(report) }
        }
        Err(DeriveError::Database(error) | DeriveError::Read(ReadError::Database(error))) => {
            return Err(error.into());
        }
        Err(DeriveError::Fold(FoldError { position, what })) => Verified::Damaged(Fault { position, what }),
        // The same was read a moment ago.
        Err(DeriveError::Read(error @ (ReadError::Gap { .. } | ReadError::Short { .. }))) => {
            let position = error.missing().unwrap_or_default();
            Verified::Damaged(Fault { position, what: error.to_string() })
        }
    };
    Ok((verified, ledger.proven))
}

/// What was found in the ledger itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LedgerFound {
    /// The first thing that is wrong.
    pub fault: Option<Fault>,
    /// How far it is proved.
    pub proven: Proven,
    /// Nodes of its trees that are stored and wrong: proofs would not verify.
    pub nodes: Vec<String>,
}

/// Verifies the ledger itself, and not what is derived from it, as this connection sees the database.
///
/// # Errors
/// The database could not answer.
pub async fn verify_ledger(db: &mut PgConnection, witness: &Witness) -> Result<LedgerFound, VerifyError> {
    let (mut trees, mut nodes) = (Trees::new(witness)?, vec![]);
    let fault = read_through(db, &mut trees, &mut nodes).await?;
    if fault.is_none() {
        nodes.extend(trees.compare_nodes(db).await?);
        if nodes.is_empty() && trees.has_nodes_of_nothing(db).await? {
            nodes.push("beyond the ledger".to_owned());
        }
    }
    Ok(LedgerFound { fault, proven: trees.proven(), nodes })
}

async fn read_through(
    db: &mut PgConnection,
    trees: &mut Trees<'_>,
    nodes: &mut Vec<String>,
) -> Result<Option<Fault>, VerifyError> {
    let (head, head_recorded_at) = reader::head(db).await?;
    let mut reader = Reader::new(0, head);
    let mut seen = Seen::default();
    loop {
        match reader.next(db).await {
            Ok(Some(event)) => {
                let position = event.position;
                match seen.leaf(&event) {
                    Ok(leaf) => {
                        if let Some(fault) = trees.see(&event, leaf) {
                            return Ok(Some(fault));
                        }
                    }
                    Err(what) => return Ok(Some(trees.suspect_or(Fault { position, what }))),
                }
                if trees.has_nodes() {
                    nodes.extend(trees.compare_nodes(db).await?);
                }
            }
            Ok(None) => break,
            Err(ReadError::Database(error)) => return Err(error.into()),
            Err(error @ (ReadError::Gap { expected, .. } | ReadError::Short { expected, .. })) => {
                return Ok(Some(trees.suspect_or(Fault { position: expected, what: error.to_string() })));
            }
        }
    }
    if let Some(position) = beyond(db, head).await? {
        let what = format!("stands after the ledger's head, which is at {head}");
        return Ok(Some(trees.suspect_or(Fault { position, what })));
    }
    if head_recorded_at < seen.recorded_at {
        let what = "was recorded after the time that the ledger's head says".to_owned();
        return Ok(Some(trees.suspect_or(Fault { position: head, what })));
    }
    Ok(trees.end(head))
}

/// The first event that the head does not know of.
async fn beyond(db: &mut PgConnection, head: i64) -> Result<Option<i64>, sqlx::Error> {
    sqlx::query_scalar("SELECT min(position) FROM events WHERE position > $1 OR position < 1")
        .bind(head)
        .fetch_one(db)
        .await
}

/// What the events so far lead one to expect of the next.
#[derive(Default)]
struct Seen {
    recorded_at: i64,
    scopes: HashMap<Uuid, i64>,
    streams: HashMap<(String, String), i64>,
}

impl Seen {
    /// The leaf of the next event of the ledger; or what is wrong with it.
    fn leaf(&mut self, event: &StoredEvent) -> Result<Hash, String> {
        let in_scope = self.scopes.entry(event.org_id).or_default();
        if event.org_position != *in_scope + 1 {
            return Err(format!("stands at {} in its scope, after {in_scope}", event.org_position));
        }
        *in_scope = event.org_position;
        let stream = (event.aggregate_type.clone(), event.aggregate_id.clone());
        let in_stream = self.streams.entry(stream).or_default();
        if event.sequence != *in_stream + 1 {
            return Err(format!("has sequence {} in its stream, after {in_stream}", event.sequence));
        }
        *in_stream = event.sequence;
        if event.recorded_at < self.recorded_at {
            return Err("was recorded before the event in front of it".to_owned());
        }
        self.recorded_at = event.recorded_at;
        if !is_canonical(&event.payload) {
            return Err("has a payload that is not in canonical form".to_owned());
        }
        if !is_canonical(&event.metadata) {
            return Err("has metadata that are not in canonical form".to_owned());
        }
        match export::leaf_of(event).map(|leaf| leaf.hash()) {
            Err(_) => Err("was recorded at a time that cannot be".to_owned()),
            Ok(leaf) if leaf[..] != event.leaf[..] => {
                Err("was changed after it was recorded: its leaf is not its hash".to_owned())
            }
            Ok(leaf) => Ok(leaf),
        }
    }
}
