use crate::world::{Answer, SECOND, World};
use base64::Engine as _;
use serde_json::json;

async fn knock(world: &World, address: &str) -> Answer {
    let wrong = base64::engine::general_purpose::STANDARD.encode("QDAK0000000000000000:wrong");
    let ask = world.ask("GET", "/v1/orgs").header("authorization", &format!("Basic {wrong}"));
    ask.from(address).send().await.expect(401)
}

#[tokio::test]
async fn strangers_are_counted_and_told_of_once_a_minute_and_network() {
    let world = World::new().await;
    for turn in 0..40 {
        knock(&world, &format!("198.51.{}.{turn}", turn % 4)).await;
    }
    world.ask("GET", "/v1/orgs").send().await.expect(401);
    assert_eq!(world.attempts().await, 0, "nothing of theirs is in the ledger");

    let mut timers = world.timers();
    for _ in 0..4 {
        world.clock.advance_micros(60 * SECOND);
        timers.tick().await;
    }
    assert_eq!(world.number("SELECT sum(count)::bigint FROM anonymous_attempts").await, 40);
    assert_eq!(world.attempts().await, 4);
    let trail = world.get(&world.operator, "/v1/audit?action=authenticate").await.expect(200);
    assert_eq!(trail.items().len(), 4);
    let first = &trail.items()[0];
    assert_eq!(
        (&first["count"], &first["outcome"], &first["code"]),
        (&json!(10), &json!("denied"), &json!("unauthenticated"))
    );
    assert_eq!(first["actor"]["kind"], json!("System"));
    assert!(first["sourceIp"].as_str().unwrap().ends_with(".0/24"), "{first}");
}

#[tokio::test]
async fn strangers_can_fill_neither_the_ledger_nor_the_database() {
    let world = World::new().await;
    let mut timers = world.timers();
    world
        .execute(&format!(
            "INSERT INTO anonymous_attempts SELECT {}, n::text, 1, true FROM generate_series(1, 9998) AS n",
            testing::BEGINNING_MICROS
        ))
        .await;
    for turn in 0..50 {
        knock(&world, &format!("198.51.{turn}.1")).await;
    }
    for _ in 0..4 {
        world.clock.advance_micros(60 * SECOND);
        timers.tick().await;
    }
    assert_eq!(world.number("SELECT count(*) FROM anonymous_attempts").await, 10_001);
    assert_eq!(world.number("SELECT count FROM anonymous_attempts WHERE prefix = '*'").await, 48);
    assert_eq!(world.attempts().await, 2);
}
