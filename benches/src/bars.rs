//! The bars: what the service is held to, as ratios within one run.

use serde::{Deserialize, Serialize};

use crate::grown::{AsOf, Verified};
use crate::listing::Listing;
use crate::pressure::{Fairness, Overload};
use crate::rebuild::Rebuilt;
use crate::report::{Contestant, Growth, Report, Work};
use crate::statistics::as_f64;
use crate::streams::Streams;
use crate::table::grouped;
use crate::two::Two;

/// One bar and how far the run came.
#[derive(Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Bar {
    pub(crate) what: String,
    pub(crate) value: f64,
    pub(crate) unit: String,
    pub(crate) limit: f64,
    /// Whether `value` shall be at least `limit`; else at most.
    pub(crate) at_least: bool,
    pub(crate) met: bool,
}

impl Bar {
    fn at_least(what: &str, unit: &str, limit: f64, value: Option<f64>) -> Option<Self> {
        let value = value?;
        let (what, unit) = (what.to_owned(), unit.to_owned());
        Some(Self { what, value, unit, limit, at_least: true, met: value >= limit })
    }

    fn at_most(what: &str, unit: &str, limit: f64, value: Option<f64>) -> Option<Self> {
        let value = value?;
        let (what, unit) = (what.to_owned(), unit.to_owned());
        Some(Self { what, value, unit, limit, at_least: false, met: value <= limit })
    }
}

/// The bars that this run can tell of.
pub(crate) fn judge(report: &Report) -> Vec<Bar> {
    let create = |connections, rival| report.ratio(Work::Create, connections, rival);
    let at_256 = report
        .rate(Work::Create, 256, Contestant::Ours)
        .zip(report.rate(Work::Create, 64, Contestant::Transaction))
        .map(|(ours, theirs)| ours / theirs);
    let alone = report
        .find(Work::Create, 1, Contestant::Ours)
        .and_then(|measurement| measurement.median(|round| round.median_millis));
    let get_over_livez = report
        .rate(Work::Get, 64, Contestant::Ours)
        .zip(report.rate(Work::Livez, 64, Contestant::Ours))
        .map(|(get, livez)| get / livez);
    let start = report.starts.iter().map(|start| start.seconds).max_by(f64::total_cmp);
    let grown = report.growth.as_ref();
    let resident =
        grown.and_then(|it| u32::try_from(it.resident_kib).ok()).map(|kib| f64::from(kib) / 1024.0);
    let memory = format!("service memory after {} creates", grown.map_or(0, |it| it.objects));
    let streams = report.streams.as_ref();
    let told = |figure: fn(&Streams) -> f64| streams.map(figure);
    let bars = [
        Bar::at_least("creates at 64 over the stock pipeline", "×", 4.0, create(64, Contestant::Stock)),
        Bar::at_least("creates at 64 over pgbench", "×", 0.8, create(64, Contestant::Transaction)),
        Bar::at_least("creates at 256 over pgbench at 64", "×", 1.2, at_256),
        Bar::at_least("creates at 1 over pgbench", "×", 0.25, create(1, Contestant::Transaction)),
        Bar::at_most("a create alone, median", "ms", 2.0, alone),
        Bar::at_least(
            "GET by id at 64 over pgbench's look-up",
            "×",
            0.4,
            report.ratio(Work::Get, 64, Contestant::LookUp),
        ),
        Bar::at_least("GET by id at 64 over /livez", "×", 0.35, get_over_livez),
        Bar::at_least(
            "creates at the end of growth over its beginning",
            "×",
            0.9,
            grown.and_then(Growth::end_over_beginning),
        ),
        Bar::at_most(&memory, "MiB", 80.0, resident),
        Bar::at_most("start to /readyz", "s", 3.0, start),
        Bar::at_most("replies that are errors", "", 0.0, Some(errors(report))),
        Bar::at_most("acknowledged creates that are not stored", "", 0.0, missing(report)),
        Bar::at_least("replay from position 0", "events/s", 50_000.0, told(|it| it.replay.rate())),
        Bar::at_most("a follower's memory", "KiB", 40.0, told(|it| it.follower_kib)),
        Bar::at_most("events that a follower missed", "", 0.0, told(missed)),
        Bar::at_most("p99 of followers beside a slow one, over without", "×", 1.5, told(disturbed)),
        Bar::at_most(
            "commit to receipt, 100 followers, 500 commands/s, p99",
            "ms",
            50.0,
            told(|it| it.crowd.p99_millis),
        ),
    ];
    bars.into_iter()
        .flatten()
        .chain(of_work(report))
        .chain(of_pressure(report))
        .chain(of_growth(report))
        .collect()
}

/// What is held against other work of the same service.
fn of_work(report: &Report) -> impl Iterator<Item = Bar> {
    let ours = |work| report.rate(work, 64, Contestant::Ours);
    let updates = ours(Work::Update).zip(ours(Work::Create)).map(|(updates, creates)| updates / creates);
    let listing = report.listing.as_ref();
    let two = report.two.as_ref();
    let bars = [
        Bar::at_least("updates of 1,000 objects at random over creates", "×", 0.8, updates),
        Bar::at_least(
            "pages of 50 by a label, 10,000 objects in the org",
            "/s",
            1_500.0,
            listing.map(|it| it.selected.rate),
        ),
        Bar::at_most(
            "a page by a label over one without",
            "×",
            3.0,
            listing.map(Listing::selected_over_plain),
        ),
        Bar::at_least("two processes over one", "×", 0.9, two.map(Two::both_over_one)),
        Bar::at_most(
            "positions that two processes left out",
            "",
            0.0,
            two.map(|it| as_f64(usize::try_from(it.gaps).unwrap_or(usize::MAX))),
        ),
        Bar::at_most("service memory under any entry, 5,000 connections aside", "MiB", 128.0, memory(report)),
    ];
    bars.into_iter().flatten()
}

/// What one sender's haste and too much of everything come to, and rebuilding.
fn of_pressure(report: &Report) -> impl Iterator<Item = Bar> {
    let overload = report.overload.as_ref();
    let rebuilt = report.rebuilt.as_ref();
    let bars = [
        Bar::at_most(
            "p99 of other orgs beside one that sends ten times its share, over quiet",
            "×",
            1.5,
            report.fairness.as_ref().and_then(Fairness::beside_over_quiet),
        ),
        Bar::at_least(
            "done when four times too much is sent, over what it can",
            "×",
            0.8,
            overload.map(Overload::done_over_can),
        ),
        Bar::at_most("p99 of what is turned away", "ms", 500.0, overload.map(|it| it.turned_away_p99_millis)),
        Bar::at_most(
            "memory at the end of too much over half-way",
            "×",
            1.1,
            overload.map(Overload::end_over_half_way),
        ),
        Bar::at_most(
            "p99 of a create alone after too much",
            "ms",
            50.0,
            overload.map(|it| it.after_p99_millis),
        ),
        Bar::at_least("rebuild over COPY of the same rows", "×", 0.5, rebuilt.and_then(Rebuilt::over_copy)),
        Bar::at_most("memory of a rebuild", "MiB", 1_024.0, rebuilt.map(|it| it.peak_mib)),
    ];
    bars.into_iter().flatten()
}

/// What is held against a small ledger, or asked of a large one.
fn of_growth(report: &Report) -> impl Iterator<Item = Bar> {
    let ends =
        report.points.first().zip(report.points.last()).filter(|(first, last)| first.events < last.events);
    let size = |events: i64| grouped(usize::try_from(events).unwrap_or(0));
    let flat = ends.map_or_else(String::new, |(first, last)| {
        format!("creates at {} events over those at {}", size(last.events), size(first.events))
    });
    let as_of = report.as_of.as_ref();
    let versions = as_of.map_or_else(String::new, |it| size(it.events));
    let verified = report.verified.as_ref();
    let start = report.large_start.as_ref();
    let start_what =
        start.map_or_else(String::new, |it| format!("start on {} events to /readyz", size(it.events)));
    let bars = [
        Bar::at_least(&flat, "×", 0.9, ends.map(|(first, last)| last.creates / first.creates)),
        Bar::at_most(
            &format!("GET as of half-way over now, {versions} versions"),
            "×",
            3.0,
            as_of.map(AsOf::get_ratio),
        ),
        Bar::at_most(
            &format!("a page as of half-way over now, {versions} versions"),
            "×",
            3.0,
            as_of.map(AsOf::list_ratio),
        ),
        Bar::at_most(
            "verify of a million events on one core",
            "s",
            60.0,
            verified.map(Verified::seconds_for_a_million),
        ),
        Bar::at_most(&start_what, "s", 3.0, start.map(|it| it.seconds)),
    ];
    bars.into_iter().flatten()
}

/// The most that the service held in any entry but those with thousands of connections.
fn memory(report: &Report) -> Option<f64> {
    let crowded = |entry: &str| ["streams", "overload"].contains(&entry);
    let most = report.memory.iter().filter(|(entry, _)| !crowded(entry)).map(|(_, mib)| *mib);
    most.max_by(f64::total_cmp)
}

/// Errors of the service, in all that was measured.
fn errors(report: &Report) -> f64 {
    let ours = report.measurements.iter().filter(|it| it.contestant == Contestant::Ours);
    let rounds: usize = ours.flat_map(|it| &it.rounds).map(|round| round.errors).sum();
    let others = [
        report.growth.as_ref().map(|it| it.errors),
        report.listing.as_ref().map(|it| it.errors),
        report.two.as_ref().map(|it| it.errors),
        report.as_of.as_ref().map(|it| it.errors),
        report.fairness.as_ref().map(|it| it.errors),
        report.overload.as_ref().map(|it| it.errors),
    ];
    let points: usize = report.points.iter().map(|it| it.errors + it.reads.errors).sum();
    as_f64(rounds + points + others.into_iter().flatten().sum::<usize>())
}

/// How far the service's events and documents are from what it acknowledged.
fn missing(report: &Report) -> Option<f64> {
    let stored = report.stored.iter().find(|it| it.contestant == Contestant::Ours)?;
    let apart = |rows: i64| usize::try_from(rows).unwrap_or(0).abs_diff(stored.acknowledged);
    Some(as_f64(apart(stored.events).max(apart(stored.readable))))
}

/// Events that did not arrive at a follower, or not in their place.
fn missed(streams: &Streams) -> f64 {
    as_f64(streams.spread.missing + streams.crowd.missing + streams.crowd_beside_slow.missing)
}

/// How much later others hear of something while one reads slowly.
fn disturbed(streams: &Streams) -> f64 {
    streams.crowd_beside_slow.p99_millis / streams.crowd.p99_millis
}
