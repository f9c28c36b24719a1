//! The `AsyncAPI` document: the streams, and every event that comes in them, from the same types as the catalogue.

use crate::app::streams::event_types;
use serde_json::{Map, Value, json};
use std::sync::OnceLock;

/// What an event of a stream is.
const CLOUD_EVENT: &str = "application/cloudevents+json";
/// Where definitions lie in a JSON Schema, and where they lie in this document.
const DEFINITIONS: &str = "#/$defs/";
const COMPONENTS: &str = "#/components/schemas/";

/// The document, as JSON (<https://www.asyncapi.com/docs/reference/specification/v3.0.0>).
pub fn document() -> &'static str {
    static DOCUMENT: OnceLock<String> = OnceLock::new();
    DOCUMENT.get_or_init(|| build().to_string())
}

fn build() -> Value {
    let (mut messages, mut schemas) = (Map::new(), Map::new());
    for event_type in event_types() {
        let name = &event_type.r#type;
        let mut payload = event_type.schema.clone();
        to_components(&mut payload);
        if let Some(payload) = payload.as_object_mut() {
            payload.remove("$schema");
            if let Some(Value::Object(definitions)) = payload.remove("$defs") {
                schemas.extend(definitions);
            }
        }
        let message = json!({
            "name": name, "title": name, "summary": event_type.description, "contentType": CLOUD_EVENT,
            "payload": payload, "examples": [{ "payload": event_type.sample }],
        });
        messages.insert(name.clone(), message);
    }
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Quarterdeck", "version": "v1",
            "description": "What happens, told in order: server-sent events, each a CloudEvent in JSON. GET \
                            /v1/orgs/{org}/events and GET /v1/events give the same page by page; NATS JetStream, where \
                            there is one, gets everything.",
            "license": { "name": "Apache-2.0" }
        },
        "defaultContentType": CLOUD_EVENT,
        "channels": {
            "orgEvents": channel(
                "/v1/orgs/{org}/events/stream", "Follow an org",
                &json!({ "org": { "description": "The org's id, or its name within the caller's partner." } }),
                &messages
            ),
            "installationEvents": channel(
                "/v1/events/stream", "Follow partners and the lives of orgs", &json!({}), &messages
            ),
            "publishedEvents": channel(
                "quarterdeck.{org}.{kind}.{event}", "Everything, in the stream QUARTERDECK of NATS JetStream",
                &json!({
                    "org": { "description": "The org's id; a partner's or the platform's for what happens to these." },
                    "kind": { "description": "The kind, as types of events say it: project." },
                    "event": { "description": "What happened, as types of events say it: created." },
                }),
                &messages
            ),
        },
        "operations": {
            "followOrgEvents": operation("orgEvents", "Tells what happens in an org."),
            "followEvents": operation("installationEvents", "Tells what happens to partners and orgs."),
            "publishEvents": operation("publishedEvents", "Publishes everything, where --nats-url is given."),
        },
        "components": { "messages": messages, "schemas": schemas },
    })
}

fn channel(address: &str, title: &str, parameters: &Value, messages: &Map<String, Value>) -> Value {
    let messages: Map<String, Value> = messages
        .keys()
        .map(|name| (name.clone(), json!({ "$ref": format!("#/components/messages/{name}") })))
        .collect();
    json!({ "address": address, "title": title, "parameters": parameters, "messages": messages })
}

fn operation(channel: &str, summary: &str) -> Value {
    json!({ "action": "send", "channel": { "$ref": format!("#/channels/{channel}") }, "summary": summary })
}

/// In this document definitions are shared.
fn to_components(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(DEFINITIONS)
            {
                *reference = format!("{COMPONENTS}{name}");
            }
            members.values_mut().for_each(to_components);
        }
        Value::Array(items) => items.iter_mut().for_each(to_components),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
