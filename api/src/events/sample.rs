//! Examples, made from schemas: what a schema gives as an example, and otherwise the plainest value that fits.

use serde_json::{Map, Value, json};

const ID: &str = "0193f3a0-7c1b-7000-8000-000000000020";
const ORG: &str = "0193f3a0-7c1b-7000-8000-000000000010";
const TIME: &str = "2026-11-23T09:30:00.123456Z";
/// Schemas may refer to themselves.
const DEEPEST: usize = 16;

/// An event of this type, whose schema this is.
pub(super) fn of_event(schema: &Value, r#type: &str, collection: &str) -> Value {
    let mut event = of(schema, schema, 0);
    event["type"] = r#type.into();
    event["subject"] = format!("{collection}/{ID}").into();
    event["source"] = match collection {
        "partners" => format!("/v1/partners/{ID}"),
        "orgs" => format!("/v1/orgs/{ID}"),
        "projects" => format!("/v1/orgs/{ORG}/projects/{ID}"),
        _ => format!("/v1/orgs/{ORG}"),
    }
    .into();
    if let Some(members) = event.as_object_mut() {
        members.remove("position");
    }
    event
}

/// The plainest value that fits.
fn of(schema: &Value, root: &Value, depth: usize) -> Value {
    if let Some(given) = given(schema) {
        return given;
    }
    if depth > DEEPEST {
        return Value::Null;
    }
    if let Some(definition) = schema["$ref"].as_str().and_then(|reference| root.pointer(&reference[1..])) {
        return of(definition, root, depth + 1);
    }
    for several in ["oneOf", "anyOf"] {
        if let Some(options) = schema[several].as_array() {
            let is_something = |option: &&Value| option["type"] != "null";
            let option = options.iter().find(is_something).or(options.first());
            return option.map_or(Value::Null, |option| of(option, root, depth + 1));
        }
    }
    if let Some(parts) = schema["allOf"].as_array() {
        let objects = parts.iter().map(|part| of(part, root, depth + 1));
        let members = objects.filter_map(|object| object.as_object().cloned()).flatten();
        return Value::Object(members.collect());
    }
    match kind(schema) {
        "object" => object(schema, root, depth),
        "array" if schema["minItems"].as_u64().unwrap_or(0) == 0 && depth > 8 => json!([]),
        "array" => json!([of(&schema["items"], root, depth + 1)]),
        "string" => text(schema).into(),
        "integer" | "number" => schema.get("minimum").cloned().unwrap_or_else(|| 1.into()),
        "boolean" => false.into(),
        _ => Value::Null,
    }
}

/// What the schema itself says.
fn given(schema: &Value) -> Option<Value> {
    let first = |member: &str| schema[member].as_array().and_then(|all| all.first()).cloned();
    let said = schema.get("const").or(schema.get("example"));
    said.cloned().or_else(|| first("examples")).or_else(|| first("enum"))
}

/// The type, `null` aside.
fn kind(schema: &Value) -> &str {
    match &schema["type"] {
        Value::String(kind) => kind,
        Value::Array(kinds) => {
            kinds.iter().filter_map(Value::as_str).find(|kind| *kind != "null").unwrap_or("")
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_)
            if schema["properties"].is_object() =>
        {
            "object"
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::Object(_) => "",
    }
}

fn object(schema: &Value, root: &Value, depth: usize) -> Value {
    let properties = schema["properties"].as_object().into_iter().flatten();
    let members: Map<String, Value> =
        properties.map(|(name, schema)| (name.clone(), of(schema, root, depth + 1))).collect();
    Value::Object(members)
}

fn text(schema: &Value) -> &str {
    match schema["format"].as_str() {
        Some("uuid") => ID,
        Some("date-time") => TIME,
        Some("uri") => "https://example.com/",
        _ => "text",
    }
}
