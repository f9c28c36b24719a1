//! NATS JetStream: everything that happens, in one stream, for as many as want to know, on as many machines as they are.
//!
//! ```text
//! ledger ─► tail ─► Follower ─► the one process that holds the lease ─► stream QUARTERDECK ─► consumers, mirrors, leaf nodes
//! ```
//!
//! One process publishes, by a lease in the database. Every message says behind which sequence of the stream it belongs,
//! and behind which event, and the stream takes it there or not at all: a process that lost the lease and does not know it yet, a message that
//! arrives late, a batch with a hole in it, all are turned away by the stream itself. After anything that went wrong the
//! stream is asked what is last in it, and the ledger is told from there on. So every position is in the stream once, in
//! order, also when the time is over within which the stream itself recognizes what it has seen.
//!
//! A server that is down costs nobody anything but those who listen to it: commands, followers and `/readyz` do not wait.

mod error;
mod lag;
mod message;
mod place;
mod publisher;
mod stream;

pub use async_nats::ServerAddr;
pub use error::NatsError;
pub use message::{CURSOR, STREAM, SUBJECTS};
pub use publisher::{Pace, Publisher};
