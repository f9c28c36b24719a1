//! The program, in a process of its own.

use reqwest::{Client, Method};
use serde_json::Value;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use tempfile::TempDir;
use testing::serving;
use tokio::process::{Child, Command};

/// A service on a free port, with a PostgreSQL of its own.
pub(crate) struct Program {
    /// Where it listens.
    pub(crate) endpoint: String,
    /// The operator's secret.
    pub(crate) operator: String,
    process: Child,
    http: Client,
    data_dir: TempDir,
}

impl Program {
    pub(crate) async fn start() -> Self {
        rustls::crypto::ring::default_provider().install_default().ok();
        let data_dir = tempfile::tempdir().unwrap();
        // As root, PostgreSQL runs as somebody else, who has to get there.
        fs::set_permissions(data_dir.path(), Permissions::from_mode(0o755)).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_quarterdeck"));
        command
            .args(["serve", "--listen", "127.0.0.1:0", "--data-dir"])
            .arg(data_dir.path())
            .env_remove("DATABASE_URL")
            .env_remove("QUARTERDECK_DATABASE_URL");
        let (process, endpoint) = serving(&mut command).await;
        let operator = fs::read(data_dir.path().join("operator.json")).unwrap();
        let operator: Value = serde_json::from_slice(&operator).unwrap();
        let operator = operator["secret"].as_str().unwrap().to_owned();
        Self { endpoint, operator, process, http: Client::new(), data_dir }
    }

    /// Its files.
    pub(crate) fn data_dir(&self) -> &Path {
        self.data_dir.path()
    }

    /// Asks it something that must succeed.
    pub(crate) async fn ask(&self, secret: &str, method: Method, path: &str, body: Body<'_>) -> Value {
        let call = self.http.request(method, format!("{}{path}", self.endpoint)).bearer_auth(secret);
        let call = match body {
            Body::None => call,
            Body::Json(json) => call.json(json),
            Body::Yaml(text) => call.header("content-type", "application/yaml").body(text.to_owned()),
        };
        let reply = call.send().await.unwrap();
        let (status, json) = (reply.status(), reply.json::<Value>().await.unwrap());
        assert!(status.is_success(), "{path}: {json}");
        json
    }
}

/// What is sent.
pub(crate) enum Body<'a> {
    None,
    Json(&'a Value),
    Yaml(&'a str),
}

impl Drop for Program {
    /// It stops in order, and its PostgreSQL with it.
    fn drop(&mut self) {
        use nix::sys::signal::{Signal, kill};
        if let Some(id) = self.process.id().and_then(|id| i32::try_from(id).ok()) {
            let process = nix::unistd::Pid::from_raw(id);
            kill(process, Signal::SIGTERM).ok();
            while matches!(self.process.try_wait(), Ok(None)) {
                std::thread::yield_now();
            }
        }
    }
}
