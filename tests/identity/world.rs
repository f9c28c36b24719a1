//! A service of one's own, a clock in hand, and people who call it.

use axum::Router;
use axum::body::Body;
use axum::http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::BodyExt;
use quarterdeck::app::{App, Parts, Settings};
use quarterdeck::clock::{Clock, ManualClock};
use quarterdeck::crypto::{Keyring, Random};
use quarterdeck::http::router::router;
use quarterdeck::serve::ClientAddress;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::net::IpAddr;
use std::path::Path;
use std::sync::Arc;
use testing::TestDatabase;
use tower::ServiceExt;

/// A service over a database of its own.
pub(crate) struct World {
    pub(crate) app: Arc<App>,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) pool: PgPool,
    pub(crate) operator: Client,
    keyring: Arc<Keyring>,
    data_dir: tempfile::TempDir,
    _database: TestDatabase,
}

/// One caller, at one process.
#[derive(Clone)]
pub(crate) struct Client {
    router: Router,
    secret: String,
    address: IpAddr,
}

/// What came back.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) text: String,
    pub(crate) json: Value,
}

impl World {
    pub(crate) async fn new() -> Self {
        let database = TestDatabase::new().await;
        let pool = database.pool();
        let clock = testing::clock();
        let keyring = Arc::new(Keyring::ephemeral(&Random::system()));
        let data_dir = tempfile::tempdir().unwrap();
        let app = start(&pool, &keyring, &clock, data_dir.path());
        let secret = app.bootstrap().await.unwrap().unwrap();
        let operator = Client::new(router(Arc::clone(&app)), secret.expose());
        Self { app, clock, pool, operator, keyring, data_dir, _database: database }
    }

    /// Another process over the same database.
    pub(crate) fn another_process(&self) -> Router {
        router(start(&self.pool, &self.keyring, &self.clock, self.data_dir.path()))
    }

    pub(crate) fn pass_hours(&self, hours: i64) {
        self.clock.advance_micros(hours * 3_600_000_000);
    }

    /// An org with this name.
    pub(crate) async fn org(&self, name: &str) -> String {
        let made = self.operator.post("/v1/orgs", json!({ "metadata": { "name": name }, "spec": {} })).await;
        format!("/v1/orgs/{}", made.created().id())
    }

    /// A user of this org with this role, by the operator, and a client with a key for it.
    pub(crate) async fn member(&self, org: &str, email: &str, role: &str) -> Client {
        let user = self.operator.add(org, email, role).await;
        self.operator.key_for(org, &user).await
    }

    /// One of the first partner's staff.
    pub(crate) async fn staff(&self, email: &str, role: &str) -> Client {
        self.member("/v1/partners/default", email, role).await
    }
}

fn start(pool: &PgPool, keyring: &Arc<Keyring>, clock: &Arc<ManualClock>, data_dir: &Path) -> Arc<App> {
    let (app, _) = App::start(Parts {
        pool: pool.clone(),
        keyring: Arc::clone(keyring),
        clock: Arc::clone(clock) as Arc<dyn Clock>,
        random: Random::system,
        settings: Settings::default(),
        data_dir: data_dir.to_owned(),
    });
    app
}

impl Client {
    fn new(router: Router, secret: &str) -> Self {
        Self { router, secret: secret.to_owned(), address: IpAddr::from([127, 0, 0, 1]) }
    }

    /// The same service with another secret.
    pub(crate) fn with_secret(&self, secret: &str) -> Self {
        Self { secret: secret.to_owned(), ..self.clone() }
    }

    /// The same caller at another process.
    pub(crate) fn at(&self, router: &Router) -> Self {
        Self { router: router.clone(), ..self.clone() }
    }

    /// The same caller from elsewhere.
    pub(crate) fn calling_from(&self, address: [u8; 4]) -> Self {
        Self { address: IpAddr::from(address), ..self.clone() }
    }

    pub(crate) fn secret(&self) -> &str {
        &self.secret
    }

    pub(crate) async fn send(
        &self,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let mut request = Request::builder()
            .method(method)
            .uri(path)
            .header("authorization", format!("Bearer {}", self.secret))
            .extension(ClientAddress(self.address));
        if body.is_some() {
            request = request.header("content-type", kind);
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let body = body.map_or_else(Body::empty, |body| Body::from(body.to_string()));
        let response = self.router.clone().oneshot(request.body(body).unwrap()).await.unwrap();
        let (parts, body) = response.into_parts();
        let bytes = body.collect().await.unwrap().to_bytes();
        let text = String::from_utf8(bytes.to_vec()).unwrap();
        let json = serde_json::from_str(&text).unwrap_or_default();
        Reply { status: parts.status, headers: parts.headers, text, json }
    }

    pub(crate) async fn get(&self, path: &str) -> Reply {
        self.send(Method::GET, path, None, &[]).await
    }

    pub(crate) async fn post(&self, path: &str, body: Value) -> Reply {
        self.send(Method::POST, path, Some(body), &[]).await
    }

    pub(crate) async fn patch(&self, path: &str, body: Value) -> Reply {
        self.send(Method::PATCH, path, Some(body), &[]).await
    }

    pub(crate) async fn delete(&self, path: &str) -> Reply {
        self.send(Method::DELETE, path, None, &[]).await
    }

    /// Adds a programmatic user to an org or partner; its path.
    pub(crate) async fn add(&self, of: &str, email: &str, role: &str) -> String {
        let added = self.post(&format!("{of}/users"), user(email, &[role])).await.created();
        format!("{of}/users/{}", added.id())
    }

    /// A client with a new key for the user at this path.
    pub(crate) async fn key_for(&self, _: &str, user: &str) -> Self {
        let issued = self.post(&format!("{user}/api-keys"), key(json!({}))).await.created();
        self.with_secret(issued.secret())
    }

    /// Another key of one's own.
    pub(crate) async fn own_key(&self, spec: Value) -> Reply {
        self.post("/v1/me/api-keys", key(spec)).await
    }
}

/// A user, as asked for.
pub(crate) fn user(email: &str, roles: &[&str]) -> Value {
    json!({ "spec": { "email": email, "firstName": "Some", "lastName": "Body", "access": "programmatic", "roles": roles } })
}

/// A key, as asked for.
#[expect(clippy::needless_pass_by_value, reason = "callers write the value down where they pass it")]
pub(crate) fn key(spec: Value) -> Value {
    json!({ "metadata": { "name": "pipeline" }, "spec": spec })
}

impl Reply {
    #[track_caller]
    fn has(self, status: u16) -> Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    #[track_caller]
    pub(crate) fn ok(self) -> Self {
        self.has(200)
    }

    #[track_caller]
    pub(crate) fn created(self) -> Self {
        self.has(201)
    }

    /// A problem with this status and code.
    #[track_caller]
    pub(crate) fn refused(self, status: u16, code: &str) -> Self {
        let reply = self.has(status);
        assert_eq!(reply.json["code"], code, "{}", reply.text);
        reply
    }

    #[track_caller]
    pub(crate) fn id(&self) -> &str {
        self.json["metadata"]["id"].as_str().unwrap()
    }

    #[track_caller]
    pub(crate) fn secret(&self) -> &str {
        self.json["status"]["secret"].as_str().unwrap()
    }

    /// The ids of what is on a page.
    #[track_caller]
    pub(crate) fn ids(&self) -> Vec<&str> {
        let items = self.json["items"].as_array().unwrap();
        items.iter().map(|item| item["metadata"]["id"].as_str().unwrap()).collect()
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}
