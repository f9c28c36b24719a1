//! Webhooks on their way out, to real receivers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod commands;
mod delivering;
mod egress;
mod erasing;
mod failing;
mod log;
mod processes;
mod sender;
mod world;
