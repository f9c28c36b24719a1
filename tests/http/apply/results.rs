//! What documents come to.

use super::{World, documents, fault, namespace, outcomes, project};
use serde_json::{Value, json};

#[tokio::test]
async fn documents_make_configure_and_leave_alone() {
    let world = World::new().await;
    let made = world.apply(&json!(documents())).await.is(200);
    assert_eq!(outcomes(&made), vec!["created"; documents().len()]);
    assert_eq!((&made.json["atomic"], &made.json["dryRun"]), (&json!(true), &Value::Null));
    let last = made.header("x-position").unwrap().parse::<i64>().unwrap();
    assert_eq!(last, world.position().await);
    let version = &made.json["results"][9];
    assert_eq!((&version["kind"], &version["parent"]), (&json!("BlueprintVersion"), &json!("base")));
    let path = world.at("/projects/payments/blueprints/base/versions/1.0.0");
    let base = world.admin.get(&path).await.is(200);
    assert_eq!(
        (base.json["metadata"]["id"].clone(), &version["version"]),
        (version["id"].clone(), &json!(1))
    );
    assert_eq!(base.json["status"]["phase"], "active");
    assert_eq!(base.json["status"]["setup"]["addons"][0]["name"], "ingress");
    assert_eq!(base.json["status"]["setup"]["drift"]["action"], "deny");

    let again = world.apply(&json!(documents())).await.is(200);
    assert_eq!(outcomes(&again), vec!["unchanged"; documents().len()]);
    assert_eq!((again.header("x-position"), world.position().await), (None, last), "nothing was recorded");

    let mut changed = documents();
    changed[10] = namespace("payments", "checkout", 20);
    let reply = world.apply(&json!(changed)).await.is(200);
    assert_eq!((outcomes(&reply)[10], &reply.json["results"][10]["version"]), ("configured", &json!(2)));
    assert_eq!(world.position().await, last + 1);
}

#[tokio::test]
async fn a_document_that_is_refused_refuses_all() {
    let world = World::new().await;
    let yaml = "\
kind: Project
metadata: { name: payments }
---
# too much of everything
kind: Namespace
metadata: { name: checkout, project: nowhere }
---
kind: Gadget
metadata: { name: a }
---
kind: AddonVersion
metadata: { name: 1.0, project: payments }
";
    let refused = world.apply_yaml("", yaml).await.is_problem(422, "apply_refused");
    assert_eq!(outcomes(&refused), ["created", "refused", "refused", "refused"]);
    let results = &refused.json["results"];
    let lines: Vec<_> = (0..4).map(|index| results[index]["line"].as_u64().unwrap()).collect();
    assert_eq!(lines, [1, 5, 8, 11]);
    assert_eq!(fault(&results[1]), ("/metadata/project", "unknown_reference"));
    assert_eq!(fault(&results[2]), ("/kind", "unknown_kind"));
    assert_eq!(fault(&results[3]), ("/metadata/addon", "required"));
    let quotes = &results[3]["problem"]["errors"];
    let hint = quotes.as_array().unwrap().iter().find(|it| it["pointer"] == "/metadata/name").unwrap();
    assert!(hint["detail"].as_str().unwrap().ends_with("write it in quotes where it is a text"), "{hint}");
    assert!(refused.json["detail"].as_str().unwrap().contains("on line 5 (Namespace checkout)"));
    let _ = world.admin.get(&world.at("/projects/payments")).await.is_problem(404, "not_found");

    let rest = world.apply_yaml("?atomic=false", yaml).await.is(200);
    assert_eq!(outcomes(&rest), ["created", "refused", "refused", "refused"]);
    assert_eq!(rest.json["atomic"], json!(false));
    let _ = world.admin.get(&world.at("/projects/payments")).await.is(200);
}

#[tokio::test]
async fn what_admission_refuses_is_the_document_that_is_one_too_many() {
    let world = World::new().await;
    let mut all = vec![json!({
        "kind": "Project", "metadata": { "name": "payments" }, "spec": { "quota": { "pods": 25 } }
    })];
    all.extend((0..9).map(|number| namespace("payments", &format!("n{number}"), 5)));
    let refused = world.apply(&json!(all)).await.is_problem(409, "apply_refused");
    let mut expected = ["created"; 10];
    expected[6] = "refused";
    assert_eq!(outcomes(&refused)[..7], expected[..7]);
    assert_eq!(refused.json["results"][6]["problem"]["code"], "quota_exceeded");
    let rest = world.admin.post(&world.at("/apply?atomic=false"), json!(all)).await.is(200);
    assert_eq!(outcomes(&rest).iter().filter(|it| **it == "created").count(), 6);
    assert_eq!(outcomes(&rest).iter().filter(|it| **it == "refused").count(), 4);
}

#[tokio::test]
async fn a_dry_run_shows_the_plan() {
    let world = World::new().await;
    let before = world.position().await;
    let path = world.at("/apply?dryRun=true");
    let plan = world.admin.post(&path, json!(documents())).await.is(200);
    assert_eq!(
        (outcomes(&plan), plan.json["dryRun"].clone()),
        (vec!["created"; documents().len()], json!(true))
    );
    assert_eq!((plan.header("x-position"), world.position().await), (None, before));
    let _ = world.admin.get(&world.at("/projects/payments")).await.is_problem(404, "not_found");
    let bad = json!([project("a"), namespace("b", "c", 1)]);
    let _ = world.admin.post(&path, bad).await.is_problem(422, "apply_refused");
}

#[tokio::test]
async fn the_same_request_under_the_same_key_is_answered_the_same() {
    let world = World::new().await;
    let post = |documents: Value| {
        world.admin.call("POST".parse().unwrap(), &world.at("/apply")).json(&documents).key("once")
    };
    let first = post(json!(documents())).await.is(200);
    let replay = post(json!(documents())).await.is(200);
    assert_eq!(first.json, replay.json, "created, although all of it is there by now");
    assert_eq!(replay.header("idempotent-replayed"), Some("true"));
    assert_eq!(first.header("x-position"), replay.header("x-position"));
    let _ = post(json!([project("other")])).await.is_problem(422, "idempotency_key_reused");
    let position = world.position().await;
    let unchanged = world.admin.call("POST".parse().unwrap(), &world.at("/apply")).json(&json!(documents()));
    assert_eq!(outcomes(&unchanged.key("twice").await.is(200)), vec!["unchanged"; documents().len()]);
    assert_eq!(world.position().await, position);
}

#[tokio::test]
async fn a_version_is_activated_and_stays_what_it_is() {
    let world = World::new().await;
    let blueprint = json!({ "kind": "Blueprint", "metadata": { "name": "base", "project": "payments" } });
    let version = |drift: bool, active: Value| {
        json!({
            "kind": "BlueprintVersion",
            "metadata": { "name": "1.0", "project": "payments", "blueprint": "base" },
            "spec": { "drift": { "enabled": drift, "action": "notify" }, "active": active }
        })
    };
    let draft = json!([version(false, json!(false)), blueprint, project("payments")]);
    assert_eq!(outcomes(&world.apply(&draft).await.is(200)), vec!["created"; 3]);
    let both = world.apply(&json!([version(true, json!(true))])).await.is(200);
    assert_eq!((outcomes(&both), &both.json["results"][0]["version"]), (vec!["configured"], &json!(2)));
    let path = world.at("/projects/payments/blueprints/base/versions/1.0");
    let shown = world.admin.get(&path).await.is(200);
    assert_eq!(
        (&shown.json["status"]["phase"], &shown.json["spec"]["drift"]["enabled"]),
        (&json!("active"), &json!(true))
    );
    for active in [json!(true), json!(false)] {
        assert_eq!(
            outcomes(&world.apply(&json!([version(true, active.clone())])).await.is(200)),
            ["unchanged"]
        );
        let _ = world.apply(&json!([version(false, active)])).await.is_problem(409, "apply_refused");
    }
    let _ = world.admin.post(&format!("{path}/disable"), Value::Null).await.is(200);
    assert_eq!(outcomes(&world.apply(&json!([version(true, json!(false))])).await.is(200)), ["unchanged"]);
    assert_eq!(outcomes(&world.apply(&json!([version(true, json!(true))])).await.is(200)), ["configured"]);
    let refused = world.apply(&json!([version(true, json!("yes"))])).await.is_problem(422, "apply_refused");
    assert_eq!(fault(&refused.json["results"][0]), ("/spec/active", "invalid_type"));

    let mut sent_back = world.admin.get(&path).await.is(200).json;
    sent_back["metadata"]["project"] = json!("payments");
    sent_back["metadata"]["blueprint"] = json!("base");
    assert_eq!(outcomes(&world.apply(&json!([sent_back])).await.is(200)), ["unchanged"], "what a GET shows");
}

#[tokio::test]
async fn the_same_thing_twice_is_one_too_many() {
    let world = World::new().await;
    let id = world.apply(&json!([project("payments")])).await.is(200).json["results"][0]["id"].clone();
    let by_id = json!({ "kind": "Namespace", "metadata": { "name": "checkout", "project": id } });
    for twice in [
        json!([project("new"), project("new")]),
        json!([project("payments"), project("payments")]),
        // What is named by its id comes before what is named by its name.
        json!([by_id, namespace("payments", "checkout", 1)]),
        json!([{ "kind": "Group", "metadata": { "name": "a" } }, { "kind": "Group", "metadata": { "name": "a" } }]),
    ] {
        let refused = world.apply(&twice).await.is_problem(422, "apply_refused");
        assert_eq!(outcomes(&refused)[1], "refused");
        assert_eq!(fault(&refused.json["results"][1]), ("/metadata/name", "duplicate_document"));
    }
}

#[tokio::test]
async fn bodies_are_lists_of_documents() {
    let world = World::new().await;
    let _ = world.apply(&json!([])).await.is_problem(422, "validation_failed");
    let _ = world.apply(&json!({})).await.is_problem(422, "validation_failed");
    let _ = world.apply_yaml("", "# nothing\n---\n").await.is_problem(422, "validation_failed");
    let _ = world.apply_yaml("", "a: [\n").await.is_problem(400, "malformed_yaml");
    let _ = world.apply_yaml("?atomic=maybe", "a: 1\n").await.is_problem(400, "invalid_parameter");
    let _ = world.apply_yaml("?force=true", "a: 1\n").await.is_problem(400, "unknown_parameter");
    let many: Vec<Value> = (0..501).map(|number| project(&format!("p{number}"))).collect();
    let _ = world.apply(&json!(many)).await.is_problem(422, "validation_failed");
    let path = world.at("/apply");
    let text = world.admin.call("POST".parse().unwrap(), &path).body("text/yaml", "a: 1").await;
    let _ = text.is_problem(415, "unsupported_media_type");
    let matched = world.admin.call("POST".parse().unwrap(), &path).json(&json!([project("a")]));
    let _ = matched.header("if-match", "\"1\"").await.is_problem(400, "invalid_header");
    let odd = world.apply(&json!([3, { "kind": "Project" }])).await.is_problem(422, "apply_refused");
    assert_eq!(fault(&odd.json["results"][0]), ("", "invalid_type"));
    assert_eq!(fault(&odd.json["results"][1]), ("/metadata", "required"));
}

#[tokio::test]
async fn two_hundred_documents_are_one_unit() {
    let world = World::new().await;
    let before = world.position().await;
    let mut all: Vec<Value> =
        (0..199).map(|number| namespace("payments", &format!("n{number}"), 1)).collect();
    all.push(project("payments"));
    let made = world.apply(&json!(all)).await.is(200);
    assert_eq!(outcomes(&made), vec!["created"; 200]);
    assert_eq!(world.position().await, before + 200);
    let first = world.admin.get(&world.at("/projects/payments/namespaces/n0")).await.is(200);
    let last = world.admin.get(&world.at("/projects/payments/namespaces/n198")).await.is(200);
    assert_eq!(first.json["metadata"]["createdAt"], last.json["metadata"]["createdAt"], "in one commit");
    all.push(namespace("payments", "kube-system", 1));
    let _ = world.apply(&json!(all)).await.is_problem(422, "apply_refused");
}
