//! Projects, and the conventions of everything that is declared: `PUT`, places, rights.

use crate::conventions::names;
use serde_json::{Value, json};
use testing::{Client, Reply, Service};

/// An org, and what its people are called.
struct Org {
    service: Service,
    id: String,
}

impl Org {
    async fn new() -> Self {
        let service = Service::start().await;
        let made = service.operator().post("/v1/orgs", json!({ "metadata": { "name": "acme" } })).await;
        let id = made.is(201).id();
        Self { service, id }
    }

    /// A new member of the org with this role, with a key cut down like this.
    async fn member(&self, role: &str, scope: Value) -> Client {
        let operator = self.service.operator();
        let email = format!("{}@acme.test", role.to_lowercase().replace('_', "-"));
        let user = json!({ "spec": {
            "email": email, "firstName": "A", "lastName": "B", "access": "programmatic", "roles": [role]
        }});
        let users = format!("/v1/orgs/{}/users", self.id);
        let user = operator.post(&users, user).await.is(201).id();
        let key = json!({ "metadata": { "name": "k" }, "spec": { "validityHours": 1, "scope": scope } });
        let key = operator.post(&format!("{users}/{user}/api-keys"), key).await.is(201);
        let secret = key.json["status"]["secret"].as_str().unwrap().to_owned();
        self.service.nobody().with_header("authorization", &format!("Bearer {secret}"))
    }

    async fn admin(&self) -> Client {
        self.member("ORG_ADMIN", json!({})).await
    }

    fn projects(&self) -> String {
        format!("/v1/orgs/{}/projects", self.id)
    }

    fn project(&self, which: &str) -> String {
        format!("{}/{which}", self.projects())
    }
}

fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

fn payments(pods: u32) -> Value {
    json!({
        "metadata": { "name": "payments", "labels": { "tier": "1" } },
        "spec": {
            "quota": { "cpuRequests": "40", "memoryRequests": "65536Mi", "pods": pods },
            "defaultNamespaceQuota": { "cpuRequests": "2", "memoryRequests": "4Gi" },
            "excludedNamespaces": ["legacy"]
        }
    })
}

fn version(reply: &Reply) -> i64 {
    reply.json["metadata"]["version"].as_i64().unwrap()
}

#[tokio::test]
async fn a_project_is_made_read_renamed_deleted_and_restored() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let made = admin.post(&org.projects(), payments(500)).await.is(201);
    assert_eq!(made.header("location"), Some(org.project(&made.id()).as_str()));
    assert_eq!(
        made.json["spec"]["quota"],
        json!({ "cpuRequests": "40", "memoryRequests": "64Gi", "pods": 500 })
    );
    assert_eq!(made.json["status"], json!({ "phase": "active", "conditions": [] }));

    let read = admin.get("/v1/orgs/acme/projects/payments").await.is(200);
    assert_eq!(read.id(), made.id());
    let usage = &read.json["status"]["usage"];
    assert_eq!(usage["memoryRequests"], json!({ "limit": "64Gi", "used": "0" }));
    let position = made.header("x-position").unwrap();
    let then = admin.get(&format!("{}?asOf={position}", org.project("payments"))).await.is(200);
    assert_eq!(then.json["status"].get("usage"), None, "usage is volatile");

    let rename = json!({ "metadata": { "name": "billing" }, "spec": { "quota": { "pods": null } } });
    let renamed = admin.patch(&org.project("payments"), &rename).await.is(200);
    assert_eq!(renamed.json["spec"]["quota"], json!({ "cpuRequests": "40", "memoryRequests": "64Gi" }));
    let _ = admin.get(&org.project("payments")).await.is_problem(404, "not_found");

    let deleted = admin.delete(&org.project("billing")).await.is(200);
    assert_eq!(deleted.json["status"]["phase"], "deleted");
    let _ = admin.get(&org.project("billing")).await.is_problem(404, "not_found");
    assert_eq!(admin.get(&org.project(&made.id())).await.is(200).json["status"]["phase"], "deleted");
    let restore = org.project(&format!("{}/restore", made.id()));
    let _ = admin.post(&restore, Value::Null).await.is(200);
    assert_eq!(admin.get(&org.project("billing")).await.is(200).id(), made.id());
}

#[tokio::test]
async fn names_mean_what_they_meant_then() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let first = admin.post(&org.projects(), named("a")).await.is(201);
    let _ = admin.patch(&org.project("a"), &named("b")).await.is(200);
    let second = admin.post(&org.projects(), named("a")).await.is(201);
    let position = first.header("x-position").unwrap();
    let then = admin.get(&format!("{}?asOf={position}", org.project("a"))).await.is(200);
    assert_eq!((then.id(), then.json["metadata"]["name"].as_str()), (first.id(), Some("a")));
    assert_eq!(admin.get(&org.project("a")).await.is(200).id(), second.id());
    let future = admin.get(&format!("{}?asOf=99999", org.project("a"))).await;
    let _ = future.is_problem(422, "as_of_in_future");
}

#[tokio::test]
async fn names_are_free_again_only_when_nobody_has_them() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let first = admin.post(&org.projects(), named("a")).await.is(201);
    let taken = admin.post(&org.projects(), named("a")).await.is_problem(409, "name_taken");
    assert_eq!(taken.json["conflictingId"].as_str(), Some(first.id().as_str()));
    let _ = admin.delete(&org.project("a")).await.is(200);
    let _ = admin.post(&org.projects(), named("a")).await.is(201);
    let restore = org.project(&format!("{}/restore", first.id()));
    let _ = admin.post(&restore, Value::Null).await.is_problem(409, "name_taken");
}

#[tokio::test]
async fn put_makes_replaces_and_leaves_alone() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let path = org.project("payments");
    let made = admin.put(&path, &payments(500)).await.is(201);
    assert_eq!(made.header("location"), Some(org.project(&made.id()).as_str()));
    let again = admin.put(&path, &payments(500)).await.is(200);
    assert_eq!((version(&again), again.header("x-position")), (1, None), "nothing was recorded");
    let shown = admin.get(&path).await.is(200);
    let back = admin.put(&path, &shown.json).await.is(200);
    assert_eq!(version(&back), 1, "what a GET shows can be sent back");

    let changed = admin.put(&path, &payments(600)).await.is(200);
    assert_eq!((version(&changed), changed.id()), (2, made.id()));
    let replaced = admin.put(&path, &named("payments")).await.is(200);
    assert_eq!(
        (&replaced.json["spec"]["quota"], &replaced.json["metadata"]["labels"]),
        (&json!({}), &json!({}))
    );
    let renamed = admin.put(&org.project(&made.id()), &named("billing")).await.is(200);
    assert_eq!((renamed.json["metadata"]["name"].as_str(), version(&renamed)), (Some("billing"), 4));
}

#[tokio::test]
async fn put_names_one_thing_in_path_and_body() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let differs = admin.put(&org.project("a"), &named("b")).await.is_problem(422, "validation_failed");
    assert_eq!(differs.json["errors"][0]["code"], "name_differs");
    assert_eq!(differs.json["errors"][0]["pointer"], "/metadata/name");
    let nobody = org.project("0193f3a0-7c1b-7000-8000-00000000ffff");
    let _ = admin.put(&nobody, &named("a")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn put_keeps_its_conditions() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let path = org.project("a");
    let absent = admin.put(&path, &named("a")).header("if-match", "\"1\"").await;
    let _ = absent.is_problem(412, "version_mismatch");
    let _ = admin.put(&path, &named("a")).header("if-none-match", "*").await.is(201);
    let there = admin.put(&path, &named("a")).header("if-none-match", "*").await;
    assert_eq!(there.is_problem(412, "version_mismatch").json["currentVersion"], 1);
    let stale = admin.put(&path, &named("a")).header("if-match", "\"7\"").await;
    let _ = stale.is_problem(412, "version_mismatch");
    let _ = admin.put(&path, &named("a")).header("if-match", "\"1\"").await.is(200);

    let dry = admin.put(&format!("{}?dryRun=true", org.project("b")), &named("b")).await.is(200);
    assert_eq!(dry.json["events"][0]["type"], "io.quarterdeck.project.created.v1");
    let _ = admin.get(&org.project("b")).await.is_problem(404, "not_found");
    let keyed = async || admin.put(&org.project("c"), &named("c")).key("k-1").await.is(201);
    let (first, second) = (keyed().await, keyed().await);
    assert_eq!((first.id(), second.header("idempotent-replayed")), (second.id(), Some("true")));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_put_the_same_make_it_once() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let path = org.project("payments");
    let racing: Vec<_> = (0..16)
        .map(|pods| {
            let (admin, path) = (admin.clone(), path.clone());
            tokio::spawn(
                async move { admin.put(&path, &payments(500 + pods % 2)).key(&format!("k{pods}")).await },
            )
        })
        .collect();
    let mut made = 0;
    for one in racing {
        let reply = one.await.unwrap();
        assert!(matches!(reply.status.as_u16(), 200 | 201), "{}", reply.json);
        made += usize::from(reply.status.as_u16() == 201);
    }
    assert_eq!(made, 1);
    assert_eq!(names(&admin.get(&org.projects()).await.is(200)), ["payments"]);
}

#[tokio::test]
async fn a_default_above_the_quota_is_refused_where_it_stands() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let body = json!({ "metadata": { "name": "a" }, "spec": {
        "quota": { "pods": 5 }, "defaultNamespaceQuota": { "pods": 6 }
    }});
    let refused = admin.post(&org.projects(), body).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/defaultNamespaceQuota/pods");
    for (quota, code) in [
        (json!({ "cpuRequests": "-1" }), "invalid_value"),
        (json!({ "pods": -1 }), "invalid_value"),
        (json!({ "pods": "5" }), "invalid_type"),
        (json!({ "cows": 5 }), "unknown_field"),
    ] {
        let body = json!({ "metadata": { "name": "a" }, "spec": { "quota": quota } });
        let refused = admin.post(&org.projects(), body).await.is_problem(422, "validation_failed");
        assert_eq!(refused.json["errors"][0]["code"], code, "{}", refused.json);
    }
}

#[tokio::test]
async fn a_protected_project_is_deleted_only_when_it_is_no_longer() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let protect = |on: bool| json!({ "metadata": { "deletionProtection": on } });
    let _ = admin.post(&org.projects(), named("a")).await.is(201);
    let _ = admin.patch(&org.project("a"), &protect(true)).await.is(200);
    let _ = admin.delete(&org.project("a")).await.is_problem(409, "deletion_protected");
    let _ = admin.patch(&org.project("a"), &protect(false)).await.is(200);
    let _ = admin.delete(&org.project("a")).await.is(200);
}

#[tokio::test]
async fn whoever_lacks_a_right_does_not_learn_what_is_there() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let reader = org.member("ORG_READ_ONLY", json!({})).await;
    let _ = admin.post(&org.projects(), named("a")).await.is(201);
    for which in ["a", "nothing", "0193f3a0-7c1b-7000-8000-00000000ffff"] {
        let path = org.project(which);
        let put = reader.put(&path, &named("a")).await.is_problem(403, "forbidden");
        let missing = if which == "a" { "project.update" } else { "project.create" };
        // By an id nothing is made, but the right to make is what is asked for.
        assert_eq!(put.json["missingPermission"], missing, "{which}");
        let patched = reader.patch(&path, &json!({})).await.is_problem(403, "forbidden");
        assert_eq!(patched.json["missingPermission"], "project.update");
        let deleted = reader.delete(&path).await.is_problem(403, "forbidden");
        assert_eq!(deleted.json["grantedByRoles"], json!(["ORG_ADMIN"]));
        let _ = reader.post(&format!("{path}/restore"), Value::Null).await.is_problem(403, "forbidden");
    }
    let _ = reader.get(&org.project("a")).await.is(200);
    let _ = reader.get(&org.project("nothing")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn partner_power_ends_at_the_door_of_the_org() {
    let org = Org::new().await;
    let operator = org.service.operator();
    let _ = operator.post(&org.projects(), named("a")).await.is_problem(403, "forbidden");
    let _ = operator.get(&org.project("a")).await.is_problem(403, "forbidden");
    let other = json!({ "metadata": { "name": "other" } });
    let other = org.service.operator().post("/v1/orgs", other).await.is(201).id();
    let admin = org.admin().await;
    let foreign = format!("/v1/orgs/{other}/projects");
    let _ = admin.get(&foreign).await.is_problem(404, "not_found");
    let _ = admin.put(&format!("{foreign}/a"), &named("a")).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_key_for_some_projects_sees_these_only() {
    let org = Org::new().await;
    let admin = org.admin().await;
    let mut ids = vec![];
    for name in ["a", "b", "c"] {
        ids.push(admin.post(&org.projects(), named(name)).await.is(201).id());
    }
    let narrow = org.member("ORG_READ_ONLY", json!({ "projects": [ids[1]] })).await;
    assert_eq!(names(&narrow.get(&org.projects()).await.is(200)), ["b"]);
    let _ = narrow.get(&org.project("b")).await.is(200);
    let hidden = narrow.get(&org.project("a")).await.is_problem(403, "forbidden");
    let nothing = narrow.get(&org.project("nothing")).await.is_problem(403, "forbidden");
    assert_eq!(hidden.json["detail"], nothing.json["detail"]);
}

#[tokio::test]
async fn lists_are_filtered_and_sorted() {
    let org = Org::new().await;
    let admin = org.admin().await;
    for (name, tier) in [("c", "1"), ("a", "2"), ("b", "1")] {
        let body = json!({ "metadata": { "name": name, "labels": { "tier": tier } } });
        let _ = admin.post(&org.projects(), body).await.is(201);
    }
    let _ = admin.delete(&org.project("b")).await.is(200);
    let list = async |query: &str| names(&admin.get(&format!("{}?{query}", org.projects())).await.is(200));
    assert_eq!(list("").await, ["a", "c"]);
    assert_eq!(list("sort=-name&includeDeleted=true").await, ["c", "b", "a"]);
    assert_eq!(list("labelSelector=tier%3D1").await, ["c"]);
    assert_eq!(list("phase=deleted&includeDeleted=true").await, ["b"]);
}
