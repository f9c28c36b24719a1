//! The ledger: the one append-only record of everything that ever changed.

pub mod canonical;
pub mod leaf;
pub mod merkle;
