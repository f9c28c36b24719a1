//! The NATS JetStream sink against a real `nats-server`: every position is in the stream once, in order, whatever is
//! killed in between.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod breaking;
mod erasing;
mod proxy;
mod publishing;
mod resuming;
mod server;
mod sharing;
mod world;
