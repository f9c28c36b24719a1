//! The service.

pub mod authz;
pub mod http;
