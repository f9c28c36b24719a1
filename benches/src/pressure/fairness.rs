//! Ten orgs that send their share, and then one of them ten times that: what the others notice.

use std::time::Duration;

use tokio::task::LocalSet;

use super::Pressed;
use super::sender::{Pace, Post, capacity, finish, send};
use crate::Failure;
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
/// The most that the others' p99 may grow.
const BAR: f64 = 1.5;

/// Measures, and prints.
///
/// # Errors
///
/// The run could not finish.
pub(crate) async fn run(settings: &Settings) -> Result<(), Failure> {
    LocalSet::new().run_until(run_here(settings)).await
}

async fn run_here(settings: &Settings) -> Result<(), Failure> {
    let pressed = Pressed::start(settings).await?;
    let orgs = orgs(&pressed.operator, "fair", ORGS).await?;
    let can = capacity(groups(&orgs[0], "capacity")).await?;
    let share = can * LOAD / as_f64(ORGS);
    println!("{can:.0} groups a second over 64 connections; a share is {share:.0}");
    let length = Duration::from_secs(settings.seconds * 4);
    let (mut quiet, mut loud) = (vec![], vec![]);
    for round in 0..settings.rounds {
        let (before, _) = others(&orgs, share, 1.0, &format!("q{round}"), length).await?;
        let (beside, of_loud) = others(&orgs, share, TIMES, &format!("l{round}"), length).await?;
        println!(
            "round {}/{}: p99 of the others {before:.1} ms, beside {of_loud:.0}/s of one org {beside:.1} ms",
            round + 1,
            settings.rounds
        );
        quiet.push(before);
        loud.push(beside);
    }
    if let (Some(quiet), Some(loud)) = (median(quiet), median(loud)) {
        let ratio = loud / quiet;
        let sign = if ratio <= BAR { '✓' } else { '✗' };
        println!(
            "{sign} p99 of the others beside one that sends ten times its share: {ratio:.2} × (≤ {BAR} ×)"
        );
    }
    pressed.stop().await
}

/// The others' p99 while the first org sends so many times its share, and how many a second it got done.
async fn others(
    orgs: &[Org],
    share: f64,
    times: f64,
    round: &str,
    length: Duration,
) -> Result<(f64, f64), Failure> {
    let mut sending = vec![];
    for (number, org) in orgs.iter().enumerate() {
        let (rate, connections) =
            if number == 0 { (share * times, CONNECTIONS * 10) } else { (share, CONNECTIONS) };
        let post = groups(org, &format!("{round}-{number}"));
        sending.push(send(post, connections, Pace::PerSecond(rate), length).await?);
    }
    let mut p99 = vec![];
    let mut of_first = 0.0;
    for (number, (tally, workers)) in sending.into_iter().enumerate() {
        finish(workers).await?;
        if tally.others() > 0 {
            return Err(tally.first_other().unwrap_or_default().into());
        }
        if number == 0 {
            of_first = as_f64(tally.done()) / length.as_secs_f64();
        } else {
            p99.push(tally.p99_millis_of_done());
        }
    }
    Ok((median(p99).unwrap_or(0.0), of_first))
}

fn groups(org: &Org, prefix: &str) -> Post {
    let path = format!("/v1/orgs/{}/groups", org.id);
    Post { whom: org.admin.clone(), path, prefix: prefix.to_owned() }
}
