//! The whole service over HTTP: a database a test, users as clients, and every response held against the OpenAPI
//! document.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod access;
mod addons;
mod apply;
mod blueprints;
mod caches;
mod clusters;
mod conventions;
mod examples;
mod limits;
mod namespaces;
mod openapi;
mod projects;
mod races;
mod record;
mod round_trips;
mod secrets;
mod service;
mod webhooks;
mod workloads;
