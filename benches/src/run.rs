//! The order of a run: start, grow, rounds, count, start again, tell.

use std::fs;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::signal::unix::{SignalKind, signal};

use crate::bars;
use crate::cluster::{Cluster, Described, SERVICE, STOCK, Sample};
use crate::directory::Directory;
use crate::load::{self, Ask, Target, Until};
use crate::machine::Machine;
use crate::pgbench::Pgbench;
use crate::processes::resident_kib;
use crate::rebuild::{self, Rebuilt};
use crate::report::{Bytes, Contestant, Growth, Measurement, Parameters, Report, Start, Stored};
use crate::rounds::{Field, Served, prefix};
use crate::service::{self, Running};
use crate::settings::{Settings, Switch};
use crate::streams::{self, Streams};
use crate::{Failure, markdown, table};

/// The newest result's name.
pub(crate) const NEWEST: &str = "newest.json";

/// How many orgs are read in turn.
const READ: usize = 1_000;

/// Connections that grow the database.
const GROWING: usize = 64;

/// Runs, unless a signal comes first; what was started is stopped either way.
///
/// # Errors
///
/// The run could not finish, or was stopped.
pub(crate) async fn until_stopped(settings: &Settings) -> Result<(), Failure> {
    let mut terminated = signal(SignalKind::terminate())?;
    tokio::select! {
        done = run(settings) => done,
        interrupted = tokio::signal::ctrl_c() => Err(interrupted.map_or_else(Into::into, |()| "interrupted".into())),
        _ = terminated.recv() => Err("terminated".into()),
    }
}

async fn run(settings: &Settings) -> Result<(), Failure> {
    let started_at = now();
    let directory = Directory::make(&settings.dir, settings.keep)?;
    let machine = Machine::look(directory.path());
    if machine.filesystem == "tmpfs" {
        return Err("the run's directory is in memory, where fsync costs nothing: set BENCH_DIR".into());
    }
    let place = Place::new(settings, &directory)?;
    let result = place.measure(settings).await?;
    let report = result.into_report(settings, started_at, machine);
    let path = keep(&report)?;
    println!("\n{}", markdown::describe(&report));
    let tables = [
        Some(table::growth(&report)),
        Some(table::costs(&report)),
        Some(table::rates(&report)),
        table::streams(&report),
        table::rebuilt(&report),
        Some(table::bars(&report)),
    ];
    for table in tables.into_iter().flatten() {
        println!("{}", table.plain());
    }
    println!("{}", path.display());
    Ok(())
}

/// Where the service runs.
struct Place<'run> {
    directory: &'run Directory,
    program: PathBuf,
    data_dir: PathBuf,
    log: PathBuf,
    address: SocketAddr,
}

/// What was measured, before it is judged.
struct Measured {
    postgres: Described,
    bytes: Bytes,
    growth: Growth,
    starts: Vec<Start>,
    measurements: Vec<Measurement>,
    stored: Vec<Stored>,
    streams: Option<Streams>,
    rebuilt: Option<Rebuilt>,
}

impl<'run> Place<'run> {
    fn new(settings: &Settings, directory: &'run Directory) -> Result<Self, Failure> {
        let beside = std::env::current_exe()?.with_file_name("quarterdeck");
        let program = settings.program.clone().unwrap_or(beside);
        if !program.is_file() {
            return Err(format!("there is no {}: cargo build --release", program.display()).into());
        }
        let (data_dir, log) = (directory.join("data"), directory.join("service.log"));
        Ok(Self { directory, program, data_dir, log, address: service::free_address()? })
    }

    async fn start(&self) -> Result<(Running, f64), Failure> {
        service::start(&self.program, &self.data_dir, self.address, &self.log).await
    }

    async fn measure(&self, settings: &Settings) -> Result<Measured, Failure> {
        let (running, seconds) = self.start().await?;
        eprintln!("First start, with the making of the cluster: {seconds:.2} s");
        let admission = self.directory.join("pg_hba.conf");
        let door = Cluster::of(&self.data_dir)?.set_up(&admission, settings.autovacuum).await?;
        running.stop().await?;

        let (running, seconds) = self.start().await?;
        let mut starts = vec![Start { objects: 0, seconds }];
        let cluster = Cluster::of(&self.data_dir)?;
        let target = service::operator(&self.data_dir, self.address)?;
        let growth = grow(settings, &target, running.process()).await?;

        let sample = cluster.sample().await?;
        let orgs = cluster.orgs(READ).await?;
        let pgbench = match &door {
            Some(door) => Pgbench::prepare(&cluster, door, &sample, &orgs, self.directory)?,
            None => None,
        };
        if pgbench.is_none() {
            eprintln!("Without pgbench: it is not installed, or port 5432 is taken on all addresses");
        }
        let ours = Served {
            target,
            process: running.process(),
            paths: orgs.iter().map(|id| format!("/v1/orgs/{id}")).collect(),
            acknowledged: growth.objects - growth.errors,
        };
        let (rival, stock) = self.start_stock(settings, &cluster, &sample).await?;
        let mut field = Field { settings, cluster: &cluster, ours, stock, pgbench, loads: 1 };
        let measurements = field.run().await?;
        let stored = count(&field).await?;
        let streams = if settings.wants("streams") {
            Some(streams::measure(settings, &field.ours.target, running.process(), &cluster).await?)
        } else {
            None
        };
        let rebuilt = if settings.wants("rebuild") {
            let ours = &field.ours.target;
            Some(rebuild::measure(settings, &self.program, &self.data_dir, ours, &cluster).await?)
        } else {
            None
        };
        let postgres = cluster.describe().await?;
        rival.stop().await?;
        running.stop().await?;

        let (running, seconds) = self.start().await?;
        starts.push(Start { objects: field.ours.acknowledged, seconds });
        running.stop().await?;
        let bytes = Bytes {
            payload: sample.payload.len(),
            metadata: sample.metadata.len(),
            body: settings.body.json(&format!("{}-000000", prefix(1))).len(),
        };
        Ok(Measured { postgres, bytes, growth, starts, measurements, stored, streams, rebuilt })
    }

    /// Starts the rival, and gives it something to be read.
    async fn start_stock(
        &self,
        settings: &Settings,
        cluster: &Cluster,
        sample: &Sample,
    ) -> Result<(Running, Served), Failure> {
        let address = service::free_address()?;
        let mut command = std::process::Command::new(std::env::current_exe()?);
        command
            .args(["stock", "--database", STOCK, "--listen", &address.to_string()])
            .arg("--socket-directory")
            .arg(&cluster.socket_directory)
            .args(["--metadata", &sample.metadata])
            .args(["--payload-bytes", &sample.payload.len().to_string()]);
        let (running, _) =
            Running::start(command, address, "/livez", &self.directory.join("stock.log")).await?;
        let target = Target::open(address);
        let ask = Ask::Create { body: settings.body, prefix: prefix(0) };
        let outcome = load::run(&target, ask, GROWING, Until::Count(READ)).await?;
        if let Some(error) = outcome.first_error {
            return Err(format!("the stock pipeline refuses: {error}").into());
        }
        let ids = cluster.stock_orgs(READ).await?;
        let served = Served {
            target,
            process: running.process(),
            paths: ids.iter().map(|id| format!("/v1/orgs/{id}")).collect(),
            acknowledged: outcome.replies,
        };
        Ok((running, served))
    }
}

/// Makes the objects on the empty database, and looks at rate and memory.
async fn grow(settings: &Settings, target: &Target, process: u32) -> Result<Growth, Failure> {
    let objects = settings.objects.max(READ);
    let (resident_before_kib, _) = resident_kib(process).unwrap_or_default();
    let ask = Ask::Create { body: settings.body, prefix: prefix(0) };
    let outcome = load::run(target, ask, GROWING, Until::Count(objects)).await?;
    if outcome.errors == outcome.replies {
        return Err(format!("the service refuses: {}", outcome.first_error.unwrap_or_default()).into());
    }
    let (resident_kib, _) = resident_kib(process).unwrap_or_default();
    let mut before = 0.0;
    let tenths = outcome.tenths.iter().map(|&at| {
        let seconds = at - std::mem::replace(&mut before, at);
        crate::statistics::as_f64(objects) / 10.0 / seconds
    });
    let tenths = tenths.collect();
    eprintln!("Grown to {} objects: {:.0}/s", table::grouped(objects), outcome.rate);
    Ok(Growth { objects, errors: outcome.errors, tenths, resident_kib, resident_before_kib })
}

/// Compares what was acknowledged with what is stored and can be read.
async fn count(field: &Field<'_>) -> Result<Vec<Stored>, Failure> {
    let mut stored = vec![];
    for (contestant, served, database) in
        [(Contestant::Ours, &field.ours, SERVICE), (Contestant::Stock, &field.stock, STOCK)]
    {
        let (events, readable) = field.cluster.count(database).await?;
        stored.push(Stored { contestant, acknowledged: served.acknowledged, events, readable });
    }
    Ok(stored)
}

impl Measured {
    fn into_report(self, settings: &Settings, started_at: u64, machine: Machine) -> Report {
        let parameters = Parameters {
            seconds: settings.seconds,
            rounds: settings.rounds,
            objects: settings.objects,
            autovacuum: settings.autovacuum == Switch::On,
            body: settings.body.json("name"),
        };
        let Self { postgres, bytes, growth, starts, measurements, stored, streams, rebuilt } = self;
        let revision = revision();
        let bars = vec![];
        let mut report = Report {
            started_at,
            revision,
            parameters,
            machine,
            postgres,
            bytes,
            growth,
            starts,
            measurements,
            stored,
            streams,
            rebuilt,
            bars,
        };
        report.bars = bars::judge(&report);
        report
    }
}

/// Where results are kept: `bench` beside the build's profile directory, outside the checkout.
///
/// # Errors
///
/// This program lies nowhere.
pub(crate) fn results() -> Result<PathBuf, Failure> {
    let program = std::env::current_exe()?;
    let target = program.parent().and_then(Path::parent).ok_or("this program lies in no target directory")?;
    Ok(target.join("bench"))
}

fn keep(report: &Report) -> Result<PathBuf, Failure> {
    let directory = results()?;
    fs::create_dir_all(&directory)?;
    let path = directory.join(format!("{}.json", report.started_at));
    let text = serde_json::to_string_pretty(report)?;
    fs::write(&path, &text)?;
    fs::write(directory.join(NEWEST), &text)?;
    Ok(path)
}

/// The commit of the working directory, where it is a checkout.
fn revision() -> Option<String> {
    let output = std::process::Command::new("git").args(["describe", "--always", "--dirty"]).output().ok()?;
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

#[expect(clippy::disallowed_methods, reason = "a result is named by when it was measured")]
fn now() -> u64 {
    SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
