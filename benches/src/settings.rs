//! The command line of the bench. Every flag is also an environment variable, `BENCH_` and the flag's name.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use uuid::Uuid;

/// What Quarterdeck is measured by, and against what.
///
/// Exits with 0 also when a bar is missed, and with 2 when it could not run.
#[derive(Debug, Parser)]
#[command(name = "quarterdeck-bench")]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub(crate) command: Option<Command>,
    #[command(flatten)]
    pub(crate) settings: Settings,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Measures (the default).
    Run,
    /// Prints the tables of a result as Markdown.
    Markdown {
        /// The result; by default the newest.
        result: Option<PathBuf>,
    },
    /// Writes the tables and plots of `docs/performance.md` from a result.
    WriteDocs {
        /// The result; by default the newest.
        result: Option<PathBuf>,
        /// The folder of the page.
        #[arg(long, default_value = "docs")]
        docs: PathBuf,
    },
    /// Serves the stock pipeline; what `run` starts as the rival.
    #[command(hide = true)]
    Stock(Stock),
    /// Fills a ledger; what `run` starts where HTTP would take too long.
    #[command(hide = true)]
    Fill(Fill),
}

/// How long and how much.
#[derive(Args, Clone, Debug)]
pub(crate) struct Settings {
    /// Seconds that one measurement counts; a quarter of it goes before, uncounted.
    #[arg(long, env = "BENCH_SECONDS", default_value_t = 2)]
    pub(crate) seconds: u64,
    /// How often every contestant has its turn.
    #[arg(long, env = "BENCH_ROUNDS", default_value_t = 3)]
    pub(crate) rounds: usize,
    /// Objects that are made on the empty database before the rounds, to see the rate and the memory as it grows.
    #[arg(long, env = "BENCH_OBJECTS", default_value_t = 20_000)]
    pub(crate) objects: usize,
    /// Whether autovacuum runs. Off shows plans that were made while the tables were empty.
    #[arg(long, env = "BENCH_AUTOVACUUM", default_value = "on")]
    pub(crate) autovacuum: Switch,
    /// What orgs are made from.
    #[arg(long, env = "BENCH_BODY", default_value = "full")]
    pub(crate) body: Body,
    /// Run only these entries, by the beginning of their names, separated by commas: `create`, `update`, `get`, `livez`,
    /// `limits`, `list`, `two`, `streams`, `fairness`, `overload`, `rebuild`, `growth`, `asof`, `verify`, `start`.
    #[arg(long, env = "BENCH_ONLY", value_delimiter = ',')]
    pub(crate) only: Vec<String>,
    /// Followers that are spread over a tenth as many orgs.
    #[arg(long, env = "BENCH_FOLLOWERS", default_value_t = 5_000)]
    pub(crate) followers: usize,
    /// Events in the ledger that `rebuild` rebuilds from, at least.
    #[arg(long, env = "BENCH_REBUILD_EVENTS", default_value_t = 100_000)]
    pub(crate) rebuild_events: usize,
    /// How large the ledger of `growth`, `asof`, `verify` and `start` becomes: so many powers of ten of events.
    #[arg(long, env = "BENCH_GROWTH", default_value_t = 6, value_parser = clap::value_parser!(u32).range(4..=9))]
    pub(crate) growth: u32,
    /// Rivals to leave out, though they could run: `emmett`, `eventsourcing`.
    #[arg(long, env = "BENCH_WITHOUT", value_delimiter = ',')]
    pub(crate) without: Vec<String>,
    /// The parent of the run's directory; on a real disk, or fsync costs nothing.
    #[arg(long, env = "BENCH_DIR", default_value = "/var/tmp")]
    pub(crate) dir: PathBuf,
    /// Keep the run's directory, with the logs in it.
    #[arg(long, env = "BENCH_KEEP")]
    pub(crate) keep: bool,
    /// The service's program; by default `quarterdeck` beside this one.
    #[arg(long, env = "BENCH_PROGRAM")]
    pub(crate) program: Option<PathBuf>,
}

/// Where the stock pipeline listens and stores.
#[derive(Args, Clone, Debug)]
pub(crate) struct Stock {
    #[arg(long)]
    pub(crate) listen: SocketAddr,
    #[arg(long)]
    pub(crate) socket_directory: PathBuf,
    #[arg(long)]
    pub(crate) database: String,
    #[arg(long)]
    pub(crate) user: String,
    /// The metadata of every event: a flat JSON object of strings.
    #[arg(long)]
    pub(crate) metadata: String,
    /// How long the payload of an event shall be.
    #[arg(long)]
    pub(crate) payload_bytes: usize,
}

/// What a ledger is filled with.
#[derive(Args, Clone, Debug)]
pub(crate) struct Fill {
    #[arg(long)]
    pub(crate) data_dir: PathBuf,
    /// The orgs that the objects are made in, in turn.
    #[arg(long, value_delimiter = ',')]
    pub(crate) orgs: Vec<Uuid>,
    /// The metadata of every event: a flat JSON object of strings.
    #[arg(long)]
    pub(crate) metadata: String,
    /// What names begin with.
    #[arg(long)]
    pub(crate) prefix: String,
    #[arg(long)]
    pub(crate) objects: usize,
    /// How many versions each object gets, one after the other.
    #[arg(long)]
    pub(crate) versions: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Switch {
    On,
    Off,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Body {
    /// With an external id, a contact (personal data, sealed under a key of its own) and settings.
    Full,
    /// Name and display name alone.
    Plain,
}

impl Settings {
    /// Whether an entry of this name shall run.
    pub(crate) fn wants(&self, entry: &str) -> bool {
        self.only.is_empty() || self.only.iter().any(|beginning| entry.starts_with(beginning.as_str()))
    }

    /// Whether any of these entries shall run.
    pub(crate) fn wants_any(&self, entries: &[&str]) -> bool {
        entries.iter().any(|entry| self.wants(entry))
    }
}

impl Body {
    /// The body that makes an org of this name.
    pub(crate) fn json(self, name: &str) -> String {
        match self {
            Self::Full => format!(
                r#"{{"metadata":{{"name":"{name}","displayName":"Acme Ltd"}},"spec":{{"externalId":"crm-{name}","contact":{{"firstName":"Ada","lastName":"Lovelace","email":"ada@acme.test"}},"settings":{{"apiKeyDefaultValidityHours":2160,"apiKeyMaxValidityHours":8760,"allowNonExpiringKeys":false}}}}}}"#
            ),
            Self::Plain => {
                format!(r#"{{"metadata":{{"name":"{name}","displayName":"Acme Ltd"}},"spec":{{}}}}"#)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn bodies_are_json_with_the_name_in_them() {
        for body in [Body::Full, Body::Plain] {
            let json: serde_json::Value = serde_json::from_str(&body.json("acme")).unwrap();
            assert_eq!(json["metadata"]["name"], "acme");
        }
    }

    #[test]
    fn works_are_chosen_by_their_beginning() {
        let cli = Cli::try_parse_from(["bench", "--only", "create,livez"]).unwrap();
        assert!(cli.settings.wants("create") && cli.settings.wants("livez") && !cli.settings.wants("get"));
    }
}
