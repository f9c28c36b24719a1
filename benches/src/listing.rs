//! Listing: a page of 50 in an org of 10,000 objects, with a label selector and without.

use std::path::Path;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use tokio::task::LocalSet;

use crate::Failure;
use crate::cluster::Cluster;
use crate::fill::{self, Amount};
use crate::load::{self, Ask, Target, Until};
use crate::settings::Settings;
use crate::statistics::median;
use crate::streams::client;

/// How many objects the org has.
const OBJECTS: usize = 10_000;
/// Connections that ask.
const CONNECTIONS: usize = 64;
/// How the page is asked for: without a selector, by a label that one in ten has, by one that one in a hundred has.
const QUERIES: [&str; 3] = ["", "&labelSelector=tier%3D3", "&labelSelector=ring%3Dcanary"];

/// What listing came to.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Listing {
    pub(crate) objects: usize,
    pub(crate) plain: Pages,
    /// One object in ten matches.
    pub(crate) selected: Pages,
    /// One object in a hundred matches.
    pub(crate) rare: Pages,
    pub(crate) errors: usize,
}

/// Pages of 50.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Pages {
    /// Pages a second over 64 connections, the median of the rounds.
    pub(crate) rate: f64,
    pub(crate) median_millis: f64,
    pub(crate) p99_millis: f64,
    /// The median time over one connection.
    pub(crate) alone_millis: f64,
}

impl Listing {
    /// The time of a page with the selector over that of one without, over one connection.
    pub(crate) fn selected_over_plain(&self) -> f64 {
        self.selected.alone_millis / self.plain.alone_millis
    }
}

/// Makes the org, and lists it.
///
/// # Errors
///
/// The service refuses, or the org cannot be filled.
pub(crate) async fn measure(
    settings: &Settings,
    operator: &Target,
    data_dir: &Path,
    cluster: &Cluster,
) -> Result<Listing, Failure> {
    let orgs = LocalSet::new().run_until(client::orgs(operator, "listed", 1)).await?;
    let metadata = cluster.sample().await?.metadata;
    let amount = Amount { events: OBJECTS, versions: 1 };
    fill::run(data_dir, &orgs, &metadata, "listed", amount).await?;
    let org = &orgs[0];
    let seconds = Duration::from_secs(settings.seconds);
    let mut rounds = [const { vec![] }; QUERIES.len()];
    let mut errors = 0;
    for round in 0..settings.rounds {
        for turn in 0..QUERIES.len() {
            let at = (turn + round) % QUERIES.len();
            let path = format!("/v1/orgs/{}/groups?limit=50{}", org.id, QUERIES[at]);
            let paths: Rc<[String]> = Rc::new([path]);
            let ask = |connections, seconds| {
                load::run(&org.admin, Ask::Get(Rc::clone(&paths)), connections, Until::Time(seconds))
            };
            let many = ask(CONNECTIONS, seconds).await?;
            let alone = ask(1, seconds / 2).await?;
            errors += many.errors + alone.errors;
            if let Some(error) = many.first_error.or(alone.first_error) {
                eprintln!("A page is refused: {error}");
            }
            rounds[at].push(Pages {
                rate: many.rate,
                median_millis: f64::from(many.median_micros) / 1e3,
                p99_millis: f64::from(many.p99_micros) / 1e3,
                alone_millis: f64::from(alone.median_micros) / 1e3,
            });
        }
    }
    let [plain, selected, rare] = rounds.map(|rounds| Pages::median(&rounds));
    eprintln!(
        "list: {:.0}/s, one in ten {:.0}/s, one in a hundred {:.0}/s",
        plain.rate, selected.rate, rare.rate
    );
    Ok(Listing { objects: OBJECTS, plain, selected, rare, errors })
}

impl Pages {
    fn median(rounds: &[Self]) -> Self {
        let of = |figure: fn(&Self) -> f64| median(rounds.iter().map(figure)).unwrap_or(0.0);
        Self {
            rate: of(|it| it.rate),
            median_millis: of(|it| it.median_millis),
            p99_millis: of(|it| it.p99_millis),
            alone_millis: of(|it| it.alone_millis),
        }
    }
}
