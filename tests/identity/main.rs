//! Users and access keys over HTTP: from being added to being let in, and from being ended to being refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod granting;
mod keys;
mod refusing;
mod seeing;
mod users;
mod world;
