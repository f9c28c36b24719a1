//! The program is killed in the midst of an erasure: started again, it ends complete.

use crate::copying::{Serving, directory, run};
use serde_json::{Value, json};
use sqlx::postgres::{PgConnectOptions, PgSslMode};
use sqlx::{ConnectOptions, PgConnection};
use std::fs;
use std::path::Path;

/// When it is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Cut {
    /// While the erasure waits for the ledger.
    BeforeItIsRecorded,
    /// When it is recorded and the key destroyed, and nothing is in the list outside.
    BeforeItIsListed,
    /// In the midst of a line of the list.
    WhileItIsListed,
}

async fn connect(data_dir: &Path) -> PgConnection {
    let options = PgConnectOptions::new_without_pgpass()
        .socket(data_dir.join("run"))
        .ssl_mode(PgSslMode::Disable)
        .username("quarterdeck")
        .database("quarterdeck");
    options.connect().await.unwrap()
}

async fn number(db: &mut PgConnection, query: &'static str) -> i64 {
    sqlx::query_scalar(query).fetch_one(db).await.unwrap()
}

const KEYS: &str = "SELECT count(*) FROM person_keys";

/// How many erasures are in the list, half ones aside.
fn listed(list: &Path) -> usize {
    let text = fs::read_to_string(list).unwrap_or_default();
    text.lines().filter(|line| serde_json::from_str::<Value>(line).is_ok()).count()
}

/// Asks for an erasure, and kills the service in the midst of it.
async fn cut_short(cut: Cut, service: Serving, data_dir: &Path, path: &str, confirm: &Value) {
    let list = data_dir.join("erasures");
    let aside = data_dir.join("erasures.aside");
    match cut {
        Cut::BeforeItIsRecorded => {
            let mut holder = connect(data_dir).await;
            sqlx::raw_sql("BEGIN; SELECT FROM ledger_head FOR UPDATE").execute(&mut holder).await.unwrap();
            let waits = async {
                while number(&mut holder, "SELECT count(*) FROM pg_locks WHERE NOT granted").await == 0 {
                    tokio::task::yield_now().await;
                }
            };
            tokio::select! {
                (status, said) = service.post(path, confirm) => panic!("it did not wait: {status} {said}"),
                () = waits => {}
            }
            service.kill();
        }
        Cut::BeforeItIsListed => {
            fs::rename(&list, &aside).unwrap();
            fs::create_dir(&list).unwrap();
            let (status, said) = service.post(path, confirm).await;
            assert_eq!(status, 503, "nobody is told of it: {said}");
            service.kill();
            fs::remove_dir(&list).unwrap();
            fs::rename(&aside, &list).unwrap();
        }
        Cut::WhileItIsListed => {
            let (status, said) = service.post(path, confirm).await;
            assert_eq!(status, 200, "{said}");
            service.kill();
            let whole = fs::read(&list).unwrap();
            fs::write(&list, &whole[..whole.len() - 20]).unwrap();
        }
    }
}

#[tokio::test]
async fn an_erasure_that_is_cut_short_is_complete_after_the_next_start() {
    drop(rustls::crypto::ring::default_provider().install_default());
    let here = directory();
    let here = here.path();
    let mut service = Serving::start(here, here);
    let users = format!("/v1/orgs/{}/users", service.make_org("acme").await);
    let member = |name: &str, role: &str| {
        let email = format!("{name}@canary.test");
        json!({ "spec": { "email": email, "firstName": "Canaryfirst", "access": "programmatic", "roles": [role] } })
    };
    let admin = service.make(&users, &member("admin", "ORG_ADMIN")).await;
    let admin = admin["metadata"]["id"].as_str().unwrap();
    let key = json!({ "metadata": { "name": "key" }, "spec": {} });
    let key = service.make(&format!("{users}/{admin}/api-keys"), &key).await["status"]["secret"].clone();
    service.asked_by(&key);
    let keys = number(&mut connect(here).await, KEYS).await;
    let cuts = [Cut::BeforeItIsRecorded, Cut::BeforeItIsListed, Cut::WhileItIsListed];
    for (before, cut) in cuts.into_iter().enumerate() {
        let email = format!("person{before}");
        let person = service.make(&users, &member(&email, "ORG_READ_ONLY")).await;
        let person = format!("{users}/{}", person["metadata"]["id"].as_str().unwrap());
        let (path, confirm) =
            (format!("{person}/erase"), json!({ "confirm": format!("{email}@canary.test") }));
        cut_short(cut, service, here, &path, &confirm).await;

        service = Serving::start(here, here);
        service.asked_by(&key);
        if cut == Cut::BeforeItIsRecorded {
            // Nobody was told that it was done, and it may be: whoever asks again is.
            let confirm = json!({ "confirm": person.rsplit('/').next().unwrap() });
            assert_eq!(service.post(&path, &confirm).await.0, 200);
        }
        let erasures = 2 * (before + 1);
        assert_eq!(listed(&here.join("erasures")), erasures, "{cut:?}: the member and its identity");
        assert_eq!(number(&mut connect(here).await, KEYS).await, keys, "{cut:?}: the admin's are left");
        let (_, erased) = service.get(&person).await;
        assert_eq!(
            (&erased["status"]["phase"], &erased["spec"]["email"], &erased["spec"]["firstName"]),
            (&json!("erased"), &json!("[erased]"), &json!("[erased]")),
            "{cut:?}"
        );
    }
    service.stop();
    for command in [&["verify"][..], &["rebuild", "--check"]] {
        let (code, said) = run(here, command);
        assert_eq!(code, Some(0), "{said}");
    }
}
