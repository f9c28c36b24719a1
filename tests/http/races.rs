//! Two requests of which only one can be let, sent at the same moment: one is, and the other is told why not.

use serde_json::{Value, json};
use testing::{Call, Client, Reply, Service};

const ROUNDS: usize = 10;

struct World {
    _service: Service,
    org: String,
    admin: Client,
}

impl World {
    async fn new() -> Self {
        let service = Service::start().await;
        let org = service.operator().post("/v1/orgs", named("acme")).await.is(201).id();
        let org = format!("/v1/orgs/{org}");
        let admin = service.member(&org, "admin", &["ORG_ADMIN"]).await.1;
        Self { _service: service, org, admin }
    }

    fn at(&self, path: &str) -> String {
        format!("{}{path}", self.org)
    }

    async fn make(&self, collection: &str, body: Value) {
        drop(self.admin.post(&self.at(collection), body).await.is(201));
    }

    async fn tell(&self, path: &str) {
        drop(self.admin.post(&self.at(path), json!({})).await.is(200));
    }

    /// A project with an add-on and a blueprint, which have no versions yet.
    async fn with_addon_and_blueprint() -> Self {
        let world = Self::new().await;
        world.make("/projects", named("p")).await;
        let addon = json!({ "metadata": { "name": "ingress" }, "spec": { "type": "yaml" } });
        world.make("/projects/p/addons", addon).await;
        world.make("/projects/p/blueprints", named("base")).await;
        world
    }

    /// Makes a version of the add-on and activates it; says where it is, and what a version of the blueprint is that takes it.
    async fn active_version(&self, name: &str) -> (String, Value) {
        let text = "apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: a\n";
        let version = json!({ "metadata": { "name": name }, "spec": { "artifact": { "inline": text } } });
        self.make("/projects/p/addons/ingress/versions", version).await;
        let at = format!("/projects/p/addons/ingress/versions/{name}");
        self.tell(&format!("{at}/activate")).await;
        let takes = json!({
            "metadata": { "name": name }, "spec": { "addons": [{ "name": "ingress", "version": name }] }
        });
        (at, takes)
    }
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

/// Sends both at once.
async fn at_once(one: Call, other: Call) -> (Reply, Reply) {
    let (one, other) = (tokio::spawn(one.into_future()), tokio::spawn(other.into_future()));
    (one.await.unwrap(), other.await.unwrap())
}

/// The last position that a command wrote.
fn position(reply: &Reply) -> i64 {
    reply.header("x-position").unwrap().parse().unwrap()
}

/// Exactly one of the two was let; says whether it was the first. Why the other was not is one of these.
fn one_of(replies: &(Reply, Reply), codes: &[&str]) -> bool {
    let (one, other) = (replies.0.status.is_success(), replies.1.status.is_success());
    assert!(one != other, "{} and {}", replies.0.json, replies.1.json);
    let refused = if one { &replies.1 } else { &replies.0 };
    let fault = refused.json["errors"][0]["code"].as_str().unwrap_or_else(|| refused.code());
    assert!(codes.contains(&fault), "{}", refused.json);
    one
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_parent_deleted_and_a_child_made_one_is_refused() {
    let world = World::new().await;
    for round in 0..ROUNDS {
        let (project, clusters) = (format!("/projects/p{round}"), format!("/projects/p{round}/clusters"));
        world.make("/projects", named(&format!("p{round}"))).await;
        let child = world.admin.post(&world.at(&clusters), named("c"));
        let gone = world.admin.delete(&world.at(&project));
        let is_child = one_of(&at_once(child, gone).await, &["in_use", "invalid_state", "not_found"]);
        let there = world.admin.get(&world.at(&project)).await;
        assert_eq!(there.status == 200, is_child, "what was made is in a project that is there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_version_disabled_and_a_blueprint_that_takes_it_one_is_refused_or_it_came_first() {
    let world = World::with_addon_and_blueprint().await;
    for round in 0..ROUNDS {
        let name = format!("1.0.{round}");
        let (addon, takes) = world.active_version(&name).await;
        let taking = world.admin.post(&world.at("/projects/p/blueprints/base/versions"), takes);
        let disabling = world.admin.post(&world.at(&format!("{addon}/disable")), json!({}));
        let (won, disabled) = at_once(taking, disabling).await;
        // What is disabled stays where it is in use: both are let, in this order and in no other.
        let disabled = disabled.is(200);
        if won.status == 201 {
            assert!(position(&won) < position(&disabled), "a version is taken that was disabled before");
            assert_eq!(disabled.json["status"]["usedBy"][0]["kind"], "BlueprintVersion", "{}", disabled.json);
        } else {
            let fault = won.json["errors"][0]["code"].as_str().unwrap_or_else(|| won.code());
            assert!(["version_not_active", "invalid_state"].contains(&fault), "{}", won.json);
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_version_disabled_and_a_blueprint_that_names_it_activated_one_is_refused_or_it_came_first() {
    let world = World::with_addon_and_blueprint().await;
    for round in 0..ROUNDS {
        let name = format!("1.0.{round}");
        let (addon, names) = world.active_version(&name).await;
        world.make("/projects/p/blueprints/base/versions", names).await;
        let blueprint = format!("/projects/p/blueprints/base/versions/{name}");
        let tell = |at: &str| world.admin.post(&world.at(at), json!({}));
        // Who is sent first comes first more often: each is, every other time.
        let (activate, disable) = (tell(&format!("{blueprint}/activate")), tell(&format!("{addon}/disable")));
        let (activated, disabled) = if round % 2 == 0 {
            at_once(activate, disable).await
        } else {
            let (disabled, activated) = at_once(disable, activate).await;
            (activated, disabled)
        };
        // A draft names it too, so that whatever came first, it is said to be in use.
        let disabled = disabled.is(200);
        assert_eq!(disabled.json["status"]["usedBy"][0]["kind"], "BlueprintVersion", "{}", disabled.json);
        let there = world.admin.get(&world.at(&blueprint)).await.is(200);
        if activated.status == 200 {
            assert!(position(&activated) < position(&disabled), "activated with what was disabled before");
            assert_eq!(there.json["status"]["phase"], "active");
        } else {
            let refused = activated.is_problem(409, "invalid_state");
            let why = refused.json["detail"].as_str().unwrap();
            assert!(why.contains("is disabled"), "{why}");
            assert_eq!(there.json["status"]["phase"], "draft");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_projects_that_place_the_same_namespace_on_a_cluster_one_is_refused() {
    let world = World::new().await;
    for project in ["one", "other"] {
        world.make("/projects", named(project)).await;
    }
    let labelled = json!({ "name": "c", "labels": { "env": "prod" } });
    let shared = json!({ "metadata": labelled, "spec": { "sharing": { "mode": "all" } } });
    world.make("/projects/one/clusters", shared).await;
    for round in 0..ROUNDS {
        let name = format!("n{round}");
        let namespace =
            json!({ "metadata": { "name": name }, "spec": { "placement": { "labelSelector": "env=prod" } } });
        let [one, other] = ["one", "other"].map(|project| format!("/projects/{project}/namespaces"));
        for collection in [&one, &other] {
            world.make(collection, namespace.clone()).await;
        }
        let publish = |at: &str| world.admin.post(&world.at(&format!("{at}/{name}/publish")), json!({}));
        let is_one =
            one_of(&at_once(publish(&one), publish(&other)).await, &["name_taken", "namespace_taken"]);
        let loser = if is_one { other } else { one };
        let shown = world.admin.get(&world.at(&format!("{loser}/{name}"))).await.is(200);
        assert_eq!(shown.json["status"]["phase"], "draft");
    }
}
