//! The OpenAPI document: complete, valid, checked in, and the same as the router.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};
use testing::{Contract, Service, is_json};

/// Operations that need no credential, and why not.
const PUBLIC: &[(&str, &str)] =
    &[("signUp", "whoever signs up has no credential yet"), ("listRoles", "what roles can do is no secret")];

/// Operations that need a credential and no permission, and why not.
const FOR_EVERYBODY: &[(&str, &str)] = &[
    ("listEventTypes", "what events look like is no secret among those who are let in"),
    ("getMe", "says to whoever is let in who that is"),
    ("checkAccess", "everybody may ask about itself; asking about others is judged by what is asked"),
];

fn document() -> &'static Value {
    &Contract::get().document
}

/// Every operation: path, method, and itself.
fn operations() -> Vec<(&'static str, &'static str, &'static Value)> {
    let mut all = vec![];
    for (path, item) in document()["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            all.push((path.as_str(), method.as_str(), operation));
        }
    }
    all
}

/// Calls `visit` for everything in a value, with where it is.
fn walk<'a>(value: &'a Value, at: &str, visit: &mut impl FnMut(&str, &'a Value)) {
    visit(at, value);
    match value {
        Value::Object(members) => {
            for (name, member) in members {
                let name = name.replace('~', "~0").replace('/', "~1");
                walk(member, &format!("{at}/{name}"), visit);
            }
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                walk(item, &format!("{at}/{index}"), visit);
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn the_document_that_is_checked_in_is_the_one_that_is_served() {
    let path = Path::new("docs/openapi.json");
    let generated = format!("{}\n", serde_json::to_string_pretty(document()).unwrap());
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(path, &generated).unwrap();
    }
    let checked_in = fs::read_to_string(path).unwrap_or_default();
    let first = generated.lines().zip(checked_in.lines()).enumerate().find(|(_, (new, old))| new != old);
    assert!(
        generated == checked_in,
        "docs/openapi.json is not what the code says, from {first:?} on: run this test with UPDATE_GOLDEN=1"
    );
}

#[test]
fn every_reference_leads_somewhere_and_every_component_is_used() {
    let mut used = BTreeSet::new();
    walk(document(), "", &mut |at, value| {
        if let Some(reference) = value.get("$ref").and_then(Value::as_str) {
            let pointer = reference.strip_prefix('#').unwrap_or_else(|| panic!("{at}: {reference}"));
            assert!(document().pointer(pointer).is_some(), "{at}: {reference} leads nowhere");
            used.insert(reference.to_owned());
        }
    });
    for kind in ["schemas", "headers", "responses"] {
        for name in document()["components"][kind].as_object().unwrap().keys() {
            let reference = format!("#/components/{kind}/{name}");
            assert!(used.contains(&reference), "nothing refers to {reference}");
        }
    }
}

#[test]
fn every_operation_says_what_it_is() {
    let tags: BTreeSet<&str> =
        document()["tags"].as_array().unwrap().iter().map(|tag| tag["name"].as_str().unwrap()).collect();
    let mut ids = BTreeSet::new();
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        assert!(id.chars().all(char::is_alphanumeric) && id.starts_with(char::is_lowercase), "{id}");
        assert!(ids.insert(id), "{id} twice");
        let summary = operation["summary"].as_str().unwrap_or_default();
        assert!(!summary.is_empty() && !summary.ends_with('.'), "{id}: a summary is a title: {summary:?}");
        assert!(
            operation["description"].as_str().is_some_and(|it| it.ends_with('.')),
            "{id}: no description"
        );
        let own: Vec<&str> =
            operation["tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap()).collect();
        assert!(own.len() == 1 && tags.contains(own[0]), "{id}: {own:?}");
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            assert!(parameter["description"].is_string(), "{id}: {}", parameter["name"]);
            assert!(
                parameter["required"] == true || parameter["example"].is_null(),
                "{id}: Swagger UI would send the example of {}",
                parameter["name"]
            );
        }
        let in_path = path.matches('{').count();
        let documented = operation["parameters"].as_array().into_iter().flatten();
        assert_eq!(documented.filter(|it| it["in"] == "path").count(), in_path, "{method} {path}");
    }
}

#[test]
fn every_operation_says_who_may_call_it() {
    for (_, _, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        let permission = operation["x-required-permission"].as_str();
        if PUBLIC.iter().any(|(public, _)| *public == id) {
            assert_eq!(operation["security"], json!([]), "{id}");
            continue;
        }
        assert_eq!(operation["security"], json!([{ "accessKey": [] }, { "secret": [] }]), "{id}");
        if FOR_EVERYBODY.iter().any(|(free, _)| *free == id) {
            assert_eq!(permission, None, "{id}");
            continue;
        }
        let known = quarterdeck::authz::Permission::ALL.iter().map(|it| it.as_str());
        assert!(known.into_iter().any(|known| Some(known) == permission), "{id}: {permission:?}");
    }
}

#[test]
fn every_answer_has_an_example_that_fits_its_schema() {
    for (_, _, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        for (status, response) in operation["responses"].as_object().unwrap() {
            let response = Contract::get().resolve(response);
            assert!(response["description"].as_str().is_some_and(|it| !it.is_empty()), "{id} {status}");
            assert!(response["headers"]["X-Request-Id"].is_object(), "{id} {status}");
            for (kind, content) in response["content"].as_object().into_iter().flatten() {
                if is_json(kind) {
                    check_examples(&format!("{id} {status} {kind}"), content);
                }
            }
        }
    }
}

#[test]
fn every_request_has_an_example() {
    for (_, _, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
            if is_json(kind) {
                check_examples(&format!("{id} request {kind}"), content);
            } else {
                assert!(content["example"].is_string(), "{id} {kind}");
            }
        }
    }
}

/// What a merge patch (RFC 7396) may say, where what must be there is there already, and what need not be can be cleared.
#[test]
fn a_merge_patch_may_leave_out_everything_and_clear_what_need_not_be_there() {
    for (_, method, operation) in operations().into_iter().filter(|(_, method, _)| *method == "patch") {
        let id = operation["operationId"].as_str().unwrap();
        let content = operation["requestBody"]["content"].as_object().unwrap();
        let content = &content["application/merge-patch+json"];
        assert!(content["schema"]["$ref"].as_str().unwrap().ends_with("Patch"), "{method} {id}");
        let fits = |patch: Value| Contract::get().validate(id, &content["schema"], &patch).is_ok();
        assert!(
            fits(json!({})) && fits(json!({ "spec": {} })) && fits(json!({ "apiVersion": null })),
            "{id}"
        );
        assert!(!fits(json!({ "unknown": 1 })) && !fits(json!([])) && !fits(json!({ "spec": 1 })), "{id}");
        if !id.ends_with("User") && id != "updateOperator" {
            let cleared = json!({ "displayName": null, "labels": { "tier": null }, "annotations": null });
            assert!(fits(json!({ "metadata": cleared })), "{id}");
            assert!(!fits(json!({ "metadata": { "name": null } })), "{id}: what must be there was cleared");
            assert!(!fits(json!({ "metadata": null })), "{id}: what must be there was cleared");
        }
    }
}

fn check_examples(name: &str, content: &Value) {
    let named = content["examples"].as_object().into_iter().flat_map(Map::values);
    let named = named.map(|example| &Contract::get().resolve(example)["value"]);
    let all: Vec<&Value> = named.chain(content.get("example")).collect();
    assert!(!all.is_empty(), "{name}: no example");
    for example in all {
        if let Err(fault) = Contract::get().validate(name, &content["schema"], example) {
            panic!("{name}: {fault}\n{example}");
        }
    }
}

#[test]
fn every_operation_documents_the_problems_that_all_share() {
    for (_, method, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        let statuses: BTreeSet<&str> =
            operation["responses"].as_object().unwrap().keys().map(String::as_str).collect();
        let mut shared = vec!["400", "408", "414", "429", "431", "500", "503"];
        if operation["x-required-permission"].is_string() {
            shared.extend(["401", "403", "404"]);
        }
        if operation["requestBody"].is_object() {
            shared.extend(["413", "415", "422"]);
        }
        if method != "get" {
            shared.extend(["409", "422"]);
        }
        for status in shared {
            assert!(statuses.contains(status), "{id}: {status}");
        }
        assert!(operation["x-problem-codes"].is_null(), "{id}: codes belong in the responses");
    }
}

/// The rules of the specification's meta-schema that a generator can break.
#[test]
fn the_document_is_valid() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    assert!(document["info"]["title"].is_string() && document["info"]["version"].is_string());
    walk(document, "", &mut |at, value| {
        let Some(object) = value.as_object().filter(|_| !at.contains("/example")) else { return };
        assert!(!object.contains_key("nullable"), "{at}: nullable is of 3.0");
        assert!(
            !(object.contains_key("example") && object.contains_key("examples")),
            "{at}: example and examples exclude each other"
        );
        assert!(
            object
                .get("required")
                .is_none_or(|it| it.is_boolean() || it.is_array() || at.ends_with("/properties")),
            "{at}"
        );
    });
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        assert!(name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}");
        assert!(jsonschema_is_valid(schema), "{name} is no JSON schema");
        assert!(schema["description"].is_string(), "{name} has no description");
    }
    for (path, item) in document["paths"].as_object().unwrap() {
        assert!(path.starts_with("/v1/"), "{path}");
        for method in item.as_object().unwrap().keys() {
            assert!(["get", "put", "post", "delete", "patch"].contains(&method.as_str()), "{method} {path}");
        }
    }
    for (path, method, operation) in operations() {
        let mut names = BTreeSet::new();
        for parameter in operation["parameters"].as_array().into_iter().flatten() {
            let key = format!("{} {}", parameter["in"], parameter["name"]);
            assert!(names.insert(key.clone()), "{method} {path}: {key} twice");
            assert!(parameter["in"] != "path" || parameter["required"] == true, "{method} {path}: {key}");
            assert!(parameter["schema"].is_object(), "{method} {path}: {key}");
        }
        assert!(method != "get" || operation["requestBody"].is_null(), "{path}: a GET with a body");
    }
}

fn jsonschema_is_valid(schema: &Value) -> bool {
    jsonschema::draft202012::meta::is_valid(schema)
}

/// A route that is registered otherwise would be served and not documented.
#[test]
fn only_the_router_and_the_service_routes_are_registered_by_hand() {
    let sources = Path::new("src/http");
    let mut by_hand = BTreeSet::new();
    find_routes(sources, sources, &mut by_hand);
    assert_eq!(by_hand, BTreeSet::from(["router.rs".to_owned(), "service.rs".to_owned()]));
}

fn find_routes(directory: &Path, root: &Path, found: &mut BTreeSet<String>) {
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            find_routes(&path, root, found);
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let is_test = path.to_string_lossy().ends_with("tests.rs");
        if !is_test && [".route(", ".nest(", ".route_service("].iter().any(|call| text.contains(call)) {
            found.insert(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
        }
    }
}

#[tokio::test]
async fn what_is_served_and_not_documented_is_there() {
    let service = Service::start().await;
    for (path, _) in quarterdeck::http::router::UNDOCUMENTED {
        let reply = match path {
            "/readyz" => service.readiness().await,
            path => service.nobody().get(&path.replace("{code}", "name_taken")).await,
        };
        assert!(reply.status.is_success() || reply.status.is_redirection(), "{path}: {}", reply.status);
    }
    let served = service.nobody().get("/v1/openapi.json").await.is(200);
    assert_eq!(&served.json, document());
}

#[tokio::test]
async fn every_documented_operation_is_served() {
    let service = Service::start().await;
    for (path, method, operation) in operations() {
        let id = operation["operationId"].as_str().unwrap();
        let path = path.replace(['{', '}'], "");
        let method = method.to_uppercase().parse().unwrap();
        let reply = service.nobody().call(method, &path).await;
        assert!(reply.status != 405, "{id}");
        if operation["x-required-permission"].is_string() {
            assert_eq!(reply.code(), "unauthenticated", "{id}: {}", reply.json);
        }
    }
}
