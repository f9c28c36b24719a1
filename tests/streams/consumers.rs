//! The consumers of `examples/consumers`, each run against a service that breaks its connections and is restarted, and
//! killed and started again itself.

use crate::world::World;
use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use quarterdeck::serve::{Limits, Server, Stop, TrustedProxies};
use serde_json::Value;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};
use tokio::task::JoinHandle;
use tokio::time::timeout;

#[expect(dead_code, reason = "a program's own beginning is no part of this one")]
#[path = "../../examples/consumers/follow.rs"]
mod rust;

/// The file of the cursor, for the consumer that this program itself is.
const CURSOR: &str = "QUARTERDECK_TEST_CURSOR";
/// What a consumer prints comes well within this.
const SOON: Duration = Duration::from_secs(60);

fn example(name: &str) -> PathBuf {
    Path::new("examples/consumers").join(name)
}

/// The service, at an address.
struct Listening {
    address: SocketAddr,
    stop: Stop,
    server: JoinHandle<()>,
}

impl Listening {
    async fn at(world: &World, address: SocketAddr) -> Self {
        let server = Server::bind(address, None, TrustedProxies::default(), Limits::default()).await.unwrap();
        let address = server.local_address().unwrap();
        let stop = Stop::new();
        let server = tokio::spawn(server.run(world.service.router(), stop.clone()));
        Self { address, stop, server }
    }

    /// Breaks every connection off, and listens no more.
    async fn break_off(self) -> SocketAddr {
        self.stop.at_once();
        self.server.await.unwrap();
        self.address
    }
}

/// A consumer that runs, in a process group of its own.
struct Running {
    process: Child,
    lines: Lines<BufReader<ChildStdout>>,
}

impl Running {
    fn start(mut command: Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).process_group(0).spawn().unwrap();
        let lines = BufReader::new(process.stdout.take().unwrap()).lines();
        Self { process, lines }
    }

    /// The positions it prints, up to this one.
    async fn until(&mut self, last: i64) -> Vec<i64> {
        let mut seen = vec![];
        while seen.last() != Some(&last) {
            let line = timeout(SOON, self.lines.next_line())
                .await
                .unwrap_or_else(|_| panic!("{seen:?}, then nothing"));
            let line = line.unwrap().unwrap_or_else(|| panic!("{seen:?}, then it ended"));
            // What a test program says of itself is none.
            if !line.starts_with('{') {
                continue;
            }
            let event: Value = serde_json::from_str(&line).unwrap();
            if let Err(fault) = testing::check_event(&event) {
                panic!("{fault}: {line}");
            }
            seen.push(event["orgposition"].as_i64().unwrap());
        }
        seen
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Without a warning; and whatever it started with it.
        if let Some(group) = self.process.id().and_then(|id| i32::try_from(id).ok()) {
            killpg(Pid::from_raw(group), Signal::SIGKILL).ok();
        }
    }
}

/// Runs a consumer through all that can happen to it. `command` is given the file of its cursor.
async fn resumes(command: impl Fn(&Path) -> Command) {
    let world = World::new().await;
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cursor.txt");
    let mut listening = Listening::at(&world, SocketAddr::from((Ipv4Addr::LOCALHOST, 0))).await;
    let secret = world.admin_secret.clone();
    let start = |address: SocketAddr| {
        let mut command = command(&file);
        command
            .env("QUARTERDECK_ENDPOINT", format!("http://{address}"))
            .env("QUARTERDECK_SECRET", &secret)
            .env("QUARTERDECK_ORG", &world.org);
        Running::start(command)
    };
    let project = world.project("payments").await;
    let mut consumer = start(listening.address);
    let mut seen = consumer.until(world.position().await).await;

    let address = listening.break_off().await;
    world.touch(&project, "while nobody listens").await;
    listening = Listening::at(&world, address).await;
    world.touch(&project, "while it comes back").await;
    seen.extend(consumer.until(world.position().await).await);

    drop(consumer);
    world.touch(&project, "while it is dead").await;
    let mut consumer = start(listening.address);
    let mut more = consumer.until(world.position().await).await;
    // It was killed between printing an event and keeping the cursor, perhaps.
    more.retain(|position| !seen.contains(position));
    seen.extend(more);
    assert_eq!(seen, (1..=world.position().await).collect::<Vec<_>>());
}

#[tokio::test]
async fn the_consumer_in_curl_resumes() {
    resumes(|file| {
        let mut command = Command::new("bash");
        command.arg(example("follow.sh")).arg(file);
        command
    })
    .await;
}

#[tokio::test]
async fn the_consumer_in_python_resumes() {
    resumes(|file| {
        let mut command = Command::new("python3");
        command.arg(example("follow.py")).arg(file);
        command
    })
    .await;
}

#[tokio::test]
async fn the_consumer_in_typescript_resumes() {
    let Some(version) = node().await else {
        eprintln!("SKIPPED: the consumer in TypeScript needs node, which is not installed");
        return;
    };
    let directory = tempfile::tempdir().unwrap();
    let mut program = example("follow.ts");
    if version < (22, 6) {
        let plain = directory.path().join("follow.mjs");
        std::fs::write(&plain, without_types(&std::fs::read_to_string(&program).unwrap())).unwrap();
        program = plain;
    }
    resumes(|file| {
        let mut command = Command::new("node");
        if version >= (22, 6) {
            command.arg("--experimental-strip-types").arg("--no-warnings");
        }
        command.arg(&program).arg(file);
        command
    })
    .await;
}

#[tokio::test]
async fn the_consumer_in_rust_resumes() {
    resumes(|file| {
        let mut command = Command::new(std::env::current_exe().unwrap());
        command.args(["--exact", "consumers::a_child_follows_until_it_is_killed", "--nocapture"]);
        command.env(CURSOR, file);
        command
    })
    .await;
}

/// Run by the test above, in a process of its own; by itself it has nothing to follow.
#[tokio::test]
async fn a_child_follows_until_it_is_killed() {
    let Ok(file) = std::env::var(CURSOR) else { return };
    println!();
    rust::run(Path::new(&file)).await.unwrap();
}

/// The version of node, where there is one.
async fn node() -> Option<(u32, u32)> {
    let output = Command::new("node").arg("--version").output().await.ok()?;
    let version = String::from_utf8(output.stdout).ok()?;
    let mut numbers = version.trim().trim_start_matches('v').split('.').map(|number| number.parse().ok());
    Some((numbers.next()??, numbers.next()??))
}

/// What node does itself from 22.6 on: takes the types away, as far as the consumer uses them.
fn without_types(text: &str) -> String {
    let mut plain = String::new();
    let mut is_interface = false;
    for line in text.lines() {
        is_interface |= line.starts_with("interface ");
        if !is_interface {
            let types = ["string", "void", "number", "Promise<void>", "CloudEvent", "[string, string]"];
            let line = types.iter().fold(line.to_owned(), |line, name| {
                let line = line.replace(&format!(" as {name}"), "");
                [",", ")", " =", " {"]
                    .iter()
                    .fold(line, |line, after| line.replace(&format!(": {name}{after}"), after))
            });
            plain.push_str(&line);
            plain.push('\n');
        }
        is_interface &= line != "}";
    }
    plain
}
