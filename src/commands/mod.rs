//! Commands on the host that work beside the service or without it.
//!
//! Each says on standard output what it found, and ends with 0 where all is well and 1 where something is wrong; an error
//! means that it could not run.

mod copies;
mod rebuild;
mod replay;
mod verify;

pub use copies::{backup, restore};
pub use rebuild::rebuild;
pub use replay::replay;
pub use verify::verify;
