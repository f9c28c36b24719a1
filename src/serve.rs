//! Running the service: `quarterdeck serve`.

mod client_address;
mod connections;
mod guarded;
mod server;
mod stop;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use axum::Router;
use serde_json::json;
use values::{HttpUrl, KeySecret};

pub use self::client_address::{ClientAddress, TrustedProxies};
pub use self::server::{Limits, Refuse, Server};
pub use self::stop::Stop;
pub use self::tls::{Tls, TlsError};

use crate::app::rate::CallerLimits;
use crate::app::timers::{Schedule, Timers};
use crate::app::{App, Parts, Refused, Settings};
use crate::background::Background;
use crate::clock::{Clock as _, SystemClock};
use crate::config;
use crate::crypto::{Keyring, Random};
use crate::database::{Database, DatabaseError};
use crate::http::router::router;
use crate::installation::{self, InstallationError};
use crate::ledger::LedgerTasks;
use crate::ledger::anchor::{AnchorError, Keeper};
use crate::ledger::erasures::ErasureError;
use crate::nats;
use crate::telemetry;
use crate::webhooks;

/// How many connections to the database the service holds at most.
const DATABASE_CONNECTIONS: u32 = 16;

/// Why the service could not run.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// Secrets would travel in clear.
    #[error(
        "{0} can be reached from outside, and plain HTTP shows secrets to all on the way: give --tls-cert and \
         --tls-key, listen on 127.0.0.1, or pass --insecure-http behind a proxy that does TLS"
    )]
    PlainHttp(SocketAddr),
    /// The certificate cannot be used.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address cannot be listened on.
    #[error("could not listen on {address}")]
    Listen {
        /// The address.
        address: SocketAddr,
        /// Why not.
        source: io::Error,
    },
    /// Signals cannot be listened to.
    #[error("could not listen to signals")]
    Signals(#[source] io::Error),
    /// There is no database.
    #[error(transparent)]
    Database(#[from] DatabaseError),
    /// The keyring and the database do not fit.
    #[error(transparent)]
    Installation(InstallationError),
    /// Webhooks cannot be sent to.
    #[error("could not make ready to send to webhooks")]
    Webhooks(#[source] rustls::Error),
    /// The database could not be held against the anchor.
    #[error(transparent)]
    Anchor(#[from] AnchorError),
    /// Who was erased cannot be kept so.
    #[error(transparent)]
    Erasures(#[from] ErasureError),
    /// The operator could not be made.
    #[error("could not make the operator")]
    FirstStart(#[source] Refused),
    /// The operator could not be told.
    #[error("could not write {path}")]
    OperatorFile {
        /// The file.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
}

/// Runs the service until it is told to stop: listens, opens the database, brings it up to date, serves; and at
/// the end finishes what is in flight and stops the private PostgreSQL.
///
/// The code is 1 if PostgreSQL ended under the service, else 0.
///
/// # Errors
///
/// Whatever kept it from serving.
pub async fn run(config: config::Serve) -> Result<ExitCode, ServeError> {
    let stop = Stop::on_signals().map_err(ServeError::Signals)?;
    telemetry::start();
    let metrics = telemetry::sum_up();
    let server = listen(&config).await?;
    let mut database = tokio::select! {
        database = Database::for_service(&config.database, DATABASE_CONNECTIONS) => database?,
        () = stop.asked() => return Ok(ExitCode::SUCCESS),
    };
    let result = serve(server, &config, &mut database, stop).await;
    metrics.stop().await;
    database.close().await?;
    result
}

async fn serve(
    server: Server,
    config: &config::Serve,
    database: &mut Database,
    stop: Stop,
) -> Result<ExitCode, ServeError> {
    database.migrate().await?;
    let scheme = if config.tls_cert.is_some() { "https" } else { "http" };
    let address =
        server.local_address().map_err(|source| ServeError::Listen { address: config.listen, source })?;
    if let Some(private) = database.private() {
        let log = private.log();
        tracing::info!(
            socket = %private.socket_directory().display(),
            log = %log.display(),
            "The data is in {}, in a PostgreSQL of the service's own",
            private.data_dir().display()
        );
    }
    let listens_at = HttpUrl::parse(&format!("{scheme}://{address}")).ok();
    let settings = Settings {
        allow_private_webhooks: config.allow_private_webhooks,
        public_url: config.public_url.clone().or(listens_at),
        agent_image: config.agent_image.clone(),
        limits: CallerLimits { org: config.org_rate_limit, key: config.key_rate_limit },
    };
    if settings.allow_private_webhooks {
        tracing::warn!("Webhooks may go to private addresses and without TLS: for development only");
    }
    let (app, tasks) = start(&config.database, config.keyring.as_deref(), settings, database).await?;
    if let Some(secret) = app.bootstrap().await.map_err(ServeError::FirstStart)? {
        tell_operator(&config.database, &format!("{scheme}://{address}"), &secret)?;
    }
    tracing::info!("Serving at {scheme}://{address}");
    let timers = Timers::new(Arc::clone(&app), Schedule::default()).start();
    let webhooks = webhooks::worker(Arc::clone(&app)).map_err(ServeError::Webhooks)?.start();
    let data_dir = config.database.data_dir().map_err(DatabaseError::from)?;
    let anchor = Keeper::new(database.pool.clone(), &data_dir).start(|| SystemClock.now());
    let erasures = app.keep_erasures();
    let signing = app.checkpoints.start(app.ledger.head());
    let publisher = publish(&app, config);
    let follow_no_more = tokio::spawn(stop_following(Arc::clone(&app), stop.clone()));
    let code = until_stopped(server, router(Arc::clone(&app)), database, stop).await;
    webhooks.stop().await;
    timers.stop().await;
    if let Some(publisher) = publisher {
        publisher.stop().await;
    }
    signing.stop().await;
    erasures.stop().await;
    anchor.stop().await;
    follow_no_more.abort();
    drop(app);
    tasks.finished().await;
    Ok(code)
}

/// Publishes to NATS, where there is one.
fn publish(app: &Arc<App>, config: &config::Serve) -> Option<Background> {
    let servers = config.nats_url.clone();
    if servers.is_empty() {
        return None;
    }
    let named: Vec<_> = servers.iter().map(|server| format!("{}:{}", server.host(), server.port())).collect();
    tracing::info!("Publishing to the stream {} of NATS at {}", nats::STREAM, named.join(", "));
    Some(nats::Publisher::new(Arc::clone(app), servers, nats::Pace::default()).start())
}

/// Ends streams when stopping is asked for: they would go on for as long as anybody listens.
async fn stop_following(app: Arc<App>, stop: Stop) {
    stop.asked().await;
    app.tail.stop();
}

/// Serves until it is told to stop, or PostgreSQL ends.
async fn until_stopped(server: Server, router: Router, database: &mut Database, stop: Stop) -> ExitCode {
    let mut serving = std::pin::pin!(server.run(router, stop.clone()));
    tokio::select! {
        () = &mut serving => ExitCode::SUCCESS,
        () = database.ended() => {
            tracing::error!("PostgreSQL has ended; stopping");
            stop.at_once();
            serving.await;
            ExitCode::FAILURE
        }
    }
}

/// Listens as the command line says.
async fn listen(config: &config::Serve) -> Result<Server, ServeError> {
    let tls = match (&config.tls_cert, &config.tls_key) {
        (Some(certificate), Some(key)) => Some(Tls::from_files(certificate, key)?),
        _ if config.insecure_http || config.listen.ip().to_canonical().is_loopback() => None,
        _ => return Err(ServeError::PlainHttp(config.listen)),
    };
    let limits = Limits {
        max_connections: config.max_connections,
        max_connections_per_client: config.max_connections_per_client,
        ..Limits::default()
    };
    let proxies = TrustedProxies::new(config.trusted_proxies.clone());
    Server::bind(config.listen, tls, proxies, limits)
        .await
        .map_err(|source| ServeError::Listen { address: config.listen, source })
}

/// The installation's keys: made on the first start, and from then on the ones that fit the database.
async fn keyring(
    config: &config::Database,
    file: Option<&Path>,
    database: &Database,
) -> Result<Keyring, ServeError> {
    let path = match file {
        Some(file) => file.to_owned(),
        None => config.data_dir().map_err(DatabaseError::from)?.join("keyring.json"),
    };
    installation::keyring(&path, &database.pool).await.map_err(ServeError::Installation)
}

/// Puts the service together over an open, migrated database.
///
/// # Errors
///
/// The keyring does not fit the database, or it cannot be made sure that who was erased stays so.
pub async fn start(
    config: &config::Database,
    keyring_file: Option<&Path>,
    settings: Settings,
    database: &Database,
) -> Result<(Arc<App>, LedgerTasks), ServeError> {
    let keyring = Arc::new(keyring(config, keyring_file, database).await?);
    let (pool, clock) = (database.pool.clone(), Arc::new(SystemClock));
    let data_dir = config.data_dir().map_err(DatabaseError::from)?;
    Keeper::new(pool.clone(), &data_dir).check(clock.now()).await?;
    let (app, tasks) = App::start(Parts { pool, keyring, clock, random: Random::system, settings, data_dir });
    app.erase_again().await?;
    Ok((app, tasks))
}

/// Tells the host, once, how to be let in: prints the operator's first key and leaves it in the data directory.
fn tell_operator(config: &config::Database, endpoint: &str, secret: &KeySecret) -> Result<(), ServeError> {
    let id = secret.access_key_id();
    let told =
        json!({ "endpoint": endpoint, "accessKeyId": id.as_str(), "secret": secret.expose() }).to_string();
    let path = config.data_dir().map_err(DatabaseError::from)?.join("operator.json");
    installation::write_private(&path, &told)
        .map_err(|source| ServeError::OperatorFile { path: path.clone(), source })?;
    println!("Operator access key id: {id}");
    println!("Operator secret:        {}", secret.expose());
    println!("It is shown only now; it is also in {}", path.display());
    Ok(())
}
