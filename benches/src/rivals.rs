//! The rivals over HTTP: the stock pipeline, and what there is in other languages.
//!
//! The programs in other languages lie in `benches/rivals`. Their packages are installed by their lock files into a
//! cache directory outside the checkout, once; where the language, the registry or the network is missing, the rival is
//! left out with a word.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::Failure;
use crate::cluster::{Cluster, EMMETT, EVENTSOURCING, SERVICE, STOCK, Sample};
use crate::directory::Directory;
use crate::load::{self, Ask, Target, Until};
use crate::report::Contestant;
use crate::rounds::{Served, prefix};
use crate::service::{Running, free_address};
use crate::settings::Settings;

/// How many orgs are read in turn.
const READ: usize = 1_000;
/// Connections that make them.
const MAKING: usize = 16;

/// A rival that runs.
#[derive(Debug)]
pub(crate) struct Rival {
    pub(crate) contestant: Contestant,
    pub(crate) running: Running,
    pub(crate) served: Served,
    /// How many creates its events make, and how many can be read.
    pub(crate) counts: &'static str,
}

/// What there is to know of a rival.
struct Entrant {
    contestant: Contestant,
    /// Gives ids to read; takes how many at most.
    ids: &'static str,
    counts: &'static str,
    /// Its name on the command line and its folder in `benches/rivals`; nothing where it is part of this program.
    files: Option<(&'static str, &'static [(&'static str, &'static str)])>,
}

/// The files of a rival, taken into this program: it needs no checkout.
macro_rules! files {
    ($folder:literal: $($name:literal),+) => {
        Some(($folder, &[$(($name, include_str!(concat!("../rivals/", $folder, "/", $name)))),+]))
    };
}

const ENTRANTS: [Entrant; 3] = [
    Entrant {
        contestant: Contestant::Stock,
        ids: "SELECT view_id FROM org_view ORDER BY md5(view_id) LIMIT $1",
        counts: "SELECT (SELECT count(*) FROM events), (SELECT count(*) FROM org_view)",
        files: None,
    },
    Entrant {
        contestant: Contestant::Emmett,
        ids: "SELECT stream_id::text FROM emt_streams ORDER BY md5(stream_id) LIMIT $1",
        counts: "SELECT (SELECT count(*) FROM emt_messages), (SELECT count(*) FROM orgs)",
        files: files!("emmett": "package.json", "package-lock.json", "server.mjs"),
    },
    Entrant {
        contestant: Contestant::Eventsourcing,
        ids: "SELECT originator_id::text FROM orgs_events ORDER BY md5(originator_id::text) LIMIT $1",
        counts: "SELECT (SELECT count(*) FROM orgs_events), (SELECT count(*) FROM orgs_events)",
        files: files!("eventsourcing": "requirements.txt", "server.py"),
    },
];

/// Starts those that can run here, and gives each something to be read.
///
/// # Errors
///
/// One that can run does not, or refuses.
pub(crate) async fn start(
    settings: &Settings,
    cluster: &Cluster,
    sample: &Sample,
    directory: &Directory,
) -> Result<Vec<Rival>, Failure> {
    let mut rivals = vec![];
    for entrant in &ENTRANTS {
        let command = match &entrant.files {
            None => {
                let mut command = Command::new(std::env::current_exe()?);
                command.arg("stock");
                command
            }
            Some((name, files)) => {
                if settings.without.iter().any(|without| without == name) {
                    continue;
                }
                match install(name, files) {
                    Ok(command) => command,
                    Err(why) => {
                        eprintln!("Without {}: {why}", entrant.contestant.title());
                        continue;
                    }
                }
            }
        };
        rivals.push(entrant.start(command, settings, cluster, sample, directory).await?);
    }
    Ok(rivals)
}

impl Entrant {
    async fn start(
        &self,
        mut command: Command,
        settings: &Settings,
        cluster: &Cluster,
        sample: &Sample,
        directory: &Directory,
    ) -> Result<Rival, Failure> {
        let database = self.contestant.database();
        let address = free_address()?;
        command
            .args(["--database", database, "--user", SERVICE, "--listen", &address.to_string()])
            .arg("--socket-directory")
            .arg(&cluster.socket_directory)
            .args(["--metadata", &sample.metadata])
            .args(["--payload-bytes", &sample.payload.len().to_string()]);
        let log = directory.join(&format!("{database}.log"));
        let (running, _) = Running::start(command, address, "/livez", &log).await?;
        let target = Target::open(address);
        let ask = Ask::Create { body: settings.body, prefix: prefix(0) };
        let outcome = load::run(&target, ask, MAKING, Until::Count(READ)).await?;
        if let Some(error) = outcome.first_error {
            return Err(format!("{} refuses: {error}", self.contestant.title()).into());
        }
        let ids = cluster.ids_of(database, self.ids, READ).await?;
        let served = Served {
            target,
            process: running.process(),
            paths: ids.iter().map(|id| format!("/v1/orgs/{id}")).collect(),
            acknowledged: outcome.replies,
        };
        Ok(Rival { contestant: self.contestant, running, served, counts: self.counts })
    }
}

impl Contestant {
    /// Where it stores.
    pub(crate) const fn database(self) -> &'static str {
        match self {
            Self::Stock => STOCK,
            Self::Emmett => EMMETT,
            Self::Eventsourcing => EVENTSOURCING,
            Self::Ours | Self::LookUp => SERVICE,
            Self::Transaction | Self::Autocommit => crate::cluster::PGBENCH,
        }
    }
}

/// Lays a rival's files out and installs its packages, unless these very files were installed before. Returns the
/// command that starts it.
fn install(name: &str, files: &[(&str, &str)]) -> Result<Command, Failure> {
    let folder = cache()?.join(name);
    let is_node = files.iter().any(|(file, _)| *file == "package-lock.json");
    let told: String = files.iter().map(|(_, text)| *text).collect();
    let installed = folder.join("installed");
    if fs::read_to_string(&installed).is_ok_and(|before| before == told) {
        return Ok(program(&folder, is_node));
    }
    if folder.exists() {
        fs::remove_dir_all(&folder)?;
    }
    fs::create_dir_all(&folder)?;
    for (file, text) in files {
        fs::write(folder.join(file), text)?;
    }
    eprintln!("Installing {name} into {}", folder.display());
    if is_node {
        run("npm", &["ci", "--no-audit", "--no-fund", "--ignore-scripts"], &folder)?;
    } else {
        run("python3", &["-m", "venv", "venv"], &folder)?;
        run("venv/bin/pip", &["install", "--quiet", "--require-hashes", "-r", "requirements.txt"], &folder)?;
    }
    fs::write(&installed, told)?;
    Ok(program(&folder, is_node))
}

fn program(folder: &Path, is_node: bool) -> Command {
    let mut command = Command::new(if is_node { "node".into() } else { folder.join("venv/bin/python") });
    command.arg(folder.join(if is_node { "server.mjs" } else { "server.py" }));
    command
}

/// Outside the checkout, as the packages of two platforms may differ.
fn cache() -> Result<PathBuf, Failure> {
    let given = std::env::var_os("XDG_CACHE_HOME").filter(|it| !it.is_empty()).map(PathBuf::from);
    let home = || std::env::var_os("HOME").map(|home| Path::new(&home).join(".cache"));
    Ok(given
        .or_else(home)
        .ok_or("there is no cache directory: set XDG_CACHE_HOME")?
        .join("quarterdeck/rivals"))
}

fn run(program: &str, arguments: &[&str], folder: &Path) -> Result<(), Failure> {
    let beside = folder.join(program);
    let found = if beside.is_file() { beside } else { program.into() };
    let output = Command::new(found)
        .args(arguments)
        .current_dir(folder)
        .stdin(Stdio::null())
        .output()
        .map_err(|error| format!("{program} cannot be run: {error}"))?;
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    Err(format!("{program} {}: {}", arguments.join(" "), said.lines().last().unwrap_or("it said nothing"))
        .into())
}
