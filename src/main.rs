//! The controller's program: reads the command line and hands over.

use std::error::Error;
use std::process::ExitCode;

use clap::Parser;
use quarterdeck::app::Settings;
use quarterdeck::config::{self, Cli, Command};
use quarterdeck::database::{Database, DatabaseError};
use quarterdeck::serve::Stop;
use quarterdeck::{commands, logging, serve};

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// The exit code of what could not run.
const COULD_NOT_RUN: u8 = 2;

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let levels = std::env::var(logging::LEVEL_VARIABLE).ok();
    if let Err(error) = logging::start(cli.log_format, levels.as_deref()) {
        eprintln!("quarterdeck: {}: {error}", logging::LEVEL_VARIABLE);
        return ExitCode::from(COULD_NOT_RUN);
    }
    let result: Result<ExitCode, Box<dyn Error>> = match cli.command {
        Command::Serve(config) => serve::run(config).await.map_err(Into::into),
        Command::Migrate(config) => {
            unless_stopped(async { migrate(&config).await.map_err(Into::into) }).await
        }
        Command::Verify(config) => Box::pin(unless_stopped(commands::verify(&config))).await,
        Command::Rebuild(config) => Box::pin(unless_stopped(commands::rebuild(&config))).await,
        Command::Replay(config) => unless_stopped(commands::replay(&config)).await,
        Command::Backup(config) => unless_stopped(commands::backup(&config)).await,
        Command::Restore(config) => unless_stopped(commands::restore(&config)).await,
        Command::Openapi => openapi(),
        Command::Key(config) => Box::pin(unless_stopped(key(&config))).await,
    };
    result.unwrap_or_else(|error| {
        tracing::error!("{}", with_causes(&*error));
        ExitCode::from(COULD_NOT_RUN)
    })
}

async fn migrate(config: &config::Database) -> Result<ExitCode, DatabaseError> {
    let database = Database::for_command(config, 1).await?;
    let migrated = database.migrate().await;
    database.close().await?;
    migrated?;
    tracing::info!("The database is up to date");
    Ok(ExitCode::SUCCESS)
}

/// The OpenAPI document, as the service serves it.
fn openapi() -> Result<ExitCode, Box<dyn Error>> {
    let (_, document) = quarterdeck::http::router::operations();
    println!("{}", document.to_pretty_json()?);
    Ok(ExitCode::SUCCESS)
}

/// Issues the operator another key and prints it, once.
async fn key(config: &config::Key) -> Result<ExitCode, Box<dyn Error>> {
    let database = Database::of_installation(&config.database, 4).await?;
    let issued = async {
        database.require_first_start().await?;
        database.migrate().await?;
        let (app, tasks) =
            serve::start(&config.database, config.keyring.as_deref(), Settings::default(), &database).await?;
        let secret = app.issue_operator_key().await?;
        drop(app);
        tasks.finished().await;
        Ok::<_, Box<dyn Error>>(secret)
    }
    .await;
    database.close().await?;
    let Some(secret) = issued? else {
        tracing::error!("No key was issued");
        return Ok(ExitCode::FAILURE);
    };
    println!("Operator access key id: {}", secret.access_key_id());
    println!("Operator secret:        {}", secret.expose());
    Ok(ExitCode::SUCCESS)
}

/// Does `work`, unless a signal comes first: a private PostgreSQL that was started for it is then told to stop.
async fn unless_stopped(
    work: impl Future<Output = Result<ExitCode, Box<dyn Error>>>,
) -> Result<ExitCode, Box<dyn Error>> {
    let stop = Stop::on_signals()?;
    tokio::select! {
        done = work => done,
        () = stop.asked() => Ok(ExitCode::from(COULD_NOT_RUN)),
    }
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
