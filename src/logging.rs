//! Logs: to standard error, as JSON for machines and as text for people.

use std::io::{self, IsTerminal};
use std::panic;

use clap::ValueEnum;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::filter::ParseError;

/// The variable that sets levels, as in `debug` or `info,quarterdeck::ledger=trace`.
pub const LEVEL_VARIABLE: &str = "QUARTERDECK_LOG";

/// What is logged unless [`LEVEL_VARIABLE`] says otherwise; it is read after this, and the last word counts.
/// sqlx logs every statement at `debug`.
const DEFAULT_LEVELS: &str = "info,sqlx=warn";

/// How a log line looks.
#[derive(Clone, Copy, Debug, Eq, PartialEq, ValueEnum)]
pub enum LogFormat {
    /// One JSON object a line.
    Json,
    /// For reading.
    Text,
}

/// Starts logging for this process, panics included; to be called once. Without a `format`, a terminal gets
/// text and everything else JSON.
///
/// # Errors
///
/// If `levels` (the value of [`LEVEL_VARIABLE`]) cannot be understood.
pub fn start(format: Option<LogFormat>, levels: Option<&str>) -> Result<(), ParseError> {
    let filter = levels_filter(levels)?;
    let terminal = io::stderr().is_terminal();
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(io::stderr);
    match format.unwrap_or(if terminal { LogFormat::Text } else { LogFormat::Json }) {
        LogFormat::Json => {
            builder.json().flatten_event(true).with_current_span(true).with_span_list(false).init();
        }
        LogFormat::Text => builder.with_ansi(terminal).with_target(false).init(),
    }
    panic::set_hook(Box::new(|panic| tracing::error!(panic = %panic, "Panicked")));
    Ok(())
}

fn levels_filter(levels: Option<&str>) -> Result<EnvFilter, ParseError> {
    match levels.map(str::trim).filter(|levels| !levels.is_empty()) {
        Some(levels) => EnvFilter::builder().parse(format!("{DEFAULT_LEVELS},{levels}")),
        None => EnvFilter::builder().parse(DEFAULT_LEVELS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_level_given_replaces_the_default_and_leaves_sqlx_quiet() {
        let filter = levels_filter(Some("debug")).unwrap().to_string();
        assert!(filter.contains("debug") && filter.contains("sqlx=warn"), "{filter}");
        assert!(!filter.contains("info"), "{filter}");
    }

    #[test]
    fn a_level_that_is_none_is_refused() {
        assert!(levels_filter(Some("quarterdeck=loud")).is_err());
    }
}
