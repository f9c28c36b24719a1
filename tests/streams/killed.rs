//! The program itself, killed again and again under writers, while followers come and go: each sees every event of its
//! filter, once per id, in order, and without gaps where it asked for everything.

use crate::reader::{Dice, Reader};
use crate::world::named;
use reqwest::{Client, StatusCode};
use serde_json::{Value, json};
use std::path::Path;
use testing::{Stream, TestDatabase, serving, sized};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinSet;

/// The database, as the program is told of it.
fn url(database: &TestDatabase) -> String {
    let options = database.options();
    let socket = options.get_socket().map(|socket| socket.display().to_string());
    let host = socket.unwrap_or_else(|| options.get_host().to_owned());
    let (user, name, port) = (options.get_username(), options.get_database().unwrap(), options.get_port());
    format!("postgres://{user}@localhost:{port}/{name}?host={}", host.replace('/', "%2F"))
}

/// Starts the program, and waits until it serves; says at which address.
async fn start(database_url: &str, data_dir: &Path, listen: &str) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_quarterdeck"));
    command
        .args(["serve", "--allow-unsafe-durability", "--listen", listen, "--database-url", database_url])
        .arg("--data-dir")
        .arg(data_dir);
    let (process, endpoint) = serving(&mut command).await;
    (process, endpoint.trim_start_matches("http://").to_owned())
}

/// Somebody who asks the program, over and over until it answers.
#[derive(Clone)]
struct Caller {
    http: Client,
    address: String,
    secret: String,
    /// Counts how often the program was started.
    started: watch::Receiver<usize>,
}

impl Caller {
    async fn post(&self, path: &str, key: &str, body: &Value) -> (StatusCode, Value) {
        loop {
            let mut started = self.started.clone();
            started.borrow_and_update();
            let call = self.http.post(format!("http://{}{path}", self.address)).bearer_auth(&self.secret);
            let answer = call.header("idempotency-key", key).json(body).send().await;
            let answer = match answer {
                Ok(answer) if answer.status() != StatusCode::SERVICE_UNAVAILABLE => {
                    let status = answer.status();
                    answer.json().await.map(|json| (status, json))
                }
                Ok(answer) => answer.error_for_status().map(|_| unreachable!("503 is an error")),
                Err(error) => Err(error),
            };
            match answer {
                Ok(answer) => return answer,
                // It was killed before it answered: the next one is asked the same.
                Err(_) => drop(started.changed().await),
            }
        }
    }

    async fn get(&self, path: &str) -> Value {
        let call = self.http.get(format!("http://{}{path}", self.address)).bearer_auth(&self.secret);
        call.send().await.unwrap().error_for_status().unwrap().json().await.unwrap()
    }

    /// Follows for a while, and lets go in the middle of things, or is let go of.
    async fn follow(&self, reader: &mut Reader, written: &watch::Receiver<Option<i64>>, patience: u64) {
        let mut started = self.started.clone();
        started.borrow_and_update();
        let mut call = self.http.get(format!("http://{}{}", self.address, reader.path()));
        if let Some(cursor) = &reader.cursor {
            call = call.header("last-event-id", cursor);
        }
        let answer = match call.bearer_auth(&self.secret).send().await {
            Ok(answer) if answer.status() == StatusCode::OK => answer,
            Ok(_) | Err(_) => {
                started.changed().await.ok();
                return;
            }
        };
        reader.connected += 1;
        let mut stream =
            Stream::new(answer.headers().clone(), axum::body::Body::from_stream(answer.bytes_stream()));
        for _ in 0..patience {
            let Ok(Some(frame)) = stream.try_next().await else { return };
            reader.take(&frame);
            if written.borrow().is_some_and(|last| reader.last >= last) {
                return;
            }
        }
    }
}

/// Makes groups, some with names that are taken, which is refused.
async fn write(caller: Caller, org: String, writer: usize, many: usize, made: watch::Sender<usize>) {
    let path = format!("/v1/orgs/{org}/groups");
    for number in 0..many {
        let key = format!("{writer}-{number}");
        let (status, said) = caller.post(&path, &key, &named(&format!("g-{writer}-{number}"))).await;
        assert_eq!(status, StatusCode::CREATED, "{said}");
        if number % 5 == 0 {
            let taken = named(&format!("g-{writer}-{number}"));
            let (status, said) = caller.post(&path, &format!("{key}-again"), &taken).await;
            assert_eq!((status, &said["code"]), (StatusCode::CONFLICT, &json!("name_taken")), "{said}");
        }
        made.send_modify(|made| *made += 1);
    }
}

/// An org, and an admin of it.
async fn admin(operator: &Caller) -> (Caller, String) {
    let made = async |path: &str, body: Value| {
        let (status, said) = operator.post(path, path, &body).await;
        assert_eq!(status, StatusCode::CREATED, "{said}");
        said
    };
    let id = |said: &Value| said["metadata"]["id"].as_str().unwrap().to_owned();
    let org = id(&made("/v1/orgs", named("acme")).await);
    let user = json!({ "spec": {
        "email": "admin@acme.test", "firstName": "Ada", "lastName": "Lovelace", "access": "programmatic",
        "roles": ["ORG_ADMIN"]
    }});
    let users = format!("/v1/orgs/{org}/users");
    let user = id(&made(&users, user).await);
    let key = json!({ "metadata": { "name": "key" }, "spec": { "validityHours": 24 } });
    let key = made(&format!("{users}/{user}/api-keys"), key).await;
    let secret = key["status"]["secret"].as_str().unwrap().to_owned();
    (Caller { secret, ..operator.clone() }, org)
}

/// All positions that fit, page by page.
async fn truth(admin: &Caller, path: &str, until: i64) -> Vec<i64> {
    let (mut seen, mut after) = (vec![], "0".to_owned());
    let sign = if path.contains('?') { '&' } else { '?' };
    loop {
        let page = admin.get(&format!("{path}{sign}limit=500&after={after}")).await;
        let items = page["items"].as_array().unwrap().iter();
        seen.extend(items.map(|event| event["orgposition"].as_i64().unwrap()).filter(|at| *at <= until));
        page["nextAfter"].as_str().unwrap().clone_into(&mut after);
        if after.ends_with(&format!(".{}", page["position"])) {
            return seen;
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn followers_of_a_program_that_is_killed_see_everything_once_in_order() {
    let (database, data_dir) = (TestDatabase::new().await, tempfile::tempdir().unwrap());
    let database_url = url(&database);
    let (mut program, address) = start(&database_url, data_dir.path(), "127.0.0.1:0").await;
    let operator = std::fs::read_to_string(data_dir.path().join("operator.json")).unwrap();
    let operator: Value = serde_json::from_str(&operator).unwrap();
    let (starts, started) = watch::channel(1);
    let secret = operator["secret"].as_str().unwrap().to_owned();
    // It makes none itself; whoever was first, it is the same.
    rustls::crypto::ring::default_provider().install_default().ok();
    let operator = Caller { http: Client::new(), address: address.clone(), secret, started };
    let (admin, org) = admin(&operator).await;
    let events = format!("/v1/orgs/{org}/events");
    let filters = [
        (events.clone(), true),
        (format!("{events}?type=io.quarterdeck.access.*"), false),
        (format!("{events}?subject=groups/"), false),
    ];
    let (finish, written) = watch::channel(None);
    let mut readers = JoinSet::new();
    for number in 0..sized(9, 90) {
        let which = number % filters.len();
        let (path, is_dense) = &filters[which];
        let mut reader = Reader::new(path.replace("events", "events/stream"), *is_dense);
        let (admin, written) = (admin.clone(), written.clone());
        let mut dice = Dice(u64::try_from(number).unwrap());
        readers.spawn(async move {
            while written.borrow().is_none_or(|last| reader.last < last) {
                // When nothing more is written it follows to the end: some events at a time would take it hours.
                let patience = if written.borrow().is_some() { u64::MAX } else { 1 + dice.roll(15) };
                admin.follow(&mut reader, &written, patience).await;
            }
            (which, reader)
        });
    }
    let (kills, each) = (sized(4, 60), sized(60, 200));
    let (made, mut so_many) = watch::channel(0);
    let (writers, mut writing) = (3, JoinSet::new());
    for writer in 0..writers {
        writing.spawn(write(admin.clone(), org.clone(), writer, each * kills / writers, made.clone()));
    }
    for kill in 1..=kills {
        so_many.wait_for(|made| *made >= each * kill * 9 / 10).await.unwrap();
        program.kill().await.unwrap();
        (program, _) = start(&database_url, data_dir.path(), &address).await;
        starts.send_replace(kill + 1);
    }
    while let Some(writer) = writing.join_next().await {
        writer.unwrap();
    }
    let last = admin.get(&format!("/v1/orgs/{org}/groups?limit=1")).await["position"].as_i64().unwrap();
    finish.send_replace(Some(last));
    let mut truths = vec![];
    for (path, _) in &filters {
        truths.push(truth(&admin, path, last).await);
    }
    assert_eq!(truths[0], (1..=last).collect::<Vec<_>>());
    let mut connected = 0;
    while let Some(reader) = readers.join_next().await {
        let (which, mut reader) = reader.unwrap();
        reader.seen.retain(|position| *position <= last);
        assert_eq!(reader.seen, truths[which], "{}", reader.path());
        connected += reader.connected;
    }
    assert!(connected >= sized(100, 1_000), "followers were connected {connected} times only");
    program.kill().await.unwrap();
}
