//! Quarterdeck: the event-sourced control plane for Kubernetes-as-a-Service partners.
//!
//! Every mutation is a command whose events land in one append-only ledger; everything that can be read is derived
//! from it. The way of a request through the modules is the architecture:
//!
//! ```text
//! http ──► authn ──► authz ──► app (decide) ──► ledger (admit, record) ──► reply
//! ```

pub mod app;
pub mod authn;
pub mod authz;
pub mod background;
pub mod clock;
pub mod commands;
pub mod config;
pub mod crypto;
pub mod database;
pub mod http;
pub mod ids;
pub mod installation;
pub mod ledger;
pub mod logging;
pub mod nats;
pub mod postgres;
pub mod serve;
pub mod telemetry;
pub mod webhooks;
