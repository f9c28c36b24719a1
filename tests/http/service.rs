//! The service itself: whether it lives, whether it is ready, what it counts, and the page for people.

use serde_json::json;
use std::net::IpAddr;
use testing::Service;

fn elsewhere() -> IpAddr {
    "192.0.2.7".parse().unwrap()
}

#[tokio::test]
async fn a_service_that_runs_lives_and_is_ready() {
    let service = Service::start().await;
    assert_eq!(service.nobody().get("/livez").await.is(200).bytes, b"ok");
    assert_eq!(service.readiness().await.is(200).json, json!({ "status": "ready" }));
}

#[tokio::test]
async fn a_service_without_its_database_lives_and_is_not_ready() {
    let service = Service::start().await;
    service.app.pool.close().await;
    assert_eq!(service.nobody().get("/livez").await.is(200).bytes, b"ok");
    let reply = service.nobody().get("/readyz").await.is(503);
    assert_eq!(reply.header("retry-after"), Some("1"));
    assert_eq!(reply.json["status"], "notReady");
    assert_eq!(reply.json["waitingFor"][0], "database");
}

#[tokio::test]
async fn a_database_that_another_version_migrated_is_not_ready() {
    let service = Service::start().await;
    let newer = "INSERT INTO _sqlx_migrations (version, description, success, checksum, execution_time) \
                 VALUES (9999, 'of another version', true, '', 0)";
    sqlx::query(newer).execute(&service.superuser()).await.unwrap();
    let reply = service.nobody().get("/readyz").await.is(503);
    assert_eq!(reply.json["waitingFor"][0], "migrations");
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_for_operators() {
    let service = Service::start().await;
    let here = service.nobody();
    let text = String::from_utf8(here.get("/metrics").await.is(200).bytes).unwrap();
    assert!(text.contains("quarterdeck_database_connections{state=\"idle\"}"), "{text}");
    let _ = here.clone().at(elsewhere()).get("/metrics").await.is_problem(401, "unauthenticated");
    for proxy in ["x-forwarded-for", "forwarded", "via"] {
        let _ = here.get("/metrics").header(proxy, "127.0.0.1").await.is_problem(401, "unauthenticated");
    }
    let _ = service.operator().at(elsewhere()).get("/metrics").await.is(200);
}

#[tokio::test]
async fn requests_are_counted_by_route_template_and_never_by_path() {
    let service = Service::start().await;
    let _ = service.operator().get("/v1/orgs/somebody-there").await.is_problem(404, "not_found");
    let _ = service.nobody().get("/v1/nothing-like-this").await.is_problem(404, "not_found");
    let text = String::from_utf8(service.nobody().get("/metrics").await.is(200).bytes).unwrap();
    let counted = "quarterdeck_http_request_duration_seconds_count{method=\"GET\",route=\"/v1/orgs/{org}\",status=\"404\"}";
    assert!(text.contains(counted), "{text}");
    assert!(text.contains("quarterdeck_http_problems_total{code=\"not_found\"}"), "{text}");
    assert!(!text.contains("somebody-there") && !text.contains("nothing-like-this"), "{text}");
}

#[tokio::test]
async fn the_page_for_people_needs_nothing_from_elsewhere() {
    let service = Service::start().await;
    let redirect = service.nobody().get("/docs").await;
    assert!(redirect.status.is_redirection());
    assert_eq!(redirect.header("location"), Some("/docs/"));
    let page = String::from_utf8(service.nobody().get("/docs/").await.is(200).bytes).unwrap();
    assert!(page.contains("swagger-ui") && !page.contains("https://") && !page.contains("//unpkg"), "{page}");
    let script = service.nobody().get("/docs/swagger-initializer.js").await.is(200);
    let script = String::from_utf8(script.bytes).unwrap();
    assert!(script.contains("/v1/openapi.json") && script.contains("\"validatorUrl\": \"none\""), "{script}");
}

#[tokio::test]
async fn the_documents_examples_work_as_they_stand() {
    let service = Service::start().await;
    let document = service.nobody().get("/v1/openapi.json").await.is(200).json;
    assert_eq!(
        document["servers"],
        json!([{ "url": "/", "description": "The server that the document came from." }])
    );
    let schemes = &document["components"]["securitySchemes"];
    assert_eq!(
        (&schemes["accessKey"]["scheme"], &schemes["secret"]["scheme"]),
        (&json!("basic"), &json!("bearer"))
    );
    let example =
        &document["paths"]["/v1/orgs"]["post"]["requestBody"]["content"]["application/json"]["example"];
    let made = service.operator().post("/v1/orgs", example.clone()).await.is(201);
    let again = service.operator().post("/v1/orgs", example.clone()).await.is_problem(409, "name_taken");
    assert_eq!(again.json["conflictingId"], made.json["metadata"]["id"]);
}
