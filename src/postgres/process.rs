//! The running `postgres`: starting one, finding one that is left over, stopping it.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tokio::process::{Child, Command};
use tokio::time::{sleep, timeout};

use super::PostgresError;
use super::account::Account;
use super::binaries::Binaries;
use super::layout::Layout;

/// How long a fast shutdown may take: it writes everything that is not on disk yet.
const FAST_STOP: Duration = Duration::from_secs(60);

/// How long an immediate one may take, which writes nothing.
const IMMEDIATE_STOP: Duration = Duration::from_secs(10);

/// How often something that gives no notice is looked at.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// A `postgres` that this process is responsible for. Dropped, it is told to stop, and not waited for.
#[derive(Debug)]
pub(super) struct Postmaster {
    cluster: PathBuf,
    kind: Kind,
}

#[derive(Debug)]
enum Kind {
    /// Started by this process.
    Child(Child),
    /// Left over by a service that was killed.
    Adopted(Pid),
    /// Stopped.
    Gone,
}

impl Postmaster {
    /// Starts `postgres` in a process group of its own, so that Ctrl-C reaches it through the service, which
    /// finishes what is in flight first.
    pub(super) fn spawn(
        layout: &Layout,
        account: &Account,
        binaries: &Binaries,
    ) -> Result<Self, PostgresError> {
        let cluster = layout.cluster();
        let log = layout.open_log()?;
        let log_too = log.try_clone().map_err(PostgresError::io("share the log of PostgreSQL"))?;
        let mut command = Command::new(binaries.program("postgres"));
        command
            .arg("-D")
            .arg(&cluster)
            .env_clear()
            .env("PATH", "/usr/bin:/bin")
            .env("TZ", "UTC")
            .current_dir("/")
            .stdin(Stdio::null())
            .stdout(log)
            .stderr(log_too)
            .process_group(0);
        let child = account.run_as(&mut command).spawn().map_err(PostgresError::io("run postgres"))?;
        Ok(Self { cluster, kind: Kind::Child(child) })
    }

    /// Becomes responsible for one that runs already.
    pub(super) fn adopt(layout: &Layout, running: &Running) -> Self {
        Self { cluster: layout.cluster(), kind: Kind::Adopted(running.pid) }
    }

    /// The exit status, if it was started here and has ended.
    pub(super) fn ended_already(&mut self) -> Option<ExitStatus> {
        match &mut self.kind {
            Kind::Child(child) => child.try_wait().ok().flatten(),
            Kind::Adopted(_) | Kind::Gone => None,
        }
    }

    /// Waits until it has ended, for whatever reason.
    pub(super) async fn ended(&mut self) {
        match &mut self.kind {
            Kind::Child(child) => {
                if let Err(error) = child.wait().await {
                    tracing::error!(error = %error, "Could not wait for PostgreSQL");
                }
            }
            Kind::Adopted(pid) => {
                while is_postmaster(*pid, &self.cluster) {
                    sleep(LOOK_AGAIN).await;
                }
            }
            Kind::Gone => {}
        }
    }

    /// Stops it: fast first, which loses nothing and ends sessions; then at once, which loses nothing either
    /// but makes the next start recover from the log.
    pub(super) async fn stop(mut self) -> Result<(), PostgresError> {
        for (signal, limit) in [(Signal::SIGINT, FAST_STOP), (Signal::SIGQUIT, IMMEDIATE_STOP)] {
            self.send(signal);
            if timeout(limit, self.ended()).await.is_ok() {
                self.kind = Kind::Gone;
                return Ok(());
            }
            tracing::warn!(signal = signal.as_str(), "PostgreSQL has not stopped yet");
        }
        Err(PostgresError::DidNotStop { pid: self.pid().map_or(0, Pid::as_raw) })
    }

    fn send(&self, signal: Signal) {
        let Some(pid) = self.pid() else { return };
        if let Err(error) = kill(pid, signal) {
            tracing::debug!(error = %error, "PostgreSQL had already ended");
        }
    }

    /// Its process id, as long as that is surely still its own.
    fn pid(&self) -> Option<Pid> {
        match &self.kind {
            Kind::Child(child) => child.id().and_then(|id| i32::try_from(id).ok()).map(Pid::from_raw),
            Kind::Adopted(pid) => is_postmaster(*pid, &self.cluster).then_some(*pid),
            Kind::Gone => None,
        }
    }
}

impl Drop for Postmaster {
    fn drop(&mut self) {
        self.send(Signal::SIGINT);
    }
}

/// What `postmaster.pid` says about a `postgres` that is running on a cluster now.
#[derive(Debug)]
pub(super) struct Running {
    pid: Pid,
    /// Where its socket is, once it has made one.
    pub(super) socket_directory: Option<PathBuf>,
}

/// What was found in place of a running `postgres`, or the one that runs.
#[derive(Debug)]
pub(super) enum Found {
    /// It runs.
    Running(Running),
    /// `postmaster.pid` is there, but the process of that number is another one by now.
    Stale,
    /// Nothing runs. A `postmaster.pid` whose process is gone is left to PostgreSQL, which knows better when
    /// it may be ignored.
    Nothing,
}

/// Looks for a `postgres` that is running on `cluster`.
pub(super) fn find(cluster: &Path) -> Found {
    let Ok(text) = fs::read_to_string(cluster.join("postmaster.pid")) else { return Found::Nothing };
    let mut lines = text.lines().map(str::trim);
    // Its lines, as in PostgreSQL's pidfile.h: pid, data directory, start time, port, socket directory.
    let Some(pid) = lines.next().and_then(|line| line.parse::<i32>().ok()).filter(|pid| *pid > 0) else {
        return Found::Nothing;
    };
    let pid = Pid::from_raw(pid);
    if is_postmaster(pid, cluster) {
        let socket_directory = lines.nth(3).filter(|line| !line.is_empty()).map(PathBuf::from);
        return Found::Running(Running { pid, socket_directory });
    }
    if kill(pid, None) == Err(nix::errno::Errno::ESRCH) { Found::Nothing } else { Found::Stale }
}

/// Server processes that outlived their postmaster; they notice and end within moments, and until then nothing
/// else may use the cluster.
pub(super) fn has_orphans(cluster: &Path) -> bool {
    let Ok(entries) = fs::read_dir("/proc") else { return false };
    entries.flatten().any(|entry| {
        let process = entry.path();
        fs::read_link(process.join("cwd")).is_ok_and(|directory| directory == cluster)
            && fs::read_to_string(process.join("comm")).is_ok_and(|name| name.trim() == "postgres")
    })
}

/// Every process of PostgreSQL works in its cluster's directory, so that the number alone need not be trusted.
/// Where there is no `/proc`, it has to be.
fn is_postmaster(pid: Pid, cluster: &Path) -> bool {
    if !Path::new("/proc/self/cwd").exists() {
        return kill(pid, None).is_ok();
    }
    let process = PathBuf::from(format!("/proc/{pid}"));
    match fs::read_link(process.join("cwd")) {
        Ok(directory) => directory == cluster,
        Err(_) => false,
    }
}

/// The last complaint in the log after its first `from` bytes, without the time and process in front of it.
pub(super) fn last_complaint(log: &Path, from: u64) -> Option<String> {
    let bytes = fs::read(log).ok()?;
    let text = String::from_utf8_lossy(bytes.get(usize::try_from(from).ok()?..)?).into_owned();
    let lines: Vec<&str> = text.lines().filter(|line| !line.trim().is_empty()).collect();
    let is_complaint = |line: &&&str| ["FATAL:", "PANIC:", "ERROR:"].iter().any(|level| line.contains(level));
    let line = lines.iter().rev().find(is_complaint).or(lines.last())?;
    Some(line.split_once("] ").map_or(*line, |(_, message)| message).trim().to_owned())
}
