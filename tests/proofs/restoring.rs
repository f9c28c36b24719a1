//! A database that went back is noticed, and begins another life.

use crate::world::{World, check, public_keys};
use quarterdeck::clock::Clock;
use quarterdeck::ledger::anchor::{Anchor, Keeper, Life};
use quarterdeck::ledger::proofs::Tree;
use quarterdeck::ledger::verify::{Lives, Witness, verify_ledger};
use serde_json::Value;
use sqlx::PgConnection;
use std::fs;
use testing::Reply;

impl World {
    fn keeper(&self) -> Keeper {
        Keeper::new(self.service.app.pool.clone(), self.service.data_dir())
    }

    async fn look(&self) -> Life {
        self.keeper().check(self.service.clock.now()).await.unwrap()
    }

    async fn position(&self) -> i64 {
        sqlx::query_scalar("SELECT position FROM ledger_head")
            .fetch_one(&self.service.app.pool)
            .await
            .unwrap()
    }

    /// Restores the ledger to how it was at a position, as far as these tests look at it.
    async fn restore(&self, db: &mut PgConnection, position: i64) {
        let statements = format!(
            "DELETE FROM events WHERE position > {position}; UPDATE ledger_head SET position = {position}; \
             UPDATE scopes s SET position = (SELECT max(org_position) FROM events e WHERE e.org_id = s.org_id); \
             DELETE FROM documents WHERE position > {position}; \
             DELETE FROM document_versions WHERE position > {position}; \
             DELETE FROM claims WHERE kind = 'projectName'; DELETE FROM object_references WHERE kind = 'usedBy'"
        );
        sqlx::raw_sql(&statements).execute(db).await.unwrap();
    }

    fn change_anchor(&self, change: impl FnOnce(&mut Anchor)) {
        let path = self.service.data_dir().join("anchor");
        let mut anchor: Anchor = serde_json::from_str(&fs::read_to_string(&path).unwrap()).unwrap();
        change(&mut anchor);
        fs::write(&path, serde_json::to_string(&anchor).unwrap()).unwrap();
    }

    async fn asked(&self, path: &str) -> Reply {
        self.admin.get(&format!("{}/{path}", self.org)).await
    }
}

#[tokio::test]
async fn a_ledger_that_goes_on_stays_in_its_epoch() {
    let world = World::new().await;
    assert_eq!(world.look().await, Life::GoesOn, "there is no anchor yet");
    world.projects(0..2).await;
    assert_eq!(world.look().await, Life::GoesOn);
    world.keeper().end(world.service.clock.now()).await.unwrap();
    // Another cluster with all of it: moved in an orderly way.
    world.change_anchor(|anchor| anchor.system_identifier += 1);
    assert_eq!(world.look().await, Life::GoesOn);
    world.change_anchor(|anchor| anchor.timeline += 1);
    let position = world.position().await;
    let life = world.look().await;
    assert_eq!(life, Life::BeganAnew { epoch: 2, after: position }, "nobody can tell what was lost");
    assert_eq!(world.look().await, Life::GoesOn, "once");
}

#[tokio::test]
async fn cursors_and_page_tokens_of_before_a_restore_say_where_it_forked() {
    let world = World::new().await;
    world.projects(0..6).await;
    let (fork, shown) = (world.position().await, world.head().await);
    world.projects(6..9).await;
    world.service.app.checkpoints.tick(true).await.unwrap();
    let before = world.checkpoint().await;
    let cursor = world.asked("events?limit=500").await.is(200).json["nextAfter"].as_str().unwrap().to_owned();
    let tokens: Vec<String> = {
        let mut tokens = vec![];
        for list in ["projects?limit=2", "audit?limit=2"] {
            let page = world.asked(list).await.is(200);
            tokens.push(format!("{list}&pageToken={}", page.json["nextPageToken"].as_str().unwrap()));
        }
        tokens
    };
    world.keeper().end(world.service.clock.now()).await.unwrap();
    let mut superuser = world.superuser().await;
    world.restore(&mut superuser, fork).await;
    assert_eq!(world.look().await, Life::BeganAnew { epoch: 2, after: fork });

    let refused = world.asked(&format!("events?after={cursor}")).await.is(409);
    assert_eq!((refused.code(), &refused.json["position"]), ("epoch_changed", &Value::from(shown)));
    for page in tokens {
        let refused = world.asked(&page).await.is(409);
        assert_eq!(
            (refused.code(), &refused.json["position"]),
            ("epoch_changed", &Value::from(shown)),
            "{page}"
        );
    }
    let stream = world.asked(&format!("events/stream?after={cursor}")).await.is(409);
    assert_eq!(stream.code(), "epoch_changed");
    // A bare position goes on from where it forked.
    let next = world.asked(&format!("events?after={shown}")).await.is(200);
    assert!(next.json["nextAfter"].as_str().unwrap().starts_with("2."));

    // What is signed now is another log, which names the last checkpoint of before.
    world.projects(20..22).await;
    let after = world.checkpoint().await;
    assert_eq!((after.origin.epoch, after.previous), (2, Some(before.hash())));
    let proof = world.get("proof?position=1").await.is(200).json;
    check(&world, &proof).unwrap();
    world.service.app.checkpoints.tick(true).await.unwrap();

    // Everything that was signed in both lives follows, up to where the first one ended.
    let lives = Lives::of(&mut superuser).await.unwrap();
    assert_eq!((lives.epoch, lives.began_after.get(&2)), (2, Some(&fork)));
    let app = &world.service.app;
    let witness = Witness::of_shelf(app.checkpoints.shelf(), &public_keys(&app.keyring), lives).unwrap();
    let found = verify_ledger(&mut superuser, &witness).await.unwrap();
    assert_eq!((found.fault, found.proven.tail), (None, 0));
    let mut notes = vec![];
    app.checkpoints.shelf().notes(|note| notes.push(world.read(note))).unwrap();
    let of_ledger = notes.iter().filter(|signed| signed.origin.tree == Tree::Installation);
    assert_eq!(of_ledger.map(|signed| signed.origin.epoch).collect::<Vec<_>>(), [1, 2]);
}

#[tokio::test]
async fn another_history_is_told_by_the_leaves_that_are_kept_outside() {
    let world = World::new().await;
    world.projects(0..2).await;
    let fork = world.position().await;
    world.projects(2..6).await;
    world.service.app.checkpoints.tick(true).await.unwrap();
    assert_eq!(world.look().await, Life::GoesOn);
    // Restored, and longer again than it was, before this process was started.
    let mut superuser = world.superuser().await;
    world.restore(&mut superuser, fork).await;
    world.projects(10..20).await;
    assert_eq!(world.look().await, Life::BeganAnew { epoch: 2, after: fork });

    // A process whose anchor is older than what another one has noticed.
    world.change_anchor(|anchor| (anchor.epoch, anchor.position) = (1, 1_000));
    assert_eq!(world.look().await, Life::GoesOn);
    // A backup of before that.
    world.change_anchor(|anchor| anchor.epoch = 5);
    assert!(matches!(world.look().await, Life::BeganAnew { epoch: 6, .. }));
}
