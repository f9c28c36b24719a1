//! The rules, as sentences and as properties against small models, and the stored forms of what has happened.

#![expect(clippy::unwrap_used, reason = "a panic is how a test fails, in its helpers too")]

mod access;
mod addon;
mod addon_version;
mod api_key;
mod blueprint;
mod blueprint_version;
mod cluster;
mod condition;
mod given;
mod golden;
mod group;
mod membership;
mod model;
mod namespace;
mod org;
mod partner;
mod project;
mod role_binding;
mod user;
mod values;
mod webhook;
mod workload;
