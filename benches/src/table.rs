//! Tables, for a terminal and for Markdown.

use crate::report::{Contestant, Report, Work};

/// A table; the first column is text, the others are figures.
#[derive(Debug)]
pub(crate) struct Table {
    head: Vec<&'static str>,
    rows: Vec<Vec<String>>,
}

impl Table {
    /// With columns as wide as they need to be.
    pub(crate) fn plain(&self) -> String {
        let width = |column: usize| {
            let cells = self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count());
            cells.chain([self.head[column].chars().count()]).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.head.len()).map(width).collect();
        let head = self.head.iter().map(|&cell| cell.to_owned()).collect();
        let mut text = String::new();
        for row in std::iter::once(&head).chain(&self.rows) {
            let mut line = String::new();
            for (column, (cell, &width)) in row.iter().zip(&widths).enumerate() {
                let cell = if column == 0 { format!("{cell:<width$}") } else { format!("  {cell:>width$}") };
                line.push_str(&cell);
            }
            text.push_str(line.trim_end());
            text.push('\n');
        }
        text
    }

    /// As GitHub reads it.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("| {} |\n|---|", self.head.join(" | "));
        text.push_str(&"--:|".repeat(self.head.len().saturating_sub(1)));
        text.push('\n');
        for row in &self.rows {
            text.push_str("| ");
            text.push_str(&row.join(" | "));
            text.push_str(" |\n");
        }
        text
    }
}

/// Medians of rates, and ratios.
pub(crate) fn rates(report: &Report) -> Table {
    let cases = cases(report);
    let rows = cases.into_iter().map(|(work, connections)| {
        let rate = |contestant| report.rate(work, connections, contestant);
        let ratio = |rival| report.ratio(work, connections, rival);
        let one_by_one = if work == Work::Get { Contestant::LookUp } else { Contestant::Transaction };
        vec![
            format!("{} ×{connections}", title(work)),
            count(rate(Contestant::Ours)),
            count(rate(Contestant::Stock)),
            count(rate(one_by_one)),
            count(rate(Contestant::Autocommit)),
            times(ratio(Contestant::Stock)),
            times(ratio(one_by_one)),
        ]
    });
    let head = vec!["per second", "ours", "stock", "pgbench", "autocommit", "ours/stock", "ours/pgbench"];
    Table { head, rows: rows.collect() }
}

/// Medians of latencies, and what each reply costs whom.
pub(crate) fn costs(report: &Report) -> Table {
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
    Table { head, rows: rows.collect() }
}

/// Followers, and how soon they heard.
pub(crate) fn streams(report: &Report) -> Option<Table> {
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

/// Rebuilding, beside a `COPY` of the same rows.
pub(crate) fn rebuilt(report: &Report) -> Option<Table> {
    let rebuilt = report.rebuilt.as_ref()?;
    let seconds = |of: &[f64]| decimal(crate::statistics::median(of.iter().copied()));
    let rows = vec![vec![
        format!(
            "{} events, {} rows",
            grouped(usize::try_from(rebuilt.events).unwrap_or(0)),
            grouped(usize::try_from(rebuilt.rows).unwrap_or(0))
        ),
        seconds(&rebuilt.copy_seconds),
        seconds(&rebuilt.seconds),
        count(rebuilt.rate()),
        times(rebuilt.over_copy()),
        decimal(Some(rebuilt.peak_mib)),
    ]];
    let head = vec!["rebuild", "COPY s", "rebuild s", "events/s", "over COPY", "peak MiB"];
    Some(Table { head, rows })
}

/// The rate in each tenth of the growth.
pub(crate) fn growth(report: &Report) -> Table {
    let growth = &report.growth;
    let rows = growth.tenths.iter().enumerate().map(|(index, rate)| {
        vec![format!("up to {}", grouped((index + 1) * growth.objects / 10)), count(Some(*rate))]
    });
    Table { head: vec!["objects in the database", "creates/s ×64"], rows: rows.collect() }
}

/// The bars.
pub(crate) fn bars(report: &Report) -> Table {
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
        Work::Get => "GET by id",
        Work::Livez => "/livez",
    }
}

fn count(value: Option<f64>) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "rates are whole and positive"
    )]
    value.map_or_else(|| "–".to_owned(), |value| grouped(value.round().max(0.0) as usize))
}

fn times(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2} ×"))
}

fn decimal(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), |value| format!("{value:.2}"))
}

/// `12,345`.
pub(crate) fn grouped(value: usize) -> String {
    let digits = value.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_grouped() {
        assert_eq!([7, 999, 1_000, 1_234_567].map(grouped), ["7", "999", "1,000", "1,234,567"]);
    }

    #[test]
    fn tables_are_aligned_and_marked_down() {
        let table = Table { head: vec!["a", "bb"], rows: vec![vec!["ccc".into(), "1".into()]] };
        assert_eq!(table.plain(), "a    bb\nccc   1\n");
        assert_eq!(table.markdown(), "| a | bb |\n|---|--:|\n| ccc | 1 |\n");
    }
}
