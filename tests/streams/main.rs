//! Streams: what is told, to whom, and that nothing is missing.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod catalogue;
mod consumers;
mod fanout;
mod follow;
mod killed;
mod memory;
mod pull;
mod reader;
mod resuming;
mod world;
