//! Every event has a documented public form, and nothing personal is in it.

use crate::world::World;
use quarterdeck::app::streams::event_types;
use quarterdeck::ledger::catalogue;
use serde_json::Value;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;
use testing::{Service, check_event, check_planned_event};

/// Every stored form that there is an example of: its type, and what it says.
fn stored() -> Vec<(String, String)> {
    let folder = Path::new("aggregates/tests/golden/events");
    let paths = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let json = paths.filter(|path| path.extension().is_some_and(|extension| extension == "json"));
    json.map(|path| {
        let name = path.file_stem().unwrap().to_str().unwrap();
        let kind: Vec<&str> = name.split('.').take(2).collect();
        (kind.join("."), fs::read_to_string(&path).unwrap())
    })
    .collect()
}

#[test]
fn every_stored_event_has_a_public_form_that_its_schema_describes() {
    let mut told = BTreeSet::new();
    for (event_type, payload) in stored() {
        let aggregate = event_type.split('.').next().unwrap();
        let form =
            catalogue::publish(aggregate, &payload).unwrap_or_else(|error| panic!("{event_type}: {error}"));
        assert_eq!(form.event_type, format!("io.quarterdeck.{event_type}.v1"));
        let event = serde_json::json!({ "type": form.event_type, "data": form.data });
        if let Err(fault) = check_planned_event(&event) {
            panic!("{event_type}: {fault}\n{event}");
        }
        let text = event.to_string();
        assert!(!text.contains("s1."), "{event_type} tells something that is sealed: {text}");
        told.insert(form.event_type.to_owned());
    }
    let all: BTreeSet<String> = event_types().iter().map(|it| it.r#type.clone()).collect();
    assert_eq!(told, all, "an event type that nothing stored has");
}

#[test]
fn every_type_is_described_and_has_a_sample_that_fits() {
    assert!(event_types().is_sorted_by(|one, other| one.r#type < other.r#type));
    for event_type in event_types() {
        let name = &event_type.r#type;
        assert!(event_type.description.ends_with('.'), "{name}: {:?}", event_type.description);
        assert!(jsonschema::draft202012::meta::is_valid(&event_type.schema), "{name} has no JSON Schema");
        if let Err(fault) = check_event(&event_type.sample) {
            panic!("{name}: {fault}\n{}", event_type.sample);
        }
    }
}

/// What personal data is called wherever it is.
#[test]
fn no_type_has_a_place_for_personal_data() {
    for event_type in event_types() {
        let text = event_type.schema.to_string().to_lowercase();
        for name in
            ["\"email\":", "\"firstname\":", "\"lastname\":", "\"phone\":", "\"reason\":", "\"secret\":"]
        {
            assert!(!text.contains(name), "{} has {name}", event_type.r#type);
        }
    }
}

#[tokio::test]
async fn whoever_is_let_in_reads_the_catalogue() {
    let world = World::new().await;
    let _ = world.service.nobody().get("/v1/event-types").await.is_problem(401, "unauthenticated");
    let role = world.member("reader", "INFRA_READ_ONLY", serde_json::json!({})).await;
    let list = role.get("/v1/event-types").await.is(200);
    assert_eq!(list.json["items"].as_array().unwrap().len(), event_types().len());
}

#[tokio::test]
async fn the_asyncapi_document_describes_every_event() {
    let service = Service::start().await;
    let document = service.nobody().get("/v1/asyncapi.json").await.is(200).json;
    assert_eq!(document["asyncapi"], "3.0.0");
    let messages = document["components"]["messages"].as_object().unwrap();
    for event_type in event_types() {
        assert!(messages.contains_key(&event_type.r#type), "{}", event_type.r#type);
        for channel in ["orgEvents", "installationEvents", "publishedEvents"] {
            assert!(document["channels"][channel]["messages"][&event_type.r#type].is_object());
        }
    }
    every_reference_leads_somewhere(&document, &document);
}

fn every_reference_leads_somewhere(value: &Value, root: &Value) {
    match value {
        Value::Object(members) => {
            if let Some(reference) = members.get("$ref").and_then(Value::as_str) {
                let pointer = reference.strip_prefix('#').unwrap();
                assert!(root.pointer(pointer).is_some(), "{reference} leads nowhere");
            }
            members.values().for_each(|member| every_reference_leads_somewhere(member, root));
        }
        Value::Array(items) => items.iter().for_each(|item| every_reference_leads_somewhere(item, root)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
