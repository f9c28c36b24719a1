//! Following: events as they happen, for as long as somebody may follow.

use crate::world::{World, named};
use serde_json::json;
use testing::Stream;

fn positions(frames: &[testing::Frame]) -> Vec<i64> {
    frames.iter().map(testing::Frame::position).collect()
}

/// The bookmark that a stream begins with.
async fn began(stream: &mut Stream) -> i64 {
    let first = stream.next().await.unwrap();
    assert!(first.is_bookmark() && first.data.is_none(), "{first:?}");
    first.position()
}

#[tokio::test]
async fn a_follower_begins_now_unless_it_says_otherwise() {
    let world = World::new().await;
    let mut stream = world.admin.follow(&world.path("events/stream")).await;
    assert_eq!(stream.headers["content-type"], "text/event-stream");
    assert_eq!(stream.headers["cache-control"], "no-store");
    let now = began(&mut stream).await;
    assert_eq!(now, world.position().await);
    let project = world.project("payments").await;
    world.touch(&project, "more").await;
    let events = stream.events(2).await;
    assert_eq!(positions(&events), [now + 1, now + 2]);
    assert_eq!(events[0].event.as_deref(), Some("io.quarterdeck.project.created.v1"));
    let data = events[0].data.as_ref().unwrap();
    assert_eq!(data["type"], "io.quarterdeck.project.created.v1");
    assert_eq!(data["orgposition"], now + 1);
    assert_eq!(data["subject"], format!("projects/{project}"));
    assert!(data.get("position").is_none());
}

#[tokio::test]
async fn what_was_before_comes_first_and_live_events_follow_without_a_gap() {
    let world = World::new().await;
    world.project("before").await;
    let before = world.position().await;
    let mut stream = world.admin.follow(&world.path("events/stream?after=0")).await;
    world.project("after").await;
    let events = stream.events(usize::try_from(before).unwrap() + 1).await;
    assert_eq!(positions(&events), (1..=before + 1).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_follower_goes_on_after_the_last_id_that_it_saw() {
    let world = World::new().await;
    let project = world.project("payments").await;
    let mut stream = world.admin.follow(&world.path("events/stream?after=0")).await;
    let seen = stream.events(3).await;
    drop(stream);
    world.touch(&project, "while nobody listened").await;
    let last = seen[2].id.clone().unwrap();
    // A browser repeats the address with which it began; what it saw since goes before that.
    let again = world.admin.get(&world.path("events/stream?after=0")).header("last-event-id", &last);
    let mut stream = again.follow().await;
    let position = world.position().await;
    let more = stream.events(usize::try_from(position - 3).unwrap()).await;
    assert_eq!(positions(&more), (4..=position).collect::<Vec<_>>());
}

#[tokio::test]
async fn what_is_no_place_to_follow_from_is_refused_before_the_stream_begins() {
    let world = World::new().await;
    let path = world.path("events/stream");
    let _ = world.admin.get(&format!("{path}?after=9.1")).await.is_problem(409, "epoch_changed");
    let _ = world.admin.get(&format!("{path}?after=1.999")).await.is_problem(422, "as_of_in_future");
    let _ = world.admin.get(&format!("{path}?after=x")).await.is_problem(400, "invalid_parameter");
    let bad = world.admin.get(&path).header("last-event-id", "x").await;
    let _ = bad.is_problem(400, "invalid_header");
    let other = world.admin.get(&path).header("last-event-id", "2.1").await;
    let _ = other.is_problem(409, "epoch_changed");
}

#[tokio::test]
async fn a_filtered_follower_is_told_how_far_the_order_is() {
    let world = World::new().await;
    let path = world.path("events/stream?after=0&type=io.quarterdeck.group.*");
    let mut stream = world.admin.follow(&path).await;
    assert_eq!(began(&mut stream).await, 0);
    world.project("one").await;
    let group = world.admin.post(&world.path("groups"), named("dev")).await.is(201).id();
    let event = stream.next_event().await.unwrap();
    assert_eq!(event.data.as_ref().unwrap()["subject"], format!("groups/{group}"));
    world.project("two").await;
    let bookmark = stream.next().await.unwrap();
    assert!(bookmark.is_bookmark(), "{bookmark:?}");
    assert_eq!(bookmark.position(), world.position().await);
    // From there on nothing is told again.
    let again = world.admin.get(&path).header("last-event-id", bookmark.id.as_deref().unwrap());
    let mut again = again.follow().await;
    assert_eq!(began(&mut again).await, bookmark.position());
    let group = world.admin.post(&world.path("groups"), named("ops")).await.is(201).id();
    assert_eq!(again.next_event().await.unwrap().data.unwrap()["subject"], format!("groups/{group}"));
}

#[tokio::test]
async fn many_follow_one_order_and_all_are_told() {
    let world = World::new().await;
    let mut streams = vec![];
    for _ in 0..20 {
        streams.push(world.admin.follow(&world.path("events/stream")).await);
    }
    assert_eq!(world.service.app.tail.orders(), 1, "one ring, however many follow");
    let project = world.project("payments").await;
    world.touch(&project, "again").await;
    let mut all = vec![];
    for stream in &mut streams {
        all.push(positions(&stream.events(2).await));
    }
    assert!(all.windows(2).all(|pair| pair[0] == pair[1]), "{all:?}");
    drop(streams);
    assert_eq!(world.service.app.tail.orders(), 0, "what nobody follows has no ring");
}

#[tokio::test]
async fn the_operator_follows_the_installation() {
    let world = World::new().await;
    let mut stream = world.operator().follow("/v1/events/stream").await;
    let now = began(&mut stream).await;
    world.project("inside").await;
    let deactivate = json!({ "reason": "unpaid" });
    let _ = world.operator().post(&format!("/v1/orgs/{}/deactivate", world.org), deactivate).await.is(200);
    let event = stream.next_event().await.unwrap();
    assert_eq!(event.event.as_deref(), Some("io.quarterdeck.org.deactivated.v1"));
    assert_eq!(event.position(), now + 2, "the project's is not shown");
    let data = event.data.unwrap();
    assert_eq!(data["position"], now + 2);
    assert_eq!(data["source"], format!("/v1/orgs/{}", world.org));
}

#[tokio::test]
async fn a_revoked_key_follows_no_more() {
    let world = World::new().await;
    let reader = world.member("reader", "ORG_READ_ONLY", json!({})).await;
    let mut stream = reader.follow(&world.path("events/stream")).await;
    let mut other = world.admin.follow(&world.path("events/stream")).await;
    let key = reader.get("/v1/me").await.is(200).json["key"]["metadata"]["id"].as_str().map(str::to_owned);
    let keys = world.admin.get(&world.path("api-keys?name=reader")).await.is(200);
    let key = key.unwrap_or_else(|| keys.json["items"][0]["metadata"]["id"].as_str().unwrap().to_owned());
    let revoke = json!({ "reason": "leaked" });
    let _ = world.admin.post(&world.path(&format!("api-keys/{key}/revoke")), revoke).await.is(200);
    let rest = stream.rest().await;
    let last = rest.last().unwrap();
    assert!(last.comment.as_deref().unwrap().contains("may not follow any more"), "{rest:?}");
    let bookmark = &rest[rest.len() - 2];
    assert!(bookmark.is_bookmark(), "where to go on is said: {rest:?}");
    assert!(!rest.iter().any(|frame| frame.event.as_deref() == Some("io.quarterdeck.apiKey.revoked.v1")));
    let revoked = other.next_event().await.unwrap();
    assert_eq!(revoked.event.as_deref(), Some("io.quarterdeck.apiKey.revoked.v1"), "others go on");
}

#[tokio::test]
async fn an_expired_key_follows_no_more() {
    let world = World::new().await;
    let mut stream = world.admin.follow(&world.path("events/stream")).await;
    world.service.clock.advance_micros(2 * 3_600 * 1_000_000);
    let rest = stream.rest().await;
    assert!(rest.last().unwrap().comment.as_deref().unwrap().contains("may not follow"), "{rest:?}");
}

#[tokio::test]
async fn members_of_an_org_that_is_deactivated_follow_no_more_and_its_partner_does() {
    let world = World::new().await;
    let mut member = world.admin.follow(&world.path("events/stream")).await;
    let mut operator = world.operator().follow(&world.path("events/stream")).await;
    let deactivate = json!({ "reason": "unpaid" });
    let _ = world.operator().post(&format!("/v1/orgs/{}/deactivate", world.org), deactivate).await.is(200);
    let rest = member.rest().await;
    assert!(rest.last().unwrap().comment.is_some(), "{rest:?}");
    assert!(rest.iter().all(|frame| frame.data.is_none()), "{rest:?}");
    let told = operator.next_event().await.unwrap();
    assert_eq!(told.event.as_deref(), Some("io.quarterdeck.org.deactivated.v1"));
}

#[tokio::test]
async fn streams_end_when_the_service_stops() {
    let world = World::new().await;
    let replica = world.service.replica();
    let mut stream = replica.client(&world.admin).follow(&world.path("events/stream")).await;
    let now = began(&mut stream).await;
    replica.app.tail.stop();
    let rest = stream.rest().await;
    assert!(rest.iter().any(|frame| frame.is_bookmark() && frame.position() == now), "{rest:?}");
    assert!(rest.last().unwrap().comment.as_deref().unwrap().contains("stopping"), "{rest:?}");
    let refused = replica.client(&world.admin).get(&world.path("events/stream")).await;
    let _ = refused.is_problem(503, "not_ready");
}

#[tokio::test]
async fn what_another_process_records_is_told_here() {
    let world = World::new().await;
    let replica = world.service.replica();
    let mut stream = replica.client(&world.admin).follow(&world.path("events/stream")).await;
    let now = began(&mut stream).await;
    let project = world.project("payments").await;
    for round in 0..5 {
        world.touch(&project, &format!("round {round}")).await;
    }
    assert_eq!(positions(&stream.events(6).await), (now + 1..=now + 6).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_follower_that_reads_nothing_is_ended_and_nobody_else_is() {
    let world = World::new().await;
    let project = world.project("payments").await;
    let mut sleeper = world.admin.follow(&world.path("events/stream")).await;
    let mut awake = world.admin.follow(&world.path("events/stream")).await;
    let now = began(&mut sleeper).await;
    began(&mut awake).await;
    world.touch(&project, "up to date").await;
    assert_eq!(sleeper.next_event().await.unwrap().position(), now + 1);
    let many = 2_400;
    let mut told = vec![awake.next_event().await.unwrap().position()];
    for unit in 0..many / 300 {
        world.flood(unit, 300).await;
        told.extend(positions(&awake.events(300).await));
    }
    assert_eq!(told, (now + 1..=now + 1 + i64::try_from(many).unwrap()).collect::<Vec<_>>());
    let rest = sleeper.rest().await;
    let comment = rest.last().unwrap().comment.clone().unwrap();
    assert!(comment.contains("too slow"), "{comment}");
    let bookmark = &rest[rest.len() - 2];
    // It goes on where it was, and has missed nothing.
    let id = bookmark.id.clone().unwrap();
    let again = world.admin.get(&world.path("events/stream")).header("last-event-id", &id);
    let more = again.follow().await.events(10).await;
    assert_eq!(positions(&more), (bookmark.position() + 1..=bookmark.position() + 10).collect::<Vec<_>>());
}
