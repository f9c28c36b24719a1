//! Where the service runs: a directory, a private PostgreSQL in it, a log.

use std::net::SocketAddr;
use std::path::PathBuf;

use crate::Failure;
use crate::cluster::{Cluster, Door};
use crate::directory::Directory;
use crate::load::Target;
use crate::service::{self, Running};
use crate::settings::Settings;

/// Where the service runs.
pub(crate) struct Place {
    pub(crate) program: PathBuf,
    pub(crate) data_dir: PathBuf,
    log: PathBuf,
    address: SocketAddr,
}

/// The service as it runs there.
pub(crate) struct Site {
    pub(crate) running: Running,
    pub(crate) cluster: Cluster,
    /// As the operator.
    pub(crate) target: Target,
    /// Where `pgbench` comes in.
    pub(crate) door: Option<Door>,
    /// How long the start took, on the data directory that was made before.
    pub(crate) start_seconds: f64,
}

impl Place {
    /// A place of its own in the run's directory.
    ///
    /// # Errors
    ///
    /// There is no program to run.
    pub(crate) fn new(settings: &Settings, directory: &Directory, name: &str) -> Result<Self, Failure> {
        let beside = std::env::current_exe()?.with_file_name("quarterdeck");
        let program = settings.program.clone().unwrap_or(beside);
        if !program.is_file() {
            return Err(format!("there is no {}: cargo build --release", program.display()).into());
        }
        let (data_dir, log) = (directory.join(name), directory.join(&format!("{name}.log")));
        Ok(Self { program, data_dir, log, address: service::free_address()? })
    }

    /// Makes the cluster, sets it up, and starts the service again on it.
    ///
    /// # Errors
    ///
    /// The service does not start, or PostgreSQL does not take the settings.
    pub(crate) async fn open(&self, settings: &Settings, directory: &Directory) -> Result<Site, Failure> {
        let (running, seconds) = self.start().await?;
        eprintln!("First start, with the making of the cluster: {seconds:.2} s");
        let admission = directory.join("pg_hba.conf");
        let door = Cluster::of(&self.data_dir)?.set_up(&admission, settings.autovacuum).await?;
        running.stop().await?;
        let (running, start_seconds) = self.start().await?;
        let cluster = Cluster::of(&self.data_dir)?;
        let target = service::operator(&self.data_dir, self.address)?;
        Ok(Site { running, cluster, target, door, start_seconds })
    }

    /// Starts the service; says how long it took until it was ready.
    ///
    /// # Errors
    ///
    /// It ended, or was not ready in time.
    pub(crate) async fn start(&self) -> Result<(Running, f64), Failure> {
        service::start(&self.program, &self.data_dir, self.address, &self.log).await
    }
}
