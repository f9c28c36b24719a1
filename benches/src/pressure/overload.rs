//! Many times more than the service can do: what is done, what is turned away and how soon, how much memory that takes, and
//! how soon all is as before.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::task::LocalSet;
use tokio::time::sleep;

use super::sender::{Pace, Post, capacity, finish, send};
use crate::Failure;
use crate::load::Target;
use crate::processes::resident_mib;
use crate::settings::Settings;
use crate::statistics::as_f64;

/// How many times what it can do is sent.
const TIMES: f64 = 4.0;
/// Connections that send it: more than may wait of one sender.
const CONNECTIONS: usize = 5_000;
/// It is sent for so many times the seconds of a measurement.
const LONGER: u64 = 5;
/// How long one client sends alone afterwards.
const AFTERWARDS: Duration = Duration::from_millis(500);
/// After so long, what was given back is looked at.
const QUIET: Duration = Duration::from_secs(10);

/// What became of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Overload {
    pub(crate) connections: usize,
    /// Creates a second over 64 connections.
    pub(crate) can: f64,
    /// What is sent a second, and what becomes of it.
    pub(crate) sent: f64,
    pub(crate) done: f64,
    pub(crate) turned_away: f64,
    pub(crate) done_p99_millis: f64,
    pub(crate) turned_away_p99_millis: f64,
    /// Answers that were neither.
    pub(crate) errors: usize,
    /// The service's resident set when all had connected, half-way, at the end, and ten seconds after one had sent alone.
    pub(crate) connected_mib: f64,
    pub(crate) half_way_mib: f64,
    pub(crate) end_mib: f64,
    pub(crate) after_mib: f64,
    /// What one client alone gets done a second afterwards.
    pub(crate) after: f64,
    pub(crate) after_p99_millis: f64,
}

impl Overload {
    pub(crate) fn done_over_can(&self) -> f64 {
        self.done / self.can
    }

    pub(crate) fn end_over_half_way(&self) -> f64 {
        self.end_mib / self.half_way_mib
    }
}

/// Sends too much, and then a little.
///
/// # Errors
///
/// The service refuses, or goes away.
pub(crate) async fn measure(
    settings: &Settings,
    operator: &Target,
    process: u32,
) -> Result<Overload, Failure> {
    LocalSet::new().run_until(measure_here(settings, operator, process)).await
}

async fn measure_here(settings: &Settings, operator: &Target, process: u32) -> Result<Overload, Failure> {
    let resident = || resident_mib(process).unwrap_or(0.0);
    let can = capacity(orgs(operator, "capacity")).await?;
    let length = Duration::from_secs(settings.seconds * LONGER);
    let pace = Pace::PerSecond(can * TIMES);
    let (tally, workers) = send(orgs(operator, "over"), CONNECTIONS, pace, length).await?;
    let began = Instant::now();
    let connected_mib = resident();
    sleep(length / 2).await;
    let half_way_mib = resident();
    finish(workers).await?;
    // What was due at the end is sent after it.
    let seconds = began.elapsed().as_secs_f64();
    let end_mib = resident();
    let (after, workers) = send(orgs(operator, "after"), 1, Pace::AtOnce, AFTERWARDS).await?;
    finish(workers).await?;
    sleep(QUIET).await;
    let after_mib = resident();
    if let Some(other) = tally.first_other().or(after.first_other()) {
        eprintln!("{} errors, the first: {other}", tally.others() + after.others());
    }
    let overload = Overload {
        connections: CONNECTIONS,
        can,
        sent: as_f64(tally.done() + tally.turned_away() + tally.others()) / seconds,
        done: as_f64(tally.done()) / seconds,
        turned_away: as_f64(tally.turned_away()) / seconds,
        done_p99_millis: tally.p99_millis_of_done(),
        turned_away_p99_millis: tally.p99_millis_of_turned_away(),
        errors: tally.others() + after.others() + after.turned_away(),
        connected_mib,
        half_way_mib,
        end_mib,
        after_mib,
        after: as_f64(after.done()) / AFTERWARDS.as_secs_f64(),
        after_p99_millis: after.p99_millis_of_done(),
    };
    eprintln!(
        "overload: {:.0}/s sent, {:.0}/s done, {:.0}/s turned away",
        overload.sent, overload.done, overload.turned_away
    );
    Ok(overload)
}

fn orgs(operator: &Target, prefix: &str) -> Post {
    Post { whom: operator.clone(), path: "/v1/orgs".to_owned(), prefix: prefix.to_owned() }
}
