//! An org, as a first look at cqrs-es would make one.

use cqrs_es::event_sink::EventSink;
use cqrs_es::{Aggregate, DomainEvent, EventEnvelope, View};
use serde::{Deserialize, Serialize};

/// The body of a create.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct OrgInput {
    metadata: Metadata,
    spec: Spec,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Metadata {
    name: String,
    display_name: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Spec {
    external_id: Option<String>,
    contact: Option<Contact>,
    settings: Settings,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Contact {
    first_name: String,
    last_name: String,
    email: String,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct Settings {
    api_key_default_validity_hours: u32,
    api_key_max_validity_hours: u32,
    allow_non_expiring_keys: bool,
}

/// The state, folded from events.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct Org {
    org: Option<Box<OrgInput>>,
}

pub(super) enum OrgCommand {
    Create { input: Box<OrgInput>, filler: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(super) enum OrgEvent {
    Created {
        org: Box<OrgInput>,
        /// Makes the payload as long as the service's.
        filler: String,
    },
}

#[derive(Debug, thiserror::Error)]
pub(super) enum OrgError {
    #[error("the org exists already")]
    AlreadyExists,
}

/// What is read.
#[derive(Debug, Default, Serialize, Deserialize)]
pub(super) struct OrgView {
    org: Option<Box<OrgInput>>,
}

/// What an event needs to become this long, for names as the bench makes them.
pub(super) fn filler(payload_bytes: usize) -> Result<String, serde_json::Error> {
    let name = "b-000000-000000".to_owned();
    let org = OrgInput {
        metadata: Metadata { name: name.clone(), display_name: "Acme Ltd".to_owned() },
        spec: Spec {
            external_id: Some(format!("crm-{name}")),
            contact: Some(Contact {
                first_name: "Ada".to_owned(),
                last_name: "Lovelace".to_owned(),
                email: "ada@acme.test".to_owned(),
            }),
            settings: Settings {
                api_key_default_validity_hours: 2160,
                api_key_max_validity_hours: 8760,
                allow_non_expiring_keys: false,
            },
        },
    };
    let bare = serde_json::to_string(&OrgEvent::Created { org: Box::new(org), filler: String::new() })?;
    Ok("x".repeat(payload_bytes.saturating_sub(bare.len())))
}

impl DomainEvent for OrgEvent {
    fn event_type(&self) -> String {
        "org.created".to_owned()
    }

    fn event_version(&self) -> String {
        "1".to_owned()
    }
}

impl Aggregate for Org {
    const TYPE: &'static str = "org";
    type Command = OrgCommand;
    type Event = OrgEvent;
    type Error = OrgError;
    type Services = ();

    async fn handle(
        &mut self,
        command: Self::Command,
        (): &Self::Services,
        sink: &EventSink<Self>,
    ) -> Result<(), Self::Error> {
        let OrgCommand::Create { input, filler } = command;
        if self.org.is_some() {
            return Err(OrgError::AlreadyExists);
        }
        sink.write(OrgEvent::Created { org: input, filler }, self).await;
        Ok(())
    }

    fn apply(&mut self, event: Self::Event) {
        let OrgEvent::Created { org, .. } = event;
        self.org = Some(org);
    }
}

impl View<Org> for OrgView {
    fn update(&mut self, event: &EventEnvelope<Org>) {
        let OrgEvent::Created { org, .. } = &event.payload;
        self.org = Some(org.clone());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Body;

    #[test]
    fn an_event_is_as_long_as_asked() {
        let input = serde_json::from_str(&Body::Full.json("b-000000-000000")).unwrap();
        let event = OrgEvent::Created { org: Box::new(input), filler: filler(1_000).unwrap() };
        assert_eq!(serde_json::to_string(&event).unwrap().len(), 1_000);
    }

    #[test]
    fn the_plain_body_is_understood() {
        let input: OrgInput = serde_json::from_str(&Body::Plain.json("acme")).unwrap();
        assert_eq!(input.metadata.name, "acme");
    }
}
