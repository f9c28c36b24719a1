//! Verifying the ledger: that it is whole, that nothing in it was changed, and that what is read follows from it.

use super::canonical;
use super::leaf::Leaf;
use super::reader::{self, ReadError, Reader, StoredEvent};
use super::rebuild::{self, CheckError, FoldError, SNAPSHOT, check_in};
use serde_json::Value;
use sqlx::{Connection, PgConnection, PgPool};
use std::collections::HashMap;
use std::fmt;
use uuid::Uuid;
use values::Timestamp;

/// Why the ledger could not be verified.
#[derive(Debug, thiserror::Error)]
#[error("the ledger could not be verified")]
pub struct VerifyError(#[from] sqlx::Error);

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

/// Verifies everything, in one snapshot: positions and org positions are dense, each stream's sequence is, time
/// never runs backwards, payloads and metadata are canonical, every leaf is the hash of its event, and the read
/// models are what folding the ledger makes.
///
/// # Errors
/// The database could not answer.
pub async fn verify(pool: &PgPool) -> Result<Verified, VerifyError> {
    let mut connection = pool.acquire().await?;
    let mut snapshot = connection.begin().await?;
    sqlx::query(SNAPSHOT).execute(&mut *snapshot).await?;
    let verified = verify_as_seen(&mut snapshot).await;
    snapshot.rollback().await?;
    verified
}

/// As [`verify`], as this connection sees the database; while it changes, that must be in one snapshot.
///
/// # Errors
/// The database could not answer.
pub async fn verify_as_seen(db: &mut PgConnection) -> Result<Verified, VerifyError> {
    let (head, head_recorded_at) = reader::head(db).await?;
    let mut reader = Reader::new(0, head);
    let mut seen = Seen::default();
    loop {
        match reader.next(db).await {
            Ok(Some(event)) => {
                if let Some(what) = seen.fault(&event) {
                    return Ok(Verified::Damaged(Fault { position: event.position, what }));
                }
            }
            Ok(None) => break,
            Err(ReadError::Database(error)) => return Err(error.into()),
            Err(error @ (ReadError::Gap { expected, .. } | ReadError::Short { expected, .. })) => {
                return Ok(Verified::Damaged(Fault { position: expected, what: error.to_string() }));
            }
        }
    }
    if let Some(position) = beyond(db, head).await? {
        let what = format!("stands after the ledger's head, which is at {head}");
        return Ok(Verified::Damaged(Fault { position, what }));
    }
    if head_recorded_at < seen.recorded_at {
        let what = "was recorded after the time that the ledger's head says".to_owned();
        return Ok(Verified::Damaged(Fault { position: head, what }));
    }
    match check_in(db).await {
        Ok(report) if report.is_fine() => Ok(Verified::Fine(report)),
        Ok(report) => Ok(Verified::Differs(report)),
        Err(CheckError::Fold(FoldError { position, what })) => {
            Ok(Verified::Damaged(Fault { position, what }))
        }
        Err(CheckError::Database(error) | CheckError::Read(ReadError::Database(error))) => Err(error.into()),
        // The same snapshot was read a moment ago.
        Err(CheckError::Read(error @ (ReadError::Gap { .. } | ReadError::Short { .. }))) => {
            let position = error.missing().unwrap_or(head);
            Ok(Verified::Damaged(Fault { position, what: error.to_string() }))
        }
    }
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
    /// What is wrong with the next event of the ledger.
    fn fault(&mut self, event: &StoredEvent) -> Option<String> {
        let in_scope = self.scopes.entry(event.org_id).or_default();
        if event.org_position != *in_scope + 1 {
            return Some(format!("stands at {} in its scope, after {in_scope}", event.org_position));
        }
        *in_scope = event.org_position;
        let stream = (event.aggregate_type.clone(), event.aggregate_id.clone());
        let in_stream = self.streams.entry(stream).or_default();
        if event.sequence != *in_stream + 1 {
            return Some(format!("has sequence {} in its stream, after {in_stream}", event.sequence));
        }
        *in_stream = event.sequence;
        if event.recorded_at < self.recorded_at {
            return Some("was recorded before the event in front of it".to_owned());
        }
        self.recorded_at = event.recorded_at;
        if !is_canonical(&event.payload) {
            return Some("has a payload that is not in canonical form".to_owned());
        }
        if !is_canonical(&event.metadata) {
            return Some("has metadata that are not in canonical form".to_owned());
        }
        match leaf(event) {
            None => Some("was recorded at a time that cannot be".to_owned()),
            Some(leaf) if leaf[..] != event.leaf[..] => {
                Some("was changed after it was recorded: its leaf is not its hash".to_owned())
            }
            Some(_) => None,
        }
    }
}

fn leaf(event: &StoredEvent) -> Option<super::merkle::Hash> {
    let leaf = Leaf {
        org_id: event.org_id,
        org_position: event.org_position.unsigned_abs(),
        event_id: event.event_id,
        aggregate_type: &event.aggregate_type,
        aggregate_id: &event.aggregate_id,
        sequence: event.sequence.unsigned_abs(),
        event_type: &event.event_type,
        event_version: &event.event_version,
        recorded_at: Timestamp::from_micros(event.recorded_at).ok()?,
        payload: &event.payload,
        metadata: &event.metadata,
    };
    Some(leaf.hash())
}

fn is_canonical(json: &str) -> bool {
    serde_json::from_str::<Value>(json)
        .is_ok_and(|value| canonical::to_string(&value).is_ok_and(|canonical| canonical == json))
}
