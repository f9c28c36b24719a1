//! Random reads, remembered and asked again.

use super::kinds::NAMES;
use super::story::{Story, Thing};
use serde_json::Value;
use testing::{Client, Contract, Reply};

/// What is in the status of a thing as it is now, and in no answer about the past.
const VOLATILE: [&str; 9] = [
    "usage",
    "pendingTargets",
    "pendingClusters",
    "lastSeenAt",
    "lastUsedAt",
    "lastUsed",
    "usedBy",
    "usedByOthers",
    "progress",
];

/// So many pages of a list are turned.
const MOST_PAGES: usize = 12;

/// A read that knows the past.
pub(crate) struct Template {
    path: &'static str,
    parameters: Vec<&'static str>,
    queries: Vec<&'static str>,
    /// How often it was asked for, and how often answered with what was asked for.
    asked: usize,
    read: usize,
}

impl Template {
    /// The smaller, the sooner it is asked for: what was never answered is due more often.
    const fn due(&self) -> usize {
        if self.read == 0 { self.asked / 16 } else { self.asked }
    }
}

/// Every operation of the OpenAPI document that takes `asOf`.
pub(crate) fn templates() -> Vec<Template> {
    let mut all = vec![];
    for (path, item) in Contract::get().document["paths"].as_object().unwrap() {
        let parameters = item["get"]["parameters"].as_array().into_iter().flatten();
        let queries: Vec<&str> =
            parameters.filter(|it| it["in"] == "query").map(|it| it["name"].as_str().unwrap()).collect();
        if queries.contains(&"asOf") {
            let parameters = path.split(['{', '}']).skip(1).step_by(2).collect();
            all.push(Template { path, parameters, queries, asked: 0, read: 0 });
        }
    }
    all
}

/// Who reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Who {
    Operator,
    Staff,
    Admin,
}

/// One page, or one thing, as it was answered.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Seen {
    status: u16,
    etag: Option<String>,
    /// Without the token of the next page, which is another each time. Of a problem, its code.
    text: String,
}

/// A read that was made.
pub(crate) struct Remembered {
    who: Who,
    target: String,
    seen: Vec<Seen>,
    /// The moments that it is of: the position and the time.
    moments: Vec<String>,
    /// Whether it is of one thing, by ids.
    is_by_ids: bool,
}

impl Story {
    /// Reads something, and remembers it.
    pub(crate) async fn read(&mut self) {
        let index = if self.dice.once_in(2) {
            let readable =
                (0..self.templates.len()).filter(|at| !self.places(&self.templates[*at]).is_empty());
            readable.min_by_key(|at| self.templates[*at].due()).unwrap()
        } else {
            self.dice.below(self.templates.len())
        };
        let template = &self.templates[index];
        let Some(place) = self.dice.any(self.places(template)) else { return };
        let by_names = self.dice.once_in(3);
        let who = self.reader_of(template.path, &place);
        // An org's name means something to those who have a partner.
        let says_something = who != Who::Operator || !template.path.starts_with("/v1/orgs");
        let path = self.filled(template, &place, by_names && says_something);
        let target = format!("{path}?{}", self.asked(template));
        let client = self.client(who);
        let position = self.position(template.path, &place).await;
        let mut moments = vec![position.to_string(), self.now().to_string()];
        if may_name_another_org(&target) {
            // Orgs count for themselves: at a position of this one another that bears the name may be long past it.
            moments.remove(0);
        }
        let (now, then) = (ask(&client, &target, "").await, ask(&client, &target, &moments[0]).await);
        let seen: Vec<Seen> = then.iter().map(seen).collect();
        assert_eq!(now.len(), then.len(), "{target}: as many pages as of now as there are now");
        for (now, then) in now.iter().zip(&then) {
            same_as_now(&target, now, then);
        }
        let is_by_ids = !by_names && who == Who::Admin && template.path.ends_with('}');
        self.templates[index].asked += 1;
        self.templates[index].read += usize::from(seen[0].status == 200);
        self.memory.push(Remembered { who, target, seen, moments, is_by_ids });
        self.pass(1);
    }

    /// What was never read.
    pub(crate) fn unread(&self) -> Vec<&'static str> {
        self.templates.iter().filter(|it| it.read == 0).map(|it| it.path).collect()
    }

    /// Asks one remembered read again.
    pub(crate) async fn ask_one_again(&self) {
        let remembered = &self.memory[self.dice.below(self.memory.len())];
        self.ask_again(remembered).await;
    }

    /// Asks all remembered reads again.
    pub(crate) async fn ask_all_again(&self) {
        for remembered in &self.memory {
            self.ask_again(remembered).await;
        }
    }

    async fn ask_again(&self, remembered: &Remembered) {
        let Remembered { who, target, seen, moments, is_by_ids } = remembered;
        for moment in moments {
            let again: Vec<Seen> =
                ask(&self.client(*who), target, moment).await.iter().map(self::seen).collect();
            assert_eq!(again, *seen, "{target} as of {moment} (of {moments:?})");
            if *is_by_ids {
                self.rights_are_judged_now(target, moment, seen).await;
            }
        }
    }

    /// Whoever may read the thing now is told what it was then; nobody else is, whatever they might read then.
    async fn rights_are_judged_now(&self, target: &str, moment: &str, seen: &[Seen]) {
        let may = ask(&self.member, target, "").await[0].status.as_u16();
        let told = ask(&self.member, target, moment).await;
        match may {
            200 => {
                let told: Vec<Seen> = told.iter().map(self::seen).collect();
                assert_eq!(told, seen, "{target} as of {moment}");
            }
            403 => assert_eq!(told[0].status, 403, "{target} as of {moment}"),
            _ => assert_eq!(told[0].status, 404, "{target} as of {moment}"),
        }
    }

    fn client(&self, who: Who) -> Client {
        match who {
            Who::Operator => self.operator.clone(),
            Who::Staff => self.staff.clone(),
            Who::Admin => self.admin.clone(),
        }
    }

    fn reader_of(&self, path: &str, place: &[(&str, String)]) -> Who {
        let in_org = place.first().is_some_and(|(parameter, id)| *parameter == "org" && *id == self.org_id);
        match path {
            _ if path.starts_with("/v1/me") || (in_org && !self.dice.once_in(8)) => Who::Admin,
            "/v1/orgs/{org}" | "/v1/orgs" if self.dice.once_in(2) => Who::Staff,
            _ if in_org && path != "/v1/orgs/{org}" => Who::Admin,
            _ => Who::Operator,
        }
    }

    /// Everything that the parameters of a path can stand for: things by their ids.
    fn places(&self, template: &Template) -> Vec<Vec<(&'static str, String)>> {
        let (parameters, revision) = match template.parameters.split_last() {
            None => return vec![vec![]],
            Some((&"revision", before)) => (before, true),
            Some(_) => (&template.parameters[..], false),
        };
        let fits = |thing: &&Thing| {
            let is_inside = template.path.starts_with("/v1/orgs/{org}/") && thing.kind == "Org";
            let is_elsewhere = is_inside && thing.id != self.org_id && !is_of_itself(template.path);
            let same = thing.place.iter().map(|(parameter, _)| *parameter).eq(parameters.iter().copied());
            let own = template.path.starts_with("/v1/me") == (thing.kind == "OwnKey");
            let operators = template.path.starts_with("/v1/operators") == thing.kind.starts_with("Operator");
            same && !is_elsewhere && own && operators
        };
        let places = self.things.iter().filter(fits).map(|thing| thing.place.clone());
        let of_revision = |mut place: Vec<(&'static str, String)>| {
            if revision {
                place.push(("revision", (1 + usize::from(self.dice.once_in(4))).to_string()));
            }
            place
        };
        places.map(of_revision).collect()
    }

    /// The path, by ids or by the names that things have, or had, or that others have.
    fn filled(&self, template: &Template, place: &[(&str, String)], by_names: bool) -> String {
        let mut path = template.path.to_owned();
        for (parameter, id) in place {
            let named = self.things.iter().find(|it| it.id == *id && !it.name.is_empty());
            let has_names = !matches!(*parameter, "key" | "user" | "revision");
            let value = match named {
                Some(thing) if by_names && has_names && self.dice.once_in(2) => thing.name.clone(),
                _ => id.clone(),
            };
            path = path.replacen(&format!("{{{parameter}}}"), &value, 1);
        }
        path
    }

    /// Some parameters, of those that the operation takes.
    fn asked(&self, template: &Template) -> String {
        let mut asked = vec![];
        for query in &template.queries {
            let value = match *query {
                "limit" if self.dice.once_in(2) => (1 + self.dice.below(4)).to_string(),
                "sort" if self.dice.once_in(2) && template.queries.contains(&"labelSelector") => {
                    (self.dice.one(&["name", "-name", "createdAt", "-createdAt", "updatedAt", "-updatedAt"]))
                        .to_owned()
                }
                "sort" if self.dice.once_in(2) => self.dice.one(&["createdAt", "-createdAt"]).to_owned(),
                "name" if self.dice.once_in(6) => self.name(),
                "q" if self.dice.once_in(5) => self.name()[..2].to_owned(),
                "phase" if self.dice.once_in(5) => {
                    self.dice.one(&["active", "draft", "published", "deleted", "suspended"]).to_owned()
                }
                "labelSelector" if self.dice.once_in(4) => self.selector().replace(' ', "%20"),
                "includeDeleted" if self.dice.once_in(3) => "true".to_owned(),
                "externalId" if self.dice.once_in(4) => format!("crm-{}", self.dice.below(4)),
                "partner" if self.dice.once_in(4) => self.name_of("Partner"),
                "email" if self.dice.once_in(5) => format!("{}-1@acme.test", self.name()),
                "after" => "0".to_owned(),
                "type" if self.dice.once_in(3) => "io.quarterdeck.project.*".to_owned(),
                "outcome" if self.dice.once_in(3) => self.dice.one(&["allowed", "refused"]).to_owned(),
                "kind" if self.dice.once_in(3) => self.dice.one(&["Project", "Cluster", "User"]).to_owned(),
                "action" if self.dice.once_in(4) => "project.create".to_owned(),
                "from" | "to" if self.dice.once_in(2) => (1 + self.dice.below(2)).to_string(),
                _ => continue,
            };
            asked.push(format!("{query}={value}"));
        }
        asked.join("&")
    }

    /// How far what counts for a read is.
    async fn position(&self, path: &str, place: &[(&str, String)]) -> u64 {
        let list = match place.first() {
            Some(("org", id)) if *id != self.org_id => return self.position_of_org(id).await,
            Some(("org", _)) => self.admin.get(&format!("{}/projects?limit=1", self.org)).await,
            _ if path.starts_with("/v1/me") => {
                self.admin.get(&format!("{}/projects?limit=1", self.org)).await
            }
            _ => self.operator.get("/v1/orgs?limit=1").await,
        };
        list.is(200).json["position"].as_u64().unwrap()
    }

    /// Nobody but its members lists what is in an org: its history says where it was changed last.
    async fn position_of_org(&self, id: &str) -> u64 {
        let history = self.operator.get(&format!("/v1/orgs/{id}/history?limit=1")).await.is(200);
        history.json["items"][0]["position"].as_u64().unwrap()
    }
}

/// Whether a path under an org's is about the org itself.
fn is_of_itself(path: &str) -> bool {
    ["history", "diff", "blame"].iter().any(|it| path == format!("/v1/orgs/{{org}}/{it}"))
}

/// Whether what is read is in an org that is called by a name which others bear at other times.
fn may_name_another_org(target: &str) -> bool {
    let org = target.strip_prefix("/v1/orgs/").and_then(|rest| rest.split(['/', '?']).next());
    org.is_some_and(|org| NAMES.contains(&org))
}

/// The first pages of an answer.
async fn ask(client: &Client, target: &str, moment: &str) -> Vec<Reply> {
    let as_of = if moment.is_empty() { String::new() } else { format!("&asOf={moment}") };
    let mut pages = vec![client.get(&format!("{target}{as_of}")).await];
    while pages.len() < MOST_PAGES
        && let Some(token) = pages.last().and_then(|page| page.json["nextPageToken"].as_str())
    {
        pages.push(client.get(&format!("{target}{as_of}&pageToken={token}")).await.is(200));
    }
    pages
}

fn seen(reply: &Reply) -> Seen {
    let status = reply.status.as_u16();
    assert!([200, 403, 404, 422].contains(&status), "{status} {}", reply.json);
    let mut text = String::from_utf8(reply.bytes.clone()).unwrap();
    if let Some(token) = reply.json["nextPageToken"].as_str() {
        text = text.replace(token, "another");
    }
    if status != 200 {
        reply.code().clone_into(&mut text);
    }
    Seen { status, etag: reply.header("etag").map(str::to_owned), text }
}

/// What is answered as of the last position is what is answered now, aside from what is volatile.
fn same_as_now(target: &str, now: &Reply, then: &Reply) {
    let (is, was) = (seen(now), seen(then));
    if is == was {
        return;
    }
    let steady = |reply: &Reply| {
        let mut json = reply.json.clone();
        json.as_object_mut().unwrap().remove("nextPageToken");
        strip(&mut json);
        json
    };
    assert_eq!((is.status, is.etag), (was.status, was.etag), "{target}");
    assert_eq!(steady(now), steady(then), "{target} as of now is not what it is now");
}

/// Takes out of every status what is volatile.
fn strip(value: &mut Value) {
    if let Some(status) = value.get_mut("status").and_then(Value::as_object_mut) {
        status.retain(|member, _| !VOLATILE.contains(&member.as_str()));
    }
    if let Some(items) = value.get_mut("items").and_then(Value::as_array_mut) {
        items.iter_mut().for_each(strip);
    }
}
