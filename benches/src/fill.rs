//! Filling a ledger through the service's own writer, in process and in big units: what takes hours over HTTP.
//!
//! Every event is decided by its aggregate, admitted under the ledger's lock and recorded by the same code as ever,
//! beside the service that runs: positions, leaves, documents, versions and claims are what they would be, and the
//! ledger verifies. What is left out is HTTP, authentication and one commit for every few commands.
//!
//! A program of its own, as the stock pipeline is, so that the load generator stays as small as it is.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;
use std::sync::Arc;

use aggregates::group::{Group, GroupCommand};
use aggregates::profile::Profile;
use quarterdeck::clock::{Clock, SystemClock};
use quarterdeck::config;
use quarterdeck::crypto::Random;
use quarterdeck::database::Database;
use quarterdeck::ids::Ids;
use quarterdeck::ledger::Ledger;
use quarterdeck::ledger::compose::{Composer, Loaded};
use quarterdeck::ledger::unit::{Unit, Verdict};
use serde_json::json;
use sqlx::PgPool;
use tokio::process::Command;
use tokio::task::JoinSet;
use uuid::Uuid;
use values::{Name, ScopeId};

use crate::Failure;
use crate::settings;
use crate::statistics::as_f64;
use crate::streams::client::Org;

/// Changes in a unit. The writer takes up to 256 units of up to 4 MiB at a time, which makes a few thousand of them.
const CHANGES: usize = 16;
/// Units on their way.
const ON_THEIR_WAY: usize = 512;
/// One in so many objects has the rare label.
const RARE: usize = 100;

/// What shall be in the ledger afterwards, besides what is there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Amount {
    /// Events, all over the orgs.
    pub(crate) events: usize,
    /// Versions of every object: one that makes it, the others edit its description.
    pub(crate) versions: usize,
}

/// An object in the making.
struct Object {
    scope: ScopeId,
    id: Uuid,
    number: usize,
    group: Option<Loaded<Group>>,
}

/// Fills, in a process of its own; names begin with `prefix`. Says how many events it made in a second.
///
/// # Errors
///
/// It could not be filled; what was in the way is on standard error.
pub(crate) async fn run(
    data_dir: &Path,
    orgs: &[Org],
    metadata: &str,
    prefix: &str,
    amount: Amount,
) -> Result<f64, Failure> {
    let ids: Vec<&str> = orgs.iter().map(|org| org.id.as_str()).collect();
    let mut command = Command::new(std::env::current_exe()?);
    command
        .env_remove("DATABASE_URL")
        .env_remove("QUARTERDECK_DATABASE_URL")
        .arg("fill")
        .arg("--data-dir")
        .arg(data_dir)
        .args(["--orgs", &ids.join(",")])
        .args(["--metadata", metadata, "--prefix", prefix])
        .args(["--objects", &(amount.events / amount.versions).max(1).to_string()])
        .args(["--versions", &amount.versions.to_string()])
        .kill_on_drop(true);
    let began = std::time::Instant::now();
    let status = command.status().await?;
    if !status.success() {
        return Err(format!("filling the ledger ended with {status}").into());
    }
    let events = (amount.events / amount.versions).max(1) * amount.versions;
    Ok(as_f64(events) / began.elapsed().as_secs_f64())
}

/// The program.
///
/// # Errors
///
/// The database cannot be reached, or the writer does not take what comes.
pub(crate) async fn fill(arguments: settings::Fill) -> Result<(), Failure> {
    let database = config::Database {
        database_url: None,
        data_dir: Some(arguments.data_dir.clone()),
        allow_unsafe_durability: false,
    };
    let database = Database::for_command(&database, 2).await?;
    let clock: Arc<dyn Clock> = Arc::new(SystemClock);
    let (ledger, tasks) = Ledger::start(database.pool.clone(), Arc::clone(&clock));
    let filler = Filler {
        ledger,
        pool: database.pool.clone(),
        clock,
        ids: Ids::new(Random::system()),
        metadata: metadata(&arguments.metadata)?,
        prefix: arguments.prefix,
    };
    let mut objects = filler.objects(&arguments.orgs, arguments.objects);
    for version in 0..arguments.versions {
        filler.round(&mut objects, version).await?;
    }
    drop(filler);
    tasks.finished().await;
    database.close().await?;
    Ok(())
}

/// What a unit's metadata is made from: names that live as long as the program.
fn metadata(text: &str) -> Result<BTreeMap<&'static str, String>, Failure> {
    let given: HashMap<String, String> = serde_json::from_str(text)?;
    Ok(given.into_iter().map(|(name, value)| (&*name.leak(), value)).collect())
}

struct Filler {
    ledger: Ledger,
    pool: PgPool,
    clock: Arc<dyn Clock>,
    ids: Ids,
    metadata: BTreeMap<&'static str, String>,
    prefix: String,
}

impl Filler {
    fn objects(&self, orgs: &[Uuid], many: usize) -> Vec<Object> {
        let now = self.clock.now();
        let object = |number: usize| Object {
            scope: ScopeId::from(orgs[number % orgs.len()]),
            id: self.ids.mint(now),
            number,
            group: None,
        };
        (0..many).map(object).collect()
    }

    /// One more version of every object. A round ends before the next one begins, so that nothing is decided on what
    /// is not recorded yet.
    async fn round(&self, objects: &mut [Object], version: usize) -> Result<(), Failure> {
        let mut on_their_way = JoinSet::new();
        for some in objects.chunks_mut(CHANGES) {
            let unit = self.unit(some, version).await?;
            if on_their_way.len() >= ON_THEIR_WAY {
                taken(on_their_way.join_next().await)?;
            }
            let ledger = self.ledger.clone();
            on_their_way.spawn(async move { ledger.submit(unit).await });
        }
        while let Some(ended) = on_their_way.join_next().await {
            taken(Some(ended))?;
        }
        Ok(())
    }

    async fn unit(&self, objects: &mut [Object], version: usize) -> Result<Unit, Failure> {
        let mut composer = Composer::new(self.pool.clone());
        let now = self.clock.now();
        for object in objects {
            let name = Name::parse(&format!("{}-{}", self.prefix, object.number))?;
            let profile = profile(object.number, version)?;
            let members = BTreeMap::new();
            let (group, command) = match object.group.take() {
                None => {
                    let new = Loaded { state: Group::default(), version: 0 };
                    (new, GroupCommand::Create { name, profile, members })
                }
                Some(group) => (group, GroupCommand::Update { name, profile, members }),
            };
            let mut ids = || self.ids.mint(now);
            object.group = Some(composer.decide(object.scope, object.id, group, command, &mut ids).await?);
        }
        Ok(Unit { metadata: self.metadata.clone(), changes: composer.into_changes(), ..Unit::default() })
    }
}

/// What people write on the object of this number.
fn profile(number: usize, version: usize) -> Result<Profile, Failure> {
    let ring = if number.is_multiple_of(RARE) { "canary" } else { "stable" };
    Ok(serde_json::from_value(json!({
        "displayName": "Acme Ltd",
        "description": format!("as of version {version}"),
        "labels": { "env": "prod", "tier": (number / 7 % 10).to_string(), "ring": ring },
        "annotations": {},
        "deletionProtection": false,
    }))?)
}

type Ended = Result<Result<Verdict, quarterdeck::ledger::LedgerError>, tokio::task::JoinError>;

fn taken(ended: Option<Ended>) -> Result<(), Failure> {
    match ended {
        None => Ok(()),
        Some(ended) => match ended?? {
            Verdict::Recorded(_) => Ok(()),
            refused @ (Verdict::Replayed(_)
            | Verdict::Refused(_)
            | Verdict::Stale
            | Verdict::Unauthorized) => Err(format!("the writer does not take a unit: {refused:?}").into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_in_a_hundred_is_rare_and_versions_differ() {
        let rare = (0..1_000).filter(|number| {
            serde_json::to_value(profile(*number, 0).unwrap()).unwrap()["labels"]["ring"] == "canary"
        });
        assert_eq!(rare.count(), 10);
        assert_ne!(profile(1, 0).unwrap(), profile(1, 1).unwrap());
    }
}
