//! Read models that are built again beside the live ones: killed and gone on with, switched under load, in nobody's way.

use crate::world::World;
use futures::future::join_all;
use quarterdeck::crypto::{Keyring, Random};
use quarterdeck::database::LOOK_UPS_ONLY;
use quarterdeck::ledger::rebuild::{ReadModel, Rebuild, SNAPSHOT, Step};
use quarterdeck::ledger::unit::Verdict;
use sqlx::{Connection, Executor, PgConnection, PgPool, Row};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use testing::sized;
use values::{Role, ScopeId};

/// Every row of every table but the head, whose time a switch moves, and how the tables are made.
pub(crate) type Live = BTreeMap<String, Vec<String>>;

pub(crate) async fn live(pool: &PgPool) -> Live {
    let names =
        "SELECT tablename::text FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'ledger_head'";
    let tables: Vec<String> = sqlx::query_scalar(names).fetch_all(pool).await.unwrap();
    let mut all = Live::new();
    for table in tables {
        let rows = format!("SELECT t::text FROM {table} t ORDER BY 1");
        all.insert(table, sqlx::query_scalar(&rows).fetch_all(pool).await.unwrap());
    }
    for (what, query) in [
        ("indexes", "SELECT indexdef FROM pg_indexes WHERE schemaname = 'public' ORDER BY 1"),
        (
            "columns",
            "SELECT concat_ws(' ', table_name, column_name, row_number() OVER (PARTITION BY table_name ORDER BY ordinal_position), \
             is_nullable, data_type, collation_name) \
             FROM information_schema.columns WHERE table_schema = 'public' ORDER BY 1",
        ),
        (
            "constraints",
            "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) FROM pg_constraint \
             WHERE connamespace = 'public'::regnamespace ORDER BY 1",
        ),
        (
            "tables",
            "SELECT concat_ws(' ', relname, relkind, relpersistence, reloptions, relacl) FROM pg_class \
             WHERE relnamespace = 'public'::regnamespace ORDER BY 1",
        ),
    ] {
        all.insert(what.to_owned(), sqlx::query_scalar(query).fetch_all(pool).await.unwrap());
    }
    all
}

fn keyring() -> Arc<Keyring> {
    Arc::new(Keyring::ephemeral(&Random::seeded(1)))
}

pub(crate) async fn begin(world: &World, chunk: usize) -> Rebuild {
    let options = world.database().options();
    Rebuild::start(&options, &ReadModel::ALL, keyring()).await.unwrap().in_chunks_of(chunk)
}

/// Orgs that are renamed and members with keys.
async fn filled(orgs: usize) -> World {
    let world = World::new().await;
    let partner = world.partner("acme").await;
    for tens in 0..orgs.div_ceil(10) {
        let names: Vec<_> = (0..10).map(|one| format!("a{tens}-{one}")).collect();
        let units = join_all(names.iter().map(|name| world.org_unit(partner, name))).await;
        let ids: Vec<ScopeId> = units.iter().map(|unit| ScopeId::from(unit.changes[0].id)).collect();
        join_all(units.into_iter().map(|unit| world.submit(unit))).await;
        for org in ids.into_iter().step_by(2) {
            world.submit(world.rename_unit(org, &format!("b{}", org.as_uuid().simple())).await).await;
        }
    }
    let org = world.org(partner, "with-members").await;
    let member = world.member(org, partner, Role::OrgAdmin).await;
    world.submit(world.key_unit(org, member).await).await;
    world
}

/// What is left of next generations.
async fn left(pool: &PgPool) -> Vec<String> {
    let names = "SELECT tablename::text FROM pg_tables WHERE schemaname = 'next_generation' ORDER BY 1";
    sqlx::query_scalar(names).fetch_all(pool).await.unwrap()
}

#[tokio::test]
async fn a_rebuild_that_is_ended_after_any_step_goes_on_from_there() {
    let world = filled(10).await;
    let before = live(&world.pool).await;
    let mut ended_after = 0;
    loop {
        let mut rebuild = begin(&world, 1).await;
        let mut steps = 0;
        let mut switched = false;
        while steps < ended_after && !switched {
            switched = matches!(rebuild.step().await.unwrap(), Step::Switched { .. });
            steps += 1;
        }
        let position = rebuild.position();
        drop(rebuild);
        assert_eq!(live(&world.pool).await, before, "after {steps} steps");
        if switched {
            break;
        }
        let rebuild = begin(&world, 1).await;
        assert_eq!(rebuild.position(), position, "what was done is not done again");
        assert_eq!(rebuild.finish().await.unwrap(), world.events().await);
        assert_eq!(live(&world.pool).await, before, "ended after {steps} steps");
        assert_eq!(left(&world.pool).await, ["progress"]);
        ended_after += 1;
    }
    let batches: i64 =
        sqlx::query_scalar("SELECT count(*) FROM ledger_batches").fetch_one(&world.pool).await.unwrap();
    assert_eq!(ended_after, batches + 2, "a step a batch, the indexes and the switch");
    world.end().await;
}

#[tokio::test]
async fn a_rebuild_that_is_ended_while_tables_are_finished_finds_those_that_are() {
    let world = filled(10).await;
    let before = live(&world.pool).await;
    let mut rebuild = begin(&world, 1_000).await;
    while rebuild.step().await.unwrap() != Step::Indexed {}
    drop(rebuild);
    // As where the last of them was finished, and nobody could say so any more.
    let ended = "UPDATE next_generation.progress SET follows = false";
    world.pool.execute(ended).await.unwrap();
    assert_eq!(begin(&world, 1_000).await.finish().await.unwrap(), world.events().await);
    assert_eq!(live(&world.pool).await, before);
    world.end().await;
}

/// A process that shares the work takes a page of events longer to start than to read.
#[tokio::test]
async fn nothing_that_is_read_of_the_ledger_starts_processes() {
    let world = filled(10).await;
    let options = world.database().options().options(LOOK_UPS_ONLY);
    let mut db = PgConnection::connect_with(&options).await.unwrap();
    // PostgreSQL begins processes wherever it may, and not only where it takes that to be cheaper.
    db.execute(
        "SELECT set_config(name, 'on', false) FROM pg_settings \
         WHERE name IN ('debug_parallel_query', 'force_parallel_mode')",
    )
    .await
    .unwrap();
    for statement in [
        include_str!("../../src/ledger/sql/read_all.sql"),
        include_str!("../../src/ledger/rebuild/sql/last_of_streams.sql"),
    ] {
        let prepare = format!("DEALLOCATE ALL; PREPARE page (bigint, bigint, bigint) AS {statement}");
        sqlx::raw_sql(&prepare).execute(&mut db).await.unwrap();
        let explain = "EXPLAIN EXECUTE page (0, 1000, 500)";
        let plan: Vec<String> =
            sqlx::raw_sql(explain).fetch_all(&mut db).await.unwrap().iter().map(|row| row.get(0)).collect();
        let plan = plan.join("\n");
        assert!(plan.contains("Index Scan") && !plan.contains("Gather"), "{plan}");
    }
    world.end().await;
}

#[tokio::test]
async fn one_read_model_alone_can_be_rebuilt_and_begins_anew_after_others() {
    let world = filled(10).await;
    let before = live(&world.pool).await;
    for model in ReadModel::ALL {
        let mut all = begin(&world, 5).await;
        assert_eq!(all.step().await.unwrap(), Step::Added);
        drop(all);
        let options = world.database().options();
        let one = Rebuild::start(&options, &[model], keyring()).await.unwrap();
        assert_eq!(one.position(), 0);
        let tables = model.tables();
        let mut left = left(&world.pool).await;
        // What is said of something until the last word is known.
        left.retain(|table| !table.ends_with("_said"));
        assert!(left.len() == tables.len() + 1 && tables.iter().all(|it| left.contains(&(*it).to_owned())));
        one.finish().await.unwrap();
        assert_eq!(live(&world.pool).await, before, "{model:?}");
    }
    world.end().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn commands_go_on_while_read_models_are_rebuilt_and_none_is_lost() {
    let world = filled(sized(40, 4_000)).await;
    let partner = world.partner("busy").await;
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> = (0..4)
        .map(|writer| {
            let (world, done) = (world.clone(), Arc::clone(&done));
            tokio::spawn(async move {
                let mut acknowledged = vec![];
                while !done.load(Ordering::Relaxed) {
                    let number = acknowledged.len();
                    let unit = world.org_unit(partner, &format!("w{writer}-{number}")).await;
                    let org = ScopeId::from(unit.changes[0].id);
                    assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
                    let unit = world.rename_unit(org, &format!("w{writer}-{number}-r")).await;
                    assert!(matches!(world.submit(unit).await, Verdict::Recorded(_)));
                    acknowledged.push(org.as_uuid());
                }
                acknowledged
            })
        })
        .collect();
    for _ in 0..sized(3, 100) {
        begin(&world, 50).await.finish().await.unwrap();
    }
    done.store(true, Ordering::Relaxed);
    let mut acknowledged = vec![];
    for writer in writers {
        acknowledged.extend(writer.await.unwrap());
    }
    assert!(!acknowledged.is_empty());
    let renamed: i64 = sqlx::query_scalar(
        "SELECT count(*) FROM documents WHERE id = ANY ($1) AND version = 2 AND name LIKE '%-r'",
    )
    .bind(&acknowledged)
    .fetch_one(&world.pool)
    .await
    .unwrap();
    assert_eq!(usize::try_from(renamed).unwrap(), acknowledged.len());
    world.end().await;
}

#[tokio::test]
async fn a_switch_waits_for_snapshots_and_commands_do_not() {
    let world = filled(10).await;
    let partner = world.partner("busy").await;
    let mut rebuild = begin(&world, 1_000).await;
    assert_eq!(rebuild.step().await.unwrap(), Step::Added);
    assert_eq!(rebuild.step().await.unwrap(), Step::Indexed);
    let mut reader = world.pool.acquire().await.unwrap();
    let mut snapshot = reader.begin().await.unwrap();
    snapshot.execute(SNAPSHOT).await.unwrap();
    let count = "SELECT count(*) FROM documents";
    let seen: i64 = sqlx::query_scalar(count).fetch_one(&mut *snapshot).await.unwrap();
    for name in ["c1", "c2", "c3"] {
        assert_eq!(rebuild.step().await.unwrap(), Step::Waits);
        world.org(partner, name).await;
        assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&mut *snapshot).await.unwrap(), seen);
    }
    snapshot.rollback().await.unwrap();
    assert!(matches!(rebuild.step().await.unwrap(), Step::Switched { .. }));
    assert_eq!(sqlx::query_scalar::<_, i64>(count).fetch_one(&world.pool).await.unwrap(), seen + 3);
    drop(reader);
    world.end().await;
}

fn start(world: &World, data_dir: &Path) -> Child {
    let options = world.database().options();
    let socket = options.get_socket().unwrap().display().to_string().replace('/', "%2F");
    let url = format!("postgres://quarterdeck@{socket}/{}", options.get_database().unwrap());
    Command::new(env!("CARGO_BIN_EXE_quarterdeck"))
        .args(["rebuild", "--allow-unsafe-durability", "--database-url", &url, "--data-dir"])
        .arg(data_dir)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_process_that_is_killed_leaves_nothing_wrong_and_another_goes_on() {
    let world = filled(sized(200, 10_000)).await;
    let before = live(&world.pool).await;
    let data_dir = tempfile::tempdir().unwrap();
    let random = Random::seeded(20);
    let mut killed = 0;
    for _ in 0..sized(8, 200) {
        let mut process = start(&world, data_dir.path());
        let [times, more] = random.bytes();
        // Each question takes a moment.
        for _ in 0..usize::from(times) + usize::from(more) {
            sqlx::query("SELECT pg_stat_get_backend_idset()").execute(&world.pool).await.unwrap();
        }
        if process.try_wait().unwrap().is_none() {
            killed += 1;
        }
        process.kill().unwrap();
        process.wait().unwrap();
        // A command in between: the generation that goes on must learn of it.
        let partner = world.partner(&format!("p{}", world.id().simple())).await;
        world.org(partner, "between").await;
    }
    assert!(killed > 0, "some were killed before they had ended");
    assert!(start(&world, data_dir.path()).wait().unwrap().success());
    let after = live(&world.pool).await;
    for what in ["indexes", "columns", "constraints", "tables"] {
        assert_eq!(after[what], before[what]);
    }
    assert_eq!(left(&world.pool).await, ["progress"]);
    world.end().await;
}
