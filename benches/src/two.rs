//! Two controller processes on one database, against one.

use std::fs;
use std::net::SocketAddr;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::Failure;
use crate::cluster::{Cluster, PORT, SERVICE};
use crate::load::{self, Ask, Target, Until};
use crate::processes::{forget_peak, peak_mib};
use crate::service::{self, MOST_CONNECTIONS, Running};
use crate::settings::Settings;
use crate::statistics::median;

/// Connections in all, however many processes there are.
const CONNECTIONS: usize = 64;

/// What two processes came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Two {
    /// Creates a second through one process, the median of the rounds.
    pub(crate) one: f64,
    /// Through both, half of the connections each.
    pub(crate) both: f64,
    pub(crate) errors: usize,
    /// Positions that are missing or there twice, in the installation and in any org.
    pub(crate) gaps: i64,
    /// The most that the second process held.
    pub(crate) second_mib: f64,
}

impl Two {
    pub(crate) fn both_over_one(&self) -> f64 {
        self.both / self.one
    }
}

/// Where the first process runs.
pub(crate) struct First<'run> {
    pub(crate) program: &'run Path,
    pub(crate) data_dir: &'run Path,
    pub(crate) target: &'run Target,
    pub(crate) cluster: &'run Cluster,
}

/// Starts a second process on the database of the first, and lets both work.
///
/// # Errors
///
/// The second does not start, or one goes away.
pub(crate) async fn measure(
    settings: &Settings,
    first: &First<'_>,
    directory: &Path,
) -> Result<Two, Failure> {
    let (second, address) = start(first, directory).await?;
    forget_peak(second.process());
    let all = [first.target.address, address];
    let (mut one, mut both, mut errors) = (vec![], vec![], 0);
    for round in 0..settings.rounds * 2 {
        // One, both, both, one: neither always follows the other.
        let with_both = round % 4 == 1 || round % 4 == 2;
        let addresses = if with_both { &all[..] } else { &all[..1] };
        first.cluster.checkpoint().await?;
        let ask = Ask::Create { body: settings.body, prefix: format!("two-{round}") };
        let until = Until::Time(Duration::from_secs(settings.seconds));
        let outcome = load::run_over(addresses, first.target, ask, CONNECTIONS, until).await?;
        errors += outcome.errors;
        if let Some(error) = outcome.first_error {
            eprintln!("{} errors, the first: {error}", outcome.errors);
        }
        eprintln!(
            "{} ×{CONNECTIONS}  {:>8.0}/s",
            if with_both { "two processes" } else { "one process  " },
            outcome.rate
        );
        if with_both { both.push(outcome.rate) } else { one.push(outcome.rate) }
    }
    let second_mib = peak_mib(second.process()).unwrap_or(0.0);
    second.stop().await?;
    let gaps = first.cluster.gaps().await?;
    let middle = |rates: Vec<f64>| median(rates).ok_or("there was no round");
    Ok(Two { one: middle(one)?, both: middle(both)?, errors, gaps, second_mib })
}

/// The second process has a directory of its own, the same database and the same keys.
async fn start(first: &First<'_>, directory: &Path) -> Result<(Running, SocketAddr), Failure> {
    let address = service::free_address()?;
    let own = directory.join("second");
    fs::create_dir_all(&own)?;
    let socket = first.cluster.socket_directory.display();
    let mut command = Command::new(first.program);
    service::without_settings(&mut command);
    command
        .args(["serve", "--listen", &address.to_string(), "--max-connections", MOST_CONNECTIONS])
        .args(["--database-url", &format!("postgres://{SERVICE}@localhost:{PORT}/{SERVICE}?host={socket}")])
        .arg("--data-dir")
        .arg(&own)
        .arg("--keyring")
        .arg(first.data_dir.join("keyring.json"));
    let (running, _) = Running::start(command, address, "/readyz", &directory.join("second.log")).await?;
    Ok((running, address))
}
