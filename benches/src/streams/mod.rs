//! Streams: followers in thousands, a crowd that follows one org, and everything told again from the beginning.

pub(crate) mod client;
mod follower;
mod replay;
mod scan;
mod writers;

use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::LocalSet;

use self::client::Org;
use self::follower::{Crowd, Tally};
use self::writers::write;
use crate::Failure;
use crate::cluster::Cluster;
use crate::load::Target;
use crate::processes::resident_kib;
use crate::settings::Settings;
use crate::statistics::{as_f64, median, percentile};

/// How many followers an org has where they are spread.
const FOLLOWERS_OF_EACH: usize = 10;
/// Events a second over all orgs.
const SPREAD_RATE: usize = 200;
/// How many follow one org.
const CROWD: usize = 100;
/// Events a second in that org.
const CROWD_RATE: usize = 500;
/// Events are written for so many times the seconds of a measurement, where followers are many.
const LONGER: u64 = 5;
/// As much for the crowd, in each round.
const A_ROUND: u64 = 2;

/// What streams came to.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Streams {
    /// Many followers, of many orgs.
    pub(crate) spread: FanOut,
    /// What one of them costs the service, in KiB.
    pub(crate) follower_kib: f64,
    /// Many followers of one org.
    pub(crate) crowd: FanOut,
    /// The same, beside one that reads a byte a second.
    pub(crate) crowd_beside_slow: FanOut,
    /// Everything from the beginning, to one that is new.
    pub(crate) replay: Replay,
}

/// Events that were told to many.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct FanOut {
    pub(crate) followers: usize,
    pub(crate) orgs: usize,
    pub(crate) events: usize,
    /// Events recorded a second.
    pub(crate) rate: f64,
    /// Events that arrived, over all followers; and how many did not, or not where they belong.
    pub(crate) arrived: usize,
    pub(crate) missing: usize,
    /// From being recorded to being received.
    pub(crate) median_millis: f64,
    pub(crate) p99_millis: f64,
}

impl FanOut {
    /// Rounds of the same: medians of times and rates, and sums of what arrived and did not.
    fn median(rounds: &[Self]) -> Self {
        let middle = |of: fn(&Self) -> f64| median(rounds.iter().map(of)).unwrap_or_default();
        let all = |of: fn(&Self) -> usize| rounds.iter().map(of).sum();
        Self {
            followers: rounds.first().map_or(0, |round| round.followers),
            orgs: rounds.first().map_or(0, |round| round.orgs),
            events: all(|it| it.events),
            rate: middle(|it| it.rate),
            arrived: all(|it| it.arrived),
            missing: all(|it| it.missing),
            median_millis: middle(|it| it.median_millis),
            p99_millis: middle(|it| it.p99_millis),
        }
    }
}

/// Events that were told again.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Replay {
    pub(crate) events: usize,
    pub(crate) megabytes: f64,
    pub(crate) seconds: f64,
    /// Processor time for each event, of the service, of PostgreSQL, and of the follower.
    pub(crate) service_micros: f64,
    pub(crate) postgres_micros: f64,
    pub(crate) load_micros: f64,
}

impl Replay {
    /// Events a second.
    pub(crate) fn rate(&self) -> f64 {
        as_f64(self.events) / self.seconds
    }
}

/// Measures streams of the service that `operator` reaches.
///
/// # Errors
///
/// The service refuses, or goes away.
pub(crate) async fn measure(
    settings: &Settings,
    operator: &Target,
    process: u32,
    cluster: &Cluster,
) -> Result<Streams, Failure> {
    LocalSet::new().run_until(measure_here(settings, operator, process, cluster)).await
}

async fn measure_here(
    settings: &Settings,
    operator: &Target,
    process: u32,
    cluster: &Cluster,
) -> Result<Streams, Failure> {
    let replay = replay::run(operator, process, cluster).await?;
    eprintln!("replay: {:.0} events/s", replay.rate());
    let orgs = client::orgs(operator, "followed", (settings.followers / FOLLOWERS_OF_EACH).max(1)).await?;
    let seconds = Duration::from_secs(settings.seconds * LONGER);
    let (before, _) = resident_kib(process).unwrap_or_default();
    let crowd = Crowd::of(&orgs, FOLLOWERS_OF_EACH).await?;
    let (after, _) = resident_kib(process).unwrap_or_default();
    let kib = after.saturating_sub(before);
    let follower_kib = as_f64(usize::try_from(kib)?) / as_f64(crowd.followers());
    let spread = fan_out(crowd, &orgs, SPREAD_RATE, seconds).await?;
    tell("followers of many orgs", &spread);
    let [crowd, crowd_beside_slow] = with_and_without_a_slow_one(settings, &orgs[..1]).await?;
    Ok(Streams { spread, follower_kib, crowd, crowd_beside_slow, replay })
}

/// A crowd that follows one org, and the same beside one that reads slowly; in turn, another one first each time.
async fn with_and_without_a_slow_one(settings: &Settings, one: &[Org]) -> Result<[FanOut; 2], Failure> {
    let seconds = Duration::from_secs(settings.seconds * A_ROUND);
    let mut rounds = [vec![], vec![]];
    for round in 0..settings.rounds {
        for turn in 0..2 {
            let beside_slow = (round + turn) % 2 == 1;
            let mut crowd = Crowd::of(one, CROWD).await?;
            if beside_slow {
                crowd.add_slow(&one[0]).await?;
            }
            let told = fan_out(crowd, one, CROWD_RATE, seconds).await?;
            tell(if beside_slow { "beside a slow one" } else { "followers of one org" }, &told);
            rounds[usize::from(beside_slow)].push(told);
        }
    }
    Ok(rounds.map(|rounds| FanOut::median(&rounds)))
}

/// Writes, and waits until everybody has everything.
async fn fan_out(crowd: Crowd, orgs: &[Org], rate: usize, length: Duration) -> Result<FanOut, Failure> {
    let events = rate * usize::try_from(length.as_secs())?;
    let elapsed = write(orgs, rate, events).await?;
    let tally: Rc<Tally> = crowd.finish(events).await?;
    let mut micros = tally.micros.borrow_mut();
    let expected = crowd.expected(events);
    Ok(FanOut {
        followers: crowd.followers(),
        orgs: orgs.len(),
        events,
        rate: as_f64(events) / elapsed.as_secs_f64(),
        arrived: tally.arrived.get(),
        missing: expected.abs_diff(tally.arrived.get()) + tally.misplaced.get(),
        median_millis: f64::from(percentile(&mut micros, 0.5)) / 1e3,
        p99_millis: f64::from(percentile(&mut micros, 0.99)) / 1e3,
    })
}

fn tell(what: &str, of: &FanOut) {
    eprintln!(
        "{} {what}: {:.0} events/s, {} arrived, median {:.1} ms, p99 {:.1} ms",
        of.followers, of.rate, of.arrived, of.median_millis, of.p99_millis
    );
}
