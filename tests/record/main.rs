//! The record over HTTP: attempts, the audit trail, sign-ups, partners, and what the clock does.

mod attempts;
mod audit;
mod partners;
mod signup;
mod strangers;
mod timers;
mod world;
