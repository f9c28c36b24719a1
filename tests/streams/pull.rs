//! Events page by page.

use crate::world::{World, member, named, new_org};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use testing::{Client, Reply};

fn items(page: &Reply) -> &[Value] {
    page.json["items"].as_array().unwrap()
}

fn texts<'a>(events: &'a [Value], member: &str) -> Vec<&'a str> {
    events.iter().map(|event| event[member].as_str().unwrap()).collect()
}

/// Reads on until there is nothing more.
async fn all(client: &Client, path: &str, after: &str) -> Vec<Value> {
    let (mut events, mut after) = (vec![], after.to_owned());
    let sign = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = client.get(&format!("{path}{sign}after={after}")).await.is(200);
        events.extend_from_slice(items(&page));
        page.json["nextAfter"].as_str().unwrap().clone_into(&mut after);
        if after.ends_with(&format!(".{}", page.json["position"])) {
            return events;
        }
    }
}

#[tokio::test]
async fn an_admin_reads_everything_from_the_beginning_without_gaps() {
    let world = World::new().await;
    let project = world.project("payments").await;
    world.touch(&project, "first").await;
    let _ = world.admin.delete(&world.path("projects/nothing")).await.is(404);
    let events = all(&world.admin, &world.path("events?limit=3"), "").await;
    let positions: Vec<i64> = events.iter().map(|event| event["orgposition"].as_i64().unwrap()).collect();
    assert_eq!(positions, (1..=world.position().await).collect::<Vec<_>>());
    let created = events.iter().find(|event| event["type"] == "io.quarterdeck.project.created.v1").unwrap();
    assert_eq!(created["subject"], format!("projects/{project}"));
    assert_eq!(created["source"], format!("/v1/orgs/{}/projects/{project}", world.org));
    assert_eq!(created["streamversion"], 1);
    assert_eq!(created["specversion"], "1.0");
    assert_eq!(created["actorkind"], "User");
    assert_eq!(created["sequence"], format!("{:020}", created["orgposition"].as_i64().unwrap()));
    assert_eq!(created["data"]["metadata"]["name"], "payments");
    assert!(texts(&events, "type").contains(&"io.quarterdeck.access.attempted.v1"), "attempts are told too");
    let ids: BTreeSet<&str> = texts(&events, "id").into_iter().collect();
    assert_eq!(ids.len(), events.len());
}

#[tokio::test]
async fn nothing_personal_is_told() {
    let world = World::new().await;
    let org = json!({ "spec": { "contact": { "firstName": "Plainname", "email": "plain@name.test" } } });
    let _ = world.operator().patch(&format!("/v1/orgs/{}", world.org), &org).await.is(200);
    let events = all(&world.admin, &world.path("events"), "").await;
    let text = Value::from(events).to_string();
    for personal in ["acme.test", "Lovelace", "Plainname", "plain@name.test", "\\u0001"] {
        assert!(!text.contains(personal), "{personal} in {text}");
    }
}

#[tokio::test]
async fn a_user_is_told_of_by_its_id() {
    let world = World::new().await;
    let user = world.admin.get("/v1/me").await.is(200).json;
    let events = all(&world.admin, &world.path("events?type=io.quarterdeck.membership.*"), "").await;
    assert_eq!(events.len(), 1);
    let id = events[0]["data"]["userId"].as_str().unwrap();
    assert_eq!(events[0]["subject"], format!("users/{id}"));
    assert!(user.to_string().contains(id));
}

#[tokio::test]
async fn events_are_filtered_by_type_subject_and_project() {
    let world = World::new().await;
    let (one, other) = (world.project("one").await, world.project("other").await);
    world.touch(&one, "a").await;
    world.touch(&other, "b").await;
    let types = async |filter: &str| -> Vec<String> {
        let events = all(&world.admin, &world.path(&format!("events?{filter}")), "0").await;
        texts(&events, "type").into_iter().map(str::to_owned).collect()
    };
    let (created, updated) = ("io.quarterdeck.project.created.v1", "io.quarterdeck.project.updated.v1");
    assert_eq!(types(&format!("type={updated}")).await, [updated, updated]);
    assert_eq!(types("type=io.quarterdeck.project.*").await, [created, created, updated, updated]);
    assert_eq!(types(&format!("type={created},{updated}&subject=projects/{one}")).await, [created, updated]);
    assert_eq!(types("project=other").await, [created, updated]);
    assert_eq!(types(&format!("project={one}&type=io.quarterdeck.group.*")).await, Vec::<String>::new());
}

#[tokio::test]
async fn a_filtered_page_says_how_far_it_has_looked() {
    let world = World::new().await;
    world.project("one").await;
    let page = world.admin.get(&world.path("events?type=io.quarterdeck.group.*")).await.is(200);
    assert_eq!(items(&page).len(), 0);
    let position = world.position().await;
    assert_eq!(page.json["position"], position);
    assert_eq!(page.json["nextAfter"], format!("1.{position}"));
}

#[tokio::test]
async fn what_is_no_place_to_go_on_from_is_refused() {
    let world = World::new().await;
    let ask = async |query: &str| world.admin.get(&world.path(&format!("events?{query}"))).await;
    for bad in ["x", "1.2.3", "-1", "1."] {
        let _ = ask(&format!("after={bad}")).await.is_problem(400, "invalid_parameter");
    }
    let future = ask("after=1.4711").await.is_problem(422, "as_of_in_future");
    assert!(future.json["detail"].as_str().unwrap().contains("another org"));
    let _ = ask("after=4711").await.is_problem(422, "as_of_in_future");
    let _ = ask("after=2.1").await.is_problem(409, "epoch_changed");
    let _ = ask("limit=0").await.is_problem(400, "invalid_parameter");
    let _ = ask("limit=501").await.is_problem(400, "invalid_parameter");
    let unknown = ask("type=io.quarterdeck.projekt.*").await.is_problem(400, "invalid_parameter");
    assert!(unknown.json["detail"].as_str().unwrap().contains("/v1/event-types"));
    let _ = ask("project=nowhere").await.is_problem(400, "invalid_parameter");
    let _ = ask("kind=Project").await.is_problem(400, "unknown_parameter");
}

#[tokio::test]
async fn following_from_a_lists_position_has_neither_gap_nor_overlap() {
    let world = World::new().await;
    world.project("before").await;
    let list = world.admin.get(&world.path("projects")).await.is(200);
    let after = world.project("after").await;
    let events = all(&world.admin, &world.path("events"), &list.json["position"].to_string()).await;
    assert_eq!(texts(&events, "subject"), [format!("projects/{after}")]);
}

#[tokio::test]
async fn others_see_what_they_may_read() {
    let world = World::new().await;
    let (one, other) = (world.project("one").await, world.project("other").await);
    let group = world.admin.post(&world.path("groups"), named("dev")).await.is(201).id();
    let only_one = world.member("infra", "INFRA_READ_ONLY", json!({ "projects": [one] })).await;
    let events = all(&only_one, &world.path("events"), "").await;
    let subjects = texts(&events, "subject");
    assert!(subjects.contains(&format!("projects/{one}").as_str()), "{subjects:?}");
    assert!(!subjects.contains(&format!("projects/{other}").as_str()), "{subjects:?}");
    assert!(!subjects.contains(&format!("groups/{group}").as_str()), "{subjects:?}");
    assert!(!texts(&events, "type").iter().any(|it| it.starts_with("io.quarterdeck.access.")));
    let reader = world.member("reader", "ORG_READ_ONLY", json!({})).await;
    let everything = all(&reader, &world.path("events"), "").await;
    assert_eq!(i64::try_from(everything.len()).unwrap(), world.position().await);
}

#[tokio::test]
async fn another_orgs_events_are_not_there() {
    let world = World::new().await;
    let other = new_org(&world.service, "other").await;
    let stranger = member(&world.service, &other, "stranger", "ORG_ADMIN", json!({})).await;
    let _ = stranger.get(&world.path("events")).await.is_problem(404, "not_found");
    let _ = stranger.get(&world.path("events/stream")).await.is_problem(404, "not_found");
    let _ = world.service.nobody().get(&world.path("events")).await.is_problem(401, "unauthenticated");
}

#[tokio::test]
async fn the_operator_sees_the_lives_of_orgs_and_nothing_inside() {
    let world = World::new().await;
    world.project("secret").await;
    let deactivate = json!({ "reason": "unpaid" });
    let _ = world.operator().post(&format!("/v1/orgs/{}/deactivate", world.org), deactivate).await.is(200);
    let events = all(&world.operator(), "/v1/events", "").await;
    let types: BTreeSet<&str> = texts(&events, "type").into_iter().collect();
    assert!(types.contains("io.quarterdeck.org.deactivated.v1"), "{types:?}");
    assert!(types.contains("io.quarterdeck.partner.created.v1"), "{types:?}");
    assert!(!types.iter().any(|it| it.contains(".project.")), "{types:?}");
    let positions: Vec<i64> = events.iter().map(|event| event["position"].as_i64().unwrap()).collect();
    assert!(positions.is_sorted_by(|one, other| one < other), "{positions:?}");
    let _ = world.admin.get("/v1/events").await.is_problem(403, "org_inactive");
}

#[tokio::test]
async fn members_of_orgs_do_not_see_the_installation() {
    let world = World::new().await;
    let refused = world.admin.get("/v1/events").await.is_problem(403, "forbidden");
    assert_eq!(refused.json["missingPermission"], "audit.platform");
    let _ = world.admin.get("/v1/events/stream").await.is_problem(403, "forbidden");
    let _ = world.operator().get("/v1/events?project=x").await.is_problem(400, "unknown_parameter");
}

#[tokio::test]
async fn events_as_of_a_moment_stay_what_they_were() {
    let world = World::new().await;
    world.project("one").await;
    let position = world.position().await;
    world.project("two").await;
    let page = world.admin.get(&world.path(&format!("events?asOf={position}&limit=500"))).await.is(200);
    assert_eq!(page.json["position"], position);
    assert_eq!(items(&page).last().unwrap()["orgposition"], position);
}
