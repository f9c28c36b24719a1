//! What Quarterdeck is measured by, and against what: one program, one run, contestants in turn.
//!
//! `run` (the default) starts the service on a data directory of its own, sets a stock postgres-es pipeline and
//! `pgbench` beside it on the same cluster, and prints medians and ratios; `markdown` writes the tables of
//! `docs/performance.md` from a run's result. `docs/performance.md` says what is measured and how.

mod bars;
mod cluster;
mod directory;
mod fill;
mod grown;
mod limits;
mod listing;
mod load;
mod machine;
mod markdown;
mod pgbench;
mod place;
mod plot;
mod pressure;
mod processes;
mod rebuild;
mod report;
mod rivals;
mod rounds;
mod run;
mod service;
mod settings;
mod statistics;
mod stock;
mod streams;
mod table;
mod tables;
mod two;
mod write_docs;

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;

use settings::{Cli, Command};

/// Anything that keeps a run from finishing, with its causes.
type Failure = Box<dyn Error + Send + Sync>;

/// The exit code of what could not run. A bar that is missed is no failure.
const COULD_NOT_RUN: u8 = 2;

fn main() -> ExitCode {
    match start(Cli::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("quarterdeck-bench: {}", with_causes(&*error));
            ExitCode::from(COULD_NOT_RUN)
        }
    }
}

fn start(cli: Cli) -> Result<(), Failure> {
    let settings = cli.settings;
    match cli.command.unwrap_or(Command::Run) {
        Command::Run => on_one_thread()?.block_on(run::until_stopped(&settings)),
        Command::Markdown { result } => markdown::print(result.as_deref()),
        Command::WriteDocs { result, docs } => write_docs::write(result.as_deref(), &docs),
        // The rival has all cores, as the service has.
        Command::Stock(arguments) => tokio::runtime::Runtime::new()?.block_on(stock::serve(arguments)),
        Command::Fill(arguments) => tokio::runtime::Runtime::new()?.block_on(fill::fill(arguments)),
    }
}

/// The load generator takes one core at most, whatever the machine has.
fn on_one_thread() -> Result<tokio::runtime::Runtime, std::io::Error> {
    tokio::runtime::Builder::new_current_thread().enable_all().build()
}

/// An error and all below it, in one line.
fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
