//! Who may apply what.

use super::{World, namespace, outcomes, project};
use serde_json::{Value, json};

#[tokio::test]
async fn every_document_needs_the_right_that_its_thing_alone_would_need() {
    let world = World::new().await;
    let _ = world.apply(&json!([project("payments"), project("shipping")])).await.is(200);
    let (id, dev) = world.service.member(&world.org, "dev", &[]).await;
    let bind = json!([{
        "kind": "RoleBinding", "metadata": { "name": "dev" },
        "spec": {
            "role": "PROJECT_ADMIN", "subject": { "kind": "User", "id": id }, "scope": { "project": "payments" }
        }
    }]);
    let _ = world.apply(&bind).await.is(200);
    let path = world.at("/apply");
    let own = json!([namespace("payments", "checkout", 1)]);
    assert_eq!(outcomes(&dev.post(&path, own).await.is(200)), ["created"]);

    let several = json!([
        namespace("payments", "cart", 1),
        project("new"),
        namespace("shipping", "parcels", 1),
        namespace("nowhere", "parcels", 1),
        { "kind": "Group", "metadata": { "name": "a" } },
        { "kind": "Blueprint", "metadata": { "name": "a", "project": "payments" } }
    ]);
    let refused = dev.post(&path, several.clone()).await.is_problem(403, "apply_refused");
    let codes: Vec<Value> =
        refused.json["results"].as_array().unwrap().iter().map(|it| it["problem"]["code"].clone()).collect();
    let forbidden = json!("forbidden");
    assert_eq!(
        codes[1..3],
        [forbidden.clone(), codes[3].clone()],
        "what is not seen is as what is not there"
    );
    assert_eq!((&codes[4], &codes[5]), (&forbidden, &forbidden));
    let missing: Vec<&Value> = [1, 4, 5]
        .iter()
        .map(|index| &refused.json["results"][*index]["problem"]["missingPermission"])
        .collect();
    assert_eq!(missing, ["project.create", "group.write", "blueprint.write"]);
    let rest = dev.post(&world.at("/apply?atomic=false"), several).await.is(200);
    assert_eq!(outcomes(&rest), ["created", "refused", "refused", "refused", "refused", "refused"]);
    let trail = world.admin.get(&world.at("/audit?action=org.apply&outcome=denied")).await.is(200);
    assert_eq!(
        trail.json["items"].as_array().unwrap().len(),
        2,
        "that some of it was denied is on record, too"
    );

    let (_, stranger) = world.service.member(&world.org, "stranger", &[]).await;
    let none = stranger.post(&path, json!([project("x")])).await;
    assert!(matches!(none.status.as_u16(), 403 | 404), "{}", none.json);
}
