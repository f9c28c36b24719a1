//! Lists: pages, filters, labels.

use super::{make, names, org, path};
use serde_json::json;
use testing::{Reply, Service};

fn token(page: &Reply) -> String {
    page.json["nextPageToken"].as_str().unwrap().to_owned()
}

#[tokio::test]
async fn pages_are_as_of_the_first_one_while_others_write() {
    let service = Service::start().await;
    let operator = service.operator();
    for name in ["b", "d", "f", "h", "j"] {
        make(&operator, name).await;
    }
    let first = operator.get("/v1/orgs?limit=2").await.is(200);
    let found = operator.get("/v1/orgs?name=f").await.is(200).json["items"][0]["metadata"]["id"].clone();
    let _ = operator.delete(&format!("/v1/orgs/{}", found.as_str().unwrap())).await.is(200);
    for name in ["a", "e", "g", "z"] {
        make(&operator, name).await;
    }
    let _ = operator.post("/v1/partners", org("another")).await.is(201);
    let second = operator.get(&format!("/v1/orgs?limit=2&pageToken={}", token(&first))).await.is(200);
    let third = operator.get(&format!("/v1/orgs?limit=2&pageToken={}", token(&second))).await.is(200);
    assert_eq!((names(&first), names(&second)), (strings(&["b", "d"]), strings(&["f", "h"])));
    assert_eq!((names(&third), &third.json["nextPageToken"]), (strings(&["j"]), &json!(null)));
    for page in [&second, &third] {
        assert_eq!(page.json["position"], first.json["position"]);
    }
    assert_eq!(second.json["items"][0]["metadata"]["deletedAt"], json!(null), "it was not deleted then");
}

fn strings(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

#[tokio::test]
async fn a_page_token_is_good_for_its_own_list_only() {
    let service = Service::start().await;
    let operator = service.operator();
    for name in ["a", "b", "c"] {
        make(&operator, name).await;
    }
    let token = token(&operator.get("/v1/orgs?limit=1").await.is(200));
    let _ = operator.get(&format!("/v1/orgs?limit=2&pageToken={token}")).await.is(200);
    let middle = token.len() / 2;
    let other = if token.as_bytes()[middle] == b'A' { "B" } else { "A" };
    let tampered = format!("{}{other}{}", &token[..middle], &token[middle + 1..]);
    for query in [
        format!("pageToken={tampered}"),
        format!("pageToken={}", &token[..token.len() - 1]),
        "pageToken=".to_owned(),
        "pageToken=nonsense".to_owned(),
        format!("pageToken={token}&sort=-name"),
        format!("pageToken={token}&phase=active"),
        format!("pageToken={token}&q=a"),
        format!("pageToken={token}&labelSelector=a"),
        format!("pageToken={token}&includeDeleted=true"),
    ] {
        let reply = operator.get(&format!("/v1/orgs?{query}")).await;
        let _ = reply.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn lists_are_sorted_as_asked_and_walk_to_their_end() {
    let service = Service::start().await;
    let operator = service.operator();
    for name in ["b", "c", "a"] {
        make(&operator, name).await;
        service.clock.advance_micros(1_000_000);
    }
    for (sort, wanted) in [
        ("name", ["a", "b", "c"]),
        ("-name", ["c", "b", "a"]),
        ("createdAt", ["b", "c", "a"]),
        ("-createdAt", ["a", "c", "b"]),
        ("-updatedAt", ["a", "c", "b"]),
    ] {
        let mut seen = vec![];
        let mut page = operator.get(&format!("/v1/orgs?limit=1&sort={sort}")).await.is(200);
        loop {
            seen.extend(names(&page));
            let Some(token) = page.json["nextPageToken"].as_str() else { break };
            let next = format!("/v1/orgs?limit=1&sort={sort}&pageToken={token}");
            page = operator.get(&next).await.is(200);
        }
        assert_eq!(seen, strings(&wanted), "{sort}");
    }
    for bad in ["sort=size", "sort=", "limit=0", "limit=501", "limit=x", "limit=1&limit=1"] {
        let _ = operator.get(&format!("/v1/orgs?{bad}")).await.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn labels_select() {
    let service = Service::start().await;
    let operator = service.operator();
    for (name, labels) in
        [("one", json!({ "tier": "1", "env": "prod" })), ("two", json!({ "tier": "2" })), ("bare", json!({}))]
    {
        let body = json!({ "metadata": { "name": name, "labels": labels } });
        let _ = operator.post("/v1/orgs", body).await.is(201);
    }
    for (selector, wanted) in [
        ("tier=1", vec!["one"]),
        ("tier", vec!["one", "two"]),
        ("!tier", vec!["bare"]),
        ("tier!=1", vec!["bare", "two"]),
        ("tier+in+(1,2),env=prod", vec!["one"]),
        ("tier%20notin%20(2)", vec!["bare", "one"]),
        ("", vec!["bare", "one", "two"]),
    ] {
        let page = operator.get(&format!("/v1/orgs?labelSelector={selector}")).await.is(200);
        assert_eq!(names(&page), strings(&wanted), "{selector}");
    }
    let _ = operator.get("/v1/orgs?labelSelector=tier=").await.is(200);
    for bad in ["=1", "a+in+(1", "a;b", "-a"] {
        let reply = operator.get(&format!("/v1/orgs?labelSelector={bad}")).await;
        let _ = reply.is_problem(400, "invalid_parameter");
    }
}

#[tokio::test]
async fn filters_leave_out_what_does_not_fit() {
    let service = Service::start().await;
    let operator = service.operator();
    let body = json!({ "metadata": { "name": "acme", "displayName": "Grosse Fabrik" }, "spec": { "externalId": "crm-17" } });
    let acme = operator.post("/v1/orgs", body).await.is(201);
    let gone = make(&operator, "gone").await;
    let _ = operator.delete(&path(&gone)).await.is(200);
    let _ =
        operator.post(&format!("{}/deactivate", path(&acme)), json!({ "reason": "unpaid" })).await.is(200);
    for (query, wanted) in [
        ("", vec!["acme"]),
        ("includeDeleted=true", vec!["acme", "gone"]),
        ("phase=deactivated", vec!["acme"]),
        ("phase=active", vec![]),
        ("name=acme", vec!["acme"]),
        ("name=nobody", vec![]),
        ("q=fabrik", vec!["acme"]),
        ("q=ACM", vec!["acme"]),
        ("q=%25", vec![]),
        ("externalId=crm-17", vec!["acme"]),
        ("externalId=crm", vec![]),
        ("partner=default", vec!["acme"]),
        ("partner=nobody", vec![]),
    ] {
        let page = operator.get(&format!("/v1/orgs?{query}")).await.is(200);
        assert_eq!(names(&page), strings(&wanted), "{query}");
    }
    let by_name = operator.post("/v1/orgs", org("gone")).await.is(201);
    assert_ne!(by_name.id(), gone.id(), "a name that was released is free");
}
