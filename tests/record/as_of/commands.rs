//! Random commands.

use super::kinds::{KINDS, Kind, kind};
use super::story::{Story, Thing};
use serde_json::{Value, json};
use testing::Client;

const HOUR: i64 = 3_600_000_000;

impl Story {
    /// Some of everything is made, and begins to work.
    pub(crate) async fn settle(&mut self) {
        for kind in &KINDS {
            // All is in one project at first.
            for _ in 0..if kind.name == "Project" { 1 } else { 3 } {
                self.create(kind).await;
            }
            let Some((verb, body)) = kind.verbs.first().filter(|_| kind.name != "User") else { continue };
            let made = self.things.iter().filter(|it| it.kind == kind.name && it.id != self.org_id);
            for thing in made.cloned().collect::<Vec<_>>() {
                let call = self.client_for(kind).post(&format!("{}/{verb}", thing.path), body(self));
                self.send(verb, call).await;
            }
        }
    }

    /// Something happens, or is tried.
    pub(crate) async fn command(&mut self) {
        match self.dice.below(24) {
            0..=6 => {
                let kind = &KINDS[self.dice.below(KINDS.len())];
                self.create(kind).await;
            }
            7 | 8 => self.put().await,
            9..=11 => self.patch().await,
            12 => self.rename().await,
            13 | 14 => self.delete().await,
            15 | 16 => self.restore().await,
            17 | 18 => self.revert().await,
            19 | 20 => self.verb().await,
            21 => self.keys().await,
            22 => self.rights().await,
            _ if self.dice.once_in(3) => self.time_passes().await,
            _ => self.verb().await,
        }
    }

    fn client_for(&self, kind: &Kind) -> Client {
        if kind.inside == "Nothing" { self.operator.clone() } else { self.admin.clone() }
    }

    /// What this kind is in, and the path of its collection there. Orgs but one are empty.
    fn home_of(&self, kind: &Kind) -> Option<(Vec<(&'static str, String)>, String)> {
        match kind.inside {
            "Nothing" => Some((vec![], format!("/v1/{}", kind.collection))),
            "Org" => Some((vec![("org", self.org_id.clone())], format!("{}/{}", self.org, kind.collection))),
            parent => {
                let parent = self.any(parent)?;
                Some((parent.place.clone(), format!("{}/{}", parent.path, kind.collection)))
            }
        }
    }

    fn declared(&self, kind: &Kind) -> Value {
        let name = match kind.name {
            "AddonVersion" | "BlueprintVersion" => format!("1.{}", self.dice.below(6)),
            _ => self.name(),
        };
        let labels = json!({ "tier": self.dice.one(&["1", "2"]), "env": self.dice.one(&["prod", "dev"]) });
        let spec = (kind.spec)(self);
        if kind.name == "User" {
            return json!({ "spec": spec });
        }
        json!({ "metadata": { "name": name, "labels": labels, "displayName": self.name() }, "spec": spec })
    }

    async fn create(&mut self, kind: &'static Kind) {
        let Some((above, collection)) = self.home_of(kind) else { return };
        let call = self.client_for(kind).post(&collection, self.declared(kind));
        if let Some(reply) = self.send("create", call).await
            && reply.status == 201
        {
            self.know(&reply.json, kind.name, above, &collection);
        }
    }

    /// Declares something by its name: makes it, or makes it something else.
    async fn put(&mut self) {
        let kind = &KINDS[self.dice.below(11)];
        let Some((above, collection)) = self.home_of(kind) else { return };
        let body = self.declared(kind);
        let path = format!("{collection}/{}", body["metadata"]["name"].as_str().unwrap());
        let call = self.admin.put(&path, &body);
        if let Some(reply) = self.send("put", call).await
            && reply.status == 201
        {
            self.know(&reply.json, kind.name, above, &collection);
        }
    }

    /// Any thing that is declared, and its kind; live ones, or those that are gone.
    fn some(&self, deleted: bool) -> Option<(&'static Kind, Thing)> {
        let of = |kind: &'static Kind| {
            let fitting = self.things.iter().filter(|it| it.kind == kind.name && it.deleted == deleted);
            self.dice.any(fitting.collect()).map(|thing| (kind, thing.clone()))
        };
        self.dice.any(KINDS.iter().filter_map(of).collect())
    }

    async fn patch(&mut self) {
        let Some((kind, thing)) = self.some(false) else { return };
        let mut body = match self.dice.below(6) {
            0 => json!({ "metadata": { "labels": { "tier": self.dice.one(&["1", "2", "3"]) } } }),
            1 => json!({ "metadata": { "labels": { "env": null } } }),
            2 => json!({ "metadata": { "displayName": self.name() } }),
            3 => {
                json!({ "metadata": { "description": self.name(), "annotations": { "note": self.name() } } })
            }
            4 => json!({ "metadata": { "deletionProtection": self.dice.once_in(3) } }),
            _ => json!({ "spec": (kind.spec)(self) }),
        };
        if kind.name == "User" {
            body = json!({ "spec": { "firstName": self.name() } });
        }
        let call = self.client_for(kind).patch(&thing.path, &body).header("x-change-reason", "it grows");
        self.send("patch", call).await;
    }

    /// Another name: of kinds that are not renamed, it is refused.
    async fn rename(&mut self) {
        let kind = kind(self.dice.one(&["Project", "Group", "Webhook", "Org", "Partner", "Cluster"]));
        let Some(thing) = self.any(kind.name).cloned() else { return };
        let call = self.client_for(kind).patch(&thing.path, &json!({ "metadata": { "name": self.name() } }));
        self.send("rename", call).await;
    }

    async fn delete(&mut self) {
        let Some((kind, thing)) = self.some(false) else { return };
        if thing.id != self.org_id {
            let call = self.client_for(kind).delete(&thing.path);
            self.send("delete", call).await;
        }
    }

    async fn restore(&mut self) {
        let gone = self.things.iter().filter(|it| it.deleted && it.kind != "User" && it.kind != "ApiKey");
        let Some(thing) = self.dice.any(gone.cloned().collect()) else { return };
        let path = format!("{}/restore", thing.path);
        let call = self.client_for(kind(thing.kind)).post(&path, json!({ "reason": "missed" }));
        self.send("restore", call).await;
    }

    async fn revert(&mut self) {
        let Some((kind, thing)) = self.some(false) else { return };
        let body = json!({ "toVersion": 1 + self.dice.below(2) });
        let call = self.client_for(kind).post(&format!("{}/revert", thing.path), body);
        self.send("revert", call).await;
    }

    async fn verb(&mut self) {
        let with_verbs: Vec<&Kind> = KINDS.iter().filter(|kind| !kind.verbs.is_empty()).collect();
        let kind = self.dice.one(&with_verbs);
        let Some(thing) = self.any(kind.name).filter(|it| it.id != self.org_id).cloned() else { return };
        let (verb, body) = self.dice.one(kind.verbs);
        let call = self.client_for(kind).post(&format!("{}/{verb}", thing.path), body(self));
        self.send(verb, call).await;
    }

    /// Keys are issued, rotated and revoked; not those by which the story is told.
    async fn keys(&mut self) {
        if self.dice.once_in(2) {
            let Some(user) = self.any("User").cloned() else { return };
            let body = json!({ "metadata": { "name": self.name() }, "spec": { "validityHours": 2 } });
            let call = self.operator.post(&format!("{}/api-keys", user.path), body);
            if let Some(reply) = self.send("issue key", call).await {
                let collection = format!("{}/api-keys", self.org);
                self.know(&reply.json, "ApiKey", vec![("org", self.org_id.clone())], &collection);
            }
            return;
        }
        let Some(key) = self.any("ApiKey").cloned() else { return };
        if self.dice.once_in(2) {
            let call = self.admin.post(&format!("{}/revoke", key.path), json!({ "reason": "lost" }));
            self.send("revoke key", call).await;
        } else {
            let call = self.admin.post(&format!("{}/rotate", key.path), json!({ "overlapHours": 1 }));
            if let Some(reply) = self.send("rotate key", call).await {
                let collection = format!("{}/api-keys", self.org);
                self.know(&reply.json, "ApiKey", vec![("org", self.org_id.clone())], &collection);
            }
        }
    }

    /// The roles of the member are others.
    async fn rights(&mut self) {
        let roles = self.dice.one(&[&[] as &[&str], &["ORG_READ_ONLY"], &["AUDITOR"], &["ORG_ADMIN"]]);
        let path = format!("{}/users/{}", self.org, self.member_id);
        let call = self.admin.patch(&path, &json!({ "spec": { "roles": roles } }));
        self.send("roles", call).await;
    }

    /// What the clock does is recorded.
    async fn time_passes(&mut self) {
        self.pass(HOUR);
        self.timers.tick().await;
        self.pass(1_000);
        *self.happened.entry("time passes").or_default() += 1;
    }
}
