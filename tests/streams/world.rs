//! An org in which things happen.

use aggregates::group::{Group, GroupCommand, Members};
use aggregates::profile::Profile;
use quarterdeck::app::Refused;
use quarterdeck::app::plan::{Plan, UseCase};
use serde_json::{Value, json};
use testing::{Client, Service};
use values::{Name, ScopeId};

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) org: String,
    pub(crate) admin: Client,
    pub(crate) admin_secret: String,
}

impl World {
    /// A service with one org, and an admin of it.
    pub(crate) async fn new() -> Self {
        let service = Service::start().await;
        let org = new_org(&service, "acme").await;
        let admin_secret = member_secret(&service, &org, "admin", "ORG_ADMIN", json!({})).await;
        let admin = with_secret(&service, &admin_secret);
        Self { service, org, admin, admin_secret }
    }

    pub(crate) fn operator(&self) -> Client {
        self.service.operator()
    }

    /// A new member of the org with this role, with a key cut down like this.
    pub(crate) async fn member(&self, name: &str, role: &str, scope: Value) -> Client {
        member(&self.service, &self.org, name, role, scope).await
    }

    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v1/orgs/{}/{rest}", self.org)
    }

    /// Makes a project; returns its id.
    pub(crate) async fn project(&self, name: &str) -> String {
        self.admin.post(&self.path("projects"), named(name)).await.is(201).id()
    }

    /// Changes a project once more.
    pub(crate) async fn touch(&self, project: &str, value: &str) {
        let change = json!({ "metadata": { "description": value } });
        let _ = self.admin.patch(&self.path(&format!("projects/{project}")), &change).await.is(200);
    }

    /// So many events, in one command.
    pub(crate) async fn flood(&self, number: usize, many: usize) {
        let org = self.org.parse().unwrap();
        self.service.app.run_for_nobody(Flood { org, number, many }).await.unwrap();
    }

    /// The org's last position.
    pub(crate) async fn position(&self) -> i64 {
        let page = self.admin.get(&self.path("projects?limit=1")).await.is(200);
        page.json["position"].as_i64().unwrap()
    }
}

pub(crate) fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

pub(crate) async fn new_org(service: &Service, name: &str) -> String {
    service.operator().post("/v1/orgs", named(name)).await.is(201).id()
}

/// A new member of an org.
pub(crate) async fn member(service: &Service, org: &str, name: &str, role: &str, scope: Value) -> Client {
    with_secret(service, &member_secret(service, org, name, role, scope).await)
}

fn with_secret(service: &Service, secret: &str) -> Client {
    service.nobody().with_header("authorization", &format!("Bearer {secret}"))
}

/// The secret of a new member of an org.
pub(crate) async fn member_secret(
    service: &Service,
    org: &str,
    name: &str,
    role: &str,
    scope: Value,
) -> String {
    let operator = service.operator();
    let user = json!({ "spec": {
        "email": format!("{name}@acme.test"), "firstName": "Ada", "lastName": "Lovelace", "access": "programmatic",
        "roles": [role]
    }});
    let users = format!("/v1/orgs/{org}/users");
    let user = operator.post(&users, user).await.is(201).id();
    let key = json!({ "metadata": { "name": name }, "spec": { "validityHours": 1, "scope": scope } });
    let key = operator.post(&format!("{users}/{user}/api-keys"), key).await.is(201);
    key.json["status"]["secret"].as_str().unwrap().to_owned()
}

/// Makes many groups at once.
struct Flood {
    org: ScopeId,
    number: usize,
    many: usize,
}

impl UseCase for Flood {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        for group in 0..self.many {
            let name = Name::parse(&format!("flood-{}-{group}", self.number)).unwrap();
            let command = GroupCommand::Create { name, profile: Profile::default(), members: Members::new() };
            let id = plan.app.ids.mint(plan.now);
            let made = plan.create::<Group>(self.org, id, command).await?;
            plan.answer(id, made.version, 201);
        }
        Ok(())
    }
}
