//! `quarterdeck verify`, as an auditor and as an operator run it.

use crate::copying::run;
use crate::world::World;
use quarterdeck::ledger::proofs::VerifierKey;
use sqlx::ConnectOptions;
use sqlx::postgres::PgConnectOptions;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use testing::TestDatabase;

/// Runs the command, and gives its exit code and what it printed.
pub(crate) fn quarterdeck(arguments: &[&str]) -> (Option<i32>, String) {
    let ran = Command::new(env!("CARGO_BIN_EXE_quarterdeck")).args(arguments).output().unwrap();
    let said = String::from_utf8(ran.stdout).unwrap();
    (
        ran.status.code(),
        if said.is_empty() && !ran.status.success() { String::from_utf8(ran.stderr).unwrap() } else { said },
    )
}

/// What commands need to find the database and the files of a world.
pub(crate) struct Installed {
    url: String,
    data_dir: String,
}

impl Installed {
    pub(crate) fn of(world: &World) -> Self {
        let data_dir = world.service.data_dir();
        let keyring = written(data_dir, "keyring.json", world.service.keyring_file.as_bytes());
        fs::set_permissions(&keyring, fs::Permissions::from_mode(0o600)).unwrap();
        let url = url(&world.service.app.pool.connect_options());
        Self { url, data_dir: data_dir.to_str().unwrap().to_owned() }
    }

    pub(crate) fn arguments(&self) -> [&str; 5] {
        ["--allow-unsafe-durability", "--database-url", &self.url, "--data-dir", &self.data_dir]
    }
}

fn url(options: &PgConnectOptions) -> String {
    let socket = options.get_socket().unwrap().display().to_string().replace('/', "%2F");
    format!("postgres://quarterdeck@{socket}/{}", options.get_database().unwrap())
}

fn written(directory: &Path, name: &str, text: &[u8]) -> String {
    let path: PathBuf = directory.join(name);
    fs::write(&path, text).unwrap();
    path.to_str().unwrap().to_owned()
}

#[tokio::test]
async fn an_auditor_needs_an_export_a_checkpoint_and_the_key() {
    let world = World::new().await;
    world.projects(0..5).await;
    let early = world.get("checkpoint").await.is(200).bytes;
    world.projects(5..9).await;
    let signed = world.checkpoint().await;
    // That somebody takes an export is in the ledger too: the checkpoint says where to end.
    let export = world.get(&format!("export?until={}", signed.size)).await.is(200).bytes;
    let directory = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &[u8]| written(directory.path(), name, text);
    let public = *world.service.app.keyring.signing_key().public_key();
    let key = VerifierKey { name: signed.origin.to_string(), public }.to_string();
    let verify = |export: &[u8], checkpoint: &[u8]| {
        let (export, checkpoint) = (file("export", export), file("checkpoint", checkpoint));
        quarterdeck(&["verify", "--export", &export, "--against", &checkpoint, "--key", &key])
    };
    let note = signed.note.as_bytes();
    let (code, said) = verify(&export, note);
    assert!(
        code == Some(0) && said.starts_with(&format!("Verified {} events", signed.size)),
        "{code:?} {said}"
    );

    let text = String::from_utf8(export.clone()).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let without = |index: usize| {
        let mut lines = lines.clone();
        lines.remove(index);
        lines.join("\n") + "\n"
    };
    let last = lines.len() - 1;
    for (changed, says) in [
        (text.replacen("\"p3\"", "\"p4\"", 1), "was changed: its leaf is not its hash".to_owned()),
        (without(4), "position 5: is missing".to_owned()),
        (
            without(last),
            format!("position 1: this or something after it is missing: the export ends at {last}"),
        ),
        (text.trim_end().to_owned(), "breaks off".to_owned()),
        (text.replacen("\"sequence\":1", "\"sequence\":01", 1), "is no exported event".to_owned()),
    ] {
        let (code, said) = verify(changed.as_bytes(), note);
        assert!(code == Some(1) && said.contains(&says), "{code:?} {said}");
    }
    // What was signed early covers only a part; it is not what another org's ledger is, and not signed by another key.
    let (code, said) = verify(&export, &early);
    assert!(
        code == Some(1) && said.contains("Unproven tail: no checkpoint covers positions"),
        "{code:?} {said}"
    );
    let both = [&early[..], b"\n", note].concat();
    assert_eq!(verify(&export, &both).0, Some(0));
    let (code, said) = verify(&export, signed.note.replace("time 2026", "time 2027").as_bytes());
    assert!(code == Some(1) && said.contains("not signed by the key"), "{code:?} {said}");
    assert_eq!(verify(&export, b"nothing").0, Some(2));
    assert_eq!(verify(b"", note).0, Some(2));
}

#[tokio::test]
async fn an_operator_holds_the_database_against_what_was_signed() {
    let world = World::new().await;
    world.projects(0..5).await;
    world.service.app.checkpoints.tick(true).await.unwrap();
    let early = world.get("checkpoint").await.is(200).bytes;
    let installed = Installed::of(&world);
    let elsewhere = tempfile::tempdir().unwrap();
    let against = written(elsewhere.path(), "checkpoint", &early);
    let common = [&["verify"], &installed.arguments()[..]].concat();

    let (code, said) = quarterdeck(&common);
    assert!(code == Some(0) && said.contains("Proved up to position"), "{code:?} {said}");
    assert!(!said.contains("Unproven"), "{said}");
    // The clock in hand stands still in the past: what comes now looks as if it should have been signed long ago.
    world.projects(5..6).await;
    let (code, said) = quarterdeck(&common);
    assert!(code == Some(1) && said.contains("Unproven tail"), "{code:?} {said}");
    world.service.app.checkpoints.tick(true).await.unwrap();

    let mut superuser = world.superuser().await;
    sqlx::raw_sql(
        "UPDATE events SET metadata = replace(metadata::text, 'api', 'abi')::json WHERE position = 5; \
         UPDATE events SET leaf = sha256('x') WHERE position = 5",
    )
    .execute(&mut superuser)
    .await
    .unwrap();
    let (code, said) = quarterdeck(&[&common[..], &["--against", &against]].concat());
    assert!(code == Some(1) && said.contains("position 5: "), "{code:?} {said}");
    let other = written(elsewhere.path(), "other", b"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n");
    let (code, said) = quarterdeck(&[&common[..], &["--key", &other]].concat());
    assert!(code == Some(1) && said.contains("not signed by the key"), "{code:?} {said}");
}

/// Every command that works on what is there.
const OF_AN_INSTALLATION: [&[&str]; 6] = [
    &["verify"],
    &["rebuild"],
    &["rebuild", "--check"],
    &["replay", "--org", "acme"],
    &["backup", "/nowhere/copy"],
    &["key", "--operator"],
];

#[test]
fn where_there_is_no_installation_commands_say_so_and_make_none() {
    let there = tempfile::tempdir().unwrap();
    let missing = there.path().join("new/and/deep");
    fs::set_permissions(there.path(), fs::Permissions::from_mode(0o700)).unwrap();
    for data_dir in [there.path(), &missing] {
        for command in OF_AN_INSTALLATION {
            let (code, said) = run(data_dir, command);
            let says = format!("there is no installation in {}", data_dir.display());
            assert!(code == Some(2) && said.contains(&says), "{command:?}: {code:?} {said}");
        }
    }
    assert_eq!(fs::read_dir(there.path()).unwrap().count(), 0);
    let mode = fs::metadata(there.path()).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o700, "nobody was let in");
}

#[tokio::test]
async fn a_database_without_tables_is_no_installation_either() {
    let database = TestDatabase::new().await;
    let mut superuser = database.superuser_options().connect().await.unwrap();
    let data_dir = tempfile::tempdir().unwrap();
    let options = database.options();
    let given = ["--allow-unsafe-durability", "--database-url", &url(&options)];
    let refuse = |command: &[&str]| {
        let (code, said) = run(data_dir.path(), &[command, &given[..]].concat());
        assert!(code == Some(2) && said.contains("there is no installation in"), "{command:?}: {said}");
        assert_eq!(fs::read_dir(data_dir.path()).unwrap().count(), 0, "{command:?}");
    };
    refuse(&["key", "--operator"]);
    sqlx::raw_sql("DROP SCHEMA public CASCADE; CREATE SCHEMA public AUTHORIZATION quarterdeck")
        .execute(&mut superuser)
        .await
        .unwrap();
    // A database of one's own is backed up with its own tools.
    for command in OF_AN_INSTALLATION.into_iter().filter(|command| command[0] != "backup") {
        refuse(command);
    }
    let tables: i64 = sqlx::query_scalar("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
        .fetch_one(&mut superuser)
        .await
        .unwrap();
    assert_eq!(tables, 0);
}
