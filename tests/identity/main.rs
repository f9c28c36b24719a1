//! Users and access keys over HTTP: from being added to being let in, and from being ended to being refused.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "tests")]

mod granting;
mod keys;
mod refusing;
mod seeing;
mod users;
mod world;
