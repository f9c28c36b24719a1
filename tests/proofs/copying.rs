//! Backup beside a running service, restore in its place: with a private PostgreSQL and the real program.

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::{Value, json};
use std::fs::{self, Permissions};
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use tempfile::TempDir;

/// The service in a process of its own.
pub(crate) struct Serving {
    process: Child,
    endpoint: String,
    secret: String,
}

pub(crate) fn program(data_dir: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarterdeck"));
    command
        .env_remove("DATABASE_URL")
        .env_remove("QUARTERDECK_DATABASE_URL")
        .env("QUARTERDECK_DATA_DIR", data_dir);
    command
}

pub(crate) fn run(data_dir: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let ran = program(data_dir).args(arguments).output().unwrap();
    let said = [ran.stdout, ran.stderr].concat();
    (ran.status.code(), String::from_utf8(said).unwrap())
}

impl Serving {
    pub(crate) fn start(data_dir: &Path, operator: &Path) -> Self {
        let mut process = program(data_dir)
            .args(["serve", "--listen", "127.0.0.1:0", "--log-format", "text"])
            .env("QUARTERDECK_LOG", "info")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut lines = BufReader::new(process.stderr.take().unwrap()).lines().map(Result::unwrap);
        let serving = lines.by_ref().find(|line| line.contains("Serving at")).unwrap();
        std::thread::spawn(move || lines.for_each(drop));
        let endpoint = serving.split("Serving at ").nth(1).unwrap().trim().to_owned();
        let told: Value =
            serde_json::from_str(&fs::read_to_string(operator.join("operator.json")).unwrap()).unwrap();
        Self { process, endpoint, secret: told["secret"].as_str().unwrap().to_owned() }
    }

    pub(crate) fn stop(mut self) {
        kill(Pid::from_raw(self.process.id().try_into().unwrap()), Signal::SIGTERM).unwrap();
        assert!(self.process.wait().unwrap().success());
    }

    /// Ends it where it stands; its PostgreSQL goes on.
    pub(crate) fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    async fn ask(&self, request: reqwest::RequestBuilder) -> (u16, Value) {
        let reply = request.bearer_auth(&self.secret).send().await.unwrap();
        (reply.status().as_u16(), reply.json().await.unwrap())
    }

    pub(crate) async fn get(&self, path: &str) -> (u16, Value) {
        self.ask(reqwest::Client::new().get(format!("{}{path}", self.endpoint))).await
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        self.ask(reqwest::Client::new().post(format!("{}{path}", self.endpoint)).json(body)).await
    }

    pub(crate) async fn make(&self, path: &str, body: &Value) -> Value {
        let (status, said) = self.post(path, body).await;
        assert_eq!(status, 201, "{said}");
        said
    }

    pub(crate) async fn make_org(&self, name: &str) -> String {
        let org = self.make("/v1/orgs", &json!({ "metadata": { "name": name }, "spec": {} })).await;
        org["metadata"]["id"].as_str().unwrap().to_owned()
    }

    /// From now on somebody else asks.
    pub(crate) fn asked_by(&mut self, secret: &Value) {
        secret.as_str().unwrap().clone_into(&mut self.secret);
    }

    async fn orgs(&self) -> Vec<String> {
        let (_, list) = self.get("/v1/orgs").await;
        list["items"]
            .as_array()
            .unwrap()
            .iter()
            .map(|org| org["metadata"]["name"].as_str().unwrap().to_owned())
            .collect()
    }
}

pub(crate) fn directory() -> TempDir {
    let directory = TempDir::new().unwrap();
    fs::set_permissions(directory.path(), Permissions::from_mode(0o755)).unwrap();
    directory
}

#[tokio::test]
async fn a_backup_is_restored_and_begins_a_new_epoch() {
    // Plain HTTP, but the client wants to have one.
    drop(rustls::crypto::ring::default_provider().install_default());
    let (here, elsewhere, copies) = (directory(), directory(), directory());
    let file = copies.path().join("copy");
    let file = file.to_str().unwrap();
    let service = Serving::start(here.path(), here.path());
    service.make_org("kept").await;

    let (code, said) = run(here.path(), &["backup", file]);
    assert_eq!(code, Some(0), "{said}");
    for path in [file.to_owned(), format!("{file}.keyring.json")] {
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600, "{path}");
    }
    assert_eq!(run(here.path(), &["backup", file]).0, Some(2), "nothing is overwritten");
    service.make_org("lost").await;
    let (_, events) = service.get("/v1/events?limit=500").await;
    let cursor = events["nextAfter"].as_str().unwrap().to_owned();
    assert_eq!(run(here.path(), &["restore", file, "--replace"]).0, Some(2), "while the service runs");
    service.stop();

    assert_eq!(run(here.path(), &["restore", file]).0, Some(1), "there is a ledger");
    let (code, said) = run(here.path(), &["restore", file, "--replace"]);
    assert!(code == Some(0) && said.contains("Restored up to position"), "{said}");
    let (code, said) = run(here.path(), &["verify"]);
    assert!(code == Some(0) && said.contains("Verified"), "{code:?} {said}");
    let service = Serving::start(here.path(), here.path());
    assert_eq!(service.orgs().await, ["kept"]);
    let (status, said) = service.get(&format!("/v1/events?after={cursor}")).await;
    assert_eq!((status, &said["code"]), (409, &Value::from("epoch_changed")), "{said}");
    service.make_org("lost").await;
    service.stop();
    let (code, said) = run(here.path(), &["verify"]);
    assert!(
        code == Some(0) && said.contains("Proved up to position") && !said.contains("Unproven"),
        "{code:?} {said}"
    );

    // On another machine, with the keyring that was kept beside it.
    let (code, said) = run(elsewhere.path(), &["restore", file]);
    assert_eq!(code, Some(0), "{said}");
    let service = Serving::start(elsewhere.path(), here.path());
    assert_eq!(service.orgs().await, ["kept"]);
    let (status, said) = service.get(&format!("/v1/events?after={cursor}")).await;
    assert_eq!((status, &said["code"]), (409, &Value::from("epoch_changed")), "{said}");
    service.stop();
}

#[tokio::test]
async fn whoever_was_erased_stays_so_when_an_older_backup_is_restored() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let (here, copies) = (directory(), directory());
    let file = copies.path().join("copy");
    let file = file.to_str().unwrap();
    let mut service = Serving::start(here.path(), here.path());
    let org = format!("/v1/orgs/{}", service.make_org("acme").await);
    let users = format!("{org}/users");
    let member = |name: &str, role: &str| {
        let email = format!("{name}@canary.test");
        json!({ "spec": { "email": email, "firstName": "Canaryfirst", "access": "programmatic", "roles": [role] } })
    };
    let admin = service.make(&users, &member("admin", "ORG_ADMIN")).await;
    let person = service.make(&users, &member("person", "ORG_READ_ONLY")).await;
    let [admin, person] = [admin, person].map(|user| user["metadata"]["id"].as_str().unwrap().to_owned());
    let key = json!({ "metadata": { "name": "key" }, "spec": {} });
    let key = service.make(&format!("{users}/{admin}/api-keys"), &key).await;
    let (code, said) = run(here.path(), &["backup", file]);
    assert_eq!(code, Some(0), "{said}");
    service.asked_by(&key["status"]["secret"]);
    let confirm = json!({ "confirm": "person@canary.test" });
    let (status, said) = service.post(&format!("{users}/{person}/erase"), &confirm).await;
    assert_eq!((status, &said["spec"]["email"]), (200, &Value::from("[erased]")), "{said}");
    service.stop();

    // Also where a crash kept the erasure from the list: what is replaced knows of it.
    for is_listed in [true, false] {
        let list = here.path().join("erasures");
        assert_eq!(fs::read_to_string(&list).unwrap().lines().count(), 2, "the member and its identity");
        if !is_listed {
            fs::remove_file(&list).unwrap();
        }
        let (code, said) = run(here.path(), &["restore", file, "--replace"]);
        assert!(code == Some(0) && said.contains("destroyed them again"), "{said}");
        let (_, said) = run(here.path(), &["replay", "--org", "acme", "--kind", "User"]);
        assert!(said.contains("admin@canary.test") && !said.contains("person@canary.test"), "{said}");

        let mut service = Serving::start(here.path(), here.path());
        service.asked_by(&key["status"]["secret"]);
        let (status, said) = service.get(&format!("{users}/{person}")).await;
        assert_eq!((status, &said["status"]["phase"]), (200, &Value::from("erased")), "{said}");
        assert_eq!(
            (&said["spec"]["email"], &said["spec"]["firstName"]),
            (&"[erased]".into(), &"[erased]".into())
        );
        assert_eq!(service.get(&format!("{users}/person@canary.test")).await.0, 404);
        let (_, history) = service.get(&format!("{users}/{person}/history")).await;
        assert!(!history.to_string().contains("person@canary.test"), "{history}");
        service.stop();
        let (code, said) = run(here.path(), &["verify"]);
        assert!(code == Some(0) && said.contains("Verified"), "{code:?} {said}");
    }
}
