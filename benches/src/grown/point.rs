//! One point of the growth: what commands, reads and space cost at a size.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use super::Grown;
use super::as_of::{self, AsOf};
use crate::Failure;
use crate::cluster::Sizes;
use crate::load::{self, Ask, Until};
use crate::pgbench::Script;
use crate::statistics::median;

/// Connections that create, and clients of `pgbench`.
const CONNECTIONS: usize = 64;
/// Creates of a round: few enough that the first point stays what it is.
const CREATES: usize = 5_000;

/// What a size came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Point {
    /// Events in the ledger when it was measured; the creates of the point itself come on top.
    pub(crate) events: i64,
    /// How many events a second filling it made; nothing where there was nothing to fill.
    pub(crate) fill_rate: Option<f64>,
    /// Creates a second over 64 connections, in orgs at random: the median of the rounds.
    pub(crate) creates: f64,
    pub(crate) errors: usize,
    /// What `pgbench` did beside them: how fast the machine was then.
    pub(crate) transactions: Option<f64>,
    pub(crate) reads: AsOf,
    pub(crate) sizes: Sizes,
}

impl Point {
    /// Bytes of the database for each event.
    #[expect(clippy::cast_precision_loss, reason = "far below 2^52")]
    pub(crate) fn bytes_per_event(&self) -> f64 {
        self.sizes.database as f64 / self.sizes.events.max(1) as f64
    }
}

pub(super) async fn measure(grown: &Grown<'_>, power: u32, fill_rate: Option<f64>) -> Result<Point, Failure> {
    let sizes = grown.site.cluster.sizes().await?;
    grown.site.cluster.checkpoint().await?;
    // One round more than counted: the first takes the pages in after the checkpoint.
    create(grown, &format!("w{power}")).await?;
    let (mut creates, mut transactions, mut errors) = (vec![], vec![], 0);
    for round in 0..grown.settings.rounds {
        let (rate, failed) = create(grown, &format!("c{power}-{round}")).await?;
        creates.push(rate);
        errors += failed;
        if let Some(pgbench) = &grown.pgbench {
            transactions.push(pgbench.run(Script::Transaction, CONNECTIONS, 1).await?.rate);
        }
    }
    let objects = grown.objects().await?;
    let half_way = as_of::half_way(grown).await?;
    let seconds = Duration::from_millis(500);
    let reads = as_of::reads(grown.settings, &objects, &half_way, seconds).await?;
    let point = Point {
        events: sizes.events,
        fill_rate,
        creates: median(creates).unwrap_or(0.0),
        errors,
        transactions: median(transactions),
        reads: AsOf { events: sizes.events, ..reads },
        sizes,
    };
    eprintln!(
        "at {} events: {:.0} creates/s, GET {:.0}/s, page {:.0}/s, {:.0} B an event",
        point.events,
        point.creates,
        point.reads.get.rate,
        point.reads.list.rate,
        point.bytes_per_event()
    );
    Ok(point)
}

async fn create(grown: &Grown<'_>, prefix: &str) -> Result<(f64, usize), Failure> {
    let ask = Ask::Make { orgs: grown.orgs.as_slice().into(), prefix: prefix.to_owned() };
    let outcome = load::run(&grown.site.target, ask, CONNECTIONS, Until::Count(CREATES)).await?;
    if let Some(error) = &outcome.first_error {
        eprintln!("{} errors, the first: {error}", outcome.errors);
    }
    Ok((outcome.rate, outcome.errors))
}
