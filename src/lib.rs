//! The service.

pub mod crypto;
