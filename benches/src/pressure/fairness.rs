//! Ten orgs that send their share, and then one of them ten times that: what the others notice.

use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::task::LocalSet;

use super::sender::{Pace, Post, capacity, finish, send};
use crate::Failure;
use crate::load::Target;
use crate::settings::Settings;
use crate::statistics::{as_f64, median};
use crate::streams::client::{Org, orgs};

/// How many orgs.
const ORGS: usize = 10;
/// How much of what the service can do all of them together send when nobody sends too much.
const LOAD: f64 = 0.5;
/// How many times its share one of them sends then.
const TIMES: f64 = 10.0;
/// Connections of an org for each share that it sends.
const CONNECTIONS: usize = 8;
/// It is sent for so many times the seconds of a measurement.
const LONGER: u64 = 4;

/// What the others notice.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Fairness {
    /// What an org sends a second.
    pub(crate) share: f64,
    /// The median of the others' p99 in each round: while all send their share, and beside the one that sends more.
    pub(crate) quiet_millis: Vec<f64>,
    pub(crate) beside_millis: Vec<f64>,
    /// What the one that sends more gets done a second.
    pub(crate) of_loud: f64,
    /// Answers that were no new group: to anybody but the one that sends more also those that turn away.
    pub(crate) errors: usize,
}

impl Fairness {
    pub(crate) fn beside_over_quiet(&self) -> Option<f64> {
        Some(median(self.beside_millis.iter().copied())? / median(self.quiet_millis.iter().copied())?)
    }
}

/// Lets them send.
///
/// # Errors
///
/// The service refuses, or goes away.
pub(crate) async fn measure(settings: &Settings, operator: &Target) -> Result<Fairness, Failure> {
    LocalSet::new().run_until(measure_here(settings, operator)).await
}

async fn measure_here(settings: &Settings, operator: &Target) -> Result<Fairness, Failure> {
    let orgs = orgs(operator, "fair", ORGS).await?;
    let can = capacity(groups(&orgs[0], "capacity")).await?;
    let share = can * LOAD / as_f64(ORGS);
    let length = Duration::from_secs(settings.seconds * LONGER);
    let (mut quiet_millis, mut beside_millis, mut of_loud, mut errors) = (vec![], vec![], vec![], 0);
    for round in 0..settings.rounds {
        let quiet = others(&orgs, share, 1.0, &format!("q{round}"), length).await?;
        let beside = others(&orgs, share, TIMES, &format!("l{round}"), length).await?;
        eprintln!(
            "round {}/{}  p99 of the others {:.1} ms, beside {:.0}/s of one org {:.1} ms",
            round + 1,
            settings.rounds,
            quiet.p99_millis,
            beside.of_first,
            beside.p99_millis
        );
        quiet_millis.push(quiet.p99_millis);
        beside_millis.push(beside.p99_millis);
        of_loud.push(beside.of_first);
        errors += quiet.errors + beside.errors;
    }
    let of_loud = median(of_loud).unwrap_or(0.0);
    Ok(Fairness { share, quiet_millis, beside_millis, of_loud, errors })
}

/// What came of all of them sending for a while.
struct Sent {
    /// The median of the others' p99.
    p99_millis: f64,
    /// How many a second the first got done.
    of_first: f64,
    errors: usize,
}

/// All send, the first so many times its share.
async fn others(
    orgs: &[Org],
    share: f64,
    times: f64,
    round: &str,
    length: Duration,
) -> Result<Sent, Failure> {
    let mut sending = vec![];
    for (number, org) in orgs.iter().enumerate() {
        let (rate, connections) =
            if number == 0 { (share * times, CONNECTIONS * 10) } else { (share, CONNECTIONS) };
        let post = groups(org, &format!("{round}-{number}"));
        sending.push(send(post, connections, Pace::PerSecond(rate), length).await?);
    }
    let began = Instant::now();
    let (mut p99, mut of_first, mut errors) = (vec![], 0.0, 0);
    for (number, (tally, workers)) in sending.into_iter().enumerate() {
        finish(workers).await?;
        errors += tally.others();
        if let Some(other) = tally.first_other() {
            eprintln!("{} errors, the first: {other}", tally.others());
        }
        if number == 0 {
            of_first = as_f64(tally.done()) / began.elapsed().as_secs_f64();
        } else {
            errors += tally.turned_away();
            p99.push(tally.p99_millis_of_done());
        }
    }
    Ok(Sent { p99_millis: median(p99).unwrap_or(0.0), of_first, errors })
}

fn groups(org: &Org, prefix: &str) -> Post {
    let path = format!("/v1/orgs/{}/groups", org.id);
    Post { whom: org.admin.clone(), path, prefix: prefix.to_owned() }
}
