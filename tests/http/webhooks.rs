//! Webhooks: declared, paused, resumed; secrets shown once.

use serde_json::{Value, json};
use testing::{Client, Service};

async fn org() -> (Service, Client, String) {
    let service = Service::start().await;
    let operator = service.operator();
    let id = operator.post("/v1/orgs", json!({ "metadata": { "name": "acme" } })).await.is(201).id();
    let users = format!("/v1/orgs/{id}/users");
    let user = json!({ "spec": {
        "email": "ada@acme.test", "firstName": "A", "lastName": "B", "access": "programmatic", "roles": ["ORG_ADMIN"]
    }});
    let user = operator.post(&users, user).await.is(201).id();
    let key = json!({ "metadata": { "name": "k" }, "spec": { "validityHours": 1 } });
    let key = operator.post(&format!("{users}/{user}/api-keys"), key).await.is(201);
    let secret = key.json["status"]["secret"].as_str().unwrap().to_owned();
    let admin = service.nobody().with_header("authorization", &format!("Bearer {secret}"));
    (service, admin, format!("/v1/orgs/{id}/webhooks"))
}

fn cmdb() -> Value {
    json!({
        "metadata": { "name": "cmdb" },
        "spec": { "url": "https://hooks.acme.test/in", "types": ["io.quarterdeck.project.*"] }
    })
}

#[tokio::test]
async fn a_webhook_is_made_paused_resumed_deleted_and_restored() {
    let (_service, admin, webhooks) = org().await;
    let made = admin.post(&webhooks, cmdb()).await.is(201);
    let secret = made.json["status"]["signingSecret"].as_str().unwrap();
    assert!(secret.starts_with("whsec_") && secret.len() >= 38, "{secret}");
    let one = format!("{webhooks}/cmdb");
    let read = admin.get(&one).await.is(200);
    assert_eq!(read.json["status"].get("signingSecret"), None);
    assert_eq!(read.json["status"]["phase"], "active");

    let again = admin.put(&one, &read.json).await.is(200);
    assert_eq!(again.json["metadata"]["version"], 1, "what a GET shows changes nothing");
    let paused = admin.post(&format!("{one}/pause"), json!({ "reason": "maintenance" })).await.is(200);
    assert_eq!(
        (&paused.json["status"]["phase"], &paused.json["spec"]["enabled"]),
        (&json!("paused"), &json!(false))
    );
    let resumed = admin.post(&format!("{one}/resume"), Value::Null).await.is(200);
    assert_eq!(resumed.json["status"]["phase"], "active");
    let _ = admin.delete(&one).await.is(200);
    let _ = admin.get(&one).await.is_problem(404, "not_found");
    let _ = admin.post(&format!("{webhooks}/{}/restore", made.id()), Value::Null).await.is(200);
    assert_eq!(admin.get(&one).await.is(200).id(), made.id());
}

#[tokio::test]
async fn a_rotated_secret_is_another_and_is_shown_once() {
    let (_service, admin, webhooks) = org().await;
    let first = admin.post(&webhooks, cmdb()).await.is(201);
    let rotate = format!("{webhooks}/cmdb/rotate-secret");
    let rotated = admin.post(&rotate, json!({ "overlapHours": 1 })).await.is(200);
    assert_ne!(rotated.json["status"]["signingSecret"], first.json["status"]["signingSecret"]);
    assert_eq!(rotated.json["status"]["secretVersion"], 2);
    assert!(rotated.json["status"]["previousSecretUntil"].is_string());

    let with_key = admin.clone().with_header("idempotency-key", "once");
    let second = json!({ "metadata": { "name": "siem" }, "spec": { "url": "https://siem.acme.test/" } });
    let made = with_key.post(&webhooks, second.clone()).await.is(201);
    assert!(made.json["status"]["signingSecret"].is_string());
    let replayed = with_key.post(&webhooks, second).await.is(201);
    assert_eq!(replayed.json["status"]["signingSecret"], Value::Null, "a secret is never replayed");
    let dry = admin.post(&format!("{rotate}?dryRun=true"), json!({})).await.is(200);
    assert_eq!(dry.json["resource"]["status"].get("signingSecret"), None);
}

#[tokio::test]
async fn events_go_to_public_addresses_over_tls_only() {
    let (_service, admin, webhooks) = org().await;
    for url in
        ["http://hooks.acme.test/", "https://127.0.0.1/", "https://[::1]/", "https://169.254.169.254/latest"]
    {
        let webhook = json!({ "metadata": { "name": "in" }, "spec": { "url": url } });
        let refused = admin.post(&webhooks, webhook).await.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/spec/url", "{url}");
    }
    let future = json!({ "metadata": { "name": "in" }, "spec": { "url": "https://a.test/", "after": 5000 } });
    let refused = admin.post(&webhooks, future).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/after");
    let _ = admin.post(&webhooks, cmdb()).await.is(201);
    let replay = format!("{webhooks}/cmdb/replay");
    let _ = admin.post(&replay, json!({ "after": 5000 })).await.is_problem(422, "validation_failed");
    let _ = admin.post(&replay, json!({ "after": 0 })).await.is(200);
    let begins = admin.patch(&format!("{webhooks}/cmdb"), &json!({ "spec": { "after": 1 } })).await;
    let _ = begins.is_problem(422, "validation_failed");
}
