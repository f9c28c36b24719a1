//! The service.

pub mod config;
pub mod database;
pub mod logging;
pub mod postgres;
pub mod serve;
