//! An attempt: what somebody tried and was not let do, or did that leaves no other trace.
//!
//! ```text
//! (none) ── Note ──► noted
//! ```
//!
//! One stream per entry. Entries live in the scope of whoever acted, so that an org sees what its people tried
//! elsewhere and nobody else does.

mod command;
mod error;
mod event;

pub use command::AccessCommand;
pub use error::AccessRefusal;
pub use event::{AccessEvent, Attempt, Outcome};

use crate::emit;
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

/// An entry's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Access {
    /// What was noted, once it was.
    pub noted: Option<Attempt>,
}

impl Aggregate for Access {
    type Command = AccessCommand;
    type Error = AccessRefusal;
    type Event = AccessEvent;
    type Services = ();

    const TYPE: &'static str = "access";

    async fn handle(
        &mut self,
        command: AccessCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), AccessRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: AccessEvent) {
        match event {
            AccessEvent::Attempted(attempt) => self.noted = Some(*attempt),
        }
    }
}

impl Access {
    /// The rulebook: an entry is written once.
    ///
    /// # Errors
    /// The entry is there already.
    pub fn decide(&self, command: AccessCommand) -> Result<Vec<AccessEvent>, AccessRefusal> {
        match (&self.noted, command) {
            (None, AccessCommand::Note(attempt)) => Ok(vec![AccessEvent::Attempted(attempt)]),
            (Some(_), AccessCommand::Note(_)) => Err(AccessRefusal::AlreadyNoted),
        }
    }
}
