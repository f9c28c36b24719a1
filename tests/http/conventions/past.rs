//! `asOf` and `minPosition`.

use super::{make, names, path};
use serde_json::json;
use testing::Service;

#[tokio::test]
async fn the_past_is_answered_as_it_was_byte_by_byte() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    let mut then = vec![];
    for round in 1..=3 {
        service.clock.advance_micros(1_000_000);
        let reply = operator.get(&org).await.is(200);
        then.push((reply.json["metadata"]["updatedAt"].as_str().unwrap().to_owned(), round, reply.bytes));
        let patch = json!({ "metadata": { "description": format!("round {round}") } });
        let _ = operator.patch(&org, &patch).await.is(200);
    }
    for (updated_at, org_position, bytes) in then {
        let by_time = operator.get(&format!("{org}?asOf={updated_at}")).await.is(200);
        let by_position = operator.get(&format!("{org}?asOf={org_position}")).await.is(200);
        assert_eq!((by_time.bytes, by_position.bytes), (bytes.clone(), bytes));
    }
    let _ = operator.get(&format!("{org}?asOf=0")).await.is_problem(404, "not_found");
    let _ = operator.get(&format!("{org}?asOf=2020-01-01T00:00:00Z")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_list_of_the_past_pages_as_it_was() {
    let service = Service::start().await;
    let operator = service.operator();
    let mut first = make(&operator, "a").await;
    for name in ["b", "c"] {
        service.clock.advance_micros(1_000_000);
        first = make(&operator, name).await;
    }
    let then = first.header("x-position").unwrap().to_owned();
    service.clock.advance_micros(1_000_000);
    let _ = operator.patch(&path(&first), &json!({ "metadata": { "name": "z" } })).await.is(200);
    make(&operator, "aa").await;
    let page = operator.get(&format!("/v1/orgs?limit=2&asOf={then}")).await.is(200);
    let token = page.json["nextPageToken"].as_str().unwrap();
    let rest = operator.get(&format!("/v1/orgs?limit=2&asOf={then}&pageToken={token}")).await.is(200);
    assert_eq!((names(&page), names(&rest)), (vec!["a".to_owned(), "b".to_owned()], vec!["c".to_owned()]));
    assert_eq!(page.json["position"].to_string(), then);
}

#[tokio::test]
async fn what_has_not_come_yet_is_refused() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    for moment in ["2", "9007199254740991", "2099-01-01T00:00:00Z"] {
        let reply = operator.get(&format!("{org}?asOf={moment}")).await;
        let _ = reply.is_problem(422, "as_of_in_future");
    }
    for moment in ["99", "9007199254740991", "2099-01-01T00:00:00Z"] {
        let reply = operator.get(&format!("/v1/orgs?asOf={moment}")).await;
        let _ = reply.is_problem(422, "as_of_in_future");
    }
    for nonsense in ["", "now", "-1", "9007199254740992", "2026-13-01T00:00:00Z", "1&asOf=1"] {
        let reply = operator.get(&format!("{org}?asOf={nonsense}")).await;
        let _ = reply.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn a_position_that_is_there_is_not_waited_for() {
    let service = Service::start().await;
    let operator = service.operator();
    let made = make(&operator, "acme").await;
    let position = made.header("x-position").unwrap();
    let _ = operator.get(&format!("/v1/orgs?minPosition={position}")).await.is(200);
    let _ = operator.get(&format!("{}?minPosition=1", path(&made))).await.is(200);
    let _ = operator.get("/v1/orgs?minPosition=-1").await.is_problem(400, "invalid_parameter");
}

#[tokio::test]
async fn names_of_orgs_and_partners_mean_what_they_meant_then() {
    let service = Service::start().await;
    let operator = service.operator();
    let (_, staff) = service.member("/v1/partners/default", "staff", &["PARTNER_ADMIN"]).await;
    let first = make(&operator, "acme").await;
    service.clock.advance_micros(1_000_000);
    let _ = operator.patch("/v1/partners/default", &json!({ "metadata": { "name": "first" } })).await.is(200);
    service.clock.advance_micros(1_000_000);
    let _ = staff.patch(&path(&first), &json!({ "metadata": { "name": "globex" } })).await.is(200);
    service.clock.advance_micros(1_000_000);
    let again = json!({ "metadata": { "name": "acme" }, "spec": { "partner": "first" } });
    let second = operator.post("/v1/orgs", again).await.is(201);
    let made = |reply: &testing::Reply| reply.json["metadata"]["createdAt"].as_str().unwrap().to_owned();
    for (moment, id) in [(made(&first), first.id()), (made(&second), second.id())] {
        let then = staff.get(&format!("/v1/orgs/acme?asOf={moment}")).await.is(200);
        assert_eq!((then.id(), &then.json["metadata"]["name"]), (id, &json!("acme")), "as of {moment}");
        let history = staff.get(&format!("/v1/orgs/acme/history?asOf={moment}")).await.is(200);
        assert_eq!(history.json["items"].as_array().map(Vec::len), Some(1));
    }
    assert_eq!(staff.get("/v1/orgs/globex?asOf=2").await.is(200).id(), first.id());
    assert_eq!(staff.get("/v1/orgs/acme").await.is(200).id(), second.id());
    let partner = operator.get(&format!("/v1/partners/default?asOf={}", made(&first))).await.is(200);
    assert_eq!(partner.json["metadata"]["name"], "default");
    let listed = operator.get(&format!("/v1/orgs?partner=default&asOf={}", made(&first))).await.is(200);
    assert_eq!(super::names(&listed), ["acme"]);
    let _ = operator.get("/v1/partners/default").await.is_problem(404, "not_found");
}
