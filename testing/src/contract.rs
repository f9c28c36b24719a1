//! The OpenAPI document as a contract: what is answered must be what it says, nothing more and nothing less.

use crate::client::Reply;
use axum::http::Method;
use axum::http::header::CONTENT_TYPE;
use jsonschema::Validator;
use quarterdeck::http::router::{UNDOCUMENTED, operations};
use serde_json::{Map, Value, json};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

/// The document, with a validator for every answer.
#[derive(Debug)]
pub struct Contract {
    /// The document as it is served.
    pub document: Value,
    /// Its components, with nothing allowed that is not named.
    strict: Value,
    validators: Mutex<HashMap<String, Arc<Validator>>>,
}

impl Contract {
    /// The document of this program.
    ///
    /// # Panics
    /// When it cannot be written down.
    pub fn get() -> &'static Self {
        static CONTRACT: OnceLock<Contract> = OnceLock::new();
        CONTRACT.get_or_init(|| {
            let (_, document) = operations();
            match serde_json::to_value(document) {
                Ok(document) => Self::of(document),
                Err(error) => panic!("the document cannot be written down: {error}"),
            }
        })
    }

    fn of(document: Value) -> Self {
        let mut strict = json!({ "schemas": document["components"]["schemas"] });
        if let Some(schemas) = strict["schemas"].as_object_mut() {
            schemas.values_mut().for_each(forbid_others);
        }
        Self { document, strict, validators: Mutex::default() }
    }

    /// Holds an answer against the document.
    ///
    /// # Errors
    /// In words, where the document does not say so.
    pub fn check(&self, method: &Method, target: &str, reply: &Reply) -> Result<(), String> {
        let path = target.split('?').next().unwrap_or_default();
        if path.starts_with("/docs/") || UNDOCUMENTED.iter().any(|(template, _)| fits(template, path)) {
            return Ok(());
        }
        if reply.header("x-request-id").is_none() {
            return Err("there is no X-Request-Id".to_owned());
        }
        let Some((template, item)) = self.item(path) else {
            return self.problem(reply, &[400, 404, 414, 431]);
        };
        let verb = if method == Method::HEAD { "get".to_owned() } else { method.as_str().to_lowercase() };
        let Some(operation) = item.get(&verb) else {
            if method == Method::OPTIONS && reply.status == 204 {
                return Ok(());
            }
            let says_what_is_allowed = reply.status != 405 || reply.header("allow").is_some();
            return says_what_is_allowed
                .then_some(())
                .ok_or_else(|| "there is no Allow".to_owned())
                .and_then(|()| self.problem(reply, &[400, 405, 414, 431]));
        };
        let status = reply.status.as_str();
        let response =
            operation["responses"].get(status).ok_or_else(|| format!("{status} is not documented"))?;
        let response = self.resolve(response);
        check_headers(response, reply)?;
        if method == Method::HEAD {
            return Ok(());
        }
        self.check_body(response, &format!("{verb} {template} {status}"), reply)
    }

    /// The path item of the template that fits best: one with literal segments before one with parameters.
    fn item(&self, path: &str) -> Option<(&str, &Map<String, Value>)> {
        let paths = self.document["paths"].as_object()?;
        let fitting = paths.iter().filter(|(template, _)| fits(template, path));
        fitting
            .min_by_key(|(template, _)| template.matches('{').count())
            .and_then(|(template, item)| Some((template.as_str(), item.as_object()?)))
    }

    /// What a reference leads to, and everything else as it is.
    #[must_use]
    pub fn resolve<'value>(&'value self, value: &'value Value) -> &'value Value {
        let pointer = value["$ref"].as_str().and_then(|reference| reference.strip_prefix('#'));
        pointer.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(value)
    }

    /// The example that the document shows of a kind of body.
    #[must_use]
    pub fn example<'a>(&'a self, content: &'a Value) -> &'a Value {
        let Some(example) = content["examples"].as_object().and_then(|examples| examples.values().next())
        else {
            return &content["example"];
        };
        let named = example["$ref"].as_str().map(|reference| reference.trim_start_matches('#'));
        &named.and_then(|pointer| self.document.pointer(pointer)).unwrap_or(example)["value"]
    }

    fn check_body(&self, response: &Value, name: &str, reply: &Reply) -> Result<(), String> {
        let content = response.get("content").and_then(Value::as_object);
        let Some(content) = content.filter(|content| !content.is_empty()) else {
            return reply.bytes.is_empty().then_some(()).ok_or_else(|| "a body is not documented".to_owned());
        };
        let kind = reply.header(CONTENT_TYPE.as_str()).unwrap_or_default();
        let essence = kind.split(';').next().unwrap_or_default();
        let body = content.get(essence).ok_or_else(|| format!("{kind:?} is not documented"))?;
        if !is_json(essence) {
            return Ok(());
        }
        self.validate(&format!("{name} {essence}"), &body["schema"], &reply.json)?;
        if essence != "application/problem+json" {
            return Ok(());
        }
        let documented = body["examples"].as_object().is_some_and(|codes| codes.contains_key(reply.code()));
        documented.then_some(()).ok_or_else(|| format!("the code {} is not documented", reply.code()))
    }

    /// What is answered where the document has no operation: a problem of one of these statuses.
    fn problem(&self, reply: &Reply, statuses: &[u16]) -> Result<(), String> {
        if !statuses.contains(&reply.status.as_u16()) {
            return Err("there is no such operation".to_owned());
        }
        self.validate("problem", &json!({ "$ref": "#/components/schemas/Problem" }), &reply.json)
    }

    /// Holds a value against a schema of the document.
    ///
    /// # Errors
    /// In words, where it does not fit.
    pub fn validate(&self, name: &str, schema: &Value, value: &Value) -> Result<(), String> {
        let validator = self.validator(name, schema)?;
        let faults: Vec<String> =
            validator.iter_errors(value).map(|fault| format!("{}: {fault}", fault.instance_path())).collect();
        faults.is_empty().then_some(()).ok_or_else(|| faults.join("; "))
    }

    fn validator(&self, name: &str, schema: &Value) -> Result<Arc<Validator>, String> {
        let mut validators = self.validators.lock().unwrap_or_else(PoisonError::into_inner);
        // Most schemas are a reference, which many operations share.
        let key = schema.to_string();
        if let Some(known) = validators.get(&key) {
            return Ok(Arc::clone(known));
        }
        let mut root = schema.clone();
        root["$schema"] = "https://json-schema.org/draft/2020-12/schema".into();
        root["components"] = self.needed_by(schema);
        let validator = jsonschema::options()
            .should_validate_formats(true)
            .build(&root)
            .map_err(|error| format!("the schema of {name} is none: {error}"))?;
        let validator = Arc::new(validator);
        validators.insert(key, Arc::clone(&validator));
        Ok(validator)
    }

    /// The components that a schema refers to, and those that these refer to: with all of them, a validator for each answer
    /// would take minutes.
    fn needed_by(&self, schema: &Value) -> Value {
        let mut needed = Map::new();
        let mut open = vec![];
        references(schema, &mut open);
        while let Some(name) = open.pop() {
            if let Some(component) = self.strict["schemas"].get(&name).filter(|_| !needed.contains_key(&name))
            {
                references(component, &mut open);
                needed.insert(name, component.clone());
            }
        }
        json!({ "schemas": needed })
    }
}

/// The names of the components that a schema refers to.
fn references(schema: &Value, found: &mut Vec<String>) {
    match schema {
        Value::Object(members) => {
            let name = members.get("$ref").and_then(Value::as_str);
            found.extend(name.and_then(|it| it.strip_prefix("#/components/schemas/")).map(str::to_owned));
            for member in members.values() {
                references(member, found);
            }
        }
        Value::Array(items) => {
            for item in items {
                references(item, found);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Whether a media type is JSON: one document, and not one a line.
#[must_use]
pub fn is_json(kind: &str) -> bool {
    kind == "application/json" || kind.ends_with("+json")
}

/// Headers that the document knows must be documented where they are sent.
fn check_headers(response: &Value, reply: &Reply) -> Result<(), String> {
    for name in ["ETag", "Location", "X-Position", "Idempotent-Replayed", "Retry-After", "WWW-Authenticate"] {
        if reply.header(name).is_some() && response["headers"].get(name).is_none() {
            return Err(format!("the header {name} is not documented"));
        }
    }
    Ok(())
}

/// Whether a path is one that a template stands for.
fn fits(template: &str, path: &str) -> bool {
    let (mut wanted, mut given) = (template.split('/'), path.split('/'));
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(wanted), Some(given)) if wanted == given => {}
            (Some(wanted), Some(given)) if wanted.starts_with('{') && !given.is_empty() => {}
            (Some(_) | None, Some(_) | None) => return false,
        }
    }
}

/// Objects whose members are named have no others. Open maps say so themselves.
pub(crate) fn forbid_others(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            members.values_mut().for_each(forbid_others);
            let is_object = members.get("type").is_some_and(|kind| kind == "object");
            if is_object
                && members.contains_key("properties")
                && !members.contains_key("additionalProperties")
            {
                members.insert("additionalProperties".to_owned(), Value::Bool(false));
            }
        }
        Value::Array(items) => items.iter_mut().for_each(forbid_others),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
