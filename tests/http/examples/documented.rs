//! The examples of the OpenAPI document: each body that it shows is sent where it is shown.
//!
//! What makes things is sent for real, until all of it is made: what refers to something comes after that. Everything else
//! is asked of what was made, as a dry run.

use super::{GIVEN, World, is_refused_for_what_it_says, told};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use testing::{Client, Contract, Reply};

/// What is inside of an org is its admin's, and everything else the operator's.
const INSIDE: &str = "/v1/orgs/{org}/";

/// What partners do with orgs.
const LIFE: [&str; 6] = ["activate", "approve", "deactivate", "reject", "restore", "revert"];

/// The keys that were issued, by whose they are.
type Keys = BTreeMap<&'static str, String>;

/// An operation whose body has an example.
struct Shown {
    id: &'static str,
    method: &'static str,
    path: &'static str,
    parameters: Vec<&'static Value>,
    kind: &'static str,
    example: &'static Value,
}

fn all() -> Vec<Shown> {
    let mut all = vec![];
    for (path, item) in Contract::get().document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let id = operation["operationId"].as_str().unwrap();
            for (kind, content) in operation["requestBody"]["content"].as_object().into_iter().flatten() {
                let parameters = operation["parameters"].as_array().into_iter().flatten().collect();
                let example = Contract::get().example(content);
                assert!(!example.is_null(), "{id} shows no example of {kind}");
                all.push(Shown { id, method, path, parameters, kind, example });
            }
        }
    }
    all
}

impl Shown {
    /// Whether it makes something, or lets it be used.
    fn makes(&self) -> bool {
        let makes =
            ["create", "add", "issue", "apply", "activate"].iter().any(|verb| self.id.starts_with(verb));
        makes && self.id != "activateOrg"
    }

    async fn send(&self, world: &World, keys: &Keys, dry_run: bool) -> Reply {
        let mut path = self.path.to_owned();
        if !self.is_inside() {
            // The operator names orgs by their ids.
            path = path.replace("/v1/orgs/{org}", &world.org);
        }
        for parameter in self.parameters.iter().filter(|parameter| parameter["in"] == "path") {
            let name = parameter["name"].as_str().unwrap();
            let issued = (name == "key").then(|| keys.get(self.place())).flatten();
            let value = issued.map_or_else(|| parameter["example"].as_str().unwrap(), String::as_str);
            path = path.replace(&format!("{{{name}}}"), value);
        }
        if dry_run && self.parameters.iter().any(|parameter| parameter["name"] == "dryRun") {
            path.push_str("?dryRun=true");
        }
        let text = self.example.as_str().map_or_else(|| self.example.to_string(), str::to_owned);
        self.asker(world).call(self.method.to_uppercase().parse().unwrap(), &path).body(self.kind, text).await
    }

    /// Whose keys the path is about.
    fn place(&self) -> &'static str {
        self.path.split_once("/api-keys").map_or(self.path, |(place, _)| place)
    }

    /// Whether it is for the members of an org; its life is its partner's.
    fn is_inside(&self) -> bool {
        let inside =
            self.path.strip_prefix(INSIDE).is_some_and(|rest| rest.contains('/') || !LIFE.contains(&rest));
        inside || self.path.starts_with("/v1/access")
    }

    fn asker(&self, world: &World) -> Client {
        if self.is_inside() { world.admin.clone() } else { world.service.operator() }
    }
}

#[tokio::test]
async fn every_example_of_the_document_is_what_the_service_takes() {
    let world = World::new("acme").await;
    let made = world.apply("", GIVEN).await;
    assert_eq!(made.status, 200, "{}", told(&made));
    let open = json!({ "spec": { "policy": { "signup": "open" } } });
    drop(world.service.operator().patch("/v1/partners/default", &open).await.is(200));

    let mut left: Vec<Shown> = all().into_iter().filter(Shown::makes).collect();
    let mut keys = Keys::new();
    loop {
        let before = left.len();
        let (mut still, mut why) = (vec![], vec![]);
        for shown in left {
            let reply = shown.send(&world, &keys, false).await;
            if is_refused_for_what_it_says(&reply) {
                why.push(format!("{}: {}", shown.id, told(&reply)));
                still.push(shown);
            } else if shown.id.starts_with("issue") && reply.status == 201 {
                keys.insert(shown.place(), reply.id());
            }
        }
        left = still;
        assert!(left.len() < before || left.is_empty(), "{}", why.join("\n"));
        if left.is_empty() {
            break;
        }
    }

    let mut refused = vec![];
    for shown in all().into_iter().filter(|shown| !shown.makes()) {
        let reply = shown.send(&world, &keys, true).await;
        // Nothing was sent to a webhook yet.
        if is_refused_for_what_it_says(&reply) && shown.id != "redeliver" {
            refused.push(format!("{}: {}", shown.id, told(&reply)));
        }
    }
    assert!(refused.is_empty(), "{}", refused.join("\n"));
}
