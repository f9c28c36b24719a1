//! The program itself, on its own private PostgreSQL, asked by Schemathesis: what its document allows and what it does not,
//! by one who may everything in an org and by one who only reads. Every check is on, and what `hooks.py` says is all that
//! Schemathesis is told beside.
//!
//! A run is the same every time. `QUARTERDECK_SOAK` makes it long: `make fuzz`.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod program;
mod world;

use program::Program;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use testing::{sized, soaking};
use tokio::process::Command;
use world::{Asker, World};

/// Streams go on for as long as they are followed, which `tests/streams` does.
const ENDLESS: &str = "/stream$";

/// What goes on from answers, such as a thing that was made, is another story each time.
const ALL_PHASES: &str = "examples,coverage,fuzzing,stateful";
const REPEATABLE: &str = "examples,coverage,fuzzing";

/// What `scripts/install-dependencies tests` installs, beside what was built.
fn schemathesis() -> PathBuf {
    let target = Path::new(env!("CARGO_BIN_EXE_quarterdeck")).ancestors().nth(2).unwrap();
    let program = target.join("python/bin/schemathesis");
    assert!(program.exists(), "there is no {}: run scripts/install-dependencies tests", program.display());
    program
}

/// Asks everything, and says what Schemathesis found.
async fn ask(program: &Program, asker: &Asker, places: &Value) -> Result<(), String> {
    let here = std::path::absolute("tests/fuzz").unwrap();
    fs::create_dir(program.data_dir().join(asker.name)).unwrap();
    let file = program.data_dir().join(format!("{}.json", asker.name));
    fs::write(&file, places.to_string()).unwrap();
    let output = Command::new(schemathesis())
        .arg("--config-file")
        .arg(here.join("schemathesis.toml"))
        .arg("run")
        .arg(format!("{}/v1/openapi.json", program.endpoint))
        .args(["--no-color", "--exclude-path-regex", ENDLESS])
        .args(["--phases", if soaking() { ALL_PHASES } else { REPEATABLE }])
        .args(["--max-examples", &sized(1, 300).to_string()])
        // It leaves files where it runs.
        .current_dir(program.data_dir().join(asker.name))
        .env("PYTHONPATH", here.as_path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .env("PYTHONHASHSEED", "0")
        .env("QUARTERDECK_PLACES", &file)
        .env("QUARTERDECK_SECRET", &asker.secret)
        .env("QUARTERDECK_THINNED", sized(150, 1).to_string())
        .kill_on_drop(true)
        .output()
        .await
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if output.status.success() {
        return Ok(());
    }
    let failures = said.split_once("= FAILURES =").map_or(said.as_str(), |(_, failures)| failures);
    Err(format!("as {}:\n{failures}\n{}", asker.name, String::from_utf8_lossy(&output.stderr)))
}

#[tokio::test]
async fn whatever_is_asked_is_answered_as_the_document_says() {
    let program = Program::start().await;
    let (acme, globex) = (World::new(&program, "acme").await, World::new(&program, "globex").await);
    let (admin, reader) =
        (acme.member("admin", "ORG_ADMIN").await, globex.member("reader", "ORG_READ_ONLY").await);
    let asked = tokio::join!(ask(&program, &admin, &acme.places), ask(&program, &reader, &globex.places));
    let found: Vec<String> = [asked.0, asked.1].into_iter().filter_map(Result::err).collect();
    assert!(found.is_empty(), "{}", found.join("\n"));
}
