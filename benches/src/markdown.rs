//! The tables of `docs/performance.md`, from the JSON of a run.

use std::fs;
use std::path::Path;

use crate::report::Report;
use crate::{Failure, run, table};

/// Prints a result, by default the newest, as Markdown.
///
/// # Errors
///
/// There is none, or it was written by another version.
pub(crate) fn print(result: Option<&Path>) -> Result<(), Failure> {
    let path = match result {
        Some(path) => path.to_path_buf(),
        None => run::results()?.join(run::NEWEST),
    };
    let text =
        fs::read_to_string(&path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    let report: Report = serde_json::from_str(&text)?;
    println!("{}", describe(&report));
    let tables = [
        Some(table::rates(&report)),
        Some(table::bars(&report)),
        table::streams(&report),
        table::rebuilt(&report),
        Some(table::costs(&report)),
        Some(table::growth(&report)),
    ];
    for table in tables.into_iter().flatten() {
        println!("{}", table.markdown());
    }
    Ok(())
}

/// Machine and method, in a paragraph.
pub(crate) fn describe(report: &Report) -> String {
    let Report { machine, parameters, postgres, bytes, .. } = report;
    let settings: Vec<String> =
        postgres.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
    let revision = report.revision.as_deref().unwrap_or("unknown");
    format!(
        "{} × {}, {} MiB, Linux {}, {} ({} µs for 8 KiB and fdatasync), load before {:.2}. PostgreSQL {}: {}. \
         Revision {revision}; medians of {} rounds of {} s; body {} B, event {} B and metadata {} B.\n",
        machine.cores,
        machine.processor,
        machine.memory_mib,
        machine.kernel,
        machine.filesystem,
        machine.fdatasync_micros,
        machine.load_before,
        postgres.version,
        settings.join(", "),
        parameters.rounds,
        parameters.seconds,
        bytes.body,
        bytes.payload,
        bytes.metadata,
    )
}
