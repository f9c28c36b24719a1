//! The command line. Every flag is also an environment variable, `QUARTERDECK_` and the flag's name; the flag
//! goes first.

use std::env;
use std::ffi::OsString;
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand};
use ipnet::IpNet;
use nix::unistd::geteuid;
use values::HttpUrl;

use crate::app::rate::Limit;
use crate::ledger::rebuild::ReadModel;
use crate::logging::LogFormat;
use crate::nats::ServerAddr;

/// The event-sourced control plane for Kubernetes-as-a-Service partners.
///
/// Exit codes: 0 fine, 1 something is wrong, 2 could not run.
#[derive(Clone, Debug, Parser)]
#[command(name = "quarterdeck", version)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// How log lines look, on standard error; by default text on a terminal and JSON elsewhere.
    #[arg(long, global = true, env = "QUARTERDECK_LOG_FORMAT", value_name = "FORMAT")]
    pub log_format: Option<LogFormat>,
}

/// What the program can do.
#[derive(Clone, Debug, Subcommand)]
pub enum Command {
    /// Runs the service until SIGTERM or Ctrl-C.
    Serve(Serve),
    /// Brings the database's tables up to date, and ends.
    Migrate(Database),
    /// Checks that the ledger is whole, is what was signed, and that everything derived from it is what it says.
    Verify(Verify),
    /// Builds read models again from the ledger and puts them in the place of the live ones; the service may run.
    Rebuild(Rebuild),
    /// Writes an org to standard output, as its events alone make it, or the events: one JSON document a line.
    Replay(Replay),
    /// Writes a copy of the private database to a file, and one of the keyring beside it; the service may run.
    Backup(Copies),
    /// Puts a backup in the place of the private database; the service must not run.
    Restore(Restore),
    /// Writes the OpenAPI document to standard output.
    Openapi,
    /// Issues an access key, on the host's word.
    Key(Key),
}

/// What `key` takes.
#[derive(Args, Clone, Debug)]
pub struct Key {
    /// To the platform's first operator.
    #[arg(long, required = true)]
    pub operator: bool,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// The file with the installation's keys; by default keyring.json in the data directory.
    #[arg(long, env = "QUARTERDECK_KEYRING", value_name = "FILE")]
    pub keyring: Option<PathBuf>,
}

/// What `verify` takes.
#[derive(Args, Clone, Debug)]
pub struct Verify {
    /// A file with checkpoints (signed notes) that were kept elsewhere; may be given more than once.
    #[arg(long, value_name = "FILE")]
    pub against: Vec<PathBuf>,
    /// Checks this export of a ledger by the checkpoints alone, without a database.
    #[arg(long, requires = "against", value_name = "FILE")]
    pub export: Option<PathBuf>,
    /// The public key that signed: a verifier key, 32 bytes in base64, or a file with either on each line; by default
    /// those of the keyring.
    #[arg(long, value_name = "KEY")]
    pub key: Vec<String>,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// The file with the installation's keys; by default keyring.json in the data directory.
    #[arg(long, env = "QUARTERDECK_KEYRING", value_name = "FILE")]
    pub keyring: Option<PathBuf>,
}

/// What `rebuild` takes.
#[derive(Args, Clone, Debug)]
pub struct Rebuild {
    /// Only this one; all unless said.
    #[arg(long, value_name = "NAME")]
    pub read_model: Option<ReadModel>,
    /// Changes nothing, and says whether the live rows are what the ledger says.
    #[arg(long)]
    pub check: bool,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// The file with the installation's keys; by default keyring.json in the data directory.
    #[arg(long, env = "QUARTERDECK_KEYRING", value_name = "FILE")]
    pub keyring: Option<PathBuf>,
}

/// What `replay` takes.
#[derive(Args, Clone, Debug)]
pub struct Replay {
    /// The org: its id, or its name where only one partner has an org of it.
    #[arg(long, value_name = "ORG")]
    pub org: String,
    /// As of this time (RFC 3339) or position of the org; as of now unless said.
    #[arg(long, value_name = "T")]
    pub as_of: Option<String>,
    /// Only this kind, such as Project.
    #[arg(long, value_name = "KIND")]
    pub kind: Option<String>,
    /// The events, as they are stored, and not what they make.
    #[arg(long)]
    pub events: bool,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// The file with the installation's keys; by default keyring.json in the data directory.
    #[arg(long, env = "QUARTERDECK_KEYRING", value_name = "FILE")]
    pub keyring: Option<PathBuf>,
}

/// What `backup` and `restore` take.
#[derive(Args, Clone, Debug)]
pub struct Copies {
    /// The file. The keyring's copy has the same name with `.keyring.json` behind it.
    pub file: PathBuf,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// The file with the installation's keys; by default keyring.json in the data directory.
    #[arg(long, env = "QUARTERDECK_KEYRING", value_name = "FILE")]
    pub keyring: Option<PathBuf>,
}

/// What `restore` takes.
#[derive(Args, Clone, Debug)]
pub struct Restore {
    /// What is restored, and where.
    #[command(flatten)]
    pub copies: Copies,
    /// Although there is a ledger already.
    #[arg(long)]
    pub replace: bool,
}

/// Where the data is; every command takes these.
#[derive(Args, Clone, Debug)]
pub struct Database {
    /// The PostgreSQL to use, as `postgres://user:password@host/database`; also read from `DATABASE_URL`.
    /// Without it, the service runs a private one in the data directory.
    #[arg(long, env = "QUARTERDECK_DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database_url: Option<String>,
    /// The data directory; by default /var/lib/quarterdeck as root, else quarterdeck in the XDG data home.
    #[arg(long, env = "QUARTERDECK_DATA_DIR", value_name = "DIR")]
    pub data_dir: Option<PathBuf>,
    /// Start although the database may lose what it has acknowledged (`fsync`, `full_page_writes` or
    /// `synchronous_commit` off).
    #[arg(long, env = "QUARTERDECK_ALLOW_UNSAFE_DURABILITY")]
    pub allow_unsafe_durability: bool,
}

/// What `serve` takes.
#[derive(Args, Clone, Debug)]
pub struct Serve {
    /// The address and port to listen on.
    #[arg(long, env = "QUARTERDECK_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where the data is.
    #[command(flatten)]
    pub database: Database,
    /// The file with the installation's keys; by default keyring.json in the data directory.
    #[arg(long, env = "QUARTERDECK_KEYRING", value_name = "FILE")]
    pub keyring: Option<PathBuf>,
    /// Proxies whose `X-Forwarded-For` and `Forwarded` are believed, as addresses or networks.
    #[arg(
        long,
        env = "QUARTERDECK_TRUSTED_PROXIES",
        value_delimiter = ',',
        value_parser = network,
        value_name = "CIDR,…"
    )]
    pub trusted_proxies: Vec<IpNet>,
    /// The TLS certificate and the chain above it, PEM.
    #[arg(long, env = "QUARTERDECK_TLS_CERT", requires = "tls_key", value_name = "FILE")]
    pub tls_cert: Option<PathBuf>,
    /// The certificate's private key, PEM.
    #[arg(long, env = "QUARTERDECK_TLS_KEY", requires = "tls_cert", value_name = "FILE")]
    pub tls_key: Option<PathBuf>,
    /// Serve without TLS on an address that others can reach, as behind a proxy that does TLS.
    #[arg(long, env = "QUARTERDECK_INSECURE_HTTP", conflicts_with = "tls_cert")]
    pub insecure_http: bool,
    /// Let webhooks go to private addresses, and without TLS: for development.
    #[arg(long, env = "QUARTERDECK_ALLOW_PRIVATE_WEBHOOKS")]
    pub allow_private_webhooks: bool,
    /// NATS servers, any of which is published to: everything that happens, to the JetStream stream QUARTERDECK. A user and
    /// a password or a token may stand before the host, as in `nats://user:password@host:4222`; `tls://` is encrypted.
    #[arg(
        long,
        env = "QUARTERDECK_NATS_URL",
        hide_env_values = true,
        value_delimiter = ',',
        value_parser = nats_server,
        value_name = "URL,…"
    )]
    pub nats_url: Vec<ServerAddr>,
    /// Where agents of clusters find the service, as <https://k8s.example.com>; by default where it listens.
    #[arg(long, env = "QUARTERDECK_PUBLIC_URL", value_name = "URL")]
    pub public_url: Option<HttpUrl>,
    /// The image that agents of clusters run; by default quarterdeck-agent and the version of the service.
    #[arg(long, env = "QUARTERDECK_AGENT_IMAGE", value_name = "IMAGE")]
    pub agent_image: Option<String>,
    /// How many connections are open at most; one more is closed at once.
    #[arg(long, env = "QUARTERDECK_MAX_CONNECTIONS", default_value_t = 2000, value_name = "COUNT")]
    pub max_connections: usize,
    /// How many of these one client may hold (an IPv4 address, or a /64 of IPv6); this machine and trusted
    /// proxies may hold all.
    #[arg(long, env = "QUARTERDECK_MAX_CONNECTIONS_PER_CLIENT", default_value_t = 200, value_name = "COUNT")]
    pub max_connections_per_client: usize,
    /// How often all keys of an org, or of a partner's staff, may ask together, as 600/min (or /s, /h); not limited by
    /// default. Each process counts for itself.
    #[arg(long, env = "QUARTERDECK_ORG_RATE_LIMIT", value_name = "RATE")]
    pub org_rate_limit: Option<Limit>,
    /// How often one key may ask, in the same form; not limited by default.
    #[arg(long, env = "QUARTERDECK_KEY_RATE_LIMIT", value_name = "RATE")]
    pub key_rate_limit: Option<Limit>,
}

/// No data directory was given, and there is no home to put one in.
#[derive(Debug, thiserror::Error)]
#[error("there is no home directory for the data: give --data-dir")]
pub struct NoDataDir;

impl Database {
    /// The database to use, from the flag, `QUARTERDECK_DATABASE_URL` or `DATABASE_URL`, in this order;
    /// nothing for the private one.
    #[must_use]
    pub fn url(&self) -> Option<String> {
        let given = self.database_url.clone().or_else(|| env::var("DATABASE_URL").ok());
        given.filter(|url| !url.trim().is_empty())
    }

    /// The data directory, given or default.
    ///
    /// # Errors
    ///
    /// If none was given and there is no home directory.
    pub fn data_dir(&self) -> Result<PathBuf, NoDataDir> {
        if let Some(given) = &self.data_dir {
            return Ok(given.clone());
        }
        default_data_dir(geteuid().is_root(), env::var_os("XDG_DATA_HOME"), env::var_os("HOME"))
            .ok_or(NoDataDir)
    }
}

/// By the XDG base directory specification, which says to ignore relative paths.
fn default_data_dir(root: bool, data_home: Option<OsString>, home: Option<OsString>) -> Option<PathBuf> {
    if root {
        return Some(PathBuf::from("/var/lib/quarterdeck"));
    }
    let absolute = |variable: Option<OsString>| variable.map(PathBuf::from).filter(|path| path.is_absolute());
    absolute(data_home)
        .or_else(|| absolute(home).map(|home| home.join(".local/share")))
        .map(|data_home| data_home.join("quarterdeck"))
}

/// `10.0.0.0/8`, or `10.0.0.7` for that address alone.
fn network(text: &str) -> Result<IpNet, String> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "expected an address or a network, such as 10.0.0.0/8".to_owned())
}

/// `nats://host:4222`.
fn nats_server(text: &str) -> Result<ServerAddr, String> {
    let wrong = || {
        "expected the URL of a NATS server, such as nats://127.0.0.1:4222 or tls://user:password@host"
            .to_owned()
    };
    let text = text.trim();
    let given = text.parse::<ServerAddr>().map_err(|_| wrong())?;
    if given.host().is_empty() || given.is_websocket() { Err(wrong()) } else { Ok(given) }
}

#[cfg(test)]
#[path = "config_tests.rs"]
mod tests;
