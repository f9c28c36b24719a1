//! The whole service in the test's own process: a database, a clock and dice of its own, and users as clients.

use crate::client::{Client, Reply};
use crate::{TestDatabase, clock};
use axum::Router;
use quarterdeck::app::{App, Parts, Settings};
use quarterdeck::clock::{Clock, ManualClock};
use quarterdeck::crypto::{Keyring, Random};
use quarterdeck::http::router::router;
use quarterdeck::ledger::LedgerTasks;
use quarterdeck::telemetry;
use serde_json::{Value, json};
use sqlx::PgPool;
use std::error::Error;
use std::fs;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tempfile::TempDir;
use values::KeySecret;

/// A running service. Every response that its clients see is held against the OpenAPI document.
#[derive(Debug)]
pub struct Service {
    /// The service, HTTP aside.
    pub app: Arc<App>,
    /// Its clock.
    pub clock: Arc<ManualClock>,
    /// The file of its keyring, which must stay where it is.
    pub keyring_file: String,
    operator: KeySecret,
    router: Router,
    /// Files outside the database.
    data_dir: TempDir,
    // The last to go: it takes the connections with it.
    database: TestDatabase,
    _tasks: LedgerTasks,
}

impl Service {
    /// Starts one on an empty database: with an operator, and a partner named `default`.
    ///
    /// # Panics
    /// When there is no PostgreSQL to be had, or the service does not start.
    pub async fn start() -> Self {
        Self::with_connections(10).await
    }

    /// Starts one whose pool has this many connections.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub async fn with_connections(connections: u32) -> Self {
        Self::with(connections, Settings::default()).await
    }

    /// Starts one for which whoever runs it has decided this.
    ///
    /// # Panics
    /// As [`Self::start`].
    pub async fn with_settings(settings: Settings) -> Self {
        Self::with(10, settings).await
    }

    async fn with(connections: u32, settings: Settings) -> Self {
        telemetry::start();
        let database = TestDatabase::new().await;
        let clock = clock();
        let (keyring, keyring_file) = match keyring() {
            Ok(keyring) => keyring,
            Err(error) => panic!("cannot make a keyring: {error}"),
        };
        let data_dir = match tempfile::tempdir() {
            Ok(directory) => directory,
            Err(error) => panic!("cannot make a directory: {error}"),
        };
        let (app, tasks) = App::start(Parts {
            pool: database.pool_of(connections),
            keyring: Arc::new(keyring),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            random,
            settings,
            data_dir: data_dir.path().to_owned(),
        });
        let operator = match app.bootstrap().await {
            Ok(Some(secret)) => secret,
            Ok(None) => panic!("a new database is not empty"),
            Err(error) => panic!("the service does not start: {error}"),
        };
        let router = router(Arc::clone(&app));
        Self { app, clock, keyring_file, operator, router, data_dir, database, _tasks: tasks }
    }

    /// The platform's operator.
    #[must_use]
    pub fn operator(&self) -> Client {
        self.with_secret(&self.operator)
    }

    /// Whoever has this secret.
    #[must_use]
    pub fn with_secret(&self, secret: &KeySecret) -> Client {
        self.nobody().with_header("authorization", &format!("Bearer {}", secret.expose()))
    }

    /// Somebody without a credential, on this machine.
    #[must_use]
    pub fn nobody(&self) -> Client {
        Client::new(self.router.clone())
    }

    /// What `/readyz` answers once the head is confirmed, which it is within a quarter of a second, and again and again.
    ///
    /// # Panics
    /// It is not within half a minute.
    pub async fn readiness(&self) -> Reply {
        let confirmed = async {
            loop {
                let reply = self.nobody().get("/readyz").await;
                if reply.json["waitingFor"] != json!(["ledgerHead"]) {
                    break reply;
                }
                tokio::task::yield_now().await;
            }
        };
        let reply = tokio::time::timeout(Duration::from_secs(30), confirmed).await;
        reply.unwrap_or_else(|_| panic!("the head was not confirmed within half a minute"))
    }

    /// Everything that is served, for a listener.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Where its files outside the database are.
    #[must_use]
    pub fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// A new user of an org (`/v1/orgs/…`), with these roles on all of it and a key: its id, and itself.
    ///
    /// # Panics
    /// When it cannot be added.
    pub async fn member(&self, org: &str, name: &str, roles: &[&str]) -> (String, Client) {
        self.member_with_key(org, name, roles, &json!({})).await
    }

    /// The same, with a key that is cut down to a scope.
    ///
    /// # Panics
    /// When it cannot be added.
    pub async fn member_with_key(
        &self,
        org: &str,
        name: &str,
        roles: &[&str],
        scope: &Value,
    ) -> (String, Client) {
        let operator = self.operator();
        let user = json!({ "spec": {
            "email": format!("{name}@acme.test"), "firstName": "A", "lastName": "B", "access": "programmatic",
            "roles": roles
        }});
        let user = operator.post(&format!("{org}/users"), user).await.is(201).id();
        let key = json!({ "metadata": { "name": "k" }, "spec": { "validityHours": 240, "scope": scope } });
        let key = operator.post(&format!("{org}/users/{user}/api-keys"), key).await.is(201);
        let secret = key.json["status"]["secret"].as_str().unwrap_or_default();
        (user, self.nobody().with_header("authorization", &format!("Bearer {secret}")))
    }

    /// The operator's secret.
    #[must_use]
    pub const fn operator_secret(&self) -> &KeySecret {
        &self.operator
    }

    /// Connections of a superuser, who sees every table.
    #[must_use]
    pub fn superuser(&self) -> PgPool {
        PgPool::connect_lazy_with(self.database.superuser_options())
    }

    /// Every row of every table, as text: a line each, after the table's name and a tab.
    ///
    /// # Panics
    /// When the database does not answer.
    pub async fn dump(&self) -> String {
        match dump(&self.superuser()).await {
            Ok(dump) => dump,
            Err(error) => panic!("cannot dump the database: {error}"),
        }
    }
}

async fn dump(superuser: &PgPool) -> Result<String, sqlx::Error> {
    let tables: Vec<String> = sqlx::query_scalar(
        "SELECT format('%I.%I', schemaname, tablename) FROM pg_tables \
         WHERE schemaname NOT IN ('pg_catalog', 'information_schema')",
    )
    .fetch_all(superuser)
    .await?;
    assert!(tables.len() > 10, "{tables:?}");
    let mut all = String::new();
    for table in tables {
        let rows: Vec<String> =
            sqlx::query_scalar(&format!("SELECT t::text FROM {table} t")).fetch_all(superuser).await?;
        all.extend(rows.into_iter().map(|row| format!("{table}\t{row}\n")));
    }
    Ok(all)
}

/// Another process of the same installation, over the same database.
#[derive(Debug)]
pub struct Replica {
    /// The service, HTTP aside.
    pub app: Arc<App>,
    router: Router,
    tasks: LedgerTasks,
}

impl Service {
    /// Starts another process over this one's database, with its clock and keyring.
    #[must_use]
    pub fn replica(&self) -> Replica {
        let (app, tasks) = App::start(Parts {
            pool: self.database.pool(),
            keyring: Arc::clone(&self.app.keyring),
            clock: Arc::clone(&self.clock) as Arc<dyn Clock>,
            random,
            settings: quarterdeck::app::Settings::default(),
            data_dir: self.data_dir.path().to_owned(),
        });
        let router = router(Arc::clone(&app));
        Replica { app, router, tasks }
    }
}

impl Replica {
    /// The same client, asking this process.
    #[must_use]
    pub fn client(&self, of: &Client) -> Client {
        of.through(self.router.clone())
    }

    /// Everything that is served, for a listener.
    pub fn router(&self) -> Router {
        self.router.clone()
    }

    /// Stops it in order: streams end, what is in flight is finished.
    pub async fn stop(self) {
        let Self { app, router, tasks } = self;
        app.tail.stop();
        drop((app, router));
        tasks.finished().await;
    }
}

/// A keyring, and what its file says.
fn keyring() -> Result<(Keyring, String), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    let path = directory.path().join("keyring.json");
    let keyring = Keyring::create(&path, &random())?;
    Ok((keyring, fs::read_to_string(&path)?))
}

/// Dice that fall the same way in every run, and differently for every part of the service.
fn random() -> Random {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    Random::seeded(NEXT.fetch_add(1, Ordering::Relaxed))
}
