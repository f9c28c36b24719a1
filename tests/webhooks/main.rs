//! Webhooks on their way out, to real receivers.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod sender;
