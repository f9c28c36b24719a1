//! The tables of a result.

use crate::listing::Pages;
use crate::report::{Contestant, Report, Taken, Work};
use crate::statistics::{as_f64, median};
use crate::table::{Table, count, decimal, grouped, times};

/// All tables of a result, each with a name that the page knows it by.
pub(crate) fn all(report: &Report) -> Vec<(&'static str, Table)> {
    let tables = [
        ("bars", Some(bars(report))),
        ("rates", rates(report)),
        ("costs", costs(report)),
        ("from-empty", growth(report)),
        ("limits", limits(report)),
        ("listing", listing(report)),
        ("streams", streams(report)),
        ("two", two(report)),
        ("fairness", fairness(report)),
        ("overload", overload(report)),
        ("rebuild", rebuilt(report)),
        ("growth", points(report)),
        ("space", space(report)),
        ("large", large(report)),
        ("memory", memory(report)),
        ("entries", entries(report)),
    ];
    tables.into_iter().filter_map(|(name, table)| Some((name, table?))).collect()
}

/// Medians of rates, and ratios.
fn rates(report: &Report) -> Option<Table> {
    let cases = cases(report);
    if cases.is_empty() {
        return None;
    }
    let rows = cases.into_iter().map(|(work, connections)| {
        let rate = |contestant| report.rate(work, connections, contestant);
        let ratio = |rival| report.ratio(work, connections, rival);
        let one_by_one = if work == Work::Get { Contestant::LookUp } else { Contestant::Transaction };
        vec![
            format!("{} ×{connections}", title(work)),
            count(rate(Contestant::Ours)),
            count(rate(Contestant::Stock)),
            count(rate(Contestant::Emmett)),
            count(rate(Contestant::Eventsourcing)),
            count(rate(one_by_one)),
            count(rate(Contestant::Autocommit)),
            times(ratio(Contestant::Stock)),
            times(ratio(Contestant::Emmett)),
            times(ratio(Contestant::Eventsourcing)),
            times(ratio(one_by_one)),
        ]
    });
    let head = vec![
        "per second",
        "ours",
        "stock",
        "Emmett",
        "eventsourcing",
        "pgbench",
        "autocommit",
        "ours/stock",
        "ours/Emmett",
        "ours/eventsourcing",
        "ours/pgbench",
    ];
    Some(Table { head, rows: rows.collect() })
}

/// Medians of latencies, and what each reply costs whom.
fn costs(report: &Report) -> Option<Table> {
    let rows = report.measurements.iter().map(|it| {
        let median = it.median(|round| round.median_millis.or(round.average_millis));
        vec![
            format!("{} ×{} {}", title(it.work), it.connections, it.contestant.title()),
            decimal(median),
            decimal(it.median(|round| round.p99_millis)),
            count(it.median(|round| Some(round.contestant_micros)).filter(|micros| *micros > 0.0)),
            count(it.median(|round| Some(round.postgres_micros))),
            count(it.median(|round| Some(round.load_micros)).filter(|micros| *micros >= 1.0)),
        ]
    });
    let head =
        vec!["latency and processor time", "median ms", "p99 ms", "own µs", "PostgreSQL µs", "load µs"];
    let rows: Vec<_> = rows.collect();
    (!rows.is_empty()).then_some(Table { head, rows })
}

/// Followers, and how soon they heard.
fn streams(report: &Report) -> Option<Table> {
    let streams = report.streams.as_ref()?;
    let cases = [
        ("spread over orgs", &streams.spread),
        ("of one org", &streams.crowd),
        ("of one org, beside a slow one", &streams.crowd_beside_slow),
    ];
    let mut rows: Vec<_> = cases
        .into_iter()
        .map(|(how, it)| {
            vec![
                format!("{} followers {how} ({})", grouped(it.followers), grouped(it.orgs)),
                count(Some(it.rate)),
                grouped(it.arrived),
                grouped(it.missing),
                decimal(Some(it.median_millis)),
                decimal(Some(it.p99_millis)),
            ]
        })
        .collect();
    let replay = &streams.replay;
    rows.push(vec![
        format!(
            "replay from 0; per event {:.1} µs of the service, {:.1} of PostgreSQL, {:.1} of the follower",
            replay.service_micros, replay.postgres_micros, replay.load_micros
        ),
        count(Some(replay.rate())),
        grouped(replay.events),
        grouped(0),
        decimal(None),
        decimal(None),
    ]);
    let head = vec!["streams", "events/s", "arrived", "missing", "median ms", "p99 ms"];
    Some(Table { head, rows })
}

/// The rate in each tenth of the growth.
fn growth(report: &Report) -> Option<Table> {
    let growth = report.growth.as_ref()?;
    let rows = growth.tenths.iter().enumerate().map(|(index, rate)| {
        vec![format!("up to {}", grouped((index + 1) * growth.objects / 10)), count(Some(*rate))]
    });
    Some(Table { head: vec!["objects in the database", "creates/s ×64"], rows: rows.collect() })
}

/// What PostgreSQL takes and gives when nothing stands before it, beside what goes through the service.
fn limits(report: &Report) -> Option<Table> {
    let limits = report.limits.as_ref()?;
    let creates = report.rate(Work::Create, 256, Contestant::Ours);
    let replay = report.streams.as_ref().map(|it| it.replay.rate());
    let row = |what: &str, limit: Option<f64>, ours: Option<f64>| {
        let ratio = ours.zip(limit).map(|(ours, limit)| ours / limit);
        vec![what.to_owned(), count(limit), count(ours), times(ratio)]
    };
    let rows = vec![
        row(
            "events inserted by one connection, 256 a transaction; ours: create ×256",
            limits.batched,
            creates,
        ),
        row("`COPY events TO STDOUT`; ours: replay over SSE", Some(limits.copied_out), replay),
    ];
    Some(Table { head: vec!["limit, per second", "PostgreSQL", "ours", "ours/limit"], rows })
}

/// Pages of an org of 10,000 objects.
fn listing(report: &Report) -> Option<Table> {
    let listing = report.listing.as_ref()?;
    let cases = [
        ("any", &listing.plain),
        ("with a label that one in ten has", &listing.selected),
        ("with a label that one in a hundred has", &listing.rare),
    ];
    let row = |(which, it): (&str, &Pages)| {
        vec![
            format!("50 of {}, {which}", grouped(listing.objects)),
            count(Some(it.rate)),
            decimal(Some(it.median_millis)),
            decimal(Some(it.p99_millis)),
            decimal(Some(it.alone_millis)),
            times(Some(it.alone_millis / listing.plain.alone_millis)),
        ]
    };
    let head = vec!["page ×64", "per second", "median ms", "p99 ms", "alone ms", "alone, over any"];
    Some(Table { head, rows: cases.into_iter().map(row).collect() })
}

/// One process, and two.
fn two(report: &Report) -> Option<Table> {
    let two = report.two.as_ref()?;
    let row = |what: &str, rate| vec![what.to_owned(), count(Some(rate)), times(Some(rate / two.one))];
    let rows = vec![row("one process", two.one), row("two processes, one database", two.both)];
    Some(Table { head: vec!["creates ×64", "per second", "over one"], rows })
}

/// What the others notice of one org's haste.
fn fairness(report: &Report) -> Option<Table> {
    let fairness = report.fairness.as_ref()?;
    let row = |what: &str, millis: &[f64], over| {
        let middle = decimal(median(millis.iter().copied()));
        vec![what.to_owned(), count(Some(fairness.share)), middle, times(over)]
    };
    let beside = format!("beside one that sends ten times that, and gets {:.0}/s done", fairness.of_loud);
    let rows = vec![
        row("ten orgs send their share", &fairness.quiet_millis, None),
        row(&beside, &fairness.beside_millis, fairness.beside_over_quiet()),
    ];
    Some(Table { head: vec!["fairness", "share, creates/s", "p99 of the others, ms", "over quiet"], rows })
}

/// What becomes of too much.
fn overload(report: &Report) -> Option<Table> {
    let overload = report.overload.as_ref()?;
    let row = |what: &str, rate: f64, p99, mib: f64| {
        vec![what.to_owned(), count(Some(rate)), decimal(p99), decimal(Some(mib))]
    };
    let done = format!("done, {:.2} × of {:.0}/s that it can", overload.done_over_can(), overload.can);
    let rows = vec![
        row(
            &format!("sent over {} connections", grouped(overload.connections)),
            overload.sent,
            None,
            overload.connected_mib,
        ),
        row(&done, overload.done, Some(overload.done_p99_millis), overload.half_way_mib),
        row("turned away", overload.turned_away, Some(overload.turned_away_p99_millis), overload.end_mib),
        row("afterwards, one alone", overload.after, Some(overload.after_p99_millis), overload.after_mib),
    ];
    let head = vec![
        "overload",
        "per second",
        "p99 ms",
        "resident MiB: before, half-way, at the end, ten seconds later",
    ];
    Some(Table { head, rows })
}

/// Rebuilding, beside a `COPY` of the same rows.
fn rebuilt(report: &Report) -> Option<Table> {
    let rebuilt = report.rebuilt.as_ref()?;
    let size = |number: i64| grouped(usize::try_from(number).unwrap_or(0));
    let seconds = |of: &[f64]| decimal(median(of.iter().copied()));
    let rows = vec![vec![
        format!("{} events, {} rows", size(rebuilt.events), size(rebuilt.rows)),
        seconds(&rebuilt.copy_seconds),
        seconds(&rebuilt.seconds),
        count(rebuilt.rate()),
        times(rebuilt.over_copy()),
        decimal(Some(rebuilt.peak_mib)),
    ]];
    let head = vec!["rebuild", "COPY s", "rebuild s", "events/s", "over COPY", "peak MiB"];
    Some(Table { head, rows })
}

/// What each size costs.
fn points(report: &Report) -> Option<Table> {
    let first = report.points.first()?;
    let rows = report.points.iter().map(|it| {
        vec![
            grouped(usize::try_from(it.events).unwrap_or(0)),
            count(Some(it.creates)),
            times(Some(it.creates / first.creates)),
            count(it.transactions),
            count(Some(it.reads.get.rate)),
            count(Some(it.reads.list.rate)),
            count(Some(it.reads.get_then.rate)),
            count(Some(it.reads.list_then.rate)),
            count(Some(it.bytes_per_event())),
            count(it.fill_rate),
        ]
    });
    let head = vec![
        "events in the ledger",
        "creates/s ×64",
        "over the first",
        "pgbench/s beside it",
        "GET/s",
        "pages/s",
        "GET as of/s",
        "pages as of/s",
        "bytes an event",
        "filled, events/s",
    ];
    Some(Table { head, rows: rows.collect() })
}

/// Where the bytes of the largest ledger are.
fn space(report: &Report) -> Option<Table> {
    let sizes = &report.points.last()?.sizes;
    let each = |bytes: i64| {
        let of = |number: i64| as_f64(usize::try_from(number).unwrap_or(0));
        of(bytes) / of(sizes.events.max(1))
    };
    let row = |(table, bytes, indexes): &(String, i64, i64)| {
        vec![format!("`{table}`"), count(Some(each(*bytes))), count(Some(each(*indexes)))]
    };
    let mut rows: Vec<_> = sizes.tables.iter().map(row).collect();
    rows.push(vec!["all of the database".to_owned(), count(Some(each(sizes.database))), "–".to_owned()]);
    Some(Table { head: vec!["bytes an event", "rows", "indexes"], rows })
}

/// Reading as of half-way, verifying, starting.
fn large(report: &Report) -> Option<Table> {
    let size = |events: i64| grouped(usize::try_from(events).unwrap_or(0));
    let mut rows = vec![];
    if let Some(it) = &report.as_of {
        for (what, now, then) in [("GET", it.get, it.get_then), ("page of 50", it.list, it.list_then)] {
            rows.push(vec![
                format!("{what}, {} versions: now", size(it.events)),
                count(Some(now.rate)),
                decimal(Some(now.alone_millis)),
            ]);
            rows.push(vec![
                format!("{what}, {} versions: as of half-way", size(it.events)),
                count(Some(then.rate)),
                decimal(Some(then.alone_millis)),
            ]);
        }
    }
    if let Some(it) = &report.verified {
        let took = decimal(Some(it.seconds * 1e3));
        rows.push(vec![
            format!("verify of {} events, on one core", size(it.events)),
            count(Some(it.rate())),
            took,
        ]);
    }
    if let Some(it) = &report.large_start {
        let took = decimal(Some(it.seconds * 1e3));
        rows.push(vec![format!("start on {} events", size(it.events)), "–".to_owned(), took]);
    }
    let head = vec!["on a large ledger", "per second", "ms, alone"];
    (!rows.is_empty()).then_some(Table { head, rows })
}

/// The most memory that the service held.
fn memory(report: &Report) -> Option<Table> {
    let row = |(entry, mib): (&String, &f64)| vec![format!("`{entry}`"), decimal(Some(*mib))];
    let rows: Vec<_> = report.memory.iter().map(row).collect();
    let head = vec!["the most that the service held", "MiB"];
    (!rows.is_empty()).then_some(Table { head, rows })
}

/// The bars.
fn bars(report: &Report) -> Table {
    let rows = report.bars.iter().map(|bar| {
        let sign = if bar.at_least { "≥" } else { "≤" };
        vec![
            format!("{} {}", if bar.met { "✓" } else { "✗" }, bar.what),
            format!("{:.2} {}", bar.value, bar.unit).trim_end().to_owned(),
            format!("{sign} {} {}", bar.limit, bar.unit).trim_end().to_owned(),
        ]
    });
    Table { head: vec!["bar", "value", "limit"], rows: rows.collect() }
}

fn cases(report: &Report) -> Vec<(Work, usize)> {
    let mut cases = vec![];
    for it in &report.measurements {
        if !cases.contains(&(it.work, it.connections)) {
            cases.push((it.work, it.connections));
        }
    }
    cases
}

const fn title(work: Work) -> &'static str {
    match work {
        Work::Create => "create",
        Work::Update => "update",
        Work::Get => "GET by id",
        Work::Livez => "/livez",
    }
}

/// When and how each entry was measured.
fn entries(report: &Report) -> Option<Table> {
    let row = |(entry, it): (&String, &Taken)| {
        vec![
            format!("`{entry}`"),
            it.revision.clone().unwrap_or_else(|| "unknown".to_owned()),
            format!("{} × {} s", it.rounds, it.seconds),
            decimal(Some(it.load_before)),
        ]
    };
    let rows: Vec<_> = report.entries.iter().map(row).collect();
    let head = vec!["entry", "revision", "rounds", "load before"];
    (!rows.is_empty()).then_some(Table { head, rows })
}
