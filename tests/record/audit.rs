use crate::world::{Member, SECOND, World};
use serde_json::{Value, json};
use values::{Role, ScopeId, ScopeKind};

/// A partner with an org that has an admin, and staff.
struct Northwind {
    world: World,
    partner: ScopeId,
    acme: ScopeId,
    admin: Member,
    staff: Member,
}

async fn northwind() -> Northwind {
    let world = World::new().await;
    let partner = world.partner("northwind").await;
    let acme = world.org(partner, "acme").await;
    let admin = world.member(ScopeKind::Org, acme, partner, Role::OrgAdmin).await;
    let staff = world.member(ScopeKind::Partner, partner, partner, Role::PartnerAdmin).await;
    Northwind { world, partner, acme, admin, staff }
}

impl Northwind {
    async fn rename(&self, display_name: &str, reason: &str) {
        let ask = self.world.ask("PATCH", &format!("/v1/orgs/{}", self.acme)).key(&self.admin.secret);
        let ask = ask.header("x-change-reason", reason).header("user-agent", "rctl/1.0").from("203.0.113.9");
        ask.patch(&json!({"metadata": {"displayName": display_name}})).send().await.expect(200);
    }

    async fn trail(&self, secret: &str, query: &str) -> crate::world::Answer {
        self.world.get(secret, &format!("/v1/orgs/{}/audit{query}", self.acme)).await.expect(200)
    }
}

#[tokio::test]
async fn an_entry_says_who_what_why_from_where_and_what_changed() {
    let it = northwind().await;
    it.rename("Acme Ltd", "a new sign").await;
    let trail = it.trail(&it.admin.secret, "?limit=1").await;
    let entry = &trail.items()[0];
    assert_eq!(entry["action"], "org.update");
    assert_eq!(
        (&entry["kind"], &entry["objectId"], &entry["objectName"]),
        (&json!("Org"), &json!(it.acme), &json!("acme"))
    );
    assert_eq!(entry["actor"], json!({"kind": "User", "id": it.admin.user}));
    assert_eq!(entry["credentialId"], json!(it.admin.access_key_id));
    assert_eq!((&entry["authMethod"], &entry["client"]), (&json!("bearer"), &json!("rctl")));
    assert_eq!((&entry["reason"], &entry["sourceIp"]), (&json!("a new sign"), &json!("203.0.113.9")));
    assert_eq!(entry["eventTypes"], json!(["io.quarterdeck.org.updated.v1"]));
    assert_eq!(entry["changes"], json!([{"pointer": "/metadata/displayName", "old": "", "new": "Acme Ltd"}]));
    assert_eq!((entry.get("orgId"), entry.get("count")), (None, None));
    assert_eq!(trail.json["position"], entry["position"]);
    let stored: Vec<String> =
        sqlx::query_scalar("SELECT metadata::text FROM events").fetch_all(&it.world.app.pool).await.unwrap();
    for personal in ["a new sign", "203.0.113.9", "rctl/1.0"] {
        assert!(!stored.iter().any(|text| text.contains(personal)), "{personal} is sealed");
    }
}

#[tokio::test]
async fn members_are_shown_by_their_user_and_address() {
    let it = northwind().await;
    let trail = it.trail(&it.admin.secret, &format!("?object={}", it.admin.user)).await;
    assert_eq!(trail.all("action"), ["user.add"]);
    assert_eq!(trail.all("objectId"), [it.admin.user.to_string()]);
    assert_eq!(trail.all("objectName"), [format!("{}@plain.test", it.admin.user)]);
}

#[tokio::test]
async fn filters_find_what_fits() {
    let it = northwind().await;
    it.world.clock.advance_micros(60 * SECOND);
    it.rename("Acme Ltd", "Why Not").await;
    let user = it.admin.user;
    let key = &it.admin.access_key_id;
    for (query, actions) in [
        (format!("?actor={user}"), vec!["org.update"]),
        (format!("?credential={key}"), vec!["org.update"]),
        ("?action=org.update".to_owned(), vec!["org.update"]),
        ("?action=apiKey.issue".to_owned(), vec!["apiKey.issue"]),
        ("?kind=Org".to_owned(), vec!["org.update", "org.create"]),
        ("?kind=User&outcome=allowed".to_owned(), vec!["user.add"]),
        (format!("?object={}", it.acme), vec!["org.update", "org.create"]),
        (format!("?object={}", it.admin.key), vec!["apiKey.issue"]),
        ("?client=rctl".to_owned(), vec!["org.update"]),
        ("?outcome=denied".to_owned(), vec![]),
        ("?since=2026-01-01T00:00:30Z".to_owned(), vec!["org.update"]),
        ("?until=2026-01-01T00:00:30Z&kind=Org".to_owned(), vec!["org.create"]),
        ("?q=why+not".to_owned(), vec!["org.update"]),
        ("?project=0193f3a0-7c1b-7000-8000-000000000001".to_owned(), vec![]),
    ] {
        assert_eq!(it.trail(&it.admin.secret, &query).await.all("action"), actions, "{query}");
    }
    for query in ["?outcome=nope", "?sort=position", "?nope=1", "?object=acme"] {
        it.world.get(&it.admin.secret, &format!("/v1/orgs/{}/audit{query}", it.acme)).await.expect(400);
    }
}

#[tokio::test]
async fn partner_staff_see_what_is_about_the_org_and_not_what_is_inside() {
    let it = northwind().await;
    it.rename("Acme Ltd", "x").await;
    assert_eq!(it.trail(&it.staff.secret, "").await.all("kind"), ["Org", "Org"]);
    assert_eq!(it.trail(&it.admin.secret, "").await.all("kind"), ["Org", "ApiKey", "User", "Org"]);
}

#[tokio::test]
async fn anothers_trail_is_not_found() {
    let it = northwind().await;
    let other = it.world.partner("other").await;
    let theirs = it.world.org(other, "theirs").await;
    let spy = it.world.member(ScopeKind::Org, theirs, other, Role::OrgAdmin).await;
    let staff = it.world.member(ScopeKind::Partner, other, other, Role::PartnerAdmin).await;
    let path = format!("/v1/orgs/{}/audit", it.acme);
    it.world.get(&spy.secret, &path).await.expect(404);
    it.world.get(&staff.secret, &path).await.expect(404);
    let denied = it.world.get(&it.admin.secret, "/v1/audit").await;
    assert!(matches!(denied.status.as_u16(), 403 | 404), "{denied:?}");
    let token =
        it.trail(&it.admin.secret, "?limit=1").await.json["nextPageToken"].as_str().unwrap().to_owned();
    it.world
        .get(&spy.secret, &format!("/v1/orgs/{theirs}/audit?limit=1&pageToken={token}"))
        .await
        .expect(400);
}

#[tokio::test]
async fn the_installations_trail_shows_staff_and_the_lives_of_orgs() {
    let it = northwind().await;
    it.rename("Acme Ltd", "x").await;
    let other = it.world.partner("other").await;
    it.world.org(other, "theirs").await;
    let all = it.world.get(&it.world.operator, "/v1/audit?limit=500").await.expect(200);
    let scopes = all.all("orgId");
    assert!(scopes.contains(&it.acme.to_string().as_str()) && scopes.contains(&other.to_string().as_str()));
    let inside = all.items().iter().filter(|entry| entry["orgId"] == json!(it.acme));
    assert!(inside.clone().all(|entry| entry["kind"] == "Org") && inside.count() == 2);

    let own = it.world.get(&it.staff.secret, "/v1/audit?limit=500").await.expect(200);
    let mine = [it.acme.to_string(), it.partner.to_string()];
    assert!(
        own.all("orgId").iter().all(|scope| mine.contains(&(*scope).to_owned())),
        "{:?}",
        own.all("orgId")
    );
    assert!(own.items().iter().all(|entry| entry["orgPosition"].is_i64()));
    assert!(own.items().len() < all.items().len());
}

#[tokio::test]
async fn pages_are_as_of_the_first_one_while_others_write() {
    let it = northwind().await;
    for turn in 0..12 {
        it.rename(&format!("Acme {turn}"), "x").await;
    }
    let whole: Vec<Value> = it.trail(&it.admin.secret, "?limit=500").await.items().to_vec();
    let mut paged = vec![];
    let mut query = "?limit=5".to_owned();
    let mut positions = vec![];
    loop {
        let page = it.trail(&it.admin.secret, &query).await;
        paged.extend(page.items().to_vec());
        positions.push(page.json["position"].clone());
        it.rename(&format!("Later {}", paged.len()), "x").await;
        let Some(token) = page.json["nextPageToken"].as_str() else { break };
        query = format!("?limit=5&pageToken={token}");
    }
    assert_eq!(paged, whole);
    assert_eq!(positions.len(), 3);
    positions.dedup();
    assert_eq!(positions.len(), 1, "each page tells the first one's position");
    let position = &positions[0];
    assert_eq!(it.trail(&it.admin.secret, &format!("?limit=500&asOf={position}")).await.items(), whole);
}

#[tokio::test]
async fn a_trail_longer_than_any_page_is_streamed_whole() {
    let it = northwind().await;
    for turn in 0..40 {
        it.rename(&format!("Acme {turn}"), "=1+1").await;
    }
    // Longer than what one question brings, and with entries of several events in a row.
    it.world
        .execute(
            "INSERT INTO events SELECT last.position + n, org_id, last.org_position + n, gen_random_uuid(), \
                 aggregate_type, aggregate_id, last.sequence + n, event_type, event_version, payload, metadata, \
                 recorded_at, leaf \
             FROM (SELECT * FROM events ORDER BY position DESC LIMIT 1) AS last, generate_series(1, 1100) AS n; \
             UPDATE ledger_head SET position = position + 1100; \
             UPDATE scopes SET position = position + 1100 WHERE org_id = (SELECT org_id FROM events ORDER BY position DESC LIMIT 1)",
        )
        .await;
    let path = format!("/v1/orgs/{}/audit", it.acme);
    let ask = |accept: &str| it.world.ask("GET", &path).key(&it.admin.secret).header("accept", accept).send();
    let lines = ask("application/x-ndjson").await.expect(200);
    assert_eq!(lines.headers["content-type"], "application/x-ndjson");
    let entries: Vec<Value> = lines.text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(entries.len(), 43);
    assert_eq!(
        entries[0]["eventTypes"].as_array().unwrap().len(),
        1_101,
        "one unit of one stream is one entry"
    );
    let rows = ask("text/csv").await.expect(200);
    assert_eq!(rows.text.lines().count(), 44);
    assert!(rows.text.contains(",'=1+1,"), "no cell begins like a formula");
}
