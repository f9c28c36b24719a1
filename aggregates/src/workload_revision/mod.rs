//! A revision of a workload: what was published, and where. It is made when its workload is published, and never changes.
//!
//! ```text
//! (none) ── Create ──► recorded
//! ```

mod command;
mod error;
mod event;

pub use command::WorkloadRevisionCommand;
pub use error::WorkloadRevisionRefusal;
pub use event::WorkloadRevisionEvent;

use crate::emit;
use crate::placement::Placement;
use crate::reference::Reference;
use crate::workload::{WorkloadContent, WorkloadTarget};
use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};
use uuid::Uuid;
use values::Description;

/// What was published, and where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revision {
    /// The project that the workload is in.
    pub project: Uuid,
    /// The workload.
    pub workload: Reference,
    /// The namespace that the workload is in.
    pub namespace: Reference,
    /// Which of the workload's it is, from 1 on.
    pub number: i64,
    /// What runs, and how it gets there.
    pub content: WorkloadContent,
    /// On which clusters it was to be.
    pub placement: Placement,
    /// The clusters that it was for.
    pub targets: Vec<WorkloadTarget>,
    /// What whoever published it said about it.
    pub notes: Description,
    /// The older revision that it brought back.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub rolled_back_to: Option<i64>,
}

/// A revision's state.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct WorkloadRevision {
    /// What was published, once it was.
    pub recorded: Option<Revision>,
}

impl Aggregate for WorkloadRevision {
    type Command = WorkloadRevisionCommand;
    type Error = WorkloadRevisionRefusal;
    type Event = WorkloadRevisionEvent;
    type Services = ();

    const TYPE: &'static str = "workloadRevision";

    async fn handle(
        &mut self,
        command: WorkloadRevisionCommand,
        (): &(),
        sink: &EventSink<Self>,
    ) -> Result<(), WorkloadRevisionRefusal> {
        emit(self.decide(command)?, self, sink).await;
        Ok(())
    }

    fn apply(&mut self, event: WorkloadRevisionEvent) {
        match event {
            WorkloadRevisionEvent::Created(revision) => self.recorded = Some(*revision),
        }
    }
}

impl WorkloadRevision {
    /// The rulebook: which events a command makes in this state.
    ///
    /// # Errors
    /// A rule broken.
    pub fn decide(
        &self,
        command: WorkloadRevisionCommand,
    ) -> Result<Vec<WorkloadRevisionEvent>, WorkloadRevisionRefusal> {
        match (&self.recorded, command) {
            (None, WorkloadRevisionCommand::Create(revision)) => {
                Ok(vec![WorkloadRevisionEvent::Created(revision)])
            }
            (Some(_), WorkloadRevisionCommand::Create(_)) => Err(WorkloadRevisionRefusal::AlreadyExists),
        }
    }
}
