//! Running the service: `quarterdeck serve`.

mod client_address;
mod connections;
mod guarded;
mod server;
mod stop;
mod tls;

use std::io;
use std::net::SocketAddr;
use std::process::ExitCode;

use axum::Router;
use axum::routing::get;

pub use self::client_address::{ClientAddress, TrustedProxies};
pub use self::server::{Limits, Refuse, Server};
pub use self::stop::Stop;
pub use self::tls::{Tls, TlsError};

use crate::config;
use crate::database::{Database, DatabaseError};

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
    let server = listen(&config).await?;
    let mut database = tokio::select! {
        database = Database::for_service(&config.database, DATABASE_CONNECTIONS) => database?,
        () = stop.asked() => return Ok(ExitCode::SUCCESS),
    };
    let result = serve(server, &config, &mut database, stop).await;
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
    tracing::info!("Serving at {scheme}://{address}");
    let mut serving = std::pin::pin!(server.run(router(), stop.clone()));
    tokio::select! {
        () = &mut serving => Ok(ExitCode::SUCCESS),
        () = database.ended() => {
            tracing::error!("PostgreSQL has ended; stopping");
            stop.at_once();
            serving.await;
            Ok(ExitCode::FAILURE)
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

/// What is served.
pub fn router() -> Router {
    Router::new().route("/livez", get(async || "ok"))
}
