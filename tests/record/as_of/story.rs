//! An org that lives, those who act in it and look into it, and everything that ever was in it.

use super::dice::Dice;
use super::kinds::{NAMES, kind};
use super::reads::{Remembered, Template, templates};
use quarterdeck::app::timers::{Schedule, Timers};
use quarterdeck::clock::Clock;
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::Arc;
use testing::{Client, Reply, Service};
use values::Timestamp;

/// Something that is, or was.
#[derive(Clone, Debug)]
pub(crate) struct Thing {
    pub(crate) kind: &'static str,
    pub(crate) id: String,
    pub(crate) name: String,
    pub(crate) deleted: bool,
    /// What the parameters of its path stand for, in their order: ids.
    pub(crate) place: Vec<(&'static str, String)>,
    /// Its path, by ids.
    pub(crate) path: String,
}

pub(crate) struct Story {
    pub(crate) service: Service,
    pub(crate) dice: Dice,
    /// The org, which stays, and its path.
    pub(crate) org_id: String,
    pub(crate) org: String,
    pub(crate) operator: Client,
    /// The org's admin, who stays.
    pub(crate) admin: Client,
    /// An admin of the partner.
    pub(crate) staff: Client,
    /// A member whose rights come and go.
    pub(crate) member: Client,
    pub(crate) member_id: String,
    pub(crate) things: Vec<Thing>,
    pub(crate) memory: Vec<Remembered>,
    pub(crate) templates: Vec<Template>,
    /// What was done, and how often.
    pub(crate) happened: BTreeMap<&'static str, usize>,
    pub(crate) timers: Timers,
}

impl Story {
    pub(crate) async fn begin(seed: u64) -> Self {
        let service = Service::start().await;
        let operator = service.operator();
        let made = operator.post("/v1/orgs", json!({ "metadata": { "name": "acme" } })).await.is(201);
        let (org_id, org) = (made.id(), format!("/v1/orgs/{}", made.id()));
        let (_, admin) = service.member(&org, "admin", &["ORG_ADMIN"]).await;
        let (member_id, member) = service.member(&org, "member", &[]).await;
        let (staff_id, staff) = service.member("/v1/partners/default", "staff", &["PARTNER_ADMIN"]).await;
        let timers = Timers::new(Arc::clone(&service.app), Schedule::default());
        let mut story = Self {
            dice: Dice::seeded(seed),
            org_id,
            org,
            operator,
            admin,
            staff,
            member,
            member_id,
            things: vec![],
            memory: vec![],
            templates: templates(),
            happened: BTreeMap::new(),
            timers,
            service,
        };
        story.know(&made.json, "Org", vec![], "/v1/orgs");
        story.know_what_is_not_declared(&staff_id).await;
        // Batches of the same moment are stamped a little later than it.
        story.pass(1_000);
        story
    }

    /// People and keys that are there from the beginning.
    async fn know_what_is_not_declared(&mut self, staff: &str) {
        let org = self.org_id.clone();
        let (operator, admin) = (self.operator.clone(), self.admin.clone());
        let own = admin.get("/v1/me/api-keys").await.is(200);
        self.know(&own.json["items"][0], "OwnKey", vec![], "/v1/me/api-keys");
        let partner = operator.get("/v1/partners/default").await.is(200).json;
        let partner_id = partner["metadata"]["id"].as_str().unwrap().to_owned();
        self.know(&partner, "Partner", vec![], "/v1/partners");
        let in_partner = vec![("partner", partner_id.clone())];
        let users = format!("/v1/partners/{partner_id}/users");
        let person = operator.get(&format!("{users}/{staff}")).await.is(200);
        self.know(&person.json, "Staff", in_partner.clone(), &users);
        let keys = format!("{users}/{staff}/api-keys");
        let key = operator.get(&keys).await.is(200).json["items"][0].clone();
        self.know(&key, "StaffKey", [in_partner, vec![("user", staff.to_owned())]].concat(), &keys);
        let first = operator.get("/v1/operators").await.is(200).json["items"][0].clone();
        let first_id = first["metadata"]["id"].as_str().unwrap().to_owned();
        self.know(&first, "Operator", vec![], "/v1/operators");
        let keys = format!("/v1/operators/{first_id}/api-keys");
        let key = operator.get(&keys).await.is(200).json["items"][0].clone();
        self.know(&key, "OperatorKey", vec![("user", first_id)], &keys);
        let member = admin.get(&format!("{}/users/{}", self.org, self.member_id)).await.is(200);
        let users = format!("{}/users", self.org);
        self.know(&member.json, "Member", vec![("org", org.clone())], &users);
        let keys = admin.get(&format!("{users}/{}/api-keys", self.member_id)).await.is(200);
        let collection = format!("{}/api-keys", self.org);
        self.know(&keys.json["items"][0], "MemberKey", vec![("org", org)], &collection);
    }

    /// Remembers that something is there.
    pub(crate) fn know(
        &mut self,
        document: &Value,
        kind_name: &'static str,
        above: Vec<(&'static str, String)>,
        collection: &str,
    ) {
        let text =
            |pointer: &str| document.pointer(pointer).and_then(Value::as_str).unwrap_or_default().to_owned();
        let id = text("/metadata/id");
        let parameter = match kind_name {
            "OwnKey" | "StaffKey" | "OperatorKey" | "MemberKey" | "ApiKey" => "key",
            "Staff" | "Operator" | "Member" => "user",
            declared => kind(declared).parameter,
        };
        let path = format!("{collection}/{id}");
        let place = [above, vec![(parameter, id.clone())]].concat();
        self.things.push(Thing {
            kind: kind_name,
            name: text("/metadata/name"),
            deleted: false,
            place,
            path,
            id,
        });
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.service.clock.now()
    }

    pub(crate) fn in_hours(&self, hours: u32) -> Timestamp {
        self.now().plus_hours(hours)
    }

    pub(crate) fn name(&self) -> String {
        self.dice.one(&NAMES).to_owned()
    }

    /// A selector of labels.
    pub(crate) fn selector(&self) -> &'static str {
        self.dice.one(&["", "tier=1", "tier!=1", "tier in (1,2)", "env"])
    }

    /// Anything of this kind that is there.
    pub(crate) fn any(&self, kind: &str) -> Option<&Thing> {
        let there = self.things.iter().filter(|it| it.kind == kind && !it.deleted);
        self.dice.any(there.collect())
    }

    pub(crate) fn name_of(&self, kind: &str) -> String {
        self.any(kind).map_or_else(|| self.name(), |thing| thing.name.clone())
    }

    /// Some users of the org.
    pub(crate) fn users(&self) -> Vec<String> {
        let mut users = vec![self.member_id.clone()];
        users.extend(self.any("User").map(|user| user.id.clone()));
        if self.dice.once_in(2) {
            users.reverse();
        }
        users
    }

    /// A reference to a version of an add-on or a blueprint.
    pub(crate) fn version_of(&self, kind: &str) -> Option<Value> {
        let version = self.any(kind).filter(|_| !self.dice.once_in(5))?;
        let (_, parent) = &version.place[version.place.len() - 2];
        let parent = self.things.iter().find(|it| it.id == *parent)?;
        Some(json!({ "name": parent.name, "version": version.name }))
    }

    /// Sends a command, a while after what was before. Whatever it is answered, it is not broken, and no request of ours is
    /// malformed.
    pub(crate) async fn send(&mut self, what: &'static str, call: testing::Call) -> Option<Reply> {
        self.pass(1 + i64::try_from(self.dice.below(30_000_000)).unwrap());
        let reply = call.await;
        let status = reply.status.as_u16();
        assert!(status < 500 && ![400, 401, 405, 415].contains(&status), "{what}: {status} {}", reply.json);
        // Later batches of the same command are stamped a little later.
        self.pass(1_000);
        if status >= 300 {
            return None;
        }
        *self.happened.entry(what).or_default() += 1;
        self.note(&reply.json);
        Some(reply)
    }

    pub(crate) fn pass(&self, micros: i64) {
        self.service.clock.advance_micros(micros);
    }

    /// Takes note of what a thing is called now, and whether it is deleted.
    fn note(&mut self, document: &Value) {
        let metadata = &document["metadata"];
        for thing in self.things.iter_mut().filter(|it| metadata["id"] == *it.id) {
            thing.deleted = metadata["deletedAt"].is_string();
            metadata["name"].as_str().unwrap_or_default().clone_into(&mut thing.name);
        }
    }
}
