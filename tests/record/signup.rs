use crate::world::{Answer, HOUR, SECOND, World};
use serde_json::{Value, json};

async fn sign_up(world: &World, host: &str, org: &str, email: &str, address: &str) -> Answer {
    let body =
        json!({"org": {"name": org, "displayName": "Acme"}, "user": {"email": email, "firstName": "Ada"}});
    world.ask("POST", "/v1/signup").header("host", host).from(address).body(&body).send().await
}

#[tokio::test]
async fn an_org_signs_up_waits_and_is_approved() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let answer =
        sign_up(&world, "Northwind.test:8443", "acme", "Ada@acme.test", "192.0.2.7").await.expect(202);
    assert_eq!(answer.json["status"]["phase"], "pendingApproval");
    assert_eq!(answer.json["status"]["origin"], "signup");
    assert_eq!(answer.json["metadata"]["partnerId"], json!(northwind));
    assert_eq!(answer.json["metadata"]["createdBy"], json!({"kind": "System", "id": "signup"}));
    let org = answer.id();
    let member: String =
        sqlx::query_scalar("SELECT document FROM documents WHERE org_id = $1 AND kind = 'User'")
            .bind(org)
            .fetch_one(&world.app.pool)
            .await
            .unwrap();
    assert!(member.contains("\"ORG_ADMIN\"") && member.contains("\"invited\""), "{member}");
    assert!(!member.contains("acme.test") && !member.contains("Ada"), "sealed: {member}");
    let approved = world.operator("POST", &format!("/v1/orgs/{org}/approve"), &json!({})).await.expect(200);
    assert_eq!(approved.json["status"]["phase"], "active");

    let users = world.get(&world.operator, &format!("/v1/orgs/{org}/users")).await.expect(200);
    assert_eq!(users.items()[0]["spec"]["email"], "ada@acme.test");
    let user = users.items()[0]["metadata"]["id"].as_str().unwrap();
    let issue = format!("/v1/orgs/{org}/users/{user}/api-keys");
    let key = world.operator("POST", &issue, &json!({"metadata": {"name": "first"}})).await.expect(201);
    let secret = key.json["status"]["secret"].as_str().unwrap();
    let trail = world.get(secret, &format!("/v1/orgs/{org}/audit")).await.expect(200);
    assert_eq!(trail.all("action"), ["apiKey.issue", "org.approve", "signup", "signup"]);
}

#[tokio::test]
async fn the_answer_does_not_tell_whether_the_address_is_known() {
    let world = World::new().await;
    world.partner("northwind").await;
    let first = sign_up(&world, "northwind.test", "one", "ada@acme.test", "192.0.2.7").await.expect(202);
    let second = sign_up(&world, "northwind.test", "two", "ADA@acme.test", "192.0.2.7").await.expect(202);
    assert_eq!(world.number("SELECT count(DISTINCT owner_id) FROM documents WHERE kind = 'User' AND parent_id <> '00000000-0000-7000-8000-000000000000'").await, 1);
    let (one, two) = (first.id().to_string(), second.id().to_string());
    let blank = |answer: &Answer, id: &str, name: &str| {
        let mut json = answer.json.clone();
        for time in ["createdAt", "updatedAt"] {
            json["metadata"][time] = Value::Null;
        }
        json.to_string().replace(id, "ID").replace(&format!("\"{name}\""), "\"NAME\"")
    };
    assert_eq!(blank(&first, &one, "one"), blank(&second, &two, "two"));
    assert_eq!(first.headers["x-position"], second.headers["x-position"]);
}

#[tokio::test]
async fn the_same_address_at_the_same_time_is_one_identity() {
    let world = World::new().await;
    world.partner("northwind").await;
    let both = futures::join!(
        sign_up(&world, "northwind.test", "one", "ada@acme.test", "192.0.2.7"),
        sign_up(&world, "northwind.test", "two", "ada@acme.test", "192.0.2.8")
    );
    both.0.expect(202);
    both.1.expect(202);
    assert_eq!(world.number("SELECT count(*) FROM claims WHERE kind = 'userEmail'").await, 2);
}

#[tokio::test]
async fn a_name_that_is_taken_is_refused_without_saying_by_whom() {
    let world = World::new().await;
    world.partner("northwind").await;
    sign_up(&world, "northwind.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(202);
    let taken = sign_up(&world, "northwind.test", "acme", "bob@acme.test", "192.0.2.7").await.expect(409);
    assert_eq!(taken.code(), "name_taken");
    assert_eq!(taken.json.get("conflictingId"), None);
}

#[tokio::test]
async fn a_closed_partner_takes_no_sign_ups() {
    let world = World::new().await;
    let closed = sign_up(&world, "nowhere.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(403);
    assert_eq!(closed.code(), "signup_closed");
    assert_eq!(world.number("SELECT count(*) FROM documents WHERE kind = 'Org'").await, 0);
}

#[tokio::test]
async fn who_asks_too_often_is_told_when_to_come_back() {
    let world = World::new().await;
    for _ in 0..5 {
        sign_up(&world, "nowhere.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(403);
    }
    let limited = sign_up(&world, "nowhere.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(429);
    assert_eq!((limited.code(), limited.headers["retry-after"].to_str().unwrap()), ("rate_limited", "12"));
    sign_up(&world, "nowhere.test", "acme", "ada@acme.test", "192.0.2.8").await.expect(403);
    world.clock.advance_micros(12 * SECOND);
    sign_up(&world, "nowhere.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(403);
}

#[tokio::test]
async fn only_so_many_may_wait() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let waiting =
        sign_up(&world, "northwind.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(202).id();
    world
        .execute(&format!(
            "INSERT INTO documents SELECT gen_random_uuid(), org_id, parent_id, kind, name || n, phase, labels, search, \
                 external_id, owner_id, version, position, created_at, created_by, updated_at, deleted_at, document \
             FROM documents, generate_series(1, 999) AS n WHERE id = '{waiting}' AND parent_id = '{northwind}'"
        ))
        .await;
    let limited = sign_up(&world, "northwind.test", "more", "bob@acme.test", "192.0.2.7").await.expect(429);
    assert!(limited.headers.contains_key("retry-after"));
}

#[tokio::test]
async fn what_nobody_approves_is_rejected_after_thirty_days() {
    let world = World::new().await;
    let northwind = world.partner("northwind").await;
    let signed_up =
        sign_up(&world, "northwind.test", "acme", "ada@acme.test", "192.0.2.7").await.expect(202).id();
    let policy = json!({"spec": {"policy": {"orgApproval": "required"}}});
    world.ask("PATCH", "/v1/partners/northwind").key(&world.operator).patch(&policy).send().await.expect(200);
    let made = world.org(northwind, "made").await;
    let mut timers = world.timers();
    world.clock.advance_micros(29 * 24 * HOUR);
    timers.tick().await;
    let phase = async |org: uuid::Uuid| {
        world.get(&world.operator, &format!("/v1/orgs/{org}")).await.json["status"]["phase"]
            .as_str()
            .unwrap()
            .to_owned()
    };
    assert_eq!(phase(signed_up).await, "pendingApproval");
    world.clock.advance_micros(24 * HOUR + SECOND);
    timers.tick().await;
    assert_eq!(phase(signed_up).await, "rejected");
    assert_eq!(phase(made.as_uuid()).await, "pendingApproval", "its partner made it");
    sign_up(&world, "northwind.test", "acme", "bob@acme.test", "192.0.2.9").await.expect(202);
}
