//! `pgbench`: what PostgreSQL does at best with one transaction per command, and with one look-up per read.
//!
//! One thread (`-j 1`), prepared statements (`-M prepared`), TCP on loopback. The inserted row is the service's own
//! event, sent as parameters; positions come from a sequence and ids grow with them, which suits the indexes.

use std::fs;
use std::path::PathBuf;
use std::process::Stdio;

use tokio::process::Command;
use uuid::Uuid;

use crate::Failure;
use crate::cluster::{Cluster, Door, PGBENCH, PORT, SERVICE, Sample};
use crate::directory::Directory;

/// One event, as the service would store it.
const INSERT: &str = "\
INSERT INTO events (position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, event_type, \
event_version, payload, metadata, recorded_at, leaf) \
SELECT position, id, 1, id, 'org', id::text, 1, 'org.created', '1', :payload, :metadata, 1780000000000000, :leaf \
FROM (SELECT position, ('0193f0e4-0000-7000-8000-' || lpad(to_hex(position), 12, '0'))::uuid AS id \
FROM (SELECT nextval('positions') AS position) AS taken) AS named;\n";

/// The row behind a GET by id, by its primary key alone: the least that a look-up can cost. Not the service's own
/// statement, whose plan may be wrong, and then a ratio to it would look well.
const LOOK_UP: &str = "\
SELECT id, org_id, parent_id, name, phase, owner_id, version, position, created_by, created_at, updated_at, \
deleted_at, document FROM documents WHERE id = :org;\n";

/// `pgbench`, ready to run.
#[derive(Debug)]
pub(crate) struct Pgbench {
    program: PathBuf,
    host: String,
    variables: Vec<String>,
    scripts: [PathBuf; 3],
}

/// What it is made to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// `BEGIN`, one `INSERT`, `COMMIT`.
    Transaction,
    /// The same `INSERT`, committed by itself.
    Autocommit,
    /// The look-up behind a GET by id.
    LookUp,
}

/// What it says of a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Said {
    /// Transactions in a second, without the time to connect.
    pub(crate) rate: f64,
    pub(crate) average_millis: f64,
}

impl Pgbench {
    /// Writes the scripts. Nothing if there is no `pgbench` on the machine.
    ///
    /// # Errors
    ///
    /// They cannot be written.
    pub(crate) fn prepare(
        cluster: &Cluster,
        door: &Door,
        sample: &Sample,
        orgs: &[Uuid],
        directory: &Directory,
    ) -> Result<Option<Self>, Failure> {
        let Some(program) = find(cluster) else { return Ok(None) };
        let scripts = [
            ("transaction.sql", format!("BEGIN;\n{INSERT}COMMIT;\n")),
            ("autocommit.sql", INSERT.to_owned()),
            ("look-up.sql", look_up(orgs)),
        ];
        let scripts = scripts.map(|(name, text)| {
            let path = directory.join(name);
            fs::write(&path, text).map(|()| path)
        });
        let [transaction, autocommit, look_up] = scripts;
        let leaf = format!(r"\x{}", "5a".repeat(32));
        Ok(Some(Self {
            program,
            host: door.address.to_string(),
            variables: vec![
                format!("payload={}", sample.payload),
                format!("metadata={}", sample.metadata),
                format!("leaf={leaf}"),
                "known=0".to_owned(),
            ],
            scripts: [transaction?, autocommit?, look_up?],
        }))
    }

    /// Runs a script with this many clients for this many seconds.
    ///
    /// # Errors
    ///
    /// It failed, or one of its transactions did.
    pub(crate) async fn run(&self, script: Script, clients: usize, seconds: u64) -> Result<Said, Failure> {
        let [transaction, autocommit, look_up] = &self.scripts;
        let (file, database) = match script {
            Script::Transaction => (transaction, PGBENCH),
            Script::Autocommit => (autocommit, PGBENCH),
            Script::LookUp => (look_up, SERVICE),
        };
        let mut command = Command::new(&self.program);
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=1"])
            .arg(format!("--client={clients}"))
            .arg(format!("--time={seconds}"))
            .arg("--file")
            .arg(file)
            .args(self.variables.iter().flat_map(|variable| ["--define", variable]))
            .args(["--host", &self.host, "--port", &PORT.to_string(), "--username", PGBENCH, database])
            .stdin(Stdio::null())
            .kill_on_drop(true);
        let output = command.output().await?;
        let said = String::from_utf8_lossy(&output.stdout);
        let complained = String::from_utf8_lossy(&output.stderr);
        match parse(&said) {
            Some(said) if output.status.success() && !complained.contains("aborted") => Ok(said),
            _ => Err(format!("pgbench failed: {complained}{said}").into()),
        }
    }
}

/// Beside the running `postgres`, else on the PATH.
fn find(cluster: &Cluster) -> Option<PathBuf> {
    let postgres = fs::read_link(format!("/proc/{}/exe", cluster.postmaster)).ok();
    let beside = postgres.and_then(|path| Some(path.parent()?.join("pgbench")));
    let path = std::env::var_os("PATH").unwrap_or_default();
    beside
        .into_iter()
        .chain(std::env::split_paths(&path).map(|it| it.join("pgbench")))
        .find(|it| it.is_file())
}

/// Every client picks an org of its own at its first transaction, and asks for it from then on.
fn look_up(orgs: &[Uuid]) -> String {
    let ids: Vec<String> = orgs.iter().map(|id| format!("'{id}'")).collect();
    format!(
        "\\if :known = 0\n\
         SELECT (ARRAY[{ids}])[1 + :client_id % {count}] AS org \\gset\n\
         \\set known 1\n\
         \\endif\n\
         {LOOK_UP}",
        ids = ids.join(", "),
        count = ids.len(),
    )
}

fn parse(said: &str) -> Option<Said> {
    let value = |beginning: &str| {
        let line = said.lines().find(|line| line.starts_with(beginning))?;
        line.strip_prefix(beginning)?.split_whitespace().next()?.parse().ok()
    };
    Some(Said { rate: value("tps = ")?, average_millis: value("latency average = ")? })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_pgbench_says_is_understood() {
        let said = "number of failed transactions: 0 (0.000%)\nlatency average = 5.118 ms\n\
                    initial connection time = 98.6 ms\ntps = 12504.123 (without initial connection time)\n";
        assert_eq!(parse(said), Some(Said { rate: 12_504.123, average_millis: 5.118 }));
        assert_eq!(parse("pgbench: error"), None);
    }

    #[test]
    fn a_client_picks_its_org_once() {
        let script = look_up(&[Uuid::nil(), Uuid::max()]);
        assert!(script.starts_with("\\if :known = 0\nSELECT (ARRAY["), "{script}");
        assert!(script.ends_with(&format!("\\endif\n{LOOK_UP}")), "{script}");
    }
}
