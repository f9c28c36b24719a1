//! The tables of `docs/performance.md`, from the JSON of a run.

use std::fs;
use std::path::Path;

use crate::report::{Bytes, Report};
use crate::{Failure, run, tables};

/// Prints a result, by default the newest, as Markdown.
///
/// # Errors
///
/// There is none, or it was written by another version.
pub(crate) fn print(result: Option<&Path>) -> Result<(), Failure> {
    let report = read(result)?;
    println!("{}", describe(&report));
    for (_, table) in tables::all(&report) {
        println!("{}", table.markdown());
    }
    Ok(())
}

/// A result, by default the newest.
///
/// # Errors
///
/// There is none, or it was written by another version.
pub(crate) fn read(result: Option<&Path>) -> Result<Report, Failure> {
    let path = match result {
        Some(path) => path.to_path_buf(),
        None => run::results()?.join(run::NEWEST),
    };
    let text =
        fs::read_to_string(&path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    Ok(serde_json::from_str(&text)?)
}

/// Machine and method, in a paragraph.
pub(crate) fn describe(report: &Report) -> String {
    let machine = &report.machine;
    let mut text = format!(
        "{} × {}, {} MiB, Linux {}, {} ({} µs for 8 KiB and fdatasync), load before {:.2}.",
        machine.cores,
        machine.processor,
        machine.memory_mib,
        machine.kernel,
        machine.filesystem,
        machine.fdatasync_micros,
        machine.load_before,
    );
    if let Some(postgres) = &report.postgres {
        let settings: Vec<String> =
            postgres.settings.iter().map(|(name, value)| format!("{name} = {value}")).collect();
        text = format!("{text} PostgreSQL {}: {}.", postgres.version, settings.join(", "));
    }
    if let Some(Bytes { body, payload, metadata }) = &report.bytes {
        text = format!("{text} Body {body} B, event {payload} B and metadata {metadata} B.");
    }
    text.push('\n');
    text
}
