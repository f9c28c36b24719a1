//! Copies of the private database: taken beside a running service, and put in the place of what is there.

use super::binaries::BinarySearch;
use super::cluster::{SERVICE, SUPERUSER, made_by};
use super::layout::Layout;
use super::{PostgresError, PrivatePostgres, execute};
use sqlx::{ConnectOptions, Connection};
use std::path::Path;
use std::process::Stdio;
use tokio::process::Command;

/// The database that a copy is put into until it is whole.
const BEING_RESTORED: &str = "quarterdeck_restoring";

impl PrivatePostgres {
    /// Writes a copy of the database to `file`, as it is at one moment, while it is written to.
    ///
    /// # Errors
    ///
    /// `pg_dump` is not installed or refuses.
    pub async fn dump(&self, search: &BinarySearch, file: &Path) -> Result<(), PostgresError> {
        let mut command = self.program(search, "pg_dump", SERVICE, SERVICE).await?;
        command.args(["--format=custom", "--no-password", "--file"]).arg(file);
        run("pg_dump", command).await
    }

    /// Puts a copy in the place of the database, which is kept beside it as `quarterdeck_replaced`. Until the copy is
    /// whole nothing changes.
    ///
    /// # Errors
    ///
    /// `pg_restore` is not installed or refuses, or somebody is connected to the database.
    pub async fn load(&self, search: &BinarySearch, file: &Path) -> Result<(), PostgresError> {
        const DOING: &str = "put the copy in the place of the database";
        let failed = || PostgresError::database(DOING);
        let mut superuser = self.superuser_options(SUPERUSER).connect().await.map_err(failed())?;
        for statement in [
            "DROP DATABASE IF EXISTS quarterdeck_restoring",
            "CREATE DATABASE quarterdeck_restoring OWNER quarterdeck",
        ] {
            execute(&mut superuser, statement).await.map_err(failed())?;
        }
        let mut command = self.program(search, "pg_restore", SERVICE, BEING_RESTORED).await?;
        command.args(["--no-owner", "--exit-on-error", "--single-transaction", "--no-password"]);
        command.args(["--dbname", BEING_RESTORED]).arg(file);
        run("pg_restore", command).await?;
        for statement in [
            "DROP DATABASE IF EXISTS quarterdeck_replaced",
            "ALTER DATABASE quarterdeck RENAME TO quarterdeck_replaced",
            "ALTER DATABASE quarterdeck_restoring RENAME TO quarterdeck",
        ] {
            execute(&mut superuser, statement).await.map_err(failed())?;
        }
        superuser.close().await.map_err(failed())
    }

    /// One of PostgreSQL's programs, of the version that runs, told how to connect.
    async fn program(
        &self,
        search: &BinarySearch,
        name: &str,
        user: &str,
        database: &str,
    ) -> Result<Command, PostgresError> {
        let cluster = Layout::open(&self.data_dir)?.cluster();
        let made_by = made_by(&cluster)?;
        let binaries = search.find(made_by.map(|major| (major, cluster.as_path()))).await?;
        let mut command = Command::new(binaries.program(name));
        command
            .env("PGHOST", &self.socket_directory)
            .env("PGPORT", "5432")
            .env("PGUSER", user)
            .env("PGDATABASE", database)
            .env_remove("PGSERVICE")
            .env_remove("PGPASSFILE")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .kill_on_drop(true);
        Ok(command)
    }
}

async fn run(name: &'static str, mut command: Command) -> Result<(), PostgresError> {
    let done = command.output().await.map_err(PostgresError::io(format!("run {name}")))?;
    if done.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&done.stderr);
    let said = said.lines().next().unwrap_or("it did not say why").to_owned();
    Err(PostgresError::Copy { program: name, said })
}
