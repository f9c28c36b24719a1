//! `quarterdeck rebuild`: read models as the ledger alone makes them, to take the place of the live ones or to be
//! compared with them.

use crate::config;
use crate::crypto::Keyring;
use crate::database::Database;
use crate::installation;
use crate::ledger::rebuild::{DeriveError, ReadModel, Rebuild, RebuildError, check};
use std::error::Error;
use std::process::ExitCode;
use std::sync::Arc;

/// Rebuilds or compares, and says what came of it.
///
/// # Errors
/// It could not run.
pub async fn rebuild(config: &config::Rebuild) -> Result<ExitCode, Box<dyn Error>> {
    let models = config.read_model.map_or(ReadModel::ALL.to_vec(), |one| vec![one]);
    let database = Database::of_installation(&config.database, 1).await?;
    let done = rebuild_in(config, &models, &database).await;
    database.close().await?;
    let damage = match done? {
        Ok(code) => return Ok(code),
        Err(damage) => damage,
    };
    println!("The ledger is damaged: {damage}");
    Ok(ExitCode::FAILURE)
}

/// Does it in an open database; where the ledger is damaged, that is inside.
async fn rebuild_in(
    config: &config::Rebuild,
    models: &[ReadModel],
    database: &Database,
) -> Result<Result<ExitCode, DeriveError>, Box<dyn Error>> {
    let path = match &config.keyring {
        Some(path) => path.clone(),
        None => config.database.data_dir()?.join("keyring.json"),
    };
    let keyring = Arc::new(installation::keyring(&path, &database.pool).await?);
    let done = if config.check {
        compare(models, database, &keyring).await
    } else {
        build(models, database, keyring).await
    };
    match done {
        Err(RebuildError::Derive(error)) if error.damage().is_some() => Ok(Err(error)),
        other => Ok(Ok(other?)),
    }
}

async fn build(
    models: &[ReadModel],
    database: &Database,
    keyring: Arc<Keyring>,
) -> Result<ExitCode, RebuildError> {
    let rebuild = Rebuild::start(&database.pool.connect_options(), models, keyring).await?;
    let position = rebuild.finish().await?;
    println!("Rebuilt from {position} events, and live");
    Ok(ExitCode::SUCCESS)
}

async fn compare(
    models: &[ReadModel],
    database: &Database,
    keyring: &Keyring,
) -> Result<ExitCode, RebuildError> {
    let report = check(&database.pool, models, Some(keyring)).await?;
    if report.is_fine() {
        println!("Compared {} rows with what {} events make: they are equal", report.rows, report.events);
        return Ok(ExitCode::SUCCESS);
    }
    println!("{} rows are not what the ledger says:", report.count);
    for difference in report.differences {
        println!("{difference}");
    }
    Ok(ExitCode::FAILURE)
}
