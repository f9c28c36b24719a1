//! The programs that are measured: starting, asking whether they are ready, stopping.

use std::fs::{self, File};
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::Deserialize;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::Failure;
use crate::load::Target;

/// How long a program may take until it is ready, and until it has stopped.
const LIMIT: Duration = Duration::from_secs(120);

/// Room for every follower, and for those that write.
pub(crate) const MOST_CONNECTIONS: &str = "12000";

/// How often it is asked.
const ASK_AGAIN: Duration = Duration::from_millis(5);

/// A program that runs; told to stop, and waited for, when dropped.
#[derive(Debug)]
pub(crate) struct Running {
    child: Child,
}

/// The operator's credentials, as the service writes them on an empty ledger.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Operator {
    access_key_id: String,
    secret: String,
}

/// Starts the service on `data_dir` and waits until `/readyz` says yes. Returns it with the seconds it took.
///
/// # Errors
///
/// It ended, or was not ready in two minutes; what it logged last is told.
pub(crate) async fn start(
    program: &Path,
    data_dir: &Path,
    address: SocketAddr,
    log: &Path,
) -> Result<(Running, f64), Failure> {
    let mut command = Command::new(program);
    without_settings(&mut command);
    command.arg("serve").arg("--data-dir").arg(data_dir).args(["--listen", &address.to_string()]);
    command.args(["--max-connections", MOST_CONNECTIONS]);
    Running::start(command, address, "/readyz", log).await
}

/// Keeps what this process' environment says of the service from a command.
pub(crate) fn without_settings(command: &mut Command) {
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("QUARTERDECK_") {
            command.env_remove(name);
        }
    }
    command.env_remove("DATABASE_URL");
}

/// How the operator of the service on `data_dir` is asked for.
///
/// # Errors
///
/// `operator.json` cannot be read.
pub(crate) fn operator(data_dir: &Path, address: SocketAddr) -> Result<Target, Failure> {
    let path = data_dir.join("operator.json");
    let text =
        fs::read_to_string(&path).map_err(|error| format!("could not read {}: {error}", path.display()))?;
    let operator: Operator = serde_json::from_str(&text)?;
    Target::basic(address, &operator.access_key_id, &operator.secret)
}

/// An address of this machine's own that nobody listens on.
///
/// # Errors
///
/// There is none.
pub(crate) fn free_address() -> Result<SocketAddr, Failure> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

impl Running {
    /// Starts a program and waits until GET `ready` is answered with 200. Returns it with the seconds it took.
    ///
    /// # Errors
    ///
    /// It ended, or was not ready in two minutes; what it logged last is told.
    pub(crate) async fn start(
        mut command: Command,
        address: SocketAddr,
        ready: &str,
        log: &Path,
    ) -> Result<(Self, f64), Failure> {
        let name = command.get_program().to_string_lossy().into_owned();
        let output = File::options().append(true).create(true).open(log)?;
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(output);
        let started = Instant::now();
        let child = command.spawn().map_err(|error| format!("could not run {name}: {error}"))?;
        let mut running = Self { child };
        while !is_ready(address, ready).await {
            if let Some(status) = running.child.try_wait()? {
                return Err(format!("{name} ended with {status}: {}", last_line(log)).into());
            }
            if started.elapsed() > LIMIT {
                return Err(format!("{name} was not ready in time: {}", last_line(log)).into());
            }
            sleep(ASK_AGAIN).await;
        }
        Ok((running, started.elapsed().as_secs_f64()))
    }

    /// The number of its process.
    pub(crate) fn process(&self) -> u32 {
        self.child.id()
    }

    /// Tells it to stop and waits until it has.
    ///
    /// # Errors
    ///
    /// It still runs after two minutes.
    pub(crate) async fn stop(mut self) -> Result<(), Failure> {
        self.tell_to_stop();
        let told = Instant::now();
        while self.child.try_wait()?.is_none() {
            if told.elapsed() > LIMIT {
                return Err("the service has not stopped".into());
            }
            sleep(ASK_AGAIN).await;
        }
        Ok(())
    }

    fn tell_to_stop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None))
            && let Ok(process) = i32::try_from(self.child.id())
        {
            // It may have ended by itself in between; waiting for it tells.
            kill(Pid::from_raw(process), Signal::SIGTERM).unwrap_or(());
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.tell_to_stop();
        if let Err(error) = self.child.wait() {
            eprintln!("Could not wait for process {}: {error}", self.child.id());
        }
    }
}

async fn is_ready(address: SocketAddr, path: &str) -> bool {
    let ask = async {
        let mut stream = TcpStream::connect(address).await?;
        let request = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(request.as_bytes()).await?;
        let mut reply = String::new();
        stream.read_to_string(&mut reply).await?;
        Ok::<_, std::io::Error>(reply.starts_with("HTTP/1.1 200"))
    };
    ask.await.unwrap_or(false)
}

fn last_line(log: &Path) -> String {
    let text = fs::read_to_string(log).unwrap_or_default();
    text.lines().last().unwrap_or("it logged nothing").to_owned()
}
