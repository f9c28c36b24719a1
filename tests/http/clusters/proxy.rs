//! The proxy of a cluster, and its password, which nothing shows.

use super::{World, version};
use serde_json::{Value, json};

const PASSWORD: &str = "correct-horse-battery-staple";

fn through(proxy: &Value) -> Value {
    json!({ "metadata": { "name": "prod" }, "spec": { "proxy": proxy } })
}

fn proxy() -> Value {
    json!({
        "httpProxy": "http://proxy.acme.test:3128", "httpsProxy": "http://proxy.acme.test:3128",
        "noProxy": [".svc", "10.0.0.0/8"], "user": "egress"
    })
}

fn with_password(password: &Value) -> Value {
    let mut proxy = proxy();
    proxy["password"] = password.clone();
    proxy
}

#[tokio::test]
async fn a_password_is_kept_where_it_is_left_out_and_cleared_by_null() {
    let world = World::new().await;
    let (admin, path) = (&world.admin, world.cluster("prod"));
    let made = admin.put(&path, &through(&with_password(&json!(PASSWORD)))).await.is(201);
    assert_eq!(
        made.json["spec"]["proxy"],
        json!({
            "httpProxy": "http://proxy.acme.test:3128", "httpsProxy": "http://proxy.acme.test:3128",
            "noProxy": [".svc", "10.0.0.0/8"], "user": "egress", "hasPassword": true
        })
    );
    let same = admin.put(&path, &through(&with_password(&json!(PASSWORD)))).await.is(200);
    assert_eq!(version(&same), 1, "the same password is no change");
    let shown = admin.get(&path).await.is(200);
    let sent_back = admin.put(&path, &shown.json).await.is(200);
    assert_eq!((version(&sent_back), &sent_back.json["spec"]["proxy"]["hasPassword"]), (1, &json!(true)));
    let kept = admin.put(&path, &through(&proxy())).await.is(200);
    assert_eq!(version(&kept), 1);
    let edited = admin.patch(&path, &json!({ "spec": { "proxy": { "noProxy": [] } } })).await.is(200);
    assert_eq!((version(&edited), &edited.json["spec"]["proxy"]["hasPassword"]), (2, &json!(true)));

    let another =
        admin.patch(&path, &json!({ "spec": { "proxy": { "password": "another" } } })).await.is(200);
    assert_eq!(version(&another), 3);
    let cleared = admin.patch(&path, &json!({ "spec": { "proxy": { "password": null } } })).await.is(200);
    assert_eq!((version(&cleared), &cleared.json["spec"]["proxy"]["hasPassword"]), (4, &json!(false)));
    let again = admin.put(&path, &through(&with_password(&Value::Null))).await.is(200);
    assert_eq!(again.json["spec"]["proxy"]["hasPassword"], false);
    let without_user = json!({ "spec": { "proxy": { "user": null, "password": "x" } } });
    let refused = admin.patch(&path, &without_user).await.is_problem(422, "validation_failed");
    assert_eq!(refused.json["errors"][0]["pointer"], "/spec/proxy/user");
    let none = admin.patch(&path, &json!({ "spec": { "proxy": null } })).await.is(200);
    assert_eq!(none.json["spec"]["proxy"], Value::Null);
}

#[tokio::test]
async fn a_password_is_nowhere_but_sealed() {
    let world = World::new().await;
    let made = world.make("prod", json!({ "proxy": with_password(&json!(PASSWORD)) })).await;
    let dry = world.admin.put(
        &world.cluster("other?dryRun=true"),
        &json!({
            "metadata": { "name": "other" }, "spec": { "proxy": with_password(&json!(PASSWORD)) }
        }),
    );
    let path = world.cluster(&made);
    let mut texts = vec![dry.await.is(200).json.to_string()];
    for read in ["", "/history", "/blame"] {
        texts.push(world.admin.get(&format!("{path}{read}")).await.is(200).json.to_string());
    }
    for read in ["/events?after=0", "/audit"] {
        texts.push(world.admin.get(&world.at(read)).await.is(200).json.to_string());
    }
    for text in texts {
        assert!(!text.contains(PASSWORD), "{text}");
    }
}
