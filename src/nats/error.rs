//! Why publishing does not go on, for now.

use super::message::STREAM;
use crate::app::Refused;
use crate::app::streams::{Cursor, Ended};
use crate::ledger::reader::ReadError;
use async_nats::jetstream::context::PublishError;
use uuid::Uuid;

/// An error of NATS' own.
type Cause = Box<dyn std::error::Error + Send + Sync>;

/// Why publishing does not go on, for now.
#[derive(Debug, thiserror::Error)]
pub enum NatsError {
    /// There is no server.
    #[error("no NATS server could be reached: is --nats-url right, and does it run?")]
    Connect(#[source] async_nats::ConnectError),
    /// The server went away.
    #[error("the connection to NATS was lost")]
    Disconnected,
    /// There is a server, and no stream.
    #[error(
        "the stream {STREAM} could not be opened: JetStream must be on (nats-server -js) and let this account in"
    )]
    Open(#[source] Cause),
    /// The stream does not say what is last in it.
    #[error("what is last in the stream {STREAM} could not be read")]
    Last(#[source] Cause),
    /// An event was not taken.
    #[error("the event at position {position} was not taken by the stream {STREAM}")]
    Publish {
        /// Which event.
        position: i64,
        /// Why not.
        source: PublishError,
    },
    /// The stream put an event elsewhere than behind the one before it.
    #[error(
        "the event at position {position} is number {found} of the stream {STREAM}, not number {expected}"
    )]
    Misplaced {
        /// Which event.
        position: i64,
        /// Where it should be.
        expected: u64,
        /// Where it is.
        found: u64,
    },
    /// The stream is somebody else's.
    #[error(
        "the stream {STREAM} holds event {id} as {cursor}, which is not in this ledger: it is another installation's, or \
         the database was exchanged. Give each installation a NATS account of its own, or remove the stream"
    )]
    Foreign {
        /// As what.
        cursor: Cursor,
        /// The event.
        id: Uuid,
    },
    /// Another process publishes.
    #[error("another process publishes")]
    NotHeld,
    /// Following the ledger ended.
    #[error("the ledger is not told any further")]
    Ended(#[from] Ended),
    /// The ledger could not be followed.
    #[error("the ledger could not be followed")]
    Follow(#[source] Refused),
    /// The ledger could not be read.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// The database could not answer.
    #[error("the database could not answer")]
    Database(#[from] sqlx::Error),
}
