//! Follows an org: prints one event a line, and goes on where it stopped, however it was stopped.
//!
//! ```text
//! QUARTERDECK_ENDPOINT=https://… QUARTERDECK_SECRET=qdsk_… QUARTERDECK_ORG=acme cargo run --example follow -- cursor.txt
//! ```
//!
//! Put your own work into `handle`. The cursor is kept after it: an event may come twice (with the same id), and never not
//! at all. For an unfiltered follower that reads the org's whole trail, positions have no gaps; this checks it.

use futures::StreamExt;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::time::Duration;
use std::{env, fs};

/// Something comes at least every 15 s: silence is a connection that is gone.
const SILENCE: Duration = Duration::from_secs(45);

/// Why following does not go on by itself.
#[derive(Debug)]
enum Stopped {
    /// It may work again soon.
    ForNow(Box<dyn Error>),
    /// It will not work by itself. After `epoch_changed`: read what you need anew, and begin there.
    ForGood(String),
}

impl<E: Error + 'static> From<E> for Stopped {
    fn from(error: E) -> Self {
        Self::ForNow(error.into())
    }
}

fn handle(event: &api::Event) -> Result<(), serde_json::Error> {
    println!("{}", serde_json::to_string(event)?);
    Ok(())
}

fn load(file: &Path) -> String {
    fs::read_to_string(file).unwrap_or_else(|_| "0".to_owned())
}

fn keep(file: &Path, cursor: &str) -> std::io::Result<()> {
    let new = file.with_extension("new");
    fs::write(&new, cursor)?;
    fs::rename(new, file)
}

fn position(cursor: &str) -> i64 {
    cursor.rsplit('.').next().and_then(|text| text.parse().ok()).unwrap_or(0)
}

/// Follows until the connection ends; keeps the cursor.
async fn follow(client: &reqwest::Client, url: &str, secret: &str, file: &Path) -> Result<(), Stopped> {
    let request = client.get(url).bearer_auth(secret).header("last-event-id", load(file));
    let response = request.send().await?;
    let status = response.status();
    if status.is_client_error() && status != 429 {
        return Err(Stopped::ForGood(response.text().await?));
    }
    let mut bytes = response.error_for_status()?.bytes_stream();
    let (mut last, mut rest) = (position(&load(file)), Vec::new());
    while let Some(more) = tokio::time::timeout(SILENCE, bytes.next()).await? {
        rest.extend_from_slice(&more?);
        while let Some(end) = rest.windows(2).position(|pair| pair == b"\n\n") {
            let frame: Vec<u8> = rest.drain(..end + 2).collect();
            let frame = String::from_utf8_lossy(&frame);
            let field = |name: &str| frame.lines().find_map(|line| line.strip_prefix(name));
            if let Some(data) = field("data: ") {
                let event: api::Event = serde_json::from_str(data)?;
                if event.orgposition != last + 1 {
                    return Err(Stopped::ForGood(format!("after {last} comes {}", event.orgposition)));
                }
                handle(&event)?;
            }
            if let Some(id) = field("id: ") {
                last = position(id);
                keep(file, id)?;
            }
        }
    }
    Ok(())
}

/// Trusts what this machine trusts.
fn client() -> Result<reqwest::Client, reqwest::Error> {
    // The first to say so decides, whoever it was.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mut client = reqwest::Client::builder();
    for certificate in rustls_native_certs::load_native_certs().certs {
        client = client.add_root_certificate(reqwest::Certificate::from_der(&certificate)?);
    }
    client.build()
}

/// Follows for as long as that can work; the cursor is in this file.
pub(crate) async fn run(file: &Path) -> Result<(), String> {
    let setting = |name: &str| env::var(name).map_err(|_| format!("{name} is not set"));
    let (endpoint, org) = (setting("QUARTERDECK_ENDPOINT")?, setting("QUARTERDECK_ORG")?);
    let (url, secret) = (format!("{endpoint}/v1/orgs/{org}/events/stream"), setting("QUARTERDECK_SECRET")?);
    let client = client().map_err(|error| error.to_string())?;
    let mut pause = Duration::from_secs(1);
    loop {
        let before = load(file);
        match follow(&client, &url, &secret, file).await {
            Ok(()) => {}
            Err(Stopped::ForNow(error)) => eprintln!("connecting again: {error}"),
            Err(Stopped::ForGood(why)) => return Err(why),
        }
        let is_stuck = load(file) == before;
        pause = if is_stuck { (pause * 2).min(Duration::from_secs(60)) } else { Duration::from_secs(1) };
        tokio::time::sleep(pause).await;
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), String> {
    let file = PathBuf::from(env::args().nth(1).unwrap_or_else(|| "cursor.txt".to_owned()));
    run(&file).await
}
