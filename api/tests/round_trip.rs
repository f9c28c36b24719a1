//! What a GET shows may be edited and sent back, and what nobody knows is refused.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use api::{ApiKeyInput, NeedsReason, OrgInput, PartnerInput, Rotate, Signup, UserInput, WithReason};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use std::fmt::Debug;

const ID: &str = "01935d2e-0000-7000-8000-000000000002";

fn metadata(name: &str) -> Value {
    json!({
        "id": ID, "name": name, "displayName": "Shown", "description": "", "partnerId": ID, "orgId": ID,
        "projectId": null, "labels": {}, "annotations": {}, "version": 3, "deletionProtection": false,
        "createdAt": "2026-11-24T09:30:00.123456Z", "createdBy": {"kind": "User", "id": ID},
        "updatedAt": "2026-11-24T09:30:00.123456Z",
        "updatedBy": {"kind": "ApiKey", "id": "QDAK01J9ZQ4M8TX2V7C3", "userId": ID}, "deletedAt": null
    })
}

fn resource(kind: &str, name: &str, spec: &Value, status: &Value) -> Value {
    json!({"apiVersion": "v1", "kind": kind, "metadata": metadata(name), "spec": spec, "status": status})
}

fn org() -> Value {
    let settings = json!({
        "apiKeyDefaultValidityHours": 720, "apiKeyMaxValidityHours": 8760, "allowNonExpiringKeys": true,
        "allowPartnerKeys": false, "allowBreakGlass": true
    });
    let contact = json!({"firstName": "Ada", "lastName": "", "email": "ada@acme.test", "phone": null});
    let spec = json!({"externalId": "crm-17", "contact": contact, "settings": settings});
    let status = json!({"phase": "active", "origin": "partner", "approvedAt": null, "reason": null});
    resource("Org", "acme", &spec, &status)
}

fn partner() -> Value {
    let spec = json!({
        "host": "clouds.north.test", "productName": "Northwind", "logoUrl": "https://north.test/l.svg",
        "iconUrl": null, "colors": {"primary": "#1a73e8", "accent": null},
        "links": {"support": "https://north.test/support"},
        "policy": {"signup": "open", "orgApproval": "required"}
    });
    resource("Partner", "north", &spec, &json!({"phase": "active"}))
}

fn user() -> Value {
    let spec = json!({
        "email": "ci@acme.test", "firstName": "", "lastName": "Bot", "access": "programmatic",
        "roles": ["ORG_ADMIN"]
    });
    resource("User", "ci@acme.test", &spec, &json!({"phase": "active", "reason": null}))
}

fn api_key() -> Value {
    let scope = json!({"readOnly": true, "roleCap": "AUDITOR", "projects": [ID], "cidrs": ["192.0.2.0/24"]});
    let spec = json!({"userId": ID, "scope": scope, "neverExpires": false});
    let status = json!({
        "phase": "active", "accessKeyId": "QDAK01J9ZQ4M8TX2V7C3", "secret": null,
        "expiresAt": "2026-12-24T09:30:00.000000Z", "supersededBy": null, "byPartner": false, "reason": null,
        "lastUsed": {"address": "192.0.2.7", "client": "api"}, "lastUsedAt": "2026-11-24T09:30:00.000000Z"
    });
    resource("ApiKey", "pipeline", &spec, &status)
}

/// The value is what the reply's type writes, and the input takes it as it is.
#[track_caller]
fn goes_back<Reply, Input>(value: &Value) -> Input
where
    Reply: DeserializeOwned + serde::Serialize,
    Input: DeserializeOwned,
{
    let reply: Reply = serde_json::from_value(value.clone()).unwrap();
    assert_eq!(&serde_json::to_value(reply).unwrap(), value, "the example is what a GET shows");
    serde_json::from_value(value.clone()).unwrap()
}

/// One more member, wherever there is an object, is refused.
#[track_caller]
fn refuses_more<Input: DeserializeOwned + Debug>(value: &Value, places: &[&str]) {
    serde_json::from_value::<Input>(value.clone()).unwrap();
    for place in places {
        let mut more = value.clone();
        let object = more.pointer_mut(place).and_then(Value::as_object_mut).unwrap();
        object.insert("surprise".to_owned(), json!(1));
        let error = serde_json::from_value::<Input>(more).unwrap_err().to_string();
        assert!(error.contains("unknown field `surprise`"), "{place}: {error}");
    }
}

#[test]
fn an_org_goes_back_as_it_came() {
    let input: OrgInput = goes_back::<api::Org, _>(&org());
    assert_eq!(input.metadata.name.as_str(), "acme");
    assert_eq!(input.spec.external_id.unwrap().as_str(), "crm-17");
    let contact = input.spec.contact.unwrap();
    assert_eq!((contact.first_name.as_str(), contact.last_name.as_str()), ("Ada", ""));
    assert_eq!(input.spec.settings.api_key_default_validity_hours, 720);
}

#[test]
fn a_partner_goes_back_as_it_came() {
    let input: PartnerInput = goes_back::<api::Partner, _>(&partner());
    let reply: api::Partner = serde_json::from_value(partner()).unwrap();
    assert_eq!(input.spec, reply.spec);
}

#[test]
fn a_user_goes_back_as_it_came() {
    let input: UserInput = goes_back::<api::User, _>(&user());
    assert_eq!(input.spec.email.as_str(), "ci@acme.test");
    assert_eq!(input.spec.access, api::Access::Programmatic);
}

#[test]
fn a_key_goes_back_as_it_came() {
    let input: ApiKeyInput = goes_back::<api::ApiKey, _>(&api_key());
    assert!(input.spec.scope.read_only && !input.spec.never_expires);
    assert_eq!(input.spec.validity_hours, None);
}

#[test]
fn unknown_members_are_refused_wherever_they_stand() {
    refuses_more::<OrgInput>(&org(), &["", "/metadata", "/spec", "/spec/contact", "/spec/settings"]);
    refuses_more::<PartnerInput>(&partner(), &["", "/metadata", "/spec", "/spec/colors", "/spec/policy"]);
    refuses_more::<UserInput>(&user(), &["", "/spec"]);
    refuses_more::<ApiKeyInput>(&api_key(), &["", "/metadata", "/spec", "/spec/scope"]);
    let signup = json!({"org": {"name": "acme"}, "user": {"email": "ada@acme.test"}});
    refuses_more::<Signup>(&signup, &["", "/org", "/user"]);
    refuses_more::<WithReason>(&json!({"reason": "paid"}), &[""]);
    refuses_more::<NeedsReason>(&json!({"reason": "unpaid"}), &[""]);
    refuses_more::<Rotate>(&json!({"overlapHours": 24}), &[""]);
}

#[test]
fn a_key_takes_no_labels_and_does_not_drop_them_silently() {
    for (member, value) in [
        ("labels", json!({"env": "prod"})),
        ("annotations", json!({"a": "b"})),
        ("deletionProtection", json!(true)),
    ] {
        let mut key = api_key();
        key["metadata"][member] = value;
        assert!(serde_json::from_value::<ApiKeyInput>(key).is_err(), "{member}");
    }
}

#[test]
fn another_kind_or_version_is_refused() {
    for (member, value) in [("kind", "Partner"), ("apiVersion", "v2")] {
        let mut org = org();
        org[member] = json!(value);
        assert!(serde_json::from_value::<OrgInput>(org).is_err(), "{member}");
    }
}

#[test]
fn hours_outside_what_the_specification_says_are_refused() {
    for member in ["apiKeyDefaultValidityHours", "apiKeyMaxValidityHours"] {
        let mut org = org();
        org["spec"]["settings"][member] = json!(0);
        assert!(serde_json::from_value::<OrgInput>(org).is_err(), "{member}");
    }
    let key = |hours: u32| json!({"metadata": {"name": "k"}, "spec": {"validityHours": hours}});
    assert!(serde_json::from_value::<ApiKeyInput>(key(0)).is_err());
    let input: ApiKeyInput = serde_json::from_value(key(1)).unwrap();
    assert_eq!(input.spec.validity_hours, Some(1));
    assert!(serde_json::from_value::<Rotate>(json!({"overlapHours": 169})).is_err());
    let rotate = |body: Value| serde_json::from_value::<Rotate>(body).unwrap().overlap_hours;
    assert_eq!((rotate(json!({"overlapHours": 0})), rotate(json!({"overlapHours": 168}))), (0, 168));
    assert_eq!(rotate(json!({})), 24);
}
