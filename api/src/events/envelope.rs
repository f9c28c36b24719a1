//! What is around every event, and what describes it.

use super::{sample, schema};
use crate::ActorKind;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;
use values::Timestamp;

/// The version of `CloudEvents`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum SpecVersion {
    /// The one that is spoken here.
    #[default]
    #[serde(rename = "1.0")]
    V1,
}

/// Something that happened (`CloudEvents` 1.0, JSON format).
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Always `1.0`.
    pub specversion: SpecVersion,
    /// Unique for ever, and the same however often and in whichever way the event is sent.
    pub id: Uuid,
    /// Where it happened: the project, the org, the partner, or the installation.
    #[schema(
        example = "/v1/orgs/0193f3a0-7c1b-7000-8000-000000000010/projects/0193f3a0-7c1b-7000-8000-000000000020"
    )]
    pub source: String,
    /// What happened. `GET /v1/event-types` describes every type.
    #[schema(example = "io.quarterdeck.project.created.v1")]
    pub r#type: String,
    /// To what.
    #[schema(example = "projects/0193f3a0-7c1b-7000-8000-000000000020")]
    pub subject: String,
    /// When it was recorded.
    pub time: Timestamp,
    /// Always `application/json`.
    #[schema(example = "application/json")]
    pub datacontenttype: String,
    /// Its place in the order of its org (or partner, or the platform): 1, 2, 3, …, without gaps.
    #[schema(example = 17)]
    pub orgposition: i64,
    /// Its place in the order of the installation; in feeds of the installation only.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    #[schema(required = false, nullable = false, example = 4711)]
    pub position: Option<i64>,
    /// `orgposition` as a text of 20 digits, which sorts as the numbers do (the `CloudEvents` extension *Sequence*).
    #[schema(example = "00000000000000000017")]
    pub sequence: String,
    /// The version that the subject has since; also its `ETag`.
    #[schema(example = 1)]
    pub streamversion: i64,
    /// What belongs together: the caller's `X-Correlation-Id`, else the id of the request.
    #[schema(example = "0193f3a0-7c1b-7000-8000-000000000099")]
    pub correlationid: String,
    /// What it came of: a request's id.
    #[schema(example = "0193f3a0-7c1b-7000-8000-000000000099")]
    pub causationid: String,
    /// What kind of actor did it.
    pub actorkind: ActorKind,
    /// Who did it: a user's id, or the name of a part of the system.
    #[schema(example = "0193f3a0-7c1b-7000-8000-000000000030")]
    pub actorid: String,
    /// The details, by the type.
    #[schema(value_type = Object)]
    pub data: Box<RawValue>,
}

/// One page of events, oldest first.
#[derive(Clone, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct EventPage {
    /// The events that fit and that the caller may read. Perhaps none, although more follow.
    pub items: Vec<Event>,
    /// Where to go on: the next page's `after`. Given also on the last page, to go on later.
    #[schema(example = "1.17")]
    pub next_after: String,
    /// The last position there was. All is read where `nextAfter` has come to it.
    #[schema(example = 17)]
    pub position: i64,
}

/// A type of events.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventType {
    /// What an event of it says in `type`.
    #[schema(example = "io.quarterdeck.project.created.v1")]
    pub r#type: String,
    /// When it is recorded.
    pub description: String,
    /// What an event of it looks like: a JSON Schema (2020-12) that needs nothing else.
    #[schema(value_type = Object)]
    pub schema: Value,
    /// An example.
    #[schema(value_type = Object)]
    pub sample: Value,
}

/// Every type of events there is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventTypeList {
    /// The types, in the order of their names.
    pub items: Vec<EventType>,
}

impl EventType {
    /// The type of events that say `T`.
    pub(crate) fn of<T: ToSchema>(r#type: &str, collection: &str, about: &str) -> Self {
        let schema = schema::of_event::<T>(r#type);
        let sample = sample::of_event(&schema, r#type, collection);
        Self { r#type: r#type.to_owned(), description: about.trim().to_owned(), schema, sample }
    }
}
