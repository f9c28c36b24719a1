//! Streams: what happens, told to others, in order.
//!
//! ```text
//!            ┌► ring of org A ──► followers of org A (each at its own position)
//! ledger ─► tail ─► ring of org B ──► …
//!            └► ring of the installation ──► followers of the installation, sinks
//! ```
//!
//! One tail per process reads new events once, renders them once and lays them into a ring for each order that somebody
//! follows. A follower takes from the ring what comes after its position, at its own pace; what lies before the ring it
//! reads from the database. Positions are dense, so it knows which of the two it is, and nothing falls in between. A
//! follower that was up to date and fell out of the ring is ended with the position at which it can go on; whoever reads
//! slowly costs nobody else anything.
//!
//! [`App::pull`](super::App::pull) asks for a page; [`App::follow`](super::App::follow) makes a [`Follower`], for streams over HTTP and for sinks alike.

mod cursor;
mod filter;
mod follower;
mod judge;
mod places;
mod pull;
mod ring;
mod sight;
mod tail;
mod told;

pub use crate::ledger::catalogue::event_types;
pub use cursor::{After, Cursor};
pub use filter::{Filter, UnknownType};
pub use follower::{Ended, Follower, Following};
pub use judge::Admitted;
pub use pull::{Pulled, Pulling};
pub use sight::{Sight, may_read};
pub use tail::Tail;
pub use told::Told;
