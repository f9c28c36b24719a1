//! The one PostgreSQL that all contestants use: the service's private one, opened to `pgbench` as well.
//!
//! The service and the stock pipeline come through its Unix socket, `pgbench` by TCP on a loopback address. The
//! tables that `pgbench` writes are made by the service's own migration, so their shape and indexes are the same.

use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};
use sqlx::postgres::PgConnectOptions;
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use crate::Failure;
use crate::settings::Switch;

/// The role and database of `pgbench`.
pub(crate) const PGBENCH: &str = "pgbench";
/// The database of the stock pipeline.
pub(crate) const STOCK: &str = "stock";
/// The database of Emmett.
pub(crate) const EMMETT: &str = "emmett";
/// The database of eventsourcing.
pub(crate) const EVENTSOURCING: &str = "eventsourcing";
/// The role and database of the service.
pub(crate) const SERVICE: &str = "quarterdeck";
/// The port of the private PostgreSQL, also in the name of its socket.
pub(crate) const PORT: u16 = 5432;

/// The service's own migration makes the tables that `pgbench` writes.
const LEDGER: &str = include_str!("../../migrations/0001_ledger.sql");

/// As postgres-es documents it, with the views that `GenericQuery` keeps.
const STOCK_TABLES: &str = "
CREATE TABLE events (
    aggregate_type text                         NOT NULL,
    aggregate_id   text                         NOT NULL,
    sequence       bigint CHECK (sequence >= 0) NOT NULL,
    event_type     text                         NOT NULL,
    event_version  text                         NOT NULL,
    payload        json                         NOT NULL,
    metadata       json                         NOT NULL,
    PRIMARY KEY (aggregate_type, aggregate_id, sequence)
);
CREATE TABLE org_view (
    view_id text                        NOT NULL,
    version bigint CHECK (version >= 0) NOT NULL,
    payload json                        NOT NULL,
    PRIMARY KEY (view_id)
);
";

/// The running cluster of a data directory.
#[derive(Debug)]
pub(crate) struct Cluster {
    pub(crate) postmaster: u32,
    pub(crate) socket_directory: PathBuf,
}

/// Where `pgbench` comes in. No password is asked for: it takes a client longer to prove one than to do the work of
/// seconds, and the cluster lives for minutes and holds nothing.
#[derive(Debug)]
pub(crate) struct Door {
    pub(crate) address: Ipv4Addr,
}

/// An event as the service records it, for others to store the same.
#[derive(Debug)]
pub(crate) struct Sample {
    pub(crate) payload: String,
    pub(crate) metadata: String,
}

/// How much there is.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub(crate) struct Sizes {
    pub(crate) events: i64,
    /// Bytes of the whole database.
    pub(crate) database: i64,
    /// The largest tables: name, bytes, bytes of the indexes.
    pub(crate) tables: Vec<(String, i64, i64)>,
}

/// What the cluster is and how it is set.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Described {
    pub(crate) version: String,
    /// Settings that are not PostgreSQL's defaults, or that decide what a commit costs.
    pub(crate) settings: Vec<(String, String)>,
}

impl Cluster {
    /// The cluster that runs on a data directory, from its `postmaster.pid`.
    ///
    /// # Errors
    ///
    /// None runs.
    pub(crate) fn of(data_dir: &Path) -> Result<Self, Failure> {
        let path = data_dir.join("postgres/postmaster.pid");
        let text = fs::read_to_string(&path)
            .map_err(|error| format!("could not read {}: {error}", path.display()))?;
        let mut lines = text.lines().map(str::trim);
        // Its lines, as in PostgreSQL's pidfile.h: pid, data directory, start time, port, socket directory.
        let postmaster = lines.next().ok_or("postmaster.pid is empty")?.parse()?;
        let socket_directory = lines.nth(3).ok_or("postmaster.pid names no socket")?.into();
        Ok(Self { postmaster, socket_directory })
    }

    /// Connects as the superuser, whom the cluster knows by the account of this process.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn superuser(&self, database: &str) -> Result<PgConnection, Failure> {
        let options = PgConnectOptions::new_without_pgpass()
            .socket(&self.socket_directory)
            .port(PORT)
            .username("postgres")
            .database(database);
        Ok(PgConnection::connect_with(&options).await?)
    }

    /// Sets what the next start needs: a loopback address for `pgbench`, room for its connections, autovacuum.
    /// Nothing else differs from what the service sets for itself.
    ///
    /// # Errors
    ///
    /// It does not take the settings.
    pub(crate) async fn set_up(&self, admission: &Path, autovacuum: Switch) -> Result<Option<Door>, Failure> {
        let door = Door::find();
        let mut superuser = self.superuser("postgres").await?;
        let autovacuum = if autovacuum == Switch::On { "on" } else { "off" };
        let mut statements = vec![
            "ALTER SYSTEM SET max_connections = 200".to_owned(),
            format!("ALTER SYSTEM SET autovacuum = {autovacuum}"),
        ];
        if let Some(door) = &door {
            let file = fs::read_to_string(self.data_directory(&mut superuser).await?.join("pg_hba.conf"))?;
            fs::write(
                admission,
                format!("{file}host  {PGBENCH},{SERVICE}  {PGBENCH}  127.0.0.0/8  trust\n"),
            )?;
            statements.push(format!("ALTER SYSTEM SET listen_addresses = '{}'", door.address));
            statements.push(format!("ALTER SYSTEM SET hba_file = '{}'", admission.display()));
            statements.push(format!("CREATE ROLE {PGBENCH} LOGIN"));
            statements.push(format!("CREATE DATABASE {PGBENCH} OWNER {PGBENCH}"));
        }
        for database in [STOCK, EMMETT, EVENTSOURCING] {
            statements.push(format!("CREATE DATABASE {database} OWNER {SERVICE}"));
        }
        for statement in statements {
            sqlx::raw_sql(&statement).execute(&mut superuser).await?;
        }
        superuser.close().await?;
        self.make_tables(door.is_some()).await?;
        Ok(door)
    }

    /// Where PostgreSQL keeps its files.
    ///
    /// # Errors
    ///
    /// It does not say.
    pub(crate) async fn data_directory(&self, superuser: &mut PgConnection) -> Result<PathBuf, Failure> {
        let path: String = sqlx::query_scalar("SHOW data_directory").fetch_one(superuser).await?;
        Ok(path.into())
    }

    async fn make_tables(&self, for_pgbench: bool) -> Result<(), Failure> {
        let mut stock = self.superuser(STOCK).await?;
        sqlx::raw_sql(&format!("SET ROLE {SERVICE}; {STOCK_TABLES}")).execute(&mut stock).await?;
        stock.close().await?;
        if !for_pgbench {
            return Ok(());
        }
        let mut pgbench = self.superuser(PGBENCH).await?;
        sqlx::raw_sql(&format!("SET ROLE {PGBENCH}")).execute(&mut pgbench).await?;
        sqlx::raw_sql(LEDGER).execute(&mut pgbench).await?;
        sqlx::raw_sql("CREATE SEQUENCE positions").execute(&mut pgbench).await?;
        pgbench.close().await?;
        let mut service = self.superuser(SERVICE).await?;
        sqlx::raw_sql(&format!("GRANT SELECT ON documents TO {PGBENCH}")).execute(&mut service).await?;
        Ok(service.close().await?)
    }

    /// The last org that the service recorded, as the others shall store it.
    ///
    /// # Errors
    ///
    /// There is none.
    pub(crate) async fn sample(&self) -> Result<Sample, Failure> {
        let mut service = self.superuser(SERVICE).await?;
        let row = sqlx::query(
            "SELECT payload::text AS payload, metadata::text AS metadata FROM events \
             WHERE event_type = 'org.created' ORDER BY position DESC LIMIT 1",
        )
        .fetch_one(&mut service)
        .await?;
        Ok(Sample { payload: row.try_get("payload")?, metadata: row.try_get("metadata")? })
    }

    /// Ids of the service's orgs; at most this many.
    ///
    /// # Errors
    ///
    /// There are none.
    pub(crate) async fn orgs(&self, most: usize) -> Result<Vec<Uuid>, Failure> {
        let mut service = self.superuser(SERVICE).await?;
        let ids: Vec<Uuid> =
            sqlx::query_scalar("SELECT id FROM documents WHERE kind = 'Org' ORDER BY md5(id::text) LIMIT $1")
                .bind(i64::try_from(most)?)
                .fetch_all(&mut service)
                .await?;
        if ids.is_empty() { Err("there are no orgs".into()) } else { Ok(ids) }
    }

    /// Ids in a rival's database, by a statement that takes how many at most.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn ids_of(
        &self,
        database: &str,
        statement: &str,
        most: usize,
    ) -> Result<Vec<String>, Failure> {
        let mut rival = self.superuser(database).await?;
        Ok(sqlx::query_scalar(statement).bind(i64::try_from(most)?).fetch_all(&mut rival).await?)
    }

    /// How many orgs the events of the service make, and how many can be read.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn count(&self) -> Result<(i64, i64), Failure> {
        let statement = "SELECT (SELECT count(*) FROM events WHERE event_type = 'org.created'), \
                                (SELECT count(*) FROM documents WHERE kind = 'Org')";
        self.count_of(SERVICE, statement).await
    }

    /// Two counts, by a statement.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn count_of(&self, database: &str, statement: &str) -> Result<(i64, i64), Failure> {
        let mut connection = self.superuser(database).await?;
        Ok(sqlx::query_as(statement).fetch_one(&mut connection).await?)
    }

    /// Positions that are missing or there twice, in the installation and in any scope.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn gaps(&self) -> Result<i64, Failure> {
        let mut service = self.superuser(SERVICE).await?;
        let statement = "SELECT (SELECT max(position) - count(*) FROM events)::bigint \
             + (SELECT coalesce(sum(last - there), 0) FROM \
                (SELECT max(org_position) AS last, count(*) AS there FROM events GROUP BY org_id) AS scopes)::bigint";
        Ok(sqlx::query_scalar(statement).fetch_one(&mut service).await?)
    }

    /// How many events there are, and the bytes that each table of the service takes, its indexes apart.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn sizes(&self) -> Result<Sizes, Failure> {
        let mut service = self.superuser(SERVICE).await?;
        let (events, database) =
            sqlx::query_as("SELECT (SELECT position FROM ledger_head), pg_database_size(current_database())")
                .fetch_one(&mut service)
                .await?;
        let tables = sqlx::query_as(
            "SELECT relname::text, pg_table_size(oid), pg_indexes_size(oid) FROM pg_class \
             WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace \
             ORDER BY pg_total_relation_size(oid) DESC LIMIT 6",
        )
        .fetch_all(&mut service)
        .await?;
        Ok(Sizes { events, database, tables })
    }

    /// Writes out what is dirty, so that everybody begins with the same log to fill.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn checkpoint(&self) -> Result<(), Failure> {
        let mut superuser = self.superuser("postgres").await?;
        sqlx::raw_sql("CHECKPOINT").execute(&mut superuser).await?;
        Ok(superuser.close().await?)
    }

    /// What it is and how it is set.
    ///
    /// # Errors
    ///
    /// It does not answer.
    pub(crate) async fn describe(&self) -> Result<Described, Failure> {
        let mut superuser = self.superuser("postgres").await?;
        let version = sqlx::query_scalar("SHOW server_version").fetch_one(&mut superuser).await?;
        let settings = sqlx::query_as(
            "SELECT name, current_setting(name) FROM pg_settings \
             WHERE name IN ('fsync', 'full_page_writes', 'synchronous_commit', 'shared_buffers', 'max_wal_size', \
                            'wal_compression', 'autovacuum', 'max_connections', 'jit', 'data_checksums', \
                            'wal_sync_method', 'commit_delay') ORDER BY name",
        )
        .fetch_all(&mut superuser)
        .await?;
        Ok(Described { version, settings })
    }
}

impl Door {
    /// Every address in 127.0.0.0/8 is this machine's own, so that a PostgreSQL on 127.0.0.1 is not in the way.
    /// Nothing where the port is taken on all of them.
    fn find() -> Option<Self> {
        let [_, _, high, low] = std::process::id().to_be_bytes();
        let address = Ipv4Addr::new(127, 97, high, low.max(1));
        if TcpListener::bind((address, PORT)).is_err() {
            return None;
        }
        Some(Self { address })
    }
}
