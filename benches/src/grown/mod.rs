//! The ledger as it grows: what commands, reads and disk space cost at 10,000 events and at so many powers of ten more;
//! and what can be asked of a large one only: reading as of a moment, verifying, starting.

mod as_of;
mod point;
mod verify;

use std::path::Path;

use serde::{Deserialize, Serialize};
use tokio::task::LocalSet;
use uuid::Uuid;

pub(crate) use self::as_of::AsOf;
pub(crate) use self::point::Point;
pub(crate) use self::verify::Verified;
use crate::Failure;
use crate::cluster::SERVICE;
use crate::directory::Directory;
use crate::fill::{self, Amount};
use crate::pgbench::Pgbench;
use crate::place::{Place, Site};
use crate::processes::{forget_peak, peak_mib};
use crate::report::Report;
use crate::settings::Settings;
use crate::statistics::median;
use crate::streams::client::{self, Org};

/// The entries that need a large ledger.
pub(crate) const ENTRIES: [&str; 4] = ["growth", "asof", "verify", "start"];
/// The first point, as a power of ten.
const FIRST: u32 = 4;
/// Orgs that everything is spread over.
const ORGS: usize = 100;
/// Versions of each object that is filled in.
const VERSIONS: usize = 10;
/// How many objects are read in turn.
const READ: usize = 1_000;
/// Starts, of which the median counts.
const STARTS: usize = 3;

/// A start on a large ledger.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct LargeStart {
    pub(crate) events: i64,
    /// From the start of the process until `/readyz` said yes, PostgreSQL's start included; the median.
    pub(crate) seconds: f64,
}

/// The ledger that grows.
pub(super) struct Grown<'run> {
    settings: &'run Settings,
    data_dir: &'run Path,
    site: Site,
    pgbench: Option<Pgbench>,
    metadata: String,
    orgs: Vec<Org>,
}

/// An object that is read.
#[derive(Clone, Debug)]
pub(super) struct Object {
    org: Org,
    id: Uuid,
}

/// Grows a ledger, and measures what is wanted of it.
///
/// # Errors
///
/// The service refuses or goes away, or the ledger does not verify.
pub(crate) async fn measure(
    settings: &Settings,
    directory: &Directory,
    report: &mut Report,
) -> Result<(), Failure> {
    let place = Place::new(settings, directory, "grown")?;
    let site = place.open(settings, directory).await?;
    let orgs = LocalSet::new().run_until(client::orgs(&site.target, "grown", ORGS)).await?;
    let sample = site.cluster.sample().await?;
    let ids: Vec<Uuid> = orgs.iter().map(|org| org.id.parse()).collect::<Result<_, _>>()?;
    let pgbench = match &site.door {
        Some(door) => Pgbench::prepare(&site.cluster, door, &sample, &ids, directory)?,
        None => None,
    };
    let data_dir = place.data_dir.as_path();
    let grown = Grown { settings, data_dir, site, pgbench, metadata: sample.metadata, orgs };
    let process = grown.site.running.process();
    if settings.wants("growth") {
        forget_peak(process);
        let mut points = vec![];
        for power in FIRST..=settings.growth.max(FIRST) {
            let fill_rate = grown.fill_to(power).await?;
            points.push(point::measure(&grown, power, fill_rate).await?);
        }
        report.points = points;
        report.held("growth", peak_mib(process));
    } else {
        grown.fill_to(settings.growth).await?;
    }
    if settings.wants("asof") {
        forget_peak(process);
        report.as_of = Some(as_of::measure(&grown).await?);
        report.held("asof", peak_mib(process));
    }
    if settings.wants("verify") {
        forget_peak(process);
        report.verified = Some(verify::measure(&place, &grown.site.cluster).await?);
        report.held("verify", peak_mib(process));
    }
    report.postgres = Some(grown.site.cluster.describe().await?);
    let events = grown.site.cluster.sizes().await?.events;
    grown.site.running.stop().await?;
    if settings.wants("start") {
        report.large_start = Some(LargeStart { events, seconds: starts(&place, report).await? });
    }
    Ok(())
}

async fn starts(place: &Place, report: &mut Report) -> Result<f64, Failure> {
    let mut all = vec![];
    for _ in 0..STARTS {
        let (running, seconds) = place.start().await?;
        report.held("start", peak_mib(running.process()));
        running.stop().await?;
        all.push(seconds);
    }
    let seconds = median(all).unwrap_or(0.0);
    eprintln!("start on the large ledger: {seconds:.2} s");
    Ok(seconds)
}

impl Grown<'_> {
    /// Fills the ledger until it has this power of ten of events; says how many a second were made.
    async fn fill_to(&self, power: u32) -> Result<Option<f64>, Failure> {
        let there = usize::try_from(self.site.cluster.sizes().await?.events)?;
        let missing = 10_usize.pow(power).saturating_sub(there);
        if missing < VERSIONS {
            return Ok(None);
        }
        let amount = Amount { events: missing, versions: VERSIONS };
        let prefix = format!("f{power}");
        let rate = fill::run(self.data_dir, &self.orgs, &self.metadata, &prefix, amount).await?;
        eprintln!("Filled up to 10^{power} events: {rate:.0}/s");
        Ok(Some(rate))
    }

    /// Objects that have many versions, picked at random.
    async fn objects(&self) -> Result<Vec<Object>, Failure> {
        let ids: Vec<Uuid> = self.orgs.iter().map(|org| org.id.parse()).collect::<Result<_, _>>()?;
        let mut service = self.site.cluster.superuser(SERVICE).await?;
        let found: Vec<(Uuid, Uuid)> = sqlx::query_as(
            "SELECT org_id, id FROM documents WHERE kind = 'Group' AND version >= $1 AND org_id = ANY($2) \
             ORDER BY md5(id::text) LIMIT $3",
        )
        .bind(i64::try_from(VERSIONS)?)
        .bind(&ids)
        .bind(i64::try_from(READ)?)
        .fetch_all(&mut service)
        .await?;
        let object = |(org, id): (Uuid, Uuid)| {
            let org = self.orgs.iter().zip(&ids).find(|(_, its)| **its == org)?.0.clone();
            Some(Object { org, id })
        };
        let objects: Vec<Object> = found.into_iter().filter_map(object).collect();
        if objects.is_empty() { Err("there is nothing to read".into()) } else { Ok(objects) }
    }
}
