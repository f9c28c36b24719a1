//! Making things again what they were.

use super::Org;
use serde_json::{Value, json};

fn payments() -> Value {
    json!({ "metadata": { "name": "payments" }, "spec": { "quota": { "pods": 500 } } })
}

#[tokio::test]
async fn a_project_is_again_what_it_was_by_a_change_of_its_own() {
    let org = Org::new().await;
    let changes =
        [json!({ "metadata": { "name": "billing" }, "spec": { "quota": { "pods": 600, "gpus": 1 } } })];
    let replies = org.project(payments(), &changes).await;
    let path = org.under(&format!("projects/{}", replies[0].id()));
    let revert = format!("{path}/revert");

    let plan = org.admin.post(&format!("{revert}?dryRun=true"), json!({ "toVersion": 1 })).await.is(200);
    assert_eq!(plan.json["resource"]["metadata"]["name"], "payments");
    assert_eq!(plan.json["events"].as_array().unwrap().len(), 1);
    let stale = org.admin.clone().with_header("if-match", "\"1\"");
    let _ = stale.post(&revert, json!({ "toVersion": 1 })).await.is_problem(412, "version_mismatch");

    let fresh = org.admin.clone().with_header("if-match", "\"2\"");
    let done = fresh.post(&revert, json!({ "toVersion": 1, "reason": "too much" })).await.is(200);
    assert_eq!(done.json["spec"], replies[0].json["spec"]);
    assert_eq!(
        (&done.json["metadata"]["name"], &done.json["metadata"]["version"]),
        (&json!("payments"), &json!(3))
    );
    let history = org.admin.get(&format!("{path}/history")).await.is(200);
    assert_eq!(history.json["items"][0]["reason"], "too much");
    assert_eq!(super::each(&history, "version"), [3, 2, 1], "nothing is taken out of the record");
    let entry = org.admin.get(&org.under("audit?limit=1")).await.is(200);
    assert_eq!(entry.json["items"][0]["action"], "project.revert");

    // To what it is already: nothing is written.
    for version in [3, 1] {
        let same = org.admin.post(&revert, json!({ "toVersion": version })).await.is(200);
        assert_eq!((same.json["metadata"]["version"].as_i64(), same.header("x-position")), (Some(3), None));
    }
}

#[tokio::test]
async fn going_back_is_checked_against_today() {
    let org = Org::new().await;
    let replies = org.project(payments(), &[json!({ "metadata": { "name": "billing" } })]).await;
    let path = org.under(&format!("projects/{}", replies[0].id()));
    let revert = format!("{path}/revert");
    let _ = org.admin.post(&org.under("projects"), payments()).await.is(201);
    let _ = org.admin.post(&revert, json!({ "toVersion": 1 })).await.is_problem(409, "name_taken");
    for version in [3, 99] {
        let refused = org.admin.post(&revert, json!({ "toVersion": version })).await;
        let refused = refused.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["pointer"], "/toVersion");
        assert_eq!(refused.json["errors"][0]["code"], "unknown_version");
    }
    for body in [
        json!({}),
        json!({ "toVersion": "1" }),
        json!({ "toVersion": -1 }),
        json!({ "toVersion": 1, "x": 1 }),
    ] {
        let _ = org.admin.post(&revert, body).await.is_problem(422, "validation_failed");
    }
    let (_, reader) = org.member("PROJECT_READ_ONLY").await;
    let _ = reader.post(&revert, json!({ "toVersion": 1 })).await.is_problem(403, "forbidden");
    let nope = org.under("projects/nope/revert");
    let _ = reader.post(&nope, json!({ "toVersion": 1 })).await.is_problem(403, "forbidden");
    let _ = org.admin.post(&nope, json!({ "toVersion": 1 })).await.is_problem(404, "not_found");
    let _ = org.admin.delete(&path).await.is(200);
    let _ = org.admin.post(&revert, json!({ "toVersion": 2 })).await.is_problem(409, "invalid_state");
}

#[tokio::test]
async fn every_kind_that_can_be_edited_can_go_back() {
    let org = Org::new().await;
    let (user, _) = org.member("PROJECT_READ_ONLY").await;
    let _ = org.project(payments(), &[]).await;
    let group = json!({ "metadata": { "name": "dev" }, "spec": { "members": [user] } });
    let group = org.admin.post(&org.under("groups"), group).await.is(201).id();
    let binding = json!({ "metadata": { "name": "b" }, "spec": {
        "role": "PROJECT_ADMIN", "subject": { "kind": "Group", "name": "dev" }, "scope": { "project": "payments" } } });
    let binding = org.admin.post(&org.under("role-bindings"), binding).await.is(201).id();
    let operator = org.service.operator();
    for (client, path, change) in [
        (&org.admin, org.path.clone(), json!({ "metadata": { "displayName": "Acme Ltd" } })),
        (&operator, "/v1/partners/default".to_owned(), json!({ "spec": { "productName": "Other" } })),
        (&org.admin, org.under(&format!("users/{user}")), json!({ "spec": { "firstName": "Grace" } })),
        (&org.admin, org.under(&format!("groups/{group}")), json!({ "spec": { "members": [] } })),
        (
            &org.admin,
            org.under(&format!("role-bindings/{binding}")),
            json!({ "spec": { "role": "PROJECT_READ_ONLY" } }),
        ),
    ] {
        let before = client.get(&path).await.is(200).json;
        let changed = client.patch(&path, &change).await.is(200).json;
        assert_ne!(changed["metadata"]["version"], before["metadata"]["version"], "{path}");
        let to = json!({ "toVersion": before["metadata"]["version"] });
        let after = client.post(&format!("{path}/revert"), to).await.is(200).json;
        assert_eq!(after["spec"], before["spec"], "{path}");
        assert_eq!(after["metadata"]["displayName"], before["metadata"]["displayName"], "{path}");
    }
}
