//! Two orgs with one of everything, and somebody with every role. Everything that is said in the second has its name in
//! it, which none of those who ask may be shown.

use crate::operations::Operation;
use quarterdeck::clock::{Clock, at_micros};
use quarterdeck::webhooks::connect::Connector;
use quarterdeck::webhooks::sender::{Limits, Sender};
use quarterdeck::webhooks::worker::Worker;
use rustls::RootCertStore;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use testing::{Client, FakeNetwork, Service};
use values::{KeySecret, Role, RoleLevel};

/// The name of the second org. It is in everything that is said there: names, labels, texts, addresses, reasons.
pub(crate) const CANARY: &str = "c4n4ry";
/// What is inside of the second org, which its partner and the operator are not shown either.
pub(crate) const INSIDE_OF_CANARY: &str = "c4n4ry-inside";

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
    admin_there: Client,
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
    /// The key that it asks with.
    key: String,
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

    /// What is told of the org.
    pub(crate) fn feed(&self) -> String {
        format!("/v1/orgs/{}/events", self.0["org"])
    }

    /// The org's trail.
    pub(crate) fn audit(&self) -> String {
        format!("/v1/orgs/{}/audit", self.0["org"])
    }

    /// The same places, where one's own key is that of this actor.
    pub(crate) fn of(&self, actor: &Actor) -> Self {
        self.with(".key", &actor.key)
    }

    /// The same places, where a parameter stands for something else.
    pub(crate) fn with(&self, parameter: &str, id: &str) -> Self {
        let mut places = self.clone();
        places.add(parameter, id.to_owned());
        places
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
        let (other, admin_there, in_other) = with_an_org(&service, CANARY).await;
        let other_org = with_a_project(&admin_there, &other, in_other, "payments").await;
        let [own, other_project, other_org] =
            with_deliveries(&service, [own, other_project, other_org], &admin, &admin_there).await;
        Self { service, org, admin, admin_there, own, other_project, other_org }
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

    /// Somebody without a credential.
    pub(crate) fn nobody(&self) -> Client {
        self.service.nobody()
    }

    /// The admin of the first org.
    pub(crate) const fn admin(&self) -> &Client {
        &self.admin
    }

    /// The admin of the second org.
    pub(crate) const fn admin_of_the_other_org(&self) -> &Client {
        &self.admin_there
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

    /// Somebody with a role, who is never shown what is said in the second org.
    async fn actor(&self, role: Role, terms: Terms) -> Option<Actor> {
        let mut actor = self.unwatched(role, terms).await?;
        let is_outside = matches!(role.level(), RoleLevel::Platform | RoleLevel::Partner);
        actor.client = actor.client.never_shown(if is_outside { INSIDE_OF_CANARY } else { CANARY });
        Some(actor)
    }

    async fn unwatched(&self, role: Role, terms: Terms) -> Option<Actor> {
        let partner = format!("/v1/partners/{}", self.own.0["partner"]);
        match role.level() {
            RoleLevel::Platform if terms.ends || terms.read_only => None,
            RoleLevel::Platform => {
                let client = self.service.operator();
                let me = client.get("/v1/me").await.is(200);
                let key = me.json["key"]["id"].as_str().unwrap().to_owned();
                Some(Actor { user: None, key, client })
            }
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

/// What people write on a thing, with the org's name in all of it.
fn metadata(org: &str, name: &str) -> Value {
    json!({
        "name": name, "displayName": format!("Display {org}-inside"), "description": format!("About {org}-inside"),
        "labels": { "of": format!("{org}-inside") }, "annotations": { format!("{org}-inside.test/of"): format!("{org}-inside") }
    })
}

/// An org and its admin, and what the parameters stand for that are not in a project.
async fn with_an_org(service: &Service, name: &str) -> (String, Client, Places) {
    let operator = service.operator();
    let contact = json!({ "firstName": name, "lastName": name, "email": format!("{name}@{name}.test") });
    let body = json!({
        "metadata": { "name": name, "displayName": name, "description": name, "labels": { "of": name } },
        "spec": { "externalId": name, "contact": contact }
    });
    let org = operator.post("/v1/orgs", body).await.is(201);
    let path = format!("/v1/orgs/{}", org.id());
    let admin = user(service, &path, &format!("{name}-first"), &["ORG_ADMIN"], false).await;
    let admin = admin.client.with_header("x-change-reason", &format!("Why: {name}-inside"));
    let admin = admin.with_header("user-agent", &format!("{name}-inside/1"));
    let mut places = Places::default();
    places.add("org", org.id());
    places.add("partner", org.json["metadata"]["partnerId"].as_str().unwrap().to_owned());
    let member = user(service, &path, &format!("{name}-member"), &["ORG_READ_ONLY"], false).await;
    let member = member.user.unwrap().rsplit('/').next().unwrap().to_owned();
    let key = json!({ "metadata": { "name": format!("{name}-another") } });
    let key = operator.post(&format!("{path}/users/{member}/api-keys"), key).await.is(201).id();
    places.add("user", member.clone());
    places.add("key", key);
    let group = json!({ "members": [member] });
    let binding = json!({ "role": "AUDITOR", "subject": { "kind": "User", "id": member }, "scope": { "project": null } });
    let hook = json!({ "url": format!("https://{name}-inside.test/in") });
    for (parameter, collection, spec) in
        [("group", "groups", group), ("binding", "role-bindings", binding), ("webhook", "webhooks", hook)]
    {
        let body = json!({ "metadata": metadata(name, &format!("{name}-inside-one")), "spec": spec });
        let made = admin.post(&format!("{path}/{collection}"), body).await.is(201);
        places.add(parameter, made.id());
    }
    (path, admin, places)
}

/// The same places, in a project with one of everything, published.
async fn with_a_project(admin: &Client, org: &str, mut places: Places, name: &str) -> Places {
    let said = admin.get(org).await.is(200).json["metadata"]["name"].as_str().unwrap().to_owned();
    // The examples of bodies name what is in the first org.
    let called =
        |name: &str| if said == CANARY { format!("{INSIDE_OF_CANARY}-{name}") } else { name.to_owned() };
    let (project, thing) = (called(name), called("checkout"));
    let body = json!({
        "metadata": metadata(&said, &project),
        "spec": { "excludedNamespaces": [format!("{said}-inside-excluded")] }
    });
    let project = admin.post(&format!("{org}/projects"), body).await.is(201).id();
    let within = format!("{org}/projects/{project}");
    for (parameter, collection, spec) in in_a_project(&said, &thing) {
        let body = json!({ "metadata": metadata(&said, &thing), "spec": spec });
        places.add(parameter, admin.post(&format!("{within}/{collection}"), body).await.is(201).id());
    }
    for published in ["namespaces", "workloads"] {
        drop(admin.post(&format!("{within}/{published}/{thing}/publish"), json!({})).await.is(200));
    }
    places.add("revision", "1".to_owned());
    places.add("project", project);
    places
}

/// What is made in a project, all by the same name: what its id stands for, its collection, and what is said of it.
fn in_a_project(org: &str, thing: &str) -> Vec<(&'static str, String, Value)> {
    let text = format!("apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: {org}-inside\n");
    let proxy =
        json!({ "httpsProxy": format!("http://{org}-inside.test:3128"), "user": format!("{org}-inside") });
    let placement = json!({ "clusters": [thing] });
    vec![
        ("addon", "addons".to_owned(), json!({ "type": "yaml", "namespace": format!("{org}-inside") })),
        (
            "addon.version",
            format!("addons/{thing}/versions"),
            json!({ "artifact": { "inline": text }, "notes": format!("{org}-inside") }),
        ),
        ("blueprint", "blueprints".to_owned(), json!({ "type": "custom" })),
        ("blueprint.version", format!("blueprints/{thing}/versions"), json!({ "addons": [] })),
        ("cluster", "clusters".to_owned(), json!({ "location": format!("{org}-inside"), "proxy": proxy })),
        (
            "namespace",
            "namespaces".to_owned(),
            json!({ "labels": { "of": format!("{org}-inside") }, "placement": placement }),
        ),
        (
            "workload",
            "workloads".to_owned(),
            json!({ "namespace": thing, "type": "yaml", "artifact": { "inline": text }, "placement": placement }),
        ),
    ]
}

/// The same places, with something that was on its way to each webhook, which nothing reaches.
async fn with_deliveries(
    service: &Service,
    mut all: [Places; 3],
    admin: &Client,
    admin_there: &Client,
) -> [Places; 3] {
    let nowhere = FakeNetwork::leading_to(SocketAddr::from((Ipv4Addr::LOCALHOST, 1)));
    let connector = Connector::new(Arc::new(nowhere), RootCertStore::empty(), false).unwrap();
    Worker::new(Arc::clone(&service.app), Sender::new(connector, Limits::default())).settle().await;
    for (places, admin) in all.iter_mut().zip([admin, admin, admin_there]) {
        let webhook = format!("/v1/orgs/{}/webhooks/{}", places.0["org"], places.0["webhook"]);
        let page = admin.get(&format!("{webhook}/deliveries")).await.is(200);
        places.add("delivery", page.json["items"][0]["metadata"]["id"].as_str().unwrap().to_owned());
    }
    all
}

async fn user(service: &Service, scope: &str, name: &str, roles: &[&str], read_only: bool) -> Actor {
    let operator = service.operator();
    let body = json!({
        "email": format!("{name}@acme.test"), "firstName": name, "lastName": name, "access": "programmatic", "roles": roles
    });
    let id = operator.post(&format!("{scope}/users"), json!({ "spec": body })).await.is(201).id();
    let path = format!("{scope}/users/{id}");
    let spec = json!({ "validityHours": 24, "scope": { "readOnly": read_only } });
    let body = json!({ "metadata": { "name": format!("{name}-key") }, "spec": spec });
    let key = operator.post(&format!("{path}/api-keys"), body).await.is(201);
    let secret = KeySecret::parse(key.json["status"]["secret"].as_str().unwrap()).unwrap();
    Actor { user: Some(path), key: key.id(), client: service.with_secret(&secret) }
}
