//! Nobody rewrites the ledger unseen: what is signed, what is proved, and what is found.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod commanding;
mod copying;
mod erasing;
mod exporting;
mod killed;
mod proving;
mod rebuilding;
mod replaying;
mod restoring;
mod signing;
mod tampering;
mod world;
