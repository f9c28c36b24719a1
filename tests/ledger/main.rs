//! The ledger under load and under attack, on a real PostgreSQL: what it acknowledges is there, once and in order.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]
#![expect(clippy::expect_used, reason = "a test that cannot go on fails")]

mod append_only;
mod artifacts;
mod crash;
mod holds;
mod idempotency;
mod lost_replies;
mod model;
mod names;
mod order;
mod pools;
mod rebuilding;
mod requirements;
mod verifying;
mod world;
mod writing;
