//! Every operation, asked by every role, in every situation: who is let through is a golden file.
//!
//! The operations are those of the OpenAPI document, so that a new one without a row fails. Nothing is changed on the
//! way: what writes is asked as a dry run. Run with `UPDATE_GOLDEN=1` to write the files, and read the difference.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod audited;
mod bodies;
mod canary;
mod operations;
mod queries;
mod world;

use operations::{Operation, operations};
use quarterdeck::authz::{Permission, Reach, reach};
use std::fmt::Write as _;
use std::{env, fs};
use testing::Client;
use values::{Role, RoleLevel};
use world::{Actor, Places, World};

/// What the letters mean.
const LEGEND: &str = "# Who is let through (x), told that a right is missing (d), told that there is no such thing (-), or not\n\
     # let in at all (!). Where there is a dot, the situation cannot be: such a role is given in another way.\n";

/// The roles, as in the table of rights.
const ABBREVIATIONS: [&str; 15] =
    ["OP", "PA", "PR", "OA", "OR", "AU", "JA", "JR", "IA", "IR", "CA", "WA", "WR", "NA", "NR"];

/// What lets through who has not the right by the table, and why. This list may only shrink.
const WIDER: &[(&str, &str)] = &[
    ("listApiKeys", "shows their own keys to those who may not read those of others"),
    ("listOrgAudit", "shows what is about their projects to those who have audit.project there"),
];

/// What does not let everybody through who has its right, and why not. This list may only shrink.
const NARROWER: &[(&str, &str)] =
    &[("applyDocuments", "lets those in who may read the org, and judges each document by its own right")];

async fn letter(actor: &Client, operation: &Operation, path: &str) -> char {
    let (status, code) = operation.call(actor, path).outcome().await;
    match (status.as_u16(), code.as_str()) {
        (401, _) => '!',
        (403, _) => 'd',
        (404, _) => '-',
        (500.., _) => panic!("{} {path} breaks", operation.id),
        _ => 'x',
    }
}

/// One line an operation: its name, what it requires, and a letter a role.
async fn table(actors: &[Option<Actor>], places: &Places) -> Vec<(&'static Operation, String)> {
    let mut lines = vec![];
    for operation in operations() {
        let mut letters = String::new();
        for actor in actors {
            letters.push(match actor {
                Some(actor) => letter(&actor.client, operation, &places.of(actor).path(operation)).await,
                None => '.',
            });
        }
        lines.push((operation, letters));
    }
    lines
}

fn compare(situation: &str, lines: &[(&Operation, String)]) {
    let mut text = String::from(LEGEND);
    writeln!(text, "# {}", ABBREVIATIONS.join(" ")).unwrap();
    for (operation, letters) in lines {
        let permission = operation.permission.map_or("", |permission| permission.as_str());
        let spaced: Vec<String> = letters.chars().map(String::from).collect();
        let line = format!("  {}  {} {permission}", spaced.join("  "), operation.id);
        writeln!(text, "{}", line.trim_end()).unwrap();
    }
    compare_text(situation, &text);
}

/// Holds a text against its golden file.
fn compare_text(name: &str, text: &str) {
    let path = format!("tests/golden/rights/{name}.txt");
    if env::var_os("UPDATE_GOLDEN").is_some() {
        fs::write(&path, text).unwrap();
    }
    let golden = fs::read_to_string(&path).unwrap_or_default();
    let first = text.lines().zip(golden.lines()).find(|(new, old)| new != old);
    assert!(text == golden, "{name}: from {first:?} on: read the difference that UPDATE_GOLDEN=1 makes");
}

#[tokio::test]
async fn on_ones_own_place() {
    let world = World::new().await;
    let actors = world.actors().await;
    let lines = table(&actors, &world.own).await;
    compare("own-place", &lines);
    for (operation, letters) in &lines {
        let Some(permission) = operation.permission else { continue };
        for (role, letter) in Role::ALL.iter().zip(letters.chars()) {
            let given = reach(*role, permission);
            let is_wider = WIDER.iter().any(|(id, _)| *id == operation.id);
            let may_replace = operation.replacing.is_some_and(|right| reach(*role, right).is_some());
            let may = given.is_some() || may_replace || is_wider;
            assert!(letter != 'x' || may, "{} lets {role} through", operation.id);
            let has = matches!(given, Some(Reach::Everywhere)) && is_at_home(*role, operation);
            let is_narrower = NARROWER.iter().any(|(id, _)| *id == operation.id);
            assert!(letter != 'd' || !has || is_narrower, "{} does not let {role} through", operation.id);
        }
    }
}

/// Whether the operation's place is one that the role is given on, or inside of it.
fn is_at_home(role: Role, operation: &Operation) -> bool {
    match role.level() {
        // Keys of one's own are in one's own scope, which no org is.
        RoleLevel::Platform | RoleLevel::Partner if operation.permission == Some(Permission::ApiKeyOwn) => {
            false
        }
        RoleLevel::Platform | RoleLevel::Partner | RoleLevel::Org => true,
        RoleLevel::Project | RoleLevel::Namespace => operation.path.contains("/projects/{project}"),
    }
}

#[tokio::test]
async fn in_another_project() {
    let world = World::new().await;
    let actors = world.actors().await;
    compare("other-project", &table(&actors, &world.other_project).await);
}

#[tokio::test]
async fn in_another_org() {
    let world = World::new().await;
    let actors = world.actors().await;
    let lines = table(&actors, &world.other_org).await;
    compare("other-org", &lines);
    let inside = lines.iter().filter(|(operation, _)| operation.path.starts_with("/v1/orgs/{org}"));
    for (operation, letters) in inside {
        for (role, letter) in Role::ALL.iter().zip(letters.chars()) {
            let is_of_an_org = !matches!(role.level(), RoleLevel::Platform | RoleLevel::Partner);
            assert!(!is_of_an_org || letter == '-', "{} shows {role} another org", operation.id);
        }
    }
}

#[tokio::test]
async fn while_suspended() {
    let world = World::new().await;
    let actors = world.actors().await;
    world.suspend(&actors).await;
    compare("suspended", &table(&actors, &world.own).await);
}

#[tokio::test]
async fn in_an_org_that_is_deactivated() {
    let world = World::new().await;
    let actors = world.actors().await;
    world.deactivate().await;
    compare("deactivated-org", &table(&actors, &world.own).await);
}

#[tokio::test]
async fn after_the_binding_has_ended() {
    let world = World::new().await;
    let actors = world.actors_until_an_hour_from_now().await;
    world.let_an_hour_pass();
    let lines = table(&actors, &world.own).await;
    compare("ended-binding", &lines);
    let inside = lines.iter().filter(|(operation, _)| operation.path.starts_with("/v1/orgs/{org}"));
    for (operation, letters) in inside {
        assert!(!letters.contains('x'), "{} lets somebody through whose time is over", operation.id);
    }
}

#[tokio::test]
async fn with_a_key_that_only_reads() {
    let world = World::new().await;
    let actors = world.actors_that_only_read().await;
    let lines = table(&actors, &world.own).await;
    compare("read-only-key", &lines);
    for (operation, letters) in lines.iter().filter(|(operation, _)| operation.changes()) {
        assert!(!letters.contains('x'), "{} lets a key change something that only reads", operation.id);
    }
}
