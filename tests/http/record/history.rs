//! Reading the history of things.

use super::{Org, each, items};
use serde_json::{Value, json};

fn payments() -> Value {
    json!({ "metadata": { "name": "payments" }, "spec": { "quota": { "pods": 500, "cpuLimits": "4" } } })
}

#[tokio::test]
async fn a_history_says_who_changed_what_when_and_why() {
    let org = Org::new().await;
    let made = org.project(payments(), &[json!({ "metadata": { "labels": { "tier": "1" } } })]).await;
    let path = org.under(&format!("projects/{}", made[0].id()));
    let because = org.admin.clone().with_header("x-change-reason", "more customers");
    let because = because.with_header("x-request-id", "req-7");
    let last = because.patch(&path, &json!({ "spec": { "quota": { "pods": 600 } } })).await.is(200);

    let history = org.admin.get(&format!("{path}/history")).await.is(200);
    assert_eq!(each(&history, "version"), [3, 2, 1]);
    let newest = &items(&history)[0];
    assert_eq!(newest["changes"], json!([{ "pointer": "/spec/quota/pods", "old": 500, "new": 600 }]));
    assert_eq!((&newest["reason"], &newest["requestId"]), (&json!("more customers"), &json!("req-7")));
    assert_eq!(newest["time"], last.json["metadata"]["updatedAt"]);
    assert_eq!(newest["credentialId"], last.json["metadata"]["updatedBy"]["id"]);
    assert_eq!(
        newest["actor"],
        json!({ "kind": "User", "id": last.json["metadata"]["updatedBy"]["userId"] })
    );
    assert_eq!(newest["eventTypes"], json!(["io.quarterdeck.project.updated.v1"]));
    assert_eq!(newest["position"].to_string(), last.header("x-position").unwrap());
    assert_eq!(items(&history)[1]["changes"][0]["pointer"], "/metadata/labels/tier");
    let first: Vec<_> =
        items(&history)[2]["changes"].as_array().unwrap().iter().map(|it| it["pointer"].clone()).collect();
    assert_eq!(
        first,
        [
            "/metadata/name",
            "/metadata/deletionProtection",
            "/spec/quota/cpuLimits",
            "/spec/quota/pods",
            "/status/phase"
        ]
    );

    // What is deleted has a history still, by its id.
    let _ = org.admin.delete(&path).await.is(200);
    let history = org.admin.get(&format!("{path}/history")).await.is(200);
    assert_eq!(
        items(&history)[0]["changes"],
        json!([{ "pointer": "/status/phase", "old": "active", "new": "deleted" }])
    );
    let by_name = org.under("projects/payments/history");
    let _ = org.admin.get(&by_name).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_history_is_paged_and_can_be_asked_for_as_of_then() {
    let org = Org::new().await;
    let changes: Vec<_> = (1..=6).map(|pods| json!({ "spec": { "quota": { "pods": pods } } })).collect();
    let replies = org.project(payments(), &changes).await;
    let path = format!("{}/history", org.under(&format!("projects/{}", replies[0].id())));
    let (mut seen, mut query) = (vec![], "?limit=3".to_owned());
    loop {
        let page = org.admin.get(&format!("{path}{query}")).await.is(200);
        seen.extend(items(&page).clone());
        // What is written meanwhile is on no later page.
        let _ = org
            .admin
            .patch(
                &path.replace("/history", ""),
                &json!({ "metadata": { "description": format!("{}", seen.len()) } }),
            )
            .await
            .is(200);
        let Some(token) = page.json["nextPageToken"].as_str() else { break };
        query = format!("?limit=3&pageToken={token}");
    }
    let whole = org.admin.get(&format!("{path}?limit=500")).await.is(200);
    assert_eq!(seen, items(&whole)[3..]);
    assert_eq!(seen.iter().map(|item| item["version"].clone()).collect::<Vec<_>>(), [7, 6, 5, 4, 3, 2, 1]);

    let then = replies[2].json["metadata"]["updatedAt"].as_str().unwrap();
    let by_time = org.admin.get(&format!("{path}?asOf={then}")).await.is(200);
    assert_eq!(each(&by_time, "version"), [3, 2, 1]);
    let position = replies[2].header("x-position").unwrap();
    let by_position = org.admin.get(&format!("{path}?asOf={position}")).await.is(200);
    assert_eq!(by_position.bytes, by_time.bytes);
    let _ = org.admin.get(&format!("{path}?asOf=0")).await.is_problem(404, "not_found");
    let _ = org.admin.get(&format!("{path}?asOf=99999")).await.is_problem(422, "as_of_in_future");
    for query in ["?sort=version", "?limit=0", "?pageToken=x", "?nope=1"] {
        assert_eq!(org.admin.get(&format!("{path}{query}")).await.status, 400, "{query}");
    }
}

#[tokio::test]
async fn a_comparison_leads_there_and_back() {
    let org = Org::new().await;
    let changes = [
        json!({ "metadata": { "name": "billing", "labels": { "a/b": "1" } }, "spec": { "excludedNamespaces": ["x", "y"] } }),
        json!({ "spec": { "quota": { "pods": null, "gpus": 2 }, "excludedNamespaces": ["y"] } }),
    ];
    let replies = org.project(payments(), &changes).await;
    let path = format!("{}/diff", org.under(&format!("projects/{}", replies[0].id())));
    let people_part = |document: &Value| {
        let mut document = document.clone();
        for member in ["version", "updatedAt"] {
            document["metadata"][member] = Value::Null;
        }
        document
    };
    for (from, to) in [(1, 3), (3, 1), (2, 3), (1, 2), (2, 2)] {
        let diff = org.admin.get(&format!("{path}?from={from}&to={to}")).await.is(200).json;
        assert_eq!((&diff["from"], &diff["to"]), (&json!(from), &json!(to)));
        let (old, new) = (people_part(&replies[from - 1].json), people_part(&replies[to - 1].json));
        for (patch, mut start, end) in
            [(&diff["patch"], old.clone(), &new), (&diff["reversePatch"], new.clone(), &old)]
        {
            json_patch::patch(
                &mut start,
                &serde_json::from_value::<json_patch::Patch>(patch.clone()).unwrap(),
            )
            .unwrap();
            assert_eq!(&start, end, "{from} to {to}");
        }
        assert_eq!(diff["changes"].as_array().unwrap().is_empty(), from == to);
    }
    let newest = org.admin.get(&path).await.is(200).json;
    assert_eq!((&newest["from"], &newest["to"]), (&json!(2), &json!(3)));
    let then = replies[1].header("x-position").unwrap();
    let before = org.admin.get(&format!("{path}?asOf={then}")).await.is(200).json;
    assert_eq!((&before["from"], &before["to"]), (&json!(1), &json!(2)));
    for query in ["?from=9", "?to=0", &format!("?to=3&asOf={then}")] {
        let refused = org.admin.get(&format!("{path}{query}")).await.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["code"], "unknown_version", "{query}");
    }
    assert_eq!(org.admin.get(&format!("{path}?from=x")).await.status, 400);
}

#[tokio::test]
async fn every_field_says_who_set_it() {
    let org = Org::new().await;
    let replies = org.project(payments(), &[json!({ "spec": { "quota": { "pods": 600 } } })]).await;
    let path = org.under(&format!("projects/{}", replies[0].id()));
    let (other, client) = org.member("PROJECT_ADMIN").await;
    let client = client.with_header("x-change-reason", "legacy goes");
    let _ = client.patch(&path, &json!({ "spec": { "excludedNamespaces": ["legacy"] } })).await.is(200);
    let blame = org.admin.get(&format!("{path}/blame")).await.is(200);
    assert_eq!(blame.json["version"], 3);
    let told = |pointer: &str| items(&blame).iter().find(|item| item["pointer"] == pointer).unwrap().clone();
    assert_eq!(told("/spec/quota/cpuLimits")["version"], 1);
    assert_eq!(told("/spec/quota/pods")["version"], 2);
    assert_eq!(told("/spec/quota/pods")["value"], 600);
    let excluded = told("/spec/excludedNamespaces");
    assert_eq!((&excluded["version"], &excluded["reason"]), (&json!(3), &json!("legacy goes")));
    assert_eq!(excluded["actor"], json!({ "kind": "User", "id": other }));
    let then = replies[0].header("x-position").unwrap();
    let before = org.admin.get(&format!("{path}/blame?asOf={then}")).await.is(200);
    assert!(each(&before, "version").iter().all(|version| **version == 1));
}

#[tokio::test]
async fn every_kind_has_a_history_and_shows_it_to_whoever_may_read_it() {
    let org = Org::new().await;
    let (user, reader) = org.member("PROJECT_READ_ONLY").await;
    let (_, infra) = org.member("INFRA_ADMIN").await;
    let project = org.project(payments(), &[]).await[0].id();
    let group = json!({ "metadata": { "name": "dev" }, "spec": { "members": [user] } });
    let group = org.admin.post(&org.under("groups"), group).await.is(201).id();
    let binding = json!({ "metadata": { "name": "b" }, "spec": {
        "role": "PROJECT_ADMIN", "subject": { "kind": "Group", "name": "dev" }, "scope": { "project": "payments" } } });
    let binding = org.admin.post(&org.under("role-bindings"), binding).await.is(201).id();
    let keys = org.admin.get(&org.under(&format!("users/{user}/api-keys"))).await.is(200);
    let key = items(&keys)[0]["metadata"]["id"].as_str().unwrap().to_owned();
    for path in [
        org.path.clone(),
        org.under(&format!("users/{user}")),
        org.under(&format!("api-keys/{key}")),
        org.under(&format!("groups/{group}")),
        org.under(&format!("role-bindings/{binding}")),
        org.under(&format!("projects/{project}")),
    ] {
        let history = org.admin.get(&format!("{path}/history")).await.is(200);
        assert_eq!(each(&history, "version"), [1], "{path}");
        let text = history.json.to_string();
        assert!(!text.contains("qdsk_") && !text.contains("sealed:"), "{text}");
        let _ = org.admin.get(&format!("{path}/diff")).await.is(200);
        let _ = org.admin.get(&format!("{path}/blame")).await.is(200);
        for what in ["history", "diff", "blame"] {
            let thing = infra.get(&path).await;
            assert_eq!(infra.get(&format!("{path}/{what}")).await.status, thing.status, "{path}/{what}");
            assert_eq!(org.service.nobody().get(&format!("{path}/{what}")).await.status, 401);
        }
    }
    let history = reader.get(&org.under(&format!("users/{user}/history"))).await.is(200);
    let changes = items(&history)[0]["changes"].as_array().unwrap();
    assert!(changes.iter().any(|it| it["new"] == "project-read-only@acme.test"), "sealed spans are opened");
    let partner = org.service.operator().get("/v1/partners/default/history").await.is(200);
    assert_eq!(each(&partner, "version"), [1]);
    let _ = org.admin.get(&org.under("projects/nope/history")).await.is_problem(404, "not_found");
    let _ = infra.get(&org.under("groups/nope/history")).await.is_problem(403, "forbidden");
}
