//! The bars: what the service is held to, as ratios within one run.

use serde::{Deserialize, Serialize};

use crate::rebuild::Rebuilt;
use crate::report::{Contestant, Report, Work};
use crate::statistics::as_f64;
use crate::streams::Streams;

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
    let resident = u32::try_from(report.growth.resident_kib).ok().map(|kib| f64::from(kib) / 1024.0);
    let memory = format!("service memory after {} creates", report.growth.objects);
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
            report.growth.end_over_beginning(),
        ),
        Bar::at_most(&memory, "MiB", 80.0, resident),
        Bar::at_most("start to /readyz", "s", 3.0, start),
        Bar::at_most("replies that are errors", "", 0.0, Some(as_f64(errors(report)))),
        Bar::at_most("acknowledged creates that are not stored", "", 0.0, missing(report)),
        Bar::at_least("replay from position 0", "events/s", 50_000.0, told(|it| it.replay.rate())),
        Bar::at_most("a follower's memory", "KiB", 40.0, told(|it| it.follower_kib)),
        Bar::at_most("events that a follower missed", "", 0.0, told(missed)),
        Bar::at_least(
            "rebuild over COPY of the same rows",
            "×",
            0.5,
            report.rebuilt.as_ref().and_then(Rebuilt::over_copy),
        ),
        Bar::at_most("memory of a rebuild", "MiB", 1_024.0, report.rebuilt.as_ref().map(|it| it.peak_mib)),
        Bar::at_most("p99 of followers beside a slow one, over without", "×", 1.5, told(disturbed)),
    ];
    bars.into_iter().flatten().collect()
}

/// Errors of the service, in all of the run.
fn errors(report: &Report) -> usize {
    let ours = report.measurements.iter().filter(|it| it.contestant == Contestant::Ours);
    report.growth.errors + ours.flat_map(|it| &it.rounds).map(|round| round.errors).sum::<usize>()
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
