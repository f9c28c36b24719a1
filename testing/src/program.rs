//! The program as a process of its own.

use std::error::Error;
use std::process::Stdio;
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::{Child, Command};

/// Starts the program, and waits until it says where it serves: `http://127.0.0.1:8080`. It ends when it is dropped.
///
/// # Panics
/// It does not serve.
pub async fn serving(command: &mut Command) -> (Child, String) {
    start(command).await.unwrap_or_else(|error| panic!("the program does not serve: {error}"))
}

async fn start(command: &mut Command) -> Result<(Child, String), Box<dyn Error>> {
    let mut process = command
        .env("QUARTERDECK_LOG", "info")
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .kill_on_drop(true)
        .spawn()?;
    let mut lines = BufReader::new(process.stderr.take().ok_or("it says nothing")?).lines();
    let mut said = vec![];
    while let Some(line) = lines.next_line().await? {
        if let Some((_, rest)) = line.split_once("Serving at ") {
            let endpoint = rest.split(['"', ' ']).next().unwrap_or(rest).to_owned();
            // What else it says is read, so that it is never kept waiting.
            tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
            return Ok((process, endpoint));
        }
        said.push(line);
    }
    Err(said.join("\n").into())
}
