//! The record over HTTP: attempts, the audit trail, sign-ups, partners, and what the clock does.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod as_of;
mod attempts;
mod audit;
mod org_names;
mod partners;
mod past_pages;
mod signup;
mod strangers;
mod timers;
mod undo;
mod world;
