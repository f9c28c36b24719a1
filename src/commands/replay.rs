//! `quarterdeck replay`: an org as its events alone make it, or the events themselves, one JSON document a line.

use crate::app::people::People;
use crate::config;
use crate::crypto::Random;
use crate::database::Database;
use crate::installation;
use crate::ledger::erasures::Erasures;
use crate::ledger::export;
use crate::ledger::head::HeadWatch;
use crate::ledger::reader::{self, ReadError, Reader, StoredEvent};
use crate::ledger::rebuild::{DocumentRow, Fold, SNAPSHOT};
use sqlx::{Connection, Executor, PgConnection};
use std::error::Error;
use std::io::{self, BufWriter, Write};
use std::process::ExitCode;
use std::sync::Arc;
use uuid::Uuid;
use values::{NameOrId, ScopeId, Timestamp};

/// Until when events are replayed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Until {
    /// Everything there is.
    Now,
    /// Everything that was recorded at this time or before.
    Time(Timestamp),
    /// Everything up to this position of the org.
    Position(i64),
}

impl Until {
    fn parse(text: Option<&str>) -> Result<Self, String> {
        let Some(text) = text else { return Ok(Self::Now) };
        let position = text.parse::<i64>().ok().filter(|position| *position > 0).map(Self::Position);
        let time = || text.parse::<Timestamp>().ok().map(Self::Time);
        position.or_else(time).ok_or_else(|| {
            format!(
                "--as-of: {text} is neither a time, such as 2026-11-23T09:30:00Z, nor a position of the org"
            )
        })
    }
}

/// Replays, and writes what comes of it to standard output.
///
/// # Errors
/// It could not run.
pub async fn replay(config: &config::Replay) -> Result<ExitCode, Box<dyn Error>> {
    let until = Until::parse(config.as_of.as_deref())?;
    let org = NameOrId::parse(&config.org).map_err(|invalid| format!("--org: {invalid}"))?;
    let database = Database::of_installation(&config.database, 2).await?;
    let replayed = async {
        let mut connection = database.pool.acquire().await?;
        let mut snapshot = connection.begin().await?;
        snapshot.execute(SNAPSHOT).await?;
        let mut replay = Replay::of(&mut snapshot, org, until).await?;
        let mut out = BufWriter::new(io::stdout().lock());
        let wanted = Kinds::parse(config.kind.as_deref());
        if config.events {
            while let Some(event) = replay.next(&mut snapshot).await? {
                if wanted.has(&event.aggregate_type) {
                    out.write_all(export::line(&event)?.as_bytes())?;
                }
            }
        } else {
            let mut fold = Fold::default();
            while let Some(event) = replay.next(&mut snapshot).await? {
                fold.see(&event)?;
            }
            drop(fold.take()?);
            let mut live: Vec<&DocumentRow> =
                fold.current().filter(|row| row.deleted_at.is_none() && wanted.has(row.kind)).collect();
            live.sort_by_key(|row| (row.kind, row.created_at, row.id));
            let people = people(config, &database).await?;
            for row in live {
                writeln!(out, "{}", people.open(row.document.clone()).await?)?;
            }
        }
        out.flush()?;
        Ok::<_, Box<dyn Error>>(())
    }
    .await;
    database.close().await?;
    match replayed {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) if error.downcast_ref::<ReadError>().is_some_and(|error| error.missing().is_some()) => {
            tracing::error!("The ledger is damaged: {error}");
            Ok(ExitCode::FAILURE)
        }
        Err(error) => Err(error),
    }
}

/// What opens personal data.
async fn people(config: &config::Replay, database: &Database) -> Result<People, Box<dyn Error>> {
    let path = match &config.keyring {
        Some(path) => path.clone(),
        None => config.database.data_dir()?.join("keyring.json"),
    };
    let keyring = installation::keyring(&path, &database.pool).await?;
    Erasures::new(database.pool.clone(), &config.database.data_dir()?).destroy_listed().await?;
    Ok(People::new(database.pool.clone(), Arc::new(keyring), Random::system(), HeadWatch::default()))
}

/// The events of an org, up to a moment.
struct Replay {
    reader: Reader,
    until: Option<Timestamp>,
}

impl Replay {
    async fn of(db: &mut PgConnection, org: NameOrId, until: Until) -> Result<Self, Box<dyn Error>> {
        let org = match org {
            NameOrId::Id(id) => id,
            NameOrId::Name(name) => named(db, name.as_str()).await?,
        };
        let head = reader::head_of_scope(db, ScopeId::from(org)).await?;
        if head == 0 {
            return Err(format!("there is no org {org}").into());
        }
        let (last, until) = match until {
            Until::Now => (head, None),
            Until::Time(time) => (head, Some(time)),
            Until::Position(position) if position > head => {
                return Err(format!("position {position} has not come yet: the org is at {head}").into());
            }
            Until::Position(position) => (position, None),
        };
        Ok(Self { reader: Reader::of_scope(ScopeId::from(org), 0, last), until })
    }

    async fn next(&mut self, db: &mut PgConnection) -> Result<Option<StoredEvent>, ReadError> {
        let next = self.reader.next(db).await?;
        // Time never runs backwards: what comes after is later still.
        Ok(next.filter(|event| self.until.is_none_or(|until| event.recorded_at <= until.as_micros())))
    }
}

/// The one live org of this name, whosever it is.
async fn named(db: &mut PgConnection, name: &str) -> Result<Uuid, Box<dyn Error>> {
    let found: Vec<Uuid> = sqlx::query_scalar(
        "SELECT id FROM documents WHERE kind = 'Org' AND name = $1 AND deleted_at IS NULL LIMIT 2",
    )
    .bind(name)
    .fetch_all(db)
    .await?;
    match found[..] {
        [org] => Ok(org),
        [] => Err(format!("there is no org {name}").into()),
        _ => Err(format!("several partners have an org {name}: give its id").into()),
    }
}

/// Which kinds are wanted.
struct Kinds(Option<String>);

impl Kinds {
    fn parse(text: Option<&str>) -> Self {
        Self(text.map(plain))
    }

    fn has(&self, kind: &str) -> bool {
        self.0.as_ref().is_none_or(|wanted| *wanted == plain(kind))
    }
}

/// `ApiKey`, `apiKey` and `api_key` are the same.
fn plain(kind: &str) -> String {
    kind.replace(['_', '-'], "").to_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_are_times_or_positions() {
        assert_eq!(Until::parse(None), Ok(Until::Now));
        assert_eq!(Until::parse(Some("17")), Ok(Until::Position(17)));
        assert!(matches!(Until::parse(Some("2026-11-23T09:30:00Z")), Ok(Until::Time(_))));
        for bad in ["", "0", "-1", "yesterday"] {
            assert!(Until::parse(Some(bad)).unwrap_err().starts_with("--as-of"), "{bad}");
        }
    }

    #[test]
    fn kinds_are_told_by_their_letters() {
        assert!(Kinds::parse(None).has("Project"));
        assert!(Kinds::parse(Some("ApiKey")).has("api_key") && Kinds::parse(Some("apikey")).has("ApiKey"));
        assert!(!Kinds::parse(Some("Project")).has("ApiKey"));
    }
}
