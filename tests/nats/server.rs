//! A NATS server of one's own, on a free port, that can be killed and started again on what it has stored.

use async_nats::jetstream::{self, Context};
use quarterdeck::nats::ServerAddr;
use std::path::PathBuf;
use std::process::Stdio;
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

pub(crate) struct NatsServer {
    directory: TempDir,
    port: u16,
    process: Child,
}

/// Debian puts it where only root looks.
fn program() -> PathBuf {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push(PathBuf::from("/usr/sbin"));
    let found = folders.into_iter().map(|folder| folder.join("nats-server")).find(|file| file.is_file());
    found.unwrap_or_else(|| panic!("there is no nats-server: scripts/install-dependencies tests installs it"))
}

impl NatsServer {
    pub(crate) async fn start() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let (process, port) = run(&directory, -1).await;
        Self { directory, port, process }
    }

    pub(crate) fn url(&self) -> ServerAddr {
        url(self.port)
    }

    pub(crate) const fn port(&self) -> u16 {
        self.port
    }

    /// Ends it where it stands.
    pub(crate) async fn kill(&mut self) {
        self.process.kill().await.unwrap();
    }

    /// Starts it again, at the same address, on what it had stored.
    pub(crate) async fn start_again(&mut self) {
        let (process, port) = run(&self.directory, i32::from(self.port)).await;
        assert_eq!(port, self.port);
        self.process = process;
    }

    /// A look into it.
    pub(crate) async fn look(&self) -> Context {
        jetstream::new(async_nats::connect(self.url()).await.unwrap())
    }
}

pub(crate) fn url(port: u16) -> ServerAddr {
    format!("nats://127.0.0.1:{port}").parse().unwrap()
}

/// Runs it until it says that it is ready; on a port that it finds itself, for −1.
async fn run(directory: &TempDir, port: i32) -> (Child, u16) {
    let mut process = Command::new(program())
        .args(["-js", "-a", "127.0.0.1", "-p", &port.to_string(), "-sd"])
        .arg(directory.path())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(process.stderr.take().unwrap()).lines();
    let (mut said, mut listens) = (vec![], None);
    while let Some(line) = lines.next_line().await.unwrap() {
        if let Some((_, address)) = line.split_once("Listening for client connections on ") {
            listens = address.rsplit(':').next().and_then(|port| port.trim().parse().ok());
        }
        if line.contains("Server is ready") {
            // What else it says is read, so that it is never kept waiting.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return (process, listens.unwrap());
        }
        said.push(line);
    }
    panic!("nats-server does not start:\n{}", said.join("\n"));
}
