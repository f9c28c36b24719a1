//! JSON Schemas of events, each complete in itself.

use super::Event;
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use utoipa::{PartialSchema, ToSchema};

/// Where components lie in an `OpenAPI` document, and where they lie in a JSON Schema.
const COMPONENTS: &str = "#/components/schemas/";
const DEFINITIONS: &str = "#/$defs/";

/// The schema of events of this type, which say `T`.
pub(super) fn of_event<T: ToSchema>(r#type: &str) -> Value {
    let mut all = vec![(T::name().into_owned(), T::schema())];
    T::schemas(&mut all);
    Event::schemas(&mut all);
    let mut definitions: Map<String, Value> =
        all.into_iter().map(|(name, schema)| (name, json(&schema))).collect();
    let mut root = json(&Event::schema());
    root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
    root["properties"]["type"] = json!({ "type": "string", "const": r#type });
    root["properties"]["datacontenttype"] = json!({ "type": "string", "const": "application/json" });
    root["properties"]["data"] = json!({ "$ref": format!("{DEFINITIONS}{}", T::name()) });
    let mut used = BTreeSet::new();
    use_definitions(&root, &definitions, &mut used);
    definitions.retain(|name, _| used.contains(name));
    root["$defs"] = Value::Object(definitions);
    root
}

fn json(schema: &impl serde::Serialize) -> Value {
    // A schema is made of texts, numbers and maps of these: it always is JSON.
    let mut schema = serde_json::to_value(schema).unwrap_or_default();
    move_references(&mut schema);
    schema
}

/// Lets references lead to where definitions are in a JSON Schema.
fn move_references(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get_mut("$ref")
                && let Some(name) = reference.strip_prefix(COMPONENTS)
            {
                *reference = format!("{DEFINITIONS}{name}");
            }
            members.values_mut().for_each(move_references);
        }
        Value::Array(items) => items.iter_mut().for_each(move_references),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// The definitions that a schema refers to, directly or not.
fn use_definitions(schema: &Value, definitions: &Map<String, Value>, used: &mut BTreeSet<String>) {
    match schema {
        Value::Object(members) => {
            if let Some(Value::String(reference)) = members.get("$ref")
                && let Some(name) = reference.strip_prefix(DEFINITIONS)
                && used.insert(name.to_owned())
                && let Some(definition) = definitions.get(name)
            {
                use_definitions(definition, definitions, used);
            }
            members.values().for_each(|member| use_definitions(member, definitions, used));
        }
        Value::Array(items) => items.iter().for_each(|item| use_definitions(item, definitions, used)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
