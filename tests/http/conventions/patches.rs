//! `PATCH` with a merge patch.

use super::{make, path};
use serde_json::{Value, json};
use testing::Service;

#[tokio::test]
async fn two_orgs_swap_their_names() {
    let service = Service::start().await;
    let operator = service.operator();
    let (a, b) = (path(&make(&operator, "a").await), path(&make(&operator, "b").await));
    let rename = |org: &str, name: &str| operator.patch(org, &json!({ "metadata": { "name": name } }));
    let _ = rename(&a, "b").await.is_problem(409, "name_taken");
    let _ = rename(&a, "c").await.is(200);
    let _ = rename(&b, "a").await.is(200);
    let renamed = rename(&a, "b").await.is(200);
    assert_eq!(
        (renamed.id(), renamed.header("etag")),
        (a.trim_start_matches("/v1/orgs/").to_owned(), Some("\"3\""))
    );
    make(&operator, "c").await;
}

#[tokio::test]
async fn null_clears_and_what_is_left_out_stays() {
    let service = Service::start().await;
    let operator = service.operator();
    let body = json!({
        "metadata": { "name": "acme", "displayName": "Acme", "labels": { "a": "1", "b": "2" } },
        "spec": { "externalId": "crm-17", "contact": { "firstName": "Ada", "email": "ada@acme.test" } }
    });
    let org = path(&operator.post("/v1/orgs", body).await.is(201));
    let patch = json!({ "metadata": { "labels": { "a": null, "c": "3" } }, "spec": { "externalId": null } });
    let patched = operator.patch(&org, &patch).await.is(200).json;
    assert_eq!(patched["metadata"]["labels"], json!({ "b": "2", "c": "3" }));
    assert_eq!(patched["metadata"]["displayName"], "Acme");
    assert_eq!(
        (&patched["spec"]["externalId"], &patched["spec"]["contact"]["firstName"]),
        (&json!(null), &json!("Ada"))
    );
    let cleared = operator.patch(&org, &json!({ "spec": { "contact": null } })).await.is(200).json;
    assert_eq!(cleared["spec"]["contact"], json!(null));
    let nameless = operator.patch(&org, &json!({ "metadata": { "name": null } })).await;
    let _ = nameless.is_problem(422, "validation_failed");
}

#[tokio::test]
async fn what_a_get_shows_can_be_sent_back() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    let mut shown = operator.get(&org).await.is(200).json;
    shown["metadata"]["description"] = "edited".into();
    let edited = operator.patch(&org, &shown).await.is(200).json;
    assert_eq!(edited["metadata"]["description"], "edited");
    assert_eq!(edited["metadata"]["version"], 2);
}

#[tokio::test]
async fn what_the_system_owns_is_passed_over() {
    let service = Service::start().await;
    let operator = service.operator();
    let made = make(&operator, "acme").await;
    let patch = json!({
        "metadata": { "id": "0193f3a0-7c1b-7000-8000-000000000010", "version": 99, "createdAt": "2020-01-01T00:00:00Z", "description": "x" },
        "status": { "phase": "deactivated" }
    });
    let patched = operator.patch(&path(&made), &patch).await.is(200).json;
    assert_eq!(
        (&patched["metadata"]["id"], &patched["metadata"]["version"]),
        (&made.json["metadata"]["id"], &json!(2))
    );
    assert_eq!(
        (&patched["status"]["phase"], &patched["metadata"]["createdAt"]),
        (&json!("active"), &made.json["metadata"]["createdAt"])
    );
}

#[tokio::test]
async fn what_cannot_change_is_refused_by_its_pointer() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    let moved = operator.patch(&org, &json!({ "spec": { "partner": "other" } })).await;
    let moved = moved.is_problem(422, "immutable_field");
    assert_eq!(moved.json["errors"][0]["pointer"], "/spec/partner");
    let other_kind = operator.patch(&org, &json!({ "kind": "Partner" })).await;
    assert_eq!(other_kind.is_problem(422, "validation_failed").json["errors"][0]["pointer"], "/kind");
}

#[tokio::test]
async fn a_patch_that_is_no_object_is_refused() {
    let service = Service::start().await;
    let operator = service.operator();
    let org = path(&make(&operator, "acme").await);
    for patch in
        [json!([]), json!(1), json!("x"), Value::Null, json!({ "metadata": [] }), json!({ "metadata": 7 })]
    {
        let reply = operator.patch(&org, &patch).await;
        let _ = reply.is_problem(422, "validation_failed");
    }
    let unknown = operator.patch(&org, &json!({ "spec": { "colour": "red" } })).await;
    let unknown = unknown.is_problem(422, "validation_failed");
    assert_eq!(unknown.json["errors"][0]["pointer"], "/spec/colour");
    let empty = operator.patch(&org, &json!({})).await.is(200);
    assert_eq!(empty.header("etag"), Some("\"1\""));
}
