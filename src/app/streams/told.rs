//! An event as it is told, rendered once for however many listen.

use crate::app::Refused;
use crate::app::read::Counting;
use crate::ledger::catalogue;
use bytes::Bytes;
use projections::events::{Around, Place};
use std::sync::Arc;
use uuid::Uuid;

/// An event as it is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The installation's position.
    pub position: i64,
    /// The scope's position.
    pub scope_position: i64,
    /// When it was recorded, in microseconds since the epoch.
    pub recorded_at: i64,
    /// Its own id, the same however often it is told.
    pub id: Uuid,
    /// What happened: `io.quarterdeck.project.created.v1`.
    pub event_type: &'static str,
    /// To what: `projects/<id>`.
    pub subject: String,
    /// The kind of aggregate, for example `project`.
    pub aggregate_type: String,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// The project that it happened in, or to.
    pub project: Option<Uuid>,
    /// Where.
    pub place: Place,
    /// The event in JSON, without the installation's position.
    json: Bytes,
}

impl Told {
    /// Renders an event, of what happened there.
    ///
    /// # Errors
    /// It has no public form: a newer version of the service wrote it, or a defect.
    pub fn new(around: &Around, place: Place) -> Result<Self, Refused> {
        let form = catalogue::publish(&around.aggregate_type, &around.payload)
            .map_err(|error| Refused::Broken(Arc::new(error)))?;
        let event_type = form.event_type;
        let event = around.event(form, &place).map_err(|error| Refused::Broken(Arc::new(error)))?;
        let json = serde_json::to_vec(&event).map_err(|error| Refused::Broken(Arc::new(error)))?;
        Ok(Self {
            position: around.position,
            scope_position: around.scope_position,
            recorded_at: around.recorded_at,
            id: around.event_id,
            event_type,
            subject: event.subject,
            aggregate_type: around.aggregate_type.clone(),
            aggregate_id: around.aggregate_id,
            project: around.project(&place),
            place,
            json: json.into(),
        })
    }

    /// Renders events, each with where it happened.
    ///
    /// # Errors
    /// As [`Told::new`].
    pub(super) fn all(events: &[Around], places: &[Place]) -> Result<Vec<Self>, Refused> {
        events.iter().zip(places).map(|(event, place)| Self::new(event, *place)).collect()
    }

    /// Its place in an order.
    #[must_use]
    pub const fn position_in(&self, counting: Counting) -> i64 {
        match counting {
            Counting::Installation => self.position,
            Counting::Scope(_) => self.scope_position,
        }
    }

    /// The event in JSON, as it is told in an order: in the installation's with that position inside.
    #[must_use]
    pub fn json(&self, counting: Counting) -> Bytes {
        match counting {
            Counting::Scope(_) => self.json.clone(),
            Counting::Installation => {
                let mut json = format!("{{\"position\":{},", self.position).into_bytes();
                json.extend_from_slice(&self.json[1..]);
                json.into()
            }
        }
    }
}
