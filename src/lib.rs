//! The service.

pub mod crypto;
pub mod ledger;
