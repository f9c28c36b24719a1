//! Writing the figures of `docs/performance.md` from a result: tables between their markers, plots beside the page.

use std::fs;
use std::path::Path;

use crate::plot::{Series, bars, lines};
use crate::report::{Contestant, Report, Work};
use crate::statistics::as_f64;
use crate::{Failure, markdown, tables};

/// The page, in the folder of the documents; the plots lie in a folder of its name.
const PAGE: &str = "performance.md";
const PLOTS: &str = "performance";

/// Writes tables and plots from a result, by default the newest. What a result does not tell of stays as it is.
///
/// # Errors
///
/// There is no result or no page, or the page lacks a marker.
pub(crate) fn write(result: Option<&Path>, docs: &Path) -> Result<(), Failure> {
    let report = markdown::read(result)?;
    let path = docs.join(PAGE);
    let mut page =
        fs::read_to_string(&path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    page = between(&page, "machine", &markdown::describe(&report))?;
    for (name, table) in tables::all(&report) {
        page = between(&page, name, &table.markdown())?;
    }
    fs::write(&path, page)?;
    let folder = docs.join(PLOTS);
    fs::create_dir_all(&folder)?;
    for (name, svg) in plots(&report) {
        fs::write(folder.join(name), svg)?;
    }
    Ok(())
}

/// Puts `text` between `<!-- name -->` and `<!-- /name -->`.
fn between(page: &str, name: &str, text: &str) -> Result<String, Failure> {
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- /{name} -->"));
    let missing = || format!("the page lacks the marker {begin}or {end}");
    let from = page.find(&begin).ok_or_else(missing)? + begin.len();
    let to = from + page[from..].find(&end).ok_or_else(missing)?;
    Ok(format!("{}\n{}\n\n{}", &page[..from], text.trim_end(), &page[to..]))
}

fn plots(report: &Report) -> Vec<(&'static str, String)> {
    let mut plots = vec![];
    let rates = [
        ("Quarterdeck", Contestant::Ours),
        ("postgres-es", Contestant::Stock),
        ("Emmett", Contestant::Emmett),
        ("eventsourcing", Contestant::Eventsourcing),
        ("pgbench", Contestant::Transaction),
    ];
    let creates: Vec<(&str, f64)> = rates
        .into_iter()
        .filter_map(|(name, contestant)| Some((name, report.rate(Work::Create, 64, contestant)?)))
        .collect();
    if creates.len() > 1 {
        plots.push(("creates.svg", bars("Creates a second over 64 connections", &creates)));
    }
    let Some(first) = report.points.first() else { return plots };
    let over = |name, figure: fn(&crate::grown::Point) -> f64| Series {
        name,
        points: report.points.iter().map(|it| (events(it), figure(it) / figure(first))).collect(),
    };
    let series = [
        over("creates", |it| it.creates),
        over("GET", |it| it.reads.get.rate),
        over("page of 50", |it| it.reads.list.rate),
        over("GET as of half-way", |it| it.reads.get_then.rate),
        over("page as of half-way", |it| it.reads.list_then.rate),
    ];
    plots.push((
        "growth.svg",
        lines("Rates as the ledger grows, over those of the smallest", "events in the ledger", &series),
    ));
    let bytes = |name, figure: fn(&crate::grown::Point) -> f64| Series {
        name,
        points: report.points.iter().map(|it| (events(it), figure(it))).collect(),
    };
    let series = [bytes("database", crate::grown::Point::bytes_per_event)];
    plots.push(("bytes.svg", lines("Bytes of the database for each event", "events in the ledger", &series)));
    plots
}

fn events(point: &crate::grown::Point) -> f64 {
    as_f64(usize::try_from(point.events).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_put_between_its_markers_and_nowhere_else() {
        let page = "a\n<!-- bars -->\nold\n<!-- /bars -->\nb\n";
        let new = between(page, "bars", "| x |\n").unwrap();
        assert_eq!(new, "a\n<!-- bars -->\n\n| x |\n\n<!-- /bars -->\nb\n");
        assert_eq!(between(&new, "bars", "| x |\n").unwrap(), new);
        assert!(between(page, "rates", "").is_err());
    }
}
