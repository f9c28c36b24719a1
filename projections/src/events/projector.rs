//! From stored events to public ones. Pure.

use aggregates::profile::Profile;
use api::{Actor, ActorKind, AuditActor, Event, EventMetadata, EventMetadataChanges, EventType, PublicEvent};
use cqrs_es::DomainEvent;
use serde::Deserialize;
use serde_json::value::{RawValue, to_raw_value};
use uuid::Uuid;
use values::{Name, ScopeId, ScopeKind, Timestamp};

/// An event that has a public form. What is personal in it is left out, or referred to by an id.
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no public form",
    note = "declare its public events in api/src/events/<kind>.rs and `impl Published` in \
            projections/src/<kinds>/events.rs, as docs/contributing-a-kind.md says"
)]
pub trait Published: DomainEvent {
    /// The public events of the kind.
    type Public: PublicEvent;

    /// What is public of it.
    fn publish(&self) -> Self::Public;
}

/// The public form of an event: its type, and what it says.
#[derive(Clone, Debug)]
pub struct PublicForm {
    /// For example `io.quarterdeck.project.created.v1`.
    pub event_type: &'static str,
    /// What its subject begins with.
    pub collection: &'static str,
    /// The details, in JSON.
    pub data: Box<RawValue>,
}

/// The public form of a stored event.
///
/// # Errors
/// No event of this type has such a stored form.
pub fn publish<E: Published>(payload: &str) -> Result<PublicForm, serde_json::Error> {
    let event: E = serde_json::from_str(payload)?;
    let public = event.publish();
    Ok(PublicForm {
        event_type: public.event_type(),
        collection: E::Public::COLLECTION,
        data: to_raw_value(&public)?,
    })
}

/// The types of a kind's public events.
#[must_use]
pub fn event_types<E: Published>() -> Vec<EventType> {
    E::Public::event_types()
}

/// Where the thing is that an event happened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The scope.
    pub scope: ScopeId,
    /// What the scope is.
    pub kind: ScopeKind,
    /// The partner that it is or belongs to.
    pub partner: Option<ScopeId>,
    /// The project.
    pub project: Option<Uuid>,
    /// Whose it is: a membership's user, a key's membership, a workload's namespace.
    pub owner: Option<Uuid>,
}

/// What the ledger keeps around an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Around {
    /// The installation's position.
    pub position: i64,
    /// The position in the scope.
    pub scope_position: i64,
    /// Its own id.
    pub event_id: Uuid,
    /// For example `org`.
    pub aggregate_type: String,
    /// The aggregate.
    pub aggregate_id: Uuid,
    /// The event's place in the stream.
    pub sequence: i64,
    /// When, in microseconds since the epoch.
    pub recorded_at: i64,
    /// The stored form.
    pub payload: String,
    /// Who, from where and why: sealed spans in it.
    pub metadata: String,
    /// The scope.
    pub scope: ScopeId,
}

/// What of an event's metadata is public.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Said {
    #[serde(default)]
    actor: Option<String>,
    #[serde(default)]
    request_id: Option<String>,
    #[serde(default)]
    correlation_id: Option<String>,
    #[serde(default)]
    causation_id: Option<String>,
}

impl Around {
    /// The public event, of what happened there.
    ///
    /// # Errors
    /// The metadata is not what the ledger writes.
    pub fn event(&self, form: PublicForm, place: &Place) -> Result<Event, serde_json::Error> {
        let said: Said = serde_json::from_str(&self.metadata)?;
        let AuditActor { kind, id } = actor(said.actor.as_deref());
        // What nobody asked for came of itself.
        let cause = said.request_id.unwrap_or_else(|| self.event_id.to_string());
        Ok(Event {
            specversion: api::SpecVersion::V1,
            id: self.event_id,
            source: self.source(place),
            r#type: form.event_type.to_owned(),
            subject: subject(form.collection, &self.aggregate_type, self.aggregate_id, place.owner),
            time: Timestamp::from_micros(self.recorded_at).unwrap_or(Timestamp::MIN),
            datacontenttype: "application/json".to_owned(),
            orgposition: self.scope_position,
            position: None,
            sequence: format!("{:020}", self.scope_position),
            streamversion: self.sequence,
            correlationid: said.correlation_id.unwrap_or_else(|| cause.clone()),
            causationid: said.causation_id.unwrap_or(cause),
            actorkind: kind,
            actorid: id,
            data: form.data,
        })
    }

    /// The project that it happened in, or to.
    #[must_use]
    pub fn project(&self, place: &Place) -> Option<Uuid> {
        if self.aggregate_type == "project" { Some(self.aggregate_id) } else { place.project }
    }

    fn source(&self, place: &Place) -> String {
        let scope = self.scope;
        match (place.kind, self.project(place)) {
            (ScopeKind::Platform, _) => "/v1".to_owned(),
            (ScopeKind::Partner, _) => format!("/v1/partners/{scope}"),
            (ScopeKind::Org, None) => format!("/v1/orgs/{scope}"),
            (ScopeKind::Org, Some(project)) => format!("/v1/orgs/{scope}/projects/{project}"),
        }
    }
}

/// What an event happened to, as it is found on the wire. A membership is its user.
#[must_use]
pub fn subject(collection: &str, aggregate_type: &str, id: Uuid, owner: Option<Uuid>) -> String {
    let id = match (aggregate_type, owner) {
        ("membership", Some(user)) => user,
        (_, _) => id,
    };
    format!("{collection}/{id}")
}

fn actor(said: Option<&str>) -> AuditActor {
    let known = said.and_then(|json| serde_json::from_str::<Actor>(json).ok());
    known.map_or(AuditActor { kind: ActorKind::System, id: "quarterdeck".to_owned() }, AuditActor::from)
}

/// What people wrote on a new thing.
#[must_use]
pub fn metadata_of(name: &str, profile: &Profile) -> EventMetadata {
    EventMetadata {
        name: name.to_owned(),
        display_name: profile.display_name.clone(),
        description: profile.description.clone(),
        labels: profile.labels.clone(),
        annotations: profile.annotations.clone(),
        deletion_protection: profile.deletion_protection,
    }
}

/// What changed of what people wrote on a thing: its new name and its new profile, where these are new.
#[must_use]
pub fn name_changes(name: Option<&Name>, profile: Option<&Profile>) -> EventMetadataChanges {
    EventMetadataChanges {
        name: name.cloned(),
        display_name: profile.map(|it| it.display_name.clone()),
        description: profile.map(|it| it.description.clone()),
        labels: profile.map(|it| it.labels.clone()),
        annotations: profile.map(|it| it.annotations.clone()),
        deletion_protection: profile.map(|it| it.deletion_protection),
    }
}
