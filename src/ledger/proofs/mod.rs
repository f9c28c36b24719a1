//! Proofs: that nobody rewrites the ledger unseen, not even who owns the database.
//!
//! ```text
//! events.leaf ─► tree ─► checkpoint ─► signed note ─► shelf: files outside the database
//!                 │                                └► whoever asks, and keeps it
//!                 └► proofs of inclusion and consistency
//! ```
//!
//! There is one tree per scope, over its leaves in its own order, and one for the installation, over all leaves in position
//! order ([`Tree`]). [`View`] computes roots and proofs from what is stored; [`Checkpoints`] signs, one process at a time, and
//! refuses where the ledger is not what was signed before; [`Shelf`] keeps what was signed outside the database. Of each tree
//! there is no more in memory than where its newest note is.

mod checkpoint;
mod leaves;
mod marks;
mod nodes;
mod note;
mod notes;
mod shelf;
mod signer;
mod tree;
mod writing;

pub use checkpoint::{Checkpoint, MalformedCheckpoint, Origin, Signed, Unsigned};
pub use leaves::Leaves;
pub use nodes::store as store_nodes;
pub use note::{MalformedNote, Note, VerifierKey, sign};
pub use shelf::{Shelf, ShelfError, split as split_notes};
pub use signer::{Cadence, CheckpointError, Checkpoints};
pub use tree::{Tree, TreeError, View};
pub use writing::Room;
