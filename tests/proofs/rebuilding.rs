//! `quarterdeck rebuild`: compares, repairs, and is not noticed by whoever reads meanwhile.

use crate::commanding::{Installed, quarterdeck};
use crate::world::{World, member};
use serde_json::{Value, json};
use sqlx::{Executor, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use testing::{Client, sized};

/// A world with rows in every table that is derived from the ledger.
async fn filled() -> World {
    let world = World::new().await;
    world.projects(0..4).await;
    let project = json!({ "metadata": { "name": "payments" }, "spec": { "quota": { "pods": 50 } } });
    drop(world.admin.post(&format!("{}/projects", world.org), project).await.is(201));
    let namespace = json!({ "metadata": { "name": "checkout" }, "spec": { "quota": { "pods": 5 } } });
    let namespaces = format!("{}/projects/payments/namespaces", world.org);
    drop(world.admin.post(&namespaces, namespace).await.is(201));
    let described = json!({ "metadata": { "description": "changed" } });
    drop(world.admin.patch(&format!("{}/projects/p2", world.org), &described).await.is(200));
    drop(world.admin.delete(&format!("{}/projects/p1", world.org)).await.is(200));
    world
}

async fn derived(db: &mut PgConnection) -> Vec<Vec<String>> {
    let mut all = vec![];
    for table in [
        "documents",
        "document_versions",
        "claims",
        "object_references",
        "pool_limits",
        "pool_holdings",
        "scopes",
        "ledger_batches",
    ] {
        let rows = format!("SELECT t::text FROM {table} t ORDER BY 1");
        let rows: Vec<String> = sqlx::query_scalar(&rows).fetch_all(&mut *db).await.unwrap();
        assert!(!rows.is_empty(), "{table}");
        all.push(rows);
    }
    all
}

/// What the command says with these arguments, and how it ends.
async fn rebuild(installed: &Installed, more: &[&str]) -> (Option<i32>, String) {
    let arguments = [&["rebuild"], &installed.arguments()[..], more].concat();
    let arguments: Vec<String> = arguments.into_iter().map(str::to_owned).collect();
    // The service's own tasks go on meanwhile.
    let run = move || quarterdeck(&arguments.iter().map(String::as_str).collect::<Vec<_>>());
    tokio::task::spawn_blocking(run).await.unwrap()
}

#[tokio::test]
async fn a_row_that_was_changed_is_found_in_every_table_and_put_right() {
    let world = filled().await;
    let installed = Installed::of(&world);
    let mut superuser = world.superuser().await;
    let before = derived(&mut superuser).await;
    let (code, said) = rebuild(&installed, &["--check"]).await;
    assert!(code == Some(0) && said.starts_with("Compared "), "{code:?} {said}");

    for (model, statement, says) in [
        (
            "documents",
            "UPDATE documents SET phase = 'x' WHERE name = 'p2'",
            "differs from the ledger in phase",
        ),
        ("documents", "DELETE FROM documents WHERE name = 'p2'", "is missing"),
        (
            "documents",
            "UPDATE document_versions SET phase = 'x' WHERE name = 'p2' AND version = 1",
            "differs from the ledger in phase",
        ),
        ("claims", "DELETE FROM claims WHERE kind = 'projectName'", "is missing"),
        ("claims", "UPDATE claims SET key = 'nobody' WHERE kind = 'userEmail'", "is missing"),
        ("claims", "DELETE FROM claims WHERE kind = 'userEmail'", "is missing"),
        ("references", "UPDATE object_references SET until = 1", "differs from the ledger in until"),
        ("pools", "UPDATE pool_limits SET at_most = at_most + 1", "differs from the ledger in at_most"),
        ("pools", "UPDATE pool_holdings SET amount = amount + 1", "differs from the ledger in amount"),
        ("scopes", "UPDATE scopes SET authority = authority + 1", "differs from the ledger in authority"),
        ("batches", "INSERT INTO ledger_batches VALUES (1, 1)", "is in the table and not in the ledger"),
    ] {
        assert!(superuser.execute(statement).await.unwrap().rows_affected() > 0, "{statement}");
        let (code, said) = rebuild(&installed, &["--check"]).await;
        assert!(code == Some(1) && said.contains(says), "{statement}: {code:?} {said}");
        let (code, said) = rebuild(&installed, &["--check", "--read-model", model]).await;
        assert!(code == Some(1) && said.contains(says), "{statement}: {code:?} {said}");
        let other = if model == "pools" { "scopes" } else { "pools" };
        assert_eq!(rebuild(&installed, &["--check", "--read-model", other]).await.0, Some(0), "{statement}");
        let (code, said) = rebuild(&installed, &["--read-model", model]).await;
        assert!(code == Some(0) && said.starts_with("Rebuilt "), "{statement}: {code:?} {said}");
        assert!(derived(&mut superuser).await == before, "{statement}");
    }
    let left = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND \
                (relpersistence = 't' OR relnamespace = 'next_generation'::regnamespace)";
    let left: i64 = sqlx::query_scalar(left).fetch_one(&mut superuser).await.unwrap();
    assert_eq!(left, 1, "nothing is left but what says how far a rebuild is");
}

#[tokio::test]
async fn names_of_whom_nobody_can_read_any_more_stay_taken() {
    let world = filled().await;
    let installed = Installed::of(&world);
    let mut superuser = world.superuser().await;
    superuser.execute("DELETE FROM person_keys").await.unwrap();
    let before = derived(&mut superuser).await;
    assert_eq!(rebuild(&installed, &["--check"]).await.0, Some(0));
    assert_eq!(rebuild(&installed, &[]).await.0, Some(0));
    assert!(derived(&mut superuser).await == before);
}

#[tokio::test]
async fn a_ledger_that_is_not_whole_is_not_built_from() {
    let world = filled().await;
    let installed = Installed::of(&world);
    let mut superuser = world.superuser().await;
    let before = derived(&mut superuser).await;
    for (statement, says) in [
        ("UPDATE events SET payload = '{}' WHERE position = 9", "position 9"),
        ("DELETE FROM events WHERE position = 8", "position 8 is missing"),
    ] {
        superuser.execute(statement).await.unwrap();
        for arguments in [&["--check"][..], &[]] {
            let (code, said) = rebuild(&installed, arguments).await;
            assert!(code == Some(1) && said.contains(says), "{statement}: {code:?} {said}");
        }
        assert!(derived(&mut superuser).await == before, "{statement}");
    }
    assert_eq!(rebuild(&installed, &["--read-model", "nothing"]).await.0, Some(2));
    superuser.execute("DROP SCHEMA next_generation CASCADE").await.unwrap();
    let (code, said) = rebuild(&installed, &[]).await;
    assert!(code == Some(2) && said.contains("quarterdeck migrate"), "{code:?} {said}");
}

/// Everything that can be read of the projects, now and at every position.
async fn reads(world: &World, client: &Client, until: u64) -> Vec<Value> {
    let projects = format!("{}/projects", world.org);
    let mut paths = vec![
        format!("{projects}?sort=createdAt&includeDeleted=true"),
        format!("{projects}/p2"),
        format!("{projects}/p2/history"),
        format!("{projects}/p2/diff"),
        format!("{projects}/payments/namespaces/checkout"),
        format!("{}/users", world.org),
        world.org.clone(),
    ];
    for position in 3..=until {
        paths.push(format!("{projects}?asOf={position}"));
        paths.push(format!("{}/users?asOf={position}", world.org));
    }
    let mut all = vec![];
    for path in paths {
        all.push(client.get(&path).await.is(200).json);
    }
    all
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whoever_reads_in_other_processes_notices_nothing() {
    let world = Arc::new(filled().await);
    let head = world.head().await;
    let before = reads(&world, &world.admin, head).await;
    let done = Arc::new(AtomicBool::new(false));
    let readers: Vec<_> = (0..2)
        .map(|_| {
            let (world, done, before) = (Arc::clone(&world), Arc::clone(&done), before.clone());
            tokio::spawn(async move {
                let replica = world.service.replica();
                let client = replica.client(&world.admin);
                let mut times = 0;
                while !done.load(Ordering::Relaxed) {
                    assert_eq!(reads(&world, &client, head).await, before);
                    let project = json!({ "metadata": { "name": "dry" }, "spec": {} });
                    let dry = format!("{}/projects?dryRun=true", world.org);
                    drop(client.post(&dry, project).await.is(200));
                    times += 1;
                }
                drop(client);
                replica.stop().await;
                times
            })
        })
        .collect();
    let installed = Installed::of(&world);
    for _ in 0..sized(5, 200) {
        assert_eq!(rebuild(&installed, &[]).await.0, Some(0));
    }
    done.store(true, Ordering::Relaxed);
    for reader in readers {
        assert!(reader.await.unwrap() > 0);
    }
    assert_eq!(reads(&world, &world.admin, head).await, before);
}

#[tokio::test]
async fn rights_that_are_put_right_count_in_a_service_that_runs() {
    let world = filled().await;
    let installed = Installed::of(&world);
    let reader = member(&world.service, &world.org, "ORG_READ_ONLY").await;
    let project = |name: &str| json!({ "metadata": { "name": name }, "spec": {} });
    let projects = format!("{}/projects", world.org);
    let mut superuser = world.superuser().await;
    let given = "UPDATE documents SET document = replace(document, 'ORG_READ_ONLY', 'ORG_ADMIN') \
                 WHERE document LIKE '%ORG_READ_ONLY%'";
    assert_eq!(superuser.execute(given).await.unwrap().rows_affected(), 1);
    drop(reader.post(&projects, project("taken")).await.is(201));
    assert_eq!(rebuild(&installed, &["--read-model", "documents"]).await.0, Some(0));
    let put_right = async {
        let mut tries = 0;
        while reader.post(&projects, project(&format!("more-{tries}"))).await.status != 403 {
            tries += 1;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), put_right).await.unwrap();
}
