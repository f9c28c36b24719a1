//! Whatever is changed behind the ledger's back is found.

use crate::world::World;
use quarterdeck::ledger::reader::{ReadError, Reader};
use quarterdeck::ledger::rebuild::{self, ReadModel};
use quarterdeck::ledger::verify::{Verified, verify_as_seen};
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::process::Command;
use values::{Role, ScopeId};

/// A little of everything: a partner, an org that is renamed twice, an administrator with a key.
async fn filled() -> (World, ScopeId) {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "a").await;
    let member = world.member(org, partner, Role::OrgAdmin).await;
    world.submit(world.key_unit(org, member).await).await;
    world.submit(world.rename_unit(org, "b").await).await;
    world.submit(world.rename_unit(org, "c").await).await;
    assert_eq!(world.events().await, 7);
    (world, org)
}

/// Changes something as only a superuser can, and says what verifying finds then.
async fn tampered(world: &World, statement: &'static str) -> Verified {
    let mut superuser = world.database().superuser_options().connect().await.unwrap();
    sqlx::raw_sql("SET session_replication_role = replica; BEGIN").execute(&mut superuser).await.unwrap();
    let changed = sqlx::raw_sql(statement).execute(&mut superuser).await.unwrap();
    assert!(changed.rows_affected() > 0, "{statement}");
    // Ends without a commit.
    verify_as_seen(&mut superuser).await.unwrap()
}

#[tokio::test]
async fn a_ledger_that_nobody_touched_is_fine() {
    let (world, _) = filled().await;
    let report = rebuild::check(&world.pool, &ReadModel::ALL, None).await.unwrap();
    assert!(report.is_fine(), "{report:?}");
    assert_eq!(report.events, 7);
    assert!(report.rows > 20, "{report:?}");
    world.end().await;
}

#[tokio::test]
async fn an_event_that_was_changed_is_found() {
    let (world, _) = filled().await;
    for statement in [
        "UPDATE events SET payload = replace(payload::text, '\"b\"', '\"x\"')::json WHERE position = 6",
        "UPDATE events SET metadata = replace(metadata::text, 'User', 'Operator')::json WHERE position = 6",
        "UPDATE events SET payload = (payload::text || ' ')::json WHERE position = 6",
        "UPDATE events SET event_id = gen_random_uuid() WHERE position = 6",
        "UPDATE events SET event_type = 'org.renamed' WHERE position = 6",
        "UPDATE events SET event_version = '2' WHERE position = 6",
        "UPDATE events SET recorded_at = recorded_at + 1 WHERE position = 6",
        "UPDATE events SET leaf = sha256('x') WHERE position = 6",
        "UPDATE events SET aggregate_type = 'partner' WHERE position = 6",
    ] {
        match tampered(&world, statement).await {
            Verified::Damaged(fault) => assert_eq!(fault.position, 6, "{statement}: {fault}"),
            found @ (Verified::Fine(_) | Verified::Differs(_)) => panic!("{statement}: {found:?}"),
        }
    }
    world.end().await;
}

#[tokio::test]
async fn an_event_that_was_removed_or_added_is_found() {
    let (world, _) = filled().await;
    for (statement, position) in [
        ("DELETE FROM events WHERE position = 1", 1),
        ("DELETE FROM events WHERE position = 4", 4),
        ("DELETE FROM events WHERE position = 7", 7),
        ("DELETE FROM events", 1),
        ("UPDATE events SET position = 9 WHERE position = 7", 7),
        ("UPDATE events SET org_position = 90 WHERE position = 6", 6),
        ("UPDATE events SET sequence = 90 WHERE position = 6", 6),
        ("UPDATE ledger_head SET position = 6", 7),
        ("UPDATE ledger_head SET position = 8", 8),
        ("UPDATE ledger_head SET recorded_at = 0", 7),
    ] {
        match tampered(&world, statement).await {
            Verified::Damaged(fault) => assert_eq!(fault.position, position, "{statement}: {fault}"),
            found @ (Verified::Fine(_) | Verified::Differs(_)) => panic!("{statement}: {found:?}"),
        }
    }
    world.end().await;
}

#[tokio::test]
async fn a_row_that_is_not_what_the_ledger_says_is_found() {
    let (world, _) = filled().await;
    for (statement, table) in [
        ("UPDATE documents SET document = '{}' WHERE name = 'c'", "documents"),
        ("UPDATE documents SET name = 'x' WHERE name = 'c'", "documents"),
        ("DELETE FROM documents WHERE name = 'c'", "documents"),
        ("UPDATE document_versions SET labels = '{\"a\": \"b\"}' WHERE name = 'b'", "document_versions"),
        ("UPDATE document_versions SET position = 2 WHERE name = 'b'", "document_versions"),
        (
            "INSERT INTO document_versions SELECT gen_random_uuid(), version, org_id, parent_id, kind, name, phase, labels, \
          search, external_id, owner_id, position, created_at, created_by, updated_at, deleted_at, document \
          FROM document_versions LIMIT 1",
            "document_versions",
        ),
        ("UPDATE document_versions SET created_by = '{}' WHERE name = 'b'", "document_versions"),
        ("DELETE FROM document_versions WHERE name = 'b'", "document_versions"),
        ("INSERT INTO claims SELECT org_id, kind, 'x', aggregate_id FROM claims LIMIT 1", "claims"),
        ("DELETE FROM claims WHERE kind = 'orgName'", "claims"),
        ("UPDATE claims SET aggregate_id = gen_random_uuid() WHERE kind = 'orgName'", "claims"),
        ("DELETE FROM object_references WHERE kind = 'keyOf'", "object_references"),
        ("UPDATE object_references SET until = 1", "object_references"),
        ("UPDATE scopes SET position = position + 1", "scopes"),
        ("UPDATE scopes SET authority = 1", "scopes"),
        ("DELETE FROM ledger_batches WHERE position = 6", "ledger_batches"),
    ] {
        match tampered(&world, statement).await {
            Verified::Differs(report) => {
                assert!(report.differences.iter().all(|it| it.table == table), "{statement}: {report:?}");
            }
            found @ (Verified::Fine(_) | Verified::Damaged(_)) => panic!("{statement}: {found:?}"),
        }
    }
    world.end().await;
}

async fn read(db: &mut PgConnection, mut reader: Reader) -> Result<i64, ReadError> {
    while reader.next(db).await?.is_some() {}
    Ok(reader.position())
}

#[tokio::test]
async fn a_reader_takes_nothing_for_the_end_but_the_end() {
    let (world, org) = filled().await;
    let mut db = world.database().options().connect().await.unwrap();
    assert_eq!(read(&mut db, Reader::new(0, 7)).await.unwrap(), 7);
    assert_eq!(read(&mut db, Reader::new(5, 7)).await.unwrap(), 7);
    assert_eq!(read(&mut db, Reader::new(7, 7)).await.unwrap(), 7);
    assert_eq!(read(&mut db, Reader::of_scope(org, 0, 5)).await.unwrap(), 5);
    assert!(matches!(
        read(&mut db, Reader::new(0, 8)).await,
        Err(ReadError::Short { expected: 8, until: 8 })
    ));
    assert!(matches!(
        read(&mut db, Reader::of_scope(org, 0, 6)).await,
        Err(ReadError::Short { expected: 6, .. })
    ));

    let mut superuser = world.database().superuser_options().connect().await.unwrap();
    sqlx::raw_sql("SET session_replication_role = replica; DELETE FROM events WHERE position = 3")
        .execute(&mut superuser)
        .await
        .unwrap();
    assert!(matches!(read(&mut db, Reader::new(0, 7)).await, Err(ReadError::Gap { expected: 3, found: 4 })));

    let pid: i32 = sqlx::query_scalar("SELECT pg_backend_pid()").fetch_one(&mut db).await.unwrap();
    sqlx::query("SELECT pg_terminate_backend($1)").bind(pid).execute(&mut superuser).await.unwrap();
    assert!(matches!(read(&mut db, Reader::new(0, 7)).await, Err(ReadError::Database(_))));
    superuser.close().await.unwrap();
}

/// Runs `quarterdeck verify`, and gives its exit code and what it printed.
fn verify_command(world: &World) -> (Option<i32>, String) {
    let options = world.database().options();
    let socket = options.get_socket().unwrap().display().to_string().replace('/', "%2F");
    let url = format!("postgres://quarterdeck@{socket}/{}", options.get_database().unwrap());
    let ran = Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .args(["verify", "--allow-unsafe-durability", "--database-url", &url])
        .output()
        .unwrap();
    (ran.status.code(), String::from_utf8(ran.stdout).unwrap())
}

#[tokio::test]
async fn the_command_says_by_its_exit_code_what_it_found() {
    let (world, _) = filled().await;
    let mut superuser = world.database().superuser_options().connect().await.unwrap();
    let (code, said) = verify_command(&world);
    // Nobody has signed what is old.
    assert!(code == Some(1) && said.starts_with("Verified 7 events and "), "{code:?} {said}");
    assert!(said.contains("They should have been signed"), "{said}");

    for (statement, code, says) in [
        ("UPDATE documents SET phase = 'other' WHERE name = 'c'", 1, "differs from the ledger in phase"),
        ("UPDATE events SET event_type = 'x' WHERE position = 2", 1, "position 2: "),
        ("DROP TABLE ledger_head", 2, ""),
    ] {
        let statement = format!("SET session_replication_role = replica; {statement}");
        sqlx::raw_sql(&statement).execute(&mut superuser).await.unwrap();
        let (found, said) = verify_command(&world);
        assert!(found == Some(code) && said.contains(says), "{statement}: {found:?} {said}");
    }
}
