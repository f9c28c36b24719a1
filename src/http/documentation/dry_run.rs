//! What `dryRun=true` answers: the resource as it would be, and the events as they would be recorded.

use super::complete::{answers_for_many, component, successes};
use super::{examples, headers};
use serde_json::{Value, json};
use utoipa::openapi::example::ExampleBuilder;
use utoipa::openapi::path::Operation;
use utoipa::openapi::schema::{ArrayBuilder, ObjectBuilder, OneOfBuilder, Ref, Schema, Type};
use utoipa::openapi::{ContentBuilder, RefOr, ResponseBuilder};
use utoipa::{PartialSchema, ToSchema};

const JSON: &str = "application/json";

/// An event as it would be recorded.
#[derive(Debug, ToSchema)]
#[schema(rename_all = "camelCase")]
#[expect(dead_code, reason = "only its documentation is used")]
pub(super) struct PlannedEvent {
    /// What happened.
    #[schema(example = "io.quarterdeck.org.created.v1")]
    r#type: String,
    /// To what.
    #[schema(example = "orgs/0193f3a0-7c1b-7000-8000-000000000010")]
    subject: String,
    /// The details, as `GET /v1/event-types` describes them.
    #[schema(value_type = Object)]
    data: Value,
}

/// The schemas that all dry runs share, and what commands answer beside one thing.
pub(super) fn schemas() -> impl Iterator<Item = (String, RefOr<Schema>)> {
    let mut schemas = vec![
        ("PlannedEvent".to_owned(), PlannedEvent::schema()),
        ("RestoreReply".to_owned(), api::RestoreReply::schema()),
    ];
    api::RestoreReply::schemas(&mut schemas);
    schemas.into_iter()
}

/// What a dry run of a command on this kind answers.
pub(super) fn schema_of(kind: &str) -> (String, RefOr<Schema>) {
    let is_one = ObjectBuilder::new().schema_type(Type::Boolean).enum_values(Some([true]));
    let position = ObjectBuilder::new()
        .schema_type(Type::Integer)
        .description(Some("The installation's position at which the command was judged."));
    let events = ArrayBuilder::new()
        .items(Ref::from_schema_name("PlannedEvent"))
        .description(Some("What would be recorded; nothing where all is so already."));
    let schema = ObjectBuilder::new()
        .description(Some(format!(
            "What a command would come to, on the kind `{kind}`. Nothing is recorded."
        )))
        .property("dryRun", is_one)
        .property("position", position)
        .property("resource", Ref::from_schema_name(kind))
        .property("events", events);
    let schema =
        ["dryRun", "position", "resource", "events"].into_iter().fold(schema, ObjectBuilder::required);
    (name_of(kind), RefOr::T(schema.into()))
}

/// Adds what a dry run answers to a command that has them; says for which kind.
pub(super) fn document(operation: &mut Operation) -> Option<String> {
    let mut parameters = operation.parameters.iter().flatten();
    // What is answered for many says itself whether it was a dry run.
    if !parameters.any(|it| matches!(it, RefOr::T(it) if it.name == "dryRun")) || answers_for_many(operation)
    {
        return None;
    }
    let kind = successes(operation).find_map(|(_, response)| kind(response))?;
    let dry_run = Ref::from_schema_name(name_of(&kind));
    let example = ExampleBuilder::new()
        .summary("With dryRun=true")
        .value(examples::of(&kind).map(|resource| example(&kind, &resource)))
        .build();
    let also = operation.extensions.as_mut().and_then(|extensions| extensions.remove("x-also-answers"));
    let also = also.as_ref().and_then(Value::as_str).map(Ref::from_schema_name);
    let responses = &mut operation.responses.responses;
    if let Some(RefOr::T(response)) = responses.get_mut("200") {
        let content = response.content.get_mut(JSON);
        if let Some(RefOr::T(content)) = content {
            let done = Ref::from_schema_name(&kind);
            let one_of = OneOfBuilder::new().item(done).item(dry_run);
            content.schema = Some(also.into_iter().fold(one_of, OneOfBuilder::item).into());
            if let Some(value) = content.example.take() {
                let done = ExampleBuilder::new().summary("Done").value(Some(value)).build();
                content.examples.insert("done".to_owned(), done.into());
            }
            content.examples.insert("dryRun".to_owned(), example.into());
        }
        return Some(kind);
    }
    let content =
        ContentBuilder::new().schema(Some(dry_run)).examples_from_iter([("dryRun", example)]).build();
    let mut response = ResponseBuilder::new()
        .description("Only with `dryRun=true`: what the command would come to. Nothing is recorded.")
        .content(JSON, content)
        .build();
    headers::add(&mut response, "X-Request-Id");
    responses.insert("200".to_owned(), response.into());
    Some(kind)
}

fn kind(response: &RefOr<utoipa::openapi::Response>) -> Option<String> {
    let RefOr::T(response) = response else { return None };
    let Some(RefOr::T(content)) = response.content.get(JSON) else { return None };
    let Some(RefOr::Ref(reference)) = &content.schema else { return None };
    component(&reference.ref_location).map(ToOwned::to_owned)
}

fn name_of(kind: &str) -> String {
    format!("{kind}DryRun")
}

fn example(kind: &str, resource: &Value) -> Value {
    let (kind, id) =
        (kind.to_lowercase(), resource["metadata"]["id"].as_str().unwrap_or_default().to_owned());
    json!({
        "dryRun": true,
        "position": 41,
        "resource": resource,
        "events": [{
            "type": format!("io.quarterdeck.{kind}.updated.v1"),
            "subject": format!("{kind}s/{id}"),
            "data": {}
        }]
    })
}
