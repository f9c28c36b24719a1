//! Letting the partner's staff in.

use super::{HOUR, User, World, to};
use serde_json::{Value, json};
use testing::Reply;

async fn let_in(world: &World, by: &User, whom: &User, hours: i64, reason: Value) -> Reply {
    let spec = json!({
        "role": "ORG_ADMIN", "subject": to(whom), "scope": { "project": null },
        "expiresAt": world.hours(hours), "reason": reason
    });
    let body = json!({ "metadata": { "name": "glass" }, "spec": spec });
    by.client.post(&world.at("/role-bindings"), body).await
}

#[tokio::test]
async fn partner_power_ends_at_the_door_unless_an_admin_opens_it() {
    let world = World::new().await;
    let staff = world.staff("staff@partner.test", "PARTNER_READ_ONLY").await;
    let groups = world.at("/groups");
    drop(staff.client.get(&groups).await.is_problem(403, "forbidden"));
    let too_long =
        let_in(&world, &world.admin, &staff, 9, Value::Null).await.is_problem(422, "validation_failed");
    assert_eq!(too_long.json["errors"][0]["pointer"], "/spec/expiresAt");
    let glass = let_in(&world, &world.admin, &staff, 8, Value::Null).await.is(201);
    assert_eq!(glass.json["status"]["breakGlass"], true);
    drop(staff.client.get(&groups).await.is(200));
    drop(world.admin.client.delete(&world.at("/role-bindings/glass")).await.is(200));
    drop(staff.client.get(&groups).await.is_problem(403, "forbidden"));
}

#[tokio::test]
async fn a_partner_admin_lets_itself_in_where_the_org_allows_it_and_says_why() {
    let world = World::new().await;
    let staff = world.staff("staff@partner.test", "PARTNER_ADMIN").await;
    let other = world.staff("other@partner.test", "PARTNER_READ_ONLY").await;
    drop(let_in(&world, &staff, &staff, 2, json!("help")).await.is_problem(403, "forbidden"));
    let allow = json!({ "spec": { "settings": { "allowBreakGlass": true } } });
    drop(world.admin.client.patch(&world.org, &allow).await.is(200));
    let silent = let_in(&world, &staff, &staff, 2, Value::Null).await.is_problem(422, "validation_failed");
    assert_eq!(silent.json["errors"][0]["pointer"], "/spec/reason");
    drop(let_in(&world, &staff, &other, 2, json!("help")).await.is_problem(403, "forbidden"));
    drop(let_in(&world, &other, &other, 2, json!("help")).await.is_problem(403, "forbidden"));
    drop(let_in(&world, &staff, &staff, 2, json!("help")).await.is(201));
    drop(staff.client.get(&world.at("/groups")).await.is(200));
    world.service.clock.advance_micros(2 * HOUR);
    drop(staff.client.get(&world.at("/groups")).await.is_problem(403, "forbidden"));
}

#[tokio::test]
async fn what_is_done_by_it_is_marked_and_ends_with_it() {
    let world = World::new().await;
    let staff = world.staff("staff@partner.test", "PARTNER_ADMIN").await;
    let glass = let_in(&world, &world.admin, &staff, 2, Value::Null).await.is(201).id();
    drop(staff.client.post(&world.at("/groups"), json!({ "metadata": { "name": "made" } })).await.is(201));
    drop(staff.client.patch(&world.org, &json!({ "metadata": { "displayName": "Acme" } })).await.is(200));
    let marked: Vec<(String, String)> = sqlx::query_as(
        "SELECT event_type, metadata ->> 'breakGlass' FROM events WHERE metadata ->> 'breakGlass' IS NOT NULL",
    )
    .fetch_all(&world.service.superuser())
    .await
    .unwrap();
    // Updating the org is the partner's own right.
    assert_eq!(marked, [("group.created".to_owned(), glass)]);
    // What ends gives nothing that lasts.
    let user = world.user("bob@acme.test", &[]).await;
    let lasting = world.bind(&staff, "bob", "AUDITOR", to(&user), Value::Null).await;
    drop(lasting.is_problem(403, "grant_exceeds_own"));
}
