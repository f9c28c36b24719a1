//! Reading as of a moment half-way through the ledger, against reading now.

use std::collections::HashMap;
use std::rc::Rc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Grown, Object};
use crate::Failure;
use crate::cluster::SERVICE;
use crate::load::{self, Ask, Target, Until};
use crate::settings::Settings;
use crate::statistics::median;

/// Connections that ask.
const CONNECTIONS: usize = 64;

/// What reading came to, now and as of half-way.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AsOf {
    pub(crate) events: i64,
    pub(crate) get: Reads,
    pub(crate) get_then: Reads,
    /// Pages of 50.
    pub(crate) list: Reads,
    pub(crate) list_then: Reads,
    pub(crate) errors: usize,
}

/// Medians over the rounds.
#[derive(Clone, Copy, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Reads {
    /// A second, over 64 connections.
    pub(crate) rate: f64,
    /// The median time of one, over one connection.
    pub(crate) alone_millis: f64,
}

impl AsOf {
    /// The time of a GET half-way over that of one now, over one connection.
    pub(crate) fn get_ratio(&self) -> f64 {
        self.get_then.alone_millis / self.get.alone_millis
    }

    /// The same of a page.
    pub(crate) fn list_ratio(&self) -> f64 {
        self.list_then.alone_millis / self.list.alone_millis
    }
}

pub(super) async fn measure(grown: &Grown<'_>) -> Result<AsOf, Failure> {
    let events = grown.site.cluster.sizes().await?.events;
    let objects = grown.objects().await?;
    let half_way = half_way(grown).await?;
    let seconds = Duration::from_secs(grown.settings.seconds);
    let read = reads(grown.settings, &objects, &half_way, seconds).await?;
    let as_of = AsOf { events, ..read };
    eprintln!(
        "as of half-way: GET {:.2} ms against {:.2} now, page {:.2} ms against {:.2}",
        as_of.get_then.alone_millis,
        as_of.get.alone_millis,
        as_of.list_then.alone_millis,
        as_of.list.alone_millis
    );
    Ok(as_of)
}

/// The middle position of every org.
pub(super) async fn half_way(grown: &Grown<'_>) -> Result<HashMap<String, i64>, Failure> {
    let mut service = grown.site.cluster.superuser(SERVICE).await?;
    let rows: Vec<(Uuid, i64)> =
        sqlx::query_as("SELECT org_id, position / 2 FROM scopes").fetch_all(&mut service).await?;
    Ok(rows.into_iter().map(|(org, position)| (org.to_string(), position)).collect())
}

/// Reads objects and lists, now and as of half-way, in turn.
pub(super) async fn reads(
    settings: &Settings,
    objects: &[Object],
    half_way: &HashMap<String, i64>,
    seconds: Duration,
) -> Result<AsOf, Failure> {
    let one = |object: &Object, end: String| {
        (object.org.admin.clone(), format!("/v1/orgs/{}/groups{end}", object.org.id))
    };
    let at = |object: &Object| half_way.get(&object.org.id).copied().unwrap_or(1);
    let kinds: [Rc<[(Target, String)]>; 4] = [
        objects.iter().map(|it| one(it, format!("/{}", it.id))).collect(),
        objects.iter().map(|it| one(it, format!("/{}?asOf={}", it.id, at(it)))).collect(),
        objects.iter().map(|it| one(it, "?limit=50".to_owned())).collect(),
        objects.iter().map(|it| one(it, format!("?limit=50&asOf={}", at(it)))).collect(),
    ];
    let mut rounds: [Vec<Reads>; 4] = Default::default();
    let mut errors = 0;
    for round in 0..settings.rounds {
        for turn in 0..kinds.len() {
            let which = (turn + round) % kinds.len();
            let whom = &objects[0].org.admin;
            let ask = |connections, seconds| {
                load::run(whom, Ask::Read(Rc::clone(&kinds[which])), connections, Until::Time(seconds))
            };
            let many = ask(CONNECTIONS, seconds).await?;
            let alone = ask(1, seconds / 2).await?;
            errors += many.errors + alone.errors;
            if let Some(error) = many.first_error.or(alone.first_error) {
                eprintln!("A read is refused: {error}");
            }
            rounds[which].push(Reads { rate: many.rate, alone_millis: f64::from(alone.median_micros) / 1e3 });
        }
    }
    let [get, get_then, list, list_then] = rounds.map(|rounds| Reads {
        rate: median(rounds.iter().map(|it| it.rate)).unwrap_or(0.0),
        alone_millis: median(rounds.iter().map(|it| it.alone_millis)).unwrap_or(0.0),
    });
    Ok(AsOf { events: 0, get, get_then, list, list_then, errors })
}
