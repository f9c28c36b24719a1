//! The order of a run: the rounds and what else a small ledger tells, then a ledger that grows; what each found is kept as
//! soon as it is there.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

use tokio::signal::unix::{SignalKind, signal};

use crate::directory::Directory;
use crate::load::{self, Ask, Target, Until};
use crate::machine::Machine;
use crate::pgbench::Pgbench;
use crate::place::{Place, Site};
use crate::processes::{forget_peak, peak_mib, resident_kib};
use crate::report::{Bytes, Contestant, Growth, Parameters, Report, Start, Stored, Taken};
use crate::rounds::{Field, IN_ROUNDS, Served, prefix};
use crate::settings::{Settings, Switch};
use crate::table::grouped;
use crate::two::First;
use crate::{
    Failure, bars, grown, limits, listing, markdown, pressure, rebuild, rivals, streams, tables, two,
};

/// What is measured on a ledger of the size that it comes to by itself; the others grow one.
const ENTRIES: [&str; 11] = [
    "create", "update", "get", "livez", "limits", "list", "two", "streams", "fairness", "overload", "rebuild",
];

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
    let directory = Directory::make(&settings.dir, settings.keep)?;
    let machine = Machine::look(directory.path());
    if machine.filesystem == "tmpfs" {
        return Err("the run's directory is in memory, where fsync costs nothing: set BENCH_DIR".into());
    }
    let mut report = Report {
        started_at: now(),
        revision: revision(),
        parameters: parameters(settings),
        machine,
        ..Report::default()
    };
    if settings.wants_any(&ENTRIES) {
        measure(settings, &directory, &mut report).await?;
        report = keep(report, settings, &ENTRIES)?;
    }
    if settings.wants_any(&grown::ENTRIES) {
        grown::measure(settings, &directory, &mut report).await?;
        report = keep(report, settings, &grown::ENTRIES)?;
    }
    println!("\n{}", markdown::describe(&report));
    for (_, table) in tables::all(&report) {
        println!("{}", table.plain());
    }
    println!("{}", results()?.join(NEWEST).display());
    Ok(())
}

/// What is measured on a ledger of the size that it comes to by itself.
async fn measure(settings: &Settings, directory: &Directory, report: &mut Report) -> Result<(), Failure> {
    let place = Place::new(settings, directory, "data")?;
    let site = place.open(settings, directory).await?;
    let Site { running, cluster, target, door, start_seconds } = &site;
    let process = running.process();
    let in_rounds = settings.wants_any(&IN_ROUNDS);
    let mut acknowledged = 0;
    // A replay needs something to tell, too.
    if in_rounds || settings.wants("streams") {
        report.starts.push(Start { objects: 0, seconds: *start_seconds });
        let growth = grow(settings, target, process).await?;
        acknowledged = growth.objects - growth.errors;
        report.growth = Some(growth);
    } else {
        let ask = Ask::Create { body: settings.body, prefix: prefix(0) };
        load::run(target, ask, 1, Until::Count(1)).await?;
    }
    let sample = cluster.sample().await?;
    report.bytes = Some(Bytes {
        payload: sample.payload.len(),
        metadata: sample.metadata.len(),
        body: settings.body.json(&format!("{}-000000", prefix(1))).len(),
    });
    if in_rounds {
        let orgs = cluster.orgs(READ).await?;
        let pgbench = match door {
            Some(door) => Pgbench::prepare(cluster, door, &sample, &orgs, directory)?,
            None => None,
        };
        if pgbench.is_none() {
            eprintln!("Without pgbench: it is not installed, or port 5432 is taken on all addresses");
        }
        let ours = Served {
            target: target.clone(),
            process,
            paths: orgs.iter().map(|id| format!("/v1/orgs/{id}")).collect(),
            acknowledged,
        };
        let rivals = rivals::start(settings, cluster, &sample, directory).await?;
        let mut field = Field { settings, cluster, ours, rivals, pgbench, loads: 1, held: BTreeMap::new() };
        report.measurements = field.run().await?;
        report.stored = count(&field).await?;
        acknowledged = field.ours.acknowledged;
        for (entry, mib) in std::mem::take(&mut field.held) {
            report.held(entry, Some(mib));
        }
        for rival in field.rivals {
            rival.running.stop().await?;
        }
    }
    if settings.wants("limits") {
        report.limits = Some(limits::measure(settings, cluster, &sample, door.is_some()).await?);
    }
    beside_rounds(settings, directory, &place, &site, report).await?;
    report.postgres = Some(cluster.describe().await?);
    site.running.stop().await?;
    if in_rounds {
        let (running, seconds) = place.start().await?;
        report.starts.push(Start { objects: acknowledged, seconds });
        running.stop().await?;
    }
    Ok(())
}

/// What is measured of the service alone, one entry after the other.
async fn beside_rounds(
    settings: &Settings,
    directory: &Directory,
    place: &Place,
    site: &Site,
    report: &mut Report,
) -> Result<(), Failure> {
    let Site { cluster, target, .. } = site;
    let Place { program, data_dir, .. } = place;
    let process = site.running.process();
    if settings.wants("list") {
        forget_peak(process);
        report.listing = Some(listing::measure(settings, target, data_dir, cluster).await?);
        report.held("list", peak_mib(process));
    }
    if settings.wants("two") {
        forget_peak(process);
        let first = First { program, data_dir, target, cluster };
        let two = two::measure(settings, &first, directory.path()).await?;
        report.held("two", peak_mib(process));
        report.held("two", Some(two.second_mib));
        report.two = Some(two);
    }
    if settings.wants("streams") {
        forget_peak(process);
        report.streams = Some(streams::measure(settings, target, process, cluster).await?);
        report.held("streams", peak_mib(process));
    }
    if settings.wants("fairness") {
        forget_peak(process);
        report.fairness = Some(pressure::fairness::measure(settings, target).await?);
        report.held("fairness", peak_mib(process));
    }
    if settings.wants("overload") {
        forget_peak(process);
        report.overload = Some(pressure::overload::measure(settings, target, process).await?);
        report.held("overload", peak_mib(process));
    }
    // It fills the ledger, so it comes last.
    if settings.wants("rebuild") {
        forget_peak(process);
        report.rebuilt = Some(rebuild::measure(settings, program, data_dir, target, cluster).await?);
        report.held("rebuild", peak_mib(process));
    }
    Ok(())
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
    eprintln!("Grown to {} objects: {:.0}/s", grouped(objects), outcome.rate);
    Ok(Growth { objects, errors: outcome.errors, tenths, resident_kib, resident_before_kib })
}

/// Compares what was acknowledged with what is stored and can be read.
async fn count(field: &Field<'_>) -> Result<Vec<Stored>, Failure> {
    let (events, readable) = field.cluster.count().await?;
    let acknowledged = field.ours.acknowledged;
    let mut stored = vec![Stored { contestant: Contestant::Ours, acknowledged, events, readable }];
    for rival in &field.rivals {
        let (events, readable) = field.cluster.count_of(rival.contestant.database(), rival.counts).await?;
        let acknowledged = rival.served.acknowledged;
        stored.push(Stored { contestant: rival.contestant, acknowledged, events, readable });
    }
    for it in stored.iter().filter(|it| usize::try_from(it.events).ok() != Some(it.acknowledged)) {
        eprintln!(
            "{} acknowledged {} creates and stored {}",
            it.contestant.title(),
            it.acknowledged,
            it.events
        );
    }
    Ok(stored)
}

fn parameters(settings: &Settings) -> Parameters {
    Parameters {
        seconds: settings.seconds,
        rounds: settings.rounds,
        objects: settings.objects,
        autovacuum: settings.autovacuum == Switch::On,
        body: settings.body.json("name"),
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

/// Notes which entries were measured, takes over what was not, judges, and writes the result.
fn keep(mut report: Report, settings: &Settings, entries: &[&str]) -> Result<Report, Failure> {
    for entry in entries.iter().filter(|entry| settings.wants(entry)) {
        let taken = Taken {
            started_at: report.started_at,
            revision: report.revision.clone(),
            rounds: settings.rounds,
            seconds: settings.seconds,
            load_before: report.machine.load_before,
        };
        report.entries.insert((*entry).to_owned(), taken);
    }
    let directory = results()?;
    fs::create_dir_all(&directory)?;
    match markdown::read(None) {
        Ok(before) => report = report.over(before),
        Err(_) if !directory.join(NEWEST).exists() => {}
        Err(error) => eprintln!("Nothing is taken over from before: {error}"),
    }
    report.bars = bars::judge(&report);
    let text = serde_json::to_string_pretty(&report)?;
    fs::write(directory.join(format!("{}.json", report.started_at)), &text)?;
    fs::write(directory.join(NEWEST), &text)?;
    Ok(report)
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
