//! `quarterdeck verify` of a large ledger, on one core.

use std::process::Stdio;
use std::time::Instant;

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tokio::process::Command;

use crate::Failure;
use crate::cluster::Cluster;
use crate::place::Place;
use crate::service;
use crate::statistics::as_f64;

/// What verifying came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct Verified {
    pub(crate) events: i64,
    /// All of it: the trees, the leaves, and everything derived from the events.
    pub(crate) seconds: f64,
    /// What it said.
    pub(crate) said: Vec<String>,
}

impl Verified {
    pub(crate) fn rate(&self) -> f64 {
        as_f64(usize::try_from(self.events).unwrap_or(0)) / self.seconds
    }

    /// How long a million events take at this rate.
    pub(crate) fn seconds_for_a_million(&self) -> f64 {
        1e6 / self.rate()
    }
}

/// Verifies beside the service, which runs and has nothing to do. The command has one core; PostgreSQL has what there is.
pub(super) async fn measure(place: &Place, cluster: &Cluster) -> Result<Verified, Failure> {
    let events = cluster.sizes().await?.events;
    let mut command = std::process::Command::new(&place.program);
    service::without_settings(&mut command);
    command.arg("verify").arg("--data-dir").arg(&place.data_dir).stdin(Stdio::null());
    let began = Instant::now();
    let running = on_one_core(|| Command::from(command).stdout(Stdio::piped()).kill_on_drop(true).spawn())??;
    let output = running.wait_with_output().await?;
    let seconds = began.elapsed().as_secs_f64();
    let text = String::from_utf8_lossy(&output.stdout);
    if !output.status.success() {
        return Err(format!("the ledger does not verify: {text}").into());
    }
    let verified = Verified { events, seconds, said: text.lines().map(str::to_owned).collect() };
    eprintln!("verify: {:.0} events/s on one core; {}", verified.rate(), verified.said.join("; "));
    Ok(verified)
}

/// What is started in `start` has the first core that this thread may use, and no other.
fn on_one_core<T>(start: impl FnOnce() -> T) -> Result<T, Failure> {
    let this = Pid::from_raw(0);
    let all = sched_getaffinity(this)?;
    let mut one = CpuSet::new();
    let first = (0..CpuSet::count()).find(|core| all.is_set(*core).unwrap_or(false));
    one.set(first.ok_or("there is no core")?)?;
    sched_setaffinity(this, &one)?;
    let started = start();
    sched_setaffinity(this, &all)?;
    Ok(started)
}
