//! Many times more than the service can do: what is done, what is turned away and how soon, how much memory that takes, and
//! how soon all is as before.

use std::time::{Duration, Instant};

use tokio::task::LocalSet;
use tokio::time::sleep;

use super::Pressed;
use super::sender::{Pace, Post, capacity, finish, send};
use crate::Failure;
use crate::processes::resident_kib;
use crate::settings::Settings;
use crate::statistics::as_f64;

/// How many times what it can do is sent.
const TIMES: f64 = 4.0;
/// Connections that send it: more than may wait of one sender.
const CONNECTIONS: usize = 5_000;

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
    let can = capacity(orgs(&pressed, "capacity")).await?;
    println!("{can:.0} orgs a second over 64 connections");
    let length = Duration::from_secs(settings.seconds * 5);
    let pace = Pace::PerSecond(can * TIMES);
    let (tally, workers) = send(orgs(&pressed, "over"), CONNECTIONS, pace, length).await?;
    let connected = resident(&pressed);
    sleep(length / 2).await;
    let half = resident(&pressed);
    finish(workers).await?;
    let end = resident(&pressed);
    let seconds = length.as_secs_f64();
    println!(
        "sent {:.0} a second: {:.0} done ({:.2} × what it can), {:.0} turned away",
        can * TIMES,
        as_f64(tally.done()) / seconds,
        as_f64(tally.done()) / seconds / can,
        as_f64(tally.turned_away()) / seconds
    );
    println!(
        "p99 of what was done {:.0} ms, of what was turned away {:.0} ms; other answers: {}",
        tally.p99_millis_of_done(),
        tally.p99_millis_of_turned_away(),
        tally.others()
    );
    println!("resident: {connected:.0} MiB connected, {half:.0} half way, {end:.0} at the end");
    let asked = Instant::now();
    let (after, workers) = send(orgs(&pressed, "after"), 1, Pace::AtOnce, Duration::from_millis(500)).await?;
    finish(workers).await?;
    println!(
        "afterwards: {} done within {:.1} s, median {:.1} ms",
        after.done(),
        asked.elapsed().as_secs_f64(),
        after.median_millis_of_done()
    );
    if let Some(other) = tally.first_other().or(after.first_other()) {
        return Err(other.into());
    }
    pressed.stop().await
}

fn orgs(pressed: &Pressed, prefix: &str) -> Post {
    Post { whom: pressed.operator.clone(), path: "/v1/orgs".to_owned(), prefix: prefix.to_owned() }
}

/// The service's resident set, in MiB.
fn resident(pressed: &Pressed) -> f64 {
    let (kib, _) = resident_kib(pressed.running.process()).unwrap_or_default();
    f64::from(u32::try_from(kib).unwrap_or(u32::MAX)) / 1024.0
}
