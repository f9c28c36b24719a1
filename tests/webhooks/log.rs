//! The log of deliveries: paged, forgotten after a while, and without anything secret or personal.

use crate::world::{HOUR, World};
use serde_json::{Value, json};
use testing::{Answer, Receiver};

#[tokio::test]
async fn deliveries_are_listed_newest_first_a_page_at_a_time() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    let mut positions = world.projects(5).await;
    receiver.then([Answer::Status(204), Answer::Status(204), Answer::Status(204), Answer::Status(204)]);
    receiver.otherwise(Answer::Status(500));
    world.worker().settle().await;
    positions.reverse();
    let path = world.path("webhooks/cmdb/deliveries");
    let mut found = vec![];
    let mut page = world.admin.get(&format!("{path}?limit=2")).await.is(200);
    loop {
        let items = page.json["items"].as_array().unwrap();
        found.extend(items.iter().map(|item| item["spec"]["position"].as_i64().unwrap()));
        let Some(token) = page.json["nextPageToken"].as_str() else { break };
        let _ = world.admin.get(&format!("{path}?phase=failed&pageToken={token}")).await.is(400);
        page = world.admin.get(&format!("{path}?limit=2&pageToken={token}")).await.is(200);
    }
    assert_eq!(found, positions);
    let pending = world.admin.get(&format!("{path}?phase=pending")).await.is(200);
    assert_eq!(pending.json["items"].as_array().unwrap().len(), 1);
    for bad in ["phase=lost", "limit=0", "sort=name", "asOf=x", "colour=red", "pageToken=x"] {
        assert_eq!(world.admin.get(&format!("{path}?{bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn old_deliveries_are_forgotten() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    world.projects(2).await;
    let mut worker = world.worker();
    worker.settle().await;
    world.pass(29 * 24 * HOUR);
    let position = world.projects(1).await[0];
    worker.settle().await;
    assert_eq!(world.deliveries("cmdb").await.len(), 3);
    world.pass(2 * 24 * HOUR);
    worker.settle().await;
    let left = world.deliveries("cmdb").await;
    assert!(left.len() == 1 && left[0]["spec"]["position"] == position, "{left:?}");
}

#[tokio::test]
async fn of_a_webhook_the_newest_thousand_deliveries_are_kept() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    world.webhook("cmdb", &receiver).await;
    world.projects(1).await;
    let mut worker = world.worker();
    worker.settle().await;
    let made = sqlx::query(
        "INSERT INTO deliveries SELECT org_id, webhook_id, gen_random_uuid(), event_id, event_type, position, phase, \
         created_at - n, next_attempt_at, attempts FROM deliveries, generate_series(1, 1500) n",
    );
    made.execute(&world.service.superuser()).await.unwrap();
    world.pass(HOUR);
    world.projects(1).await;
    worker.settle().await;
    worker.settle().await;
    world.pass(HOUR);
    worker.settle().await;
    let kept: i64 = sqlx::query_scalar("SELECT count(*) FROM deliveries")
        .fetch_one(&world.service.superuser())
        .await
        .unwrap();
    assert_eq!(kept, 1_000);
    assert_eq!(world.last_delivery("cmdb").await["metadata"]["createdAt"], "2026-01-01T01:00:00.000000Z");
}

#[tokio::test]
async fn nothing_secret_and_nothing_personal_is_sent_or_kept() {
    let world = World::new().await;
    let receiver = Receiver::start().await;
    let secret = world.webhook_of("siem", json!({ "url": receiver.url(), "after": 0 })).await;
    let person = json!({ "spec": {
        "email": "canary@acme.test", "firstName": "Canaryfirst", "lastName": "Canarylast", "roles": ["ORG_READ_ONLY"]
    }});
    let users = world.path("users");
    let _ = world.admin.post(&users, person).header("x-change-reason", "canary reason").await.is(201);
    let rotated = world.tell("siem", "rotate-secret", json!({})).await;
    let next = rotated["status"]["signingSecret"].as_str().unwrap().to_owned();
    let echo = format!("{secret} {next}");
    let answer =
        Answer::With(200, vec![("x-echo", echo.clone()), ("set-cookie", "canary-cookie".to_owned())], echo);
    receiver.otherwise(answer);
    world.worker().settle().await;
    assert!(receiver.received().len() > 3);

    let sent: String =
        receiver.received().iter().map(|it| String::from_utf8_lossy(&it.body).into_owned()).collect();
    let rows: Vec<String> = sqlx::query_scalar(
        "SELECT d::text FROM deliveries d UNION ALL SELECT c::text FROM webhook_cursors c",
    )
    .fetch_all(&world.service.superuser())
    .await
    .unwrap();
    let shown = Value::from(world.deliveries("siem").await).to_string();
    let status = world.status("siem").await.to_string();
    let signatures: Vec<String> =
        receiver.received().iter().map(|it| it.header("webhook-signature").to_owned()).collect();
    let canaries =
        ["canary@acme.test", "Canaryfirst", "Canarylast", "canary reason", "canary-cookie", "Lovelace"];
    for (place, text) in
        [("what is sent", &sent), ("the tables", &rows.join("\n")), ("the log", &shown), ("status", &status)]
    {
        for canary in canaries.into_iter().chain([&secret[6..], &next[6..], "whsec_", "\\u0001s1."]) {
            assert!(!text.contains(canary), "{canary} is in {place}");
        }
        for signature in &signatures {
            assert!(!text.contains(signature.as_str()), "a signature is in {place}");
        }
    }
    assert!(shown.contains("[secret]"), "the log shows the rest of what was answered");
}
