//! Two orgs with one of everything, and somebody with every role.

use crate::operations::Operation;
use quarterdeck::clock::{Clock, at_micros};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashMap;
use testing::{Client, Service};
use values::{KeySecret, Role, RoleLevel};

/// An hour, in microseconds.
const HOUR: i64 = 3_600_000_000;

/// What partners do with orgs.
const LIFE: [&str; 6] = ["activate", "approve", "deactivate", "reject", "restore", "revert"];

/// Two orgs of a partner.
pub(crate) struct World {
    service: Service,
    /// The path of the first org, and its admin.
    org: String,
    admin: Client,
    /// The first org, and the project that roles are given in.
    pub(crate) own: Places,
    /// The first org, and another project.
    pub(crate) other_project: Places,
    /// The second org.
    pub(crate) other_org: Places,
}

/// What the parameters of paths stand for.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places(HashMap<String, String>);

/// Somebody with one role.
pub(crate) struct Actor {
    /// Where it is a user: the collection's path, and its id.
    user: Option<String>,
    pub(crate) client: Client,
}

/// How long a role is given, and what the key is good for.
#[derive(Clone, Copy)]
struct Terms {
    ends: bool,
    read_only: bool,
}

impl Places {
    /// The path of an operation here. What there is none of is asked for by an id that nobody has.
    pub(crate) fn path(&self, operation: &Operation) -> String {
        let (mut path, mut rest, mut parent) = (String::new(), operation.path, "");
        while let Some((before, after)) = rest.split_once('{') {
            let (parameter, after) = after.split_once('}').unwrap();
            let known = self.0.get(&format!("{parent}.{parameter}")).or_else(|| self.0.get(parameter));
            path.push_str(before);
            path.push_str(known.map_or("0193f3a0-0000-7000-8000-00000000dead", String::as_str));
            (rest, parent) = (after, parameter);
        }
        path + rest
    }

    /// Whether it is for members: the org's life is its partner's.
    pub(crate) fn is_inside_of_an_org(operation: &Operation) -> bool {
        let inside = operation.path.strip_prefix("/v1/orgs/{org}/");
        inside.is_some_and(|path| path.contains('/') || !LIFE.contains(&path))
    }

    fn add(&mut self, parameter: &str, id: String) {
        self.0.insert(parameter.to_owned(), id);
    }
}

impl World {
    pub(crate) async fn new() -> Self {
        let service = Service::start().await;
        let (org, admin, in_org) = with_an_org(&service, "acme").await;
        let (own, other_project) = (
            with_a_project(&admin, &org, in_org.clone(), "payments").await,
            with_a_project(&admin, &org, in_org, "shipping").await,
        );
        let (other, admin_there, in_other) = with_an_org(&service, "globex").await;
        let other_org = with_a_project(&admin_there, &other, in_other, "payments").await;
        Self { service, org, admin, own, other_project, other_org }
    }

    /// Somebody with each role, for ever.
    pub(crate) async fn actors(&self) -> Vec<Option<Actor>> {
        self.actors_on(Terms { ends: false, read_only: false }).await
    }

    /// Somebody with each role that a binding gives, until an hour from now.
    pub(crate) async fn actors_until_an_hour_from_now(&self) -> Vec<Option<Actor>> {
        self.actors_on(Terms { ends: true, read_only: false }).await
    }

    /// Somebody with each role, whose key only reads. The operator's first key does more.
    pub(crate) async fn actors_that_only_read(&self) -> Vec<Option<Actor>> {
        self.actors_on(Terms { ends: false, read_only: true }).await
    }

    /// The operator.
    pub(crate) fn operator(&self) -> Client {
        self.service.operator()
    }

    /// The admin of the first org.
    pub(crate) const fn admin(&self) -> &Client {
        &self.admin
    }

    /// Somebody who may read everything in the first org, and change nothing.
    pub(crate) async fn reader(&self) -> Client {
        let terms = Terms { ends: false, read_only: false };
        self.user(&self.org, Role::OrgReadOnly, &[Role::OrgReadOnly.as_str()], terms).await.client
    }

    /// The ledger itself.
    pub(crate) fn ledger(&self) -> PgPool {
        self.service.superuser()
    }

    /// An hour later, less than nothing is left of what was given for one.
    pub(crate) fn let_an_hour_pass(&self) {
        self.service.clock.advance_micros(HOUR + 1);
    }

    /// Suspends everybody who is a user.
    pub(crate) async fn suspend(&self, actors: &[Option<Actor>]) {
        for user in actors.iter().flatten().filter_map(|actor| actor.user.as_ref()) {
            let body = json!({ "reason": "a test" });
            drop(self.service.operator().post(&format!("{user}/suspend"), body).await.is(200));
        }
    }

    /// Deactivates the first org.
    pub(crate) async fn deactivate(&self) {
        let body = json!({ "reason": "a test" });
        drop(self.service.operator().post(&format!("{}/deactivate", self.org), body).await.is(200));
    }

    async fn actors_on(&self, terms: Terms) -> Vec<Option<Actor>> {
        let mut actors = vec![];
        for role in Role::ALL {
            actors.push(self.actor(*role, terms).await);
        }
        actors
    }

    async fn actor(&self, role: Role, terms: Terms) -> Option<Actor> {
        let partner = format!("/v1/partners/{}", self.own.0["partner"]);
        match role.level() {
            RoleLevel::Platform if terms.ends || terms.read_only => None,
            RoleLevel::Platform => Some(Actor { user: None, client: self.service.operator() }),
            RoleLevel::Partner if terms.ends => None,
            RoleLevel::Partner => Some(self.user(&partner, role, &[role.as_str()], terms).await),
            RoleLevel::Org if !terms.ends => Some(self.user(&self.org, role, &[role.as_str()], terms).await),
            RoleLevel::Org | RoleLevel::Project | RoleLevel::Namespace => {
                let actor = self.user(&self.org, role, &[], terms).await;
                self.bind(&actor, role, terms).await;
                Some(actor)
            }
        }
    }

    async fn bind(&self, actor: &Actor, role: Role, terms: Terms) {
        let user = actor.user.as_deref().and_then(|path| path.rsplit('/').next()).unwrap();
        let (project, namespaces) = match role.level() {
            RoleLevel::Namespace => (json!(self.own.0["project"]), json!([self.own.0["namespace"]])),
            RoleLevel::Project => (json!(self.own.0["project"]), json!([])),
            RoleLevel::Platform | RoleLevel::Partner | RoleLevel::Org => (Value::Null, json!([])),
        };
        let ends = terms.ends.then(|| at_micros(self.service.clock.now().as_micros() + HOUR));
        let spec = json!({
            "role": role.as_str(), "subject": { "kind": "User", "id": user },
            "scope": { "project": project, "namespaces": namespaces }, "expiresAt": ends
        });
        let body = json!({ "metadata": { "name": name_of(role) }, "spec": spec });
        drop(self.admin.post(&format!("{}/role-bindings", self.org), body).await.is(201));
    }

    async fn user(&self, scope: &str, role: Role, roles: &[&str], terms: Terms) -> Actor {
        user(&self.service, scope, &name_of(role), roles, terms.read_only).await
    }
}

fn name_of(role: Role) -> String {
    role.as_str().to_lowercase().replace('_', "-")
}

/// An org and its admin, and what the parameters stand for that are not in a project.
async fn with_an_org(service: &Service, name: &str) -> (String, Client, Places) {
    let operator = service.operator();
    let org = operator.post("/v1/orgs", json!({ "metadata": { "name": name } })).await.is(201);
    let path = format!("/v1/orgs/{}", org.id());
    let admin = user(service, &path, &format!("{name}-first"), &["ORG_ADMIN"], false).await;
    let mut places = Places::default();
    places.add("org", org.id());
    places.add("partner", org.json["metadata"]["partnerId"].as_str().unwrap().to_owned());
    let member = user(service, &path, &format!("{name}-member"), &["ORG_READ_ONLY"], false).await;
    let member = member.user.unwrap().rsplit('/').next().unwrap().to_owned();
    let key = json!({ "metadata": { "name": "another" } });
    let key = operator.post(&format!("{path}/users/{member}/api-keys"), key).await.is(201).id();
    places.add("user", member.clone());
    places.add("key", key);
    let binding = json!({ "role": "AUDITOR", "subject": { "kind": "User", "id": member }, "scope": { "project": null } });
    let hook = json!({ "url": "https://hooks.acme.test/in" });
    for (parameter, collection, spec) in
        [("group", "groups", json!({})), ("binding", "role-bindings", binding), ("webhook", "webhooks", hook)]
    {
        let body = json!({ "metadata": { "name": "one" }, "spec": spec });
        let made = admin.client.post(&format!("{path}/{collection}"), body).await.is(201);
        places.add(parameter, made.id());
    }
    (path, admin.client, places)
}

/// The same places, in a project with one of everything.
async fn with_a_project(admin: &Client, org: &str, mut places: Places, name: &str) -> Places {
    let project = json!({ "metadata": { "name": name } });
    let project = admin.post(&format!("{org}/projects"), project).await.is(201).id();
    for (parameter, collection, spec) in in_a_project() {
        let body = json!({ "metadata": { "name": "checkout" }, "spec": spec });
        let collection = format!("{org}/projects/{project}/{collection}");
        places.add(parameter, admin.post(&collection, body).await.is(201).id());
    }
    places.add("project", project);
    places
}

/// What is made in a project, all by the same name: what its id stands for, its collection, and what is said of it.
fn in_a_project() -> Vec<(&'static str, &'static str, Value)> {
    let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: hello\n";
    vec![
        ("addon", "addons", json!({ "type": "yaml", "namespace": "ingress" })),
        ("addon.version", "addons/checkout/versions", json!({ "artifact": { "inline": text } })),
        ("blueprint", "blueprints", json!({ "type": "custom" })),
        ("blueprint.version", "blueprints/checkout/versions", json!({ "addons": [] })),
        ("cluster", "clusters", json!({})),
        ("namespace", "namespaces", json!({})),
        (
            "workload",
            "workloads",
            json!({ "namespace": "checkout", "type": "yaml", "artifact": { "inline": text } }),
        ),
    ]
}

async fn user(service: &Service, scope: &str, name: &str, roles: &[&str], read_only: bool) -> Actor {
    let operator = service.operator();
    let body = json!({ "email": format!("{name}@acme.test"), "access": "programmatic", "roles": roles });
    let id = operator.post(&format!("{scope}/users"), json!({ "spec": body })).await.is(201).id();
    let path = format!("{scope}/users/{id}");
    let spec = json!({ "validityHours": 24, "scope": { "readOnly": read_only } });
    let body = json!({ "metadata": { "name": "key" }, "spec": spec });
    let key = operator.post(&format!("{path}/api-keys"), body).await.is(201);
    let secret = KeySecret::parse(key.json["status"]["secret"].as_str().unwrap()).unwrap();
    Actor { user: Some(path), client: service.with_secret(&secret) }
}
