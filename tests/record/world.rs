//! A service of one's own, spoken to over HTTP, with a clock in hand.

use aggregates::api_key::{ApiKey, ApiKeyCommand, Issue, KeyScope};
use aggregates::membership::{Access, Add, Membership, MembershipCommand};
use aggregates::user::{User, UserCommand};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::http::{HeaderMap, Request, StatusCode};
use quarterdeck::app::plan::{Plan, UseCase};
use quarterdeck::app::timers::{Schedule, Timers};
use quarterdeck::app::{App, Parts, Refused, Settings};
use quarterdeck::clock::ManualClock;
use quarterdeck::crypto::{Keyring, Random, issue_key};
use quarterdeck::http::router::router;
use quarterdeck::ids::membership_id;
use quarterdeck::ledger::LedgerTasks;
use quarterdeck::serve::ClientAddress;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;
use testing::TestDatabase;
use tower::ServiceExt;
use uuid::Uuid;
use values::{AccessKeyId, Name, Role, ScopeId, ScopeKind, Timestamp};

/// A second, in microseconds.
pub(crate) const SECOND: i64 = 1_000_000;
/// An hour, in microseconds.
pub(crate) const HOUR: i64 = 3_600 * SECOND;

pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) operator: String,
    router: Router,
    _tasks: LedgerTasks,
    _data_dir: tempfile::TempDir,
    _database: TestDatabase,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl Answer {
    pub(crate) fn id(&self) -> Uuid {
        self.json["metadata"]["id"].as_str().unwrap().parse().unwrap()
    }

    pub(crate) fn code(&self) -> &str {
        self.json["code"].as_str().unwrap_or_default()
    }

    pub(crate) fn items(&self) -> &[Value] {
        self.json["items"].as_array().map(Vec::as_slice).unwrap_or_default()
    }

    /// One member of each item.
    pub(crate) fn all(&self, member: &str) -> Vec<&str> {
        self.items().iter().map(|item| item[member].as_str().unwrap_or_default()).collect()
    }

    #[track_caller]
    pub(crate) fn expect(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }
}

/// A request in the making.
pub(crate) struct Ask<'w> {
    world: &'w World,
    request: axum::http::request::Builder,
    address: IpAddr,
    body: Body,
}

impl Ask<'_> {
    pub(crate) fn key(self, secret: &str) -> Self {
        self.header("authorization", &format!("Bearer {secret}"))
    }

    pub(crate) fn header(mut self, name: &str, value: &str) -> Self {
        self.request = self.request.header(name, value);
        self
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        self.address = address.parse().unwrap();
        self
    }

    pub(crate) fn body(mut self, body: &Value) -> Self {
        self.body = Body::from(body.to_string());
        self.header("content-type", "application/json")
    }

    pub(crate) fn patch(mut self, body: &Value) -> Self {
        self.body = Body::from(body.to_string());
        self.header("content-type", "application/merge-patch+json")
    }

    pub(crate) fn request(self) -> (Router, Request<Body>) {
        let mut request = self.request.body(self.body).unwrap();
        request.extensions_mut().insert(ClientAddress(self.address));
        (self.world.router.clone(), request)
    }

    pub(crate) async fn send(self) -> Answer {
        let (router, request) = self.request();
        let response = router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 64 << 20).await.unwrap();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Answer { status: parts.status, headers: parts.headers, text, json }
    }
}

/// A member that was made, and its key.
#[derive(Clone, Debug)]
pub(crate) struct Member {
    pub(crate) user: Uuid,
    pub(crate) key: Uuid,
    pub(crate) access_key_id: String,
    pub(crate) secret: String,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new().await;
        let clock = testing::clock();
        let data_dir = tempfile::tempdir().unwrap();
        let keyring = Arc::new(Keyring::ephemeral(&Random::seeded(1)));
        let parts = Parts {
            pool: database.pool(),
            keyring,
            clock: Arc::clone(&clock) as _,
            random: Random::system,
            settings: Settings::default(),
            data_dir: data_dir.path().to_owned(),
        };
        let (app, tasks) = App::start(parts);
        let operator = app.bootstrap().await.unwrap().unwrap().expose().to_owned();
        let router = router(Arc::clone(&app));
        Self { app, clock, operator, router, _tasks: tasks, _data_dir: data_dir, _database: database }
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask<'_> {
        let request = Request::builder().method(method).uri(path);
        Ask { world: self, request, address: "192.0.2.1".parse().unwrap(), body: Body::empty() }
    }

    /// What the operator is answered.
    pub(crate) async fn operator(&self, method: &str, path: &str, body: &Value) -> Answer {
        let ask = self.ask(method, path).key(&self.operator);
        if body.is_null() { ask.send().await } else { ask.body(body).send().await }
    }

    pub(crate) async fn get(&self, secret: &str, path: &str) -> Answer {
        self.ask("GET", path).key(secret).send().await
    }

    pub(crate) async fn partner(&self, name: &str) -> ScopeId {
        let input = json!({ "metadata": { "name": name }, "spec": {
            "host": format!("{name}.test"), "policy": { "signup": "open" } } });
        ScopeId::from(self.operator("POST", "/v1/partners", &input).await.expect(201).id())
    }

    pub(crate) async fn org(&self, partner: ScopeId, name: &str) -> ScopeId {
        let input = json!({ "metadata": { "name": name }, "spec": { "partner": partner } });
        ScopeId::from(self.operator("POST", "/v1/orgs", &input).await.expect(201).id())
    }

    /// A member of a scope, with a key that works for so many hours.
    pub(crate) async fn member(&self, kind: ScopeKind, scope: ScopeId, home: ScopeId, role: Role) -> Member {
        let [user, key] = [(); 2].map(|()| self.app.ids.mint(testing_now()));
        let membership = membership_id(scope, user);
        let (access_key_id, secret) = issue_key(&self.app.random);
        let member = Member {
            user,
            key,
            access_key_id: access_key_id.as_str().to_owned(),
            secret: secret.expose().to_owned(),
        };
        let make = Make { kind, scope, home, role, user, membership, key, access_key_id, secret };
        self.app.run_for_nobody(make).await.unwrap();
        member
    }

    pub(crate) fn timers(&self) -> Timers {
        Timers::new(Arc::clone(&self.app), Schedule::default())
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        sqlx::query_scalar(sql).fetch_one(&self.app.pool).await.unwrap()
    }

    pub(crate) async fn execute(&self, sql: &str) {
        sqlx::raw_sql(sql).execute(&self.app.pool).await.unwrap();
    }

    /// How many attempts are in the ledger.
    pub(crate) async fn attempts(&self) -> i64 {
        self.number("SELECT count(*) FROM events WHERE aggregate_type = 'access'").await
    }
}

fn testing_now() -> Timestamp {
    quarterdeck::clock::at_micros(testing::BEGINNING_MICROS)
}

struct Make {
    kind: ScopeKind,
    scope: ScopeId,
    home: ScopeId,
    role: Role,
    user: Uuid,
    membership: Uuid,
    key: Uuid,
    access_key_id: AccessKeyId,
    secret: values::KeySecret,
}

impl UseCase for Make {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        let address = format!("{}@plain.test", self.user);
        let email_hash = plan.app.keyring.lookup_hash("email", &address);
        let person = plan.new_person(self.user, self.home);
        let email = person.seal(&address);
        plan.claim_as(&email, email_hash);
        let register = UserCommand::Register { home: self.home, email: email.clone() };
        plan.create::<User>(self.home, self.user, register).await?;
        let add = Add {
            user: self.user,
            kind: self.kind,
            email,
            first_name: None,
            last_name: Some(person.seal("Plainname")),
            access: Access::Programmatic,
            roles: BTreeSet::from([self.role]),
        };
        plan.create::<Membership>(self.scope, self.membership, MembershipCommand::Add(Box::new(add))).await?;
        let issue = Issue {
            membership: self.membership,
            user: self.user,
            name: Name::parse("key").unwrap(),
            display_name: values::DisplayName::default(),
            description: values::Description::default(),
            access_key_id: self.access_key_id.clone(),
            scope: KeyScope::default(),
            expires_at: Some(quarterdeck::clock::at_micros(plan.now.as_micros() + 24 * HOUR)),
            by_partner: false,
        };
        let made = plan.create::<ApiKey>(self.scope, self.key, ApiKeyCommand::Issue(Box::new(issue))).await?;
        plan.show_once(self.scope, self.key, self.secret.clone());
        plan.answer(self.key, made.version, 201);
        Ok(())
    }
}
