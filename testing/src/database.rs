//! A database of one's own.

use crate::server::{PREFIX, Server, drop_database};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::{ConnectOptions, Connection, PgPool};
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

/// A database with everything migrated and nothing in it. Dropped with this value, whoever is connected to it.
#[derive(Debug)]
pub struct TestDatabase {
    name: String,
    superuser: PgConnectOptions,
    service: PgConnectOptions,
}

impl TestDatabase {
    /// Copies one from the template.
    ///
    /// # Panics
    /// When there is no PostgreSQL to be had.
    pub async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let server = match Server::get().await {
            Ok(server) => server,
            Err(error) => panic!("tests need a PostgreSQL: {error}"),
        };
        let name = format!("{PREFIX}{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let create = format!("CREATE DATABASE {name} TEMPLATE {} OWNER quarterdeck", server.template);
        let made = async {
            let mut superuser = server.superuser.connect().await?;
            sqlx::raw_sql(&create).execute(&mut superuser).await?;
            superuser.close().await
        };
        if let Err(error) = made.await {
            panic!("cannot make a database: {error}");
        }
        Self { superuser: server.superuser.clone(), service: server.service.clone().database(&name), name }
    }

    /// How the service connects: as the owner, who is no superuser.
    #[must_use]
    pub fn options(&self) -> PgConnectOptions {
        self.service.clone()
    }

    /// How a superuser connects.
    #[must_use]
    pub fn superuser_options(&self) -> PgConnectOptions {
        self.superuser.clone().database(&self.name)
    }

    /// As many connections as a test needs.
    #[must_use]
    pub fn pool(&self) -> PgPool {
        self.pool_of(10)
    }

    /// At most so many connections.
    #[must_use]
    pub fn pool_of(&self, connections: u32) -> PgPool {
        PgPoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(Duration::from_secs(30))
            .connect_lazy_with(self.options())
    }
}

impl Drop for TestDatabase {
    fn drop(&mut self) {
        let (superuser, name) = (self.superuser.clone(), self.name.clone());
        // In a thread of its own: the test's runtime may be gone, or busy with this. What fails is swept later.
        let dropped = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().ok()?;
            runtime.block_on(async {
                let mut superuser = superuser.connect().await.ok()?;
                drop_database(&mut superuser, &name).await.ok()
            })
        });
        drop(dropped.join());
    }
}
