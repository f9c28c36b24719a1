//! `dryRun=true`.

use super::{make, org, path, position};
use serde_json::json;
use testing::Service;

#[tokio::test]
async fn a_dry_run_shows_what_would_be_and_records_nothing() {
    let service = Service::start().await;
    let operator = service.operator();
    let before = position(&operator).await;
    let dry = operator.post("/v1/orgs?dryRun=true", org("acme")).await.is(200);
    assert_eq!((&dry.json["dryRun"], &dry.json["position"]), (&json!(true), &json!(before)));
    assert_eq!(dry.json["resource"]["metadata"]["name"], "acme");
    assert_eq!(dry.json["events"][0]["type"], "io.quarterdeck.org.created.v1");
    let subject = format!("orgs/{}", dry.json["resource"]["metadata"]["id"].as_str().unwrap());
    assert_eq!(dry.json["events"][0]["subject"], subject);
    for header in ["etag", "location", "x-position"] {
        assert_eq!(dry.header(header), None, "{header}");
    }
    assert_eq!(position(&operator).await, before);
    let list = operator.get("/v1/orgs").await.is(200);
    assert_eq!(list.json["items"], json!([]));
    make(&operator, "acme").await;
}

#[tokio::test]
async fn a_dry_run_is_refused_as_the_command_would_be() {
    let service = Service::start().await;
    let operator = service.operator();
    let made = make(&operator, "acme").await;
    let dry = format!("{}?dryRun=true", path(&made));
    let _ = operator.post("/v1/orgs?dryRun=true", org("acme")).await.is_problem(409, "name_taken");
    let _ = operator.post("/v1/orgs?dryRun=true", org("A")).await.is_problem(422, "validation_failed");
    let _ = operator.delete(&dry).header("if-match", "\"2\"").await.is_problem(412, "version_mismatch");
    let _ = service.nobody().delete(&dry).await.is(401);
    let gone = operator.delete(&dry).await.is(200);
    assert!(gone.json["resource"]["metadata"]["deletedAt"].is_string());
    assert_eq!(operator.get(&path(&made)).await.is(200).json, made.json);
}

#[tokio::test]
async fn a_dry_run_of_what_is_so_already_has_no_events() {
    let service = Service::start().await;
    let operator = service.operator();
    let made = make(&operator, "acme").await;
    let dry = operator.post(&format!("{}/activate?dryRun=true", path(&made)), json!({})).await.is(200);
    assert_eq!((&dry.json["events"], &dry.json["resource"]), (&json!([]), &made.json));
}

#[tokio::test]
async fn a_dry_run_is_asked_for_by_true_and_by_nothing_else() {
    let service = Service::start().await;
    let operator = service.operator();
    for value in ["", "1", "yes", "TRUE"] {
        let reply = operator.post(&format!("/v1/orgs?dryRun={value}"), org("acme")).await;
        let _ = reply.is_problem(400, "invalid_parameter");
    }
    let _ = operator.post("/v1/orgs?dryrun=true", org("acme")).await.is_problem(400, "unknown_parameter");
    let _ = operator.get("/v1/orgs?dryRun=true").await.is_problem(400, "unknown_parameter");
}
