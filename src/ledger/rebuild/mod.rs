//! Deriving the read models again from the ledger: to compare them with the live ones, row for row ([`check`]), or to
//! take their place ([`Rebuild`]).
//!
//! [`Fold`] is pure and hands rows out as they are finished. [`Rebuild`] stores them in a *generation* of tables beside
//! the live ones, a check in tables that nobody else sees; both by the same names and the same statements.

mod ahead;
mod building;
mod check;
mod connection;
mod copy;
mod course;
mod documents;
mod finishing;
mod fold;
mod held;
mod models;
mod pages;
mod personal;
mod progress;
mod rows;
mod said;
mod store;
mod streams;

pub use building::{Rebuild, RebuildError, Step};
pub(super) use check::check_in;
pub use check::{Difference, Report, SNAPSHOT, check};
pub use fold::{Fold, FoldError};
pub use models::ReadModel;
pub use rows::DocumentRow;

use super::reader::ReadError;

/// How many events are folded into one transaction.
const CHUNK: usize = 5_000;

/// Why the read models could not be derived.
#[derive(Debug, thiserror::Error)]
pub enum DeriveError {
    /// The ledger could not be read to its end.
    #[error(transparent)]
    Read(#[from] ReadError),
    /// An event cannot be folded.
    #[error(transparent)]
    Fold(#[from] FoldError),
    /// The database could not answer.
    #[error("the read models could not be derived")]
    Database(#[from] sqlx::Error),
}

impl DeriveError {
    /// Where the ledger is damaged, if it is.
    #[must_use]
    pub const fn damage(&self) -> Option<i64> {
        match self {
            Self::Read(error) => error.missing(),
            Self::Fold(error) => Some(error.position),
            Self::Database(_) => None,
        }
    }
}
