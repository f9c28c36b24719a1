//! Agents: how they come to clusters, and what is heard of them.

use super::{World, named, phase, version};
use aggregates::cluster::{AgentFacts, Health};
use quarterdeck::app::Refused;
use quarterdeck::app::clusters::Joined;
use quarterdeck::app::timers::{Schedule, Timers};
use quarterdeck::authn::NotLetIn;
use serde_json::{Value, json};
use std::sync::Arc;
use testing::Reply;
use values::{Description, DisplayName, JoinSecret};

const MINUTE: i64 = 60_000_000;

fn facts() -> AgentFacts {
    AgentFacts {
        agent_version: DisplayName::parse("1.0.0").unwrap(),
        kubernetes_version: DisplayName::parse("v1.31.2").unwrap(),
    }
}

fn health(message: &str) -> Health {
    Health { is_healthy: message.is_empty(), message: Description::parse(message).unwrap() }
}

fn is_unknown(refused: &Refused) -> bool {
    matches!(refused, Refused::NotLetIn(why) if matches!(**why, NotLetIn::Unknown))
}

impl World {
    async fn bootstrap(&self, cluster: &str) -> Reply {
        self.admin.post(&self.cluster(&format!("{cluster}/bootstrap")), Value::Null).await
    }

    /// A token by which an agent can join.
    async fn token(&self, cluster: &str) -> String {
        self.bootstrap(cluster).await.is(200).json["token"].as_str().unwrap().to_owned()
    }

    async fn join(&self, token: &str) -> Result<Joined, Refused> {
        self.service.app.register_agent(token, facts()).await
    }

    /// Makes a cluster that an agent has joined.
    async fn joined(&self, name: &str, auto_approve: bool) -> Joined {
        let _ = self.make(name, json!({ "autoApprove": auto_approve })).await;
        self.join(&self.token(name).await).await.unwrap()
    }

    async fn report(&self, joined: Joined, message: &str) {
        self.service.app.report_status(joined, health(message), facts()).await.unwrap();
    }

    async fn read(&self, cluster: &str) -> Reply {
        self.admin.get(&self.cluster(cluster)).await.is(200)
    }

    async fn tick(&self) {
        Timers::new(Arc::clone(&self.service.app), Schedule::default()).tick().await;
    }
}

#[tokio::test]
async fn a_token_is_shown_once_with_a_manifest() {
    let world = World::new().await;
    let id = world.make("prod", json!({ "proxy": { "httpsProxy": "http://proxy.acme.test:3128" } })).await;
    let path = world.cluster("prod/bootstrap");
    let dry = world.admin.post(&world.cluster("prod/bootstrap?dryRun=true"), Value::Null).await.is(200);
    assert_eq!(dry.json["resource"]["token"], Value::Null);
    assert_eq!(dry.json["events"][0]["type"], "io.quarterdeck.cluster.bootstrapIssued.v1");
    let issued = world.admin.post(&path, Value::Null).header("idempotency-key", "k1").await.is(200);
    let token = issued.json["token"].as_str().unwrap();
    assert!(JoinSecret::parse(token).is_ok());
    let manifest = issued.json["manifest"].as_str().unwrap();
    for part in [token, id.as_str(), "kind: \"Deployment\"", "HTTPS_PROXY", "kind: \"ClusterRoleBinding\""] {
        assert!(manifest.contains(part), "{part}: {manifest}");
    }
    let again = world.admin.post(&path, Value::Null).header("idempotency-key", "k1").await.is(200);
    assert_eq!(again.header("idempotent-replayed"), Some("true"));
    assert_eq!((&again.json["token"], &again.json["manifest"]), (&Value::Null, &Value::Null));
    assert_eq!(again.json["expiresAt"], issued.json["expiresAt"]);

    let read = world.read("prod").await;
    assert_eq!((version(&read), &read.json["status"]["bootstrapExpiresAt"]), (2, &issued.json["expiresAt"]));
    let mut texts = vec![read.json.to_string()];
    for read in ["/events?after=0", "/audit"] {
        texts.push(world.admin.get(&world.at(read)).await.is(200).json.to_string());
    }
    for text in texts {
        assert!(!text.contains(token), "{text}");
    }
    let _ =
        world.admin.post(&world.cluster("nothing/bootstrap"), Value::Null).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_token_is_good_once_for_a_day_and_until_another_is_issued() {
    let world = World::new().await;
    let _ = world.make("prod", json!({})).await;
    let first = world.token("prod").await;
    let second = world.token("prod").await;
    let last = second.chars().last().unwrap();
    let mistyped = format!("{}{}", &second[..second.len() - 1], if last == '0' { '1' } else { '0' });
    for bad in ["", "qdjt_", first.as_str(), mistyped.as_str()] {
        assert!(is_unknown(&world.join(bad).await.unwrap_err()), "{bad}");
    }
    let joined = world.join(&second).await.unwrap();
    assert!(is_unknown(&world.join(&second).await.unwrap_err()), "it is spent");
    let read = world.read("prod").await;
    assert_eq!((phase(&read), joined.cluster.to_string()), ("registered", read.id()));
    assert_eq!(read.json["status"]["agent"]["kubernetesVersion"], "v1.31.2");
    assert_eq!(read.json["metadata"]["updatedBy"], json!({ "kind": "Agent", "id": read.id() }));

    let _ = world.make("late", json!({})).await;
    let token = world.token("late").await;
    world.service.clock.advance_micros(24 * 60 * MINUTE);
    assert!(is_unknown(&world.join(&token).await.unwrap_err()), "it is too old");
}

#[tokio::test(flavor = "multi_thread")]
async fn of_many_agents_with_one_token_one_joins() {
    let world = World::new().await;
    let _ = world.make("prod", json!({})).await;
    let token = world.token("prod").await;
    let racing: Vec<_> = (0..8)
        .map(|_| {
            let (app, token) = (Arc::clone(&world.service.app), token.clone());
            tokio::spawn(async move { app.register_agent(&token, facts()).await })
        })
        .collect();
    let mut joined = 0;
    for one in racing {
        match one.await.unwrap() {
            Ok(_) => joined += 1,
            Err(refused) => assert!(is_unknown(&refused), "{refused:?}"),
        }
    }
    assert_eq!(joined, 1);
}

#[tokio::test]
async fn an_agent_works_once_it_is_approved_and_its_cluster_becomes_ready() {
    let world = World::new().await;
    let joined = world.joined("prod", false).await;
    world.report(joined, "").await;
    assert_eq!(phase(&world.read("prod").await), "registered");
    let _ = world.admin.delete(&world.cluster("prod")).await.is_problem(409, "invalid_state");
    let approved =
        world.admin.post(&world.cluster("prod/approve"), json!({ "reason": "ours" })).await.is(200);
    assert_eq!(phase(&approved), "registered");
    let again = world.admin.post(&world.cluster("prod/approve"), Value::Null).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (version(&approved), None));
    world.report(joined, "").await;
    let ready = world.read("prod").await;
    assert_eq!(phase(&ready), "ready");
    world.report(joined, "").await;
    assert_eq!(version(&world.read("prod").await), version(&ready), "a heartbeat is no event");
    world.report(joined, "2 of 3 nodes are ready").await;
    let unhealthy = world.read("prod").await;
    assert_eq!(phase(&unhealthy), "unhealthy");
    let conditions = unhealthy.json["status"]["conditions"].as_array().unwrap();
    let ready = conditions.iter().find(|condition| condition["type"] == "Ready").unwrap();
    assert_eq!((&ready["status"], &ready["message"]), (&json!("False"), &json!("2 of 3 nodes are ready")));
    let _ =
        world.admin.post(&world.cluster("prod/reject"), Value::Null).await.is_problem(409, "invalid_state");
}

#[tokio::test]
async fn a_rejected_agent_is_gone_and_another_can_join() {
    let world = World::new().await;
    let joined = world.joined("prod", false).await;
    let rejected =
        world.admin.post(&world.cluster("prod/reject"), json!({ "reason": "not ours" })).await.is(200);
    assert_eq!((phase(&rejected), &rejected.json["status"]["agent"]), ("awaitingAgent", &Value::Null));
    let refused = world.service.app.report_status(joined, health(""), facts()).await.unwrap_err();
    assert!(matches!(refused, Refused::InvalidState(_)), "{refused:?}");
    let _ = world.join(&world.token("prod").await).await.unwrap();
    assert_eq!(phase(&world.read("prod").await), "registered");
}

#[tokio::test]
async fn an_agent_that_falls_silent_is_disconnected_until_it_is_heard_of() {
    let world = World::new().await;
    let joined = world.joined("prod", true).await;
    world.report(joined, "").await;
    let seen = world.read("prod").await.json["status"]["lastSeenAt"].clone();
    assert!(seen.is_string());
    world.service.clock.advance_micros(2 * MINUTE);
    world.report(joined, "").await;
    let read = world.read("prod").await;
    assert_ne!(read.json["status"]["lastSeenAt"], seen);
    let tag = read.header("etag").unwrap().to_owned();
    let same = world.admin.get(&world.cluster("prod")).header("if-none-match", &tag).await;
    assert_eq!(same.status.as_u16(), 304, "when it was heard of is no part of the version");
    let position = read.json["metadata"]["updatedAt"].as_str().unwrap().to_owned();
    let then = world.admin.get(&world.cluster(&format!("prod?asOf={position}"))).await.is(200);
    assert_eq!(then.json["status"].get("lastSeenAt"), None);

    world.service.clock.advance_micros(2 * MINUTE);
    world.tick().await;
    assert_eq!(phase(&world.read("prod").await), "ready", "two minutes are not too long");
    world.service.clock.advance_micros(MINUTE);
    world.tick().await;
    let silent = world.read("prod").await;
    assert_eq!(
        (phase(&silent), &silent.json["metadata"]["updatedBy"]["kind"]),
        ("disconnected", &json!("System"))
    );
    world.tick().await;
    assert_eq!(version(&world.read("prod").await), version(&silent), "once");
    world.report(joined, "").await;
    assert_eq!(phase(&world.read("prod").await), "ready");
}

#[tokio::test]
async fn an_agent_cleans_up_before_its_cluster_is_deleted() {
    let world = World::new().await;
    let joined = world.joined("prod", true).await;
    world.report(joined, "").await;
    let refused = world.service.app.finish_decommission(joined).await.unwrap_err();
    assert!(matches!(refused, Refused::InvalidState(_)), "{refused:?}");
    let path = world.cluster("prod/decommission");
    let leaving = world.admin.post(&path, json!({ "reason": "moved" })).await.is(200);
    assert_eq!(phase(&leaving), "decommissioning");
    let body = json!({ "metadata": { "name": "n" }, "spec": { "placement": { "clusters": ["prod"] } } });
    let placed = world.admin.post(&world.at("/projects/payments/namespaces"), body).await;
    let _ = placed.is_problem(409, "invalid_state");
    let _ = world.bootstrap("prod").await.is_problem(409, "invalid_state");
    world.report(joined, "").await;
    world.service.app.finish_decommission(joined).await.unwrap();
    let gone = world.admin.get(&world.cluster(&joined.cluster.to_string())).await.is(200);
    assert_eq!((phase(&gone), gone.json["metadata"]["deletedAt"].is_string()), ("deleted", true));
    let _ = world.admin.post(&world.cluster(""), named("prod")).await.is(201);

    let other = world.joined("other", true).await;
    let forced =
        world.admin.post(&world.cluster("other/decommission"), json!({ "force": true })).await.is(200);
    assert_eq!(phase(&forced), "deleted");
    let refused = world.service.app.report_status(other, health(""), facts()).await.unwrap_err();
    assert!(matches!(refused, Refused::InvalidState(_)), "{refused:?}");
}
