//! What a superuser of the database does to the ledger is found, with the position at which it begins, whatever else was
//! computed anew to cover it.

use crate::world::{World, public_keys};
use quarterdeck::crypto::{Random, hex};
use quarterdeck::ledger::export::leaf_of;
use quarterdeck::ledger::reader::{Reader, StoredEvent};
use quarterdeck::ledger::verify::{Lives, Witness, verify_ledger};
use serde_json::{Value, json};
use sqlx::{Connection, PgConnection};
use std::collections::HashMap;
use uuid::Uuid;

/// A ledger that was signed to its end, in stretches.
struct Log {
    world: World,
    events: Vec<StoredEvent>,
    witness: Witness,
}

impl Log {
    async fn of(events: usize) -> Self {
        let world = World::new().await;
        let other = json!({ "metadata": { "name": "other" }, "spec": {} });
        drop(world.service.operator().post("/v1/orgs", other.clone()).await.is(201));
        let mut made = 0;
        while made < events {
            world.projects(made..made + 8).await;
            let renamed = json!({ "metadata": { "displayName": format!("after {made}") } });
            let (project, org) = (format!("{}/projects/p{made}", world.org), world.org.clone());
            drop(world.admin.patch(&project, &renamed).await.is(200));
            drop(world.service.operator().patch(&org, &renamed).await.is(200));
            made += 10;
            if made % 100 == 0 {
                world.service.app.checkpoints.tick(true).await.unwrap();
            }
        }
        world.service.app.checkpoints.tick(true).await.unwrap();
        let mut superuser = world.superuser().await;
        sqlx::raw_sql(
            "ALTER TABLE events DROP CONSTRAINT events_stream; ALTER TABLE events DROP CONSTRAINT events_org",
        )
        .execute(&mut superuser)
        .await
        .unwrap();
        let events = read(&mut superuser).await;
        let witness = witness(&world);
        Self { world, events, witness }
    }
}

fn witness(world: &World) -> Witness {
    let app = &world.service.app;
    let lives = Lives { epoch: 1, ..Lives::default() };
    Witness::of_shelf(app.checkpoints.shelf(), &public_keys(&app.keyring), lives).unwrap()
}

async fn read(db: &mut PgConnection) -> Vec<StoredEvent> {
    let head = sqlx::query_scalar("SELECT position FROM ledger_head").fetch_one(&mut *db).await.unwrap();
    let (mut reader, mut events) = (Reader::new(0, head), vec![]);
    while let Some(event) = reader.next(db).await.unwrap() {
        events.push(event);
    }
    events
}

/// Dice.
struct Dice(Random);

impl Dice {
    fn below(&self, end: usize) -> usize {
        usize::try_from(u64::from_be_bytes(self.0.bytes()) % end as u64).unwrap()
    }

    /// An index, from which on much has to be written anew: near the end more often than far from it.
    fn near_end(&self, end: usize) -> usize {
        end - 1 - (self.below(end) >> self.below(12))
    }

    fn flips(&self) -> bool {
        self.below(2) == 0
    }

    /// Another text of the same length and, where it is JSON, of the same form.
    fn changed(&self, text: &str) -> String {
        let is_json = serde_json::from_str::<Value>(text).is_ok();
        for _ in 0..1_000 {
            let mut bytes = text.as_bytes().to_vec();
            let at = self.below(bytes.len());
            bytes[at] ^= 1 << self.below(5);
            let Ok(changed) = String::from_utf8(bytes) else { continue };
            let is_plain = changed.bytes().all(|byte| (0x20..0x7f).contains(&byte)) || !text.is_ascii();
            if is_plain && (!is_json || serde_json::from_str::<Value>(&changed).is_ok()) {
                return changed;
            }
        }
        panic!("nothing in {text} can be changed");
    }

    fn flipped(&self, id: Uuid) -> Uuid {
        Uuid::from_u128(id.as_u128() ^ (1 << self.below(128)))
    }
}

/// Computes everything anew that follows from an event itself.
fn seal(event: &mut StoredEvent) {
    event.leaf = leaf_of(event).unwrap().hash().to_vec();
}

/// Numbers everything anew, from an index on.
fn renumber(events: &mut [StoredEvent], from: usize) {
    let (mut scopes, mut streams) = (HashMap::new(), HashMap::new());
    for (index, event) in events.iter_mut().enumerate() {
        let in_scope: &mut i64 = scopes.entry(event.org_id).or_default();
        *in_scope += 1;
        let stream = (event.aggregate_type.clone(), event.aggregate_id.clone());
        let in_stream: &mut i64 = streams.entry(stream).or_default();
        *in_stream += 1;
        if index >= from {
            event.position = i64::try_from(index).unwrap() + 1;
            (event.org_position, event.sequence) = (*in_scope, *in_stream);
            seal(event);
        }
    }
}

/// Changes one column of one event.
fn change_column(dice: &Dice, event: &mut StoredEvent, last: i64) -> &'static str {
    match dice.below(13) {
        0 => {
            event.position = last + 1 + i64::try_from(dice.below(9)).unwrap();
            return "position";
        }
        1 => event.org_id = dice.flipped(event.org_id),
        2 => event.org_position ^= 1 << dice.below(10),
        3 => event.event_id = dice.flipped(event.event_id),
        4 => event.aggregate_type = dice.changed(&event.aggregate_type),
        5 => event.aggregate_id = dice.changed(&event.aggregate_id),
        6 => event.sequence += 1 + i64::try_from(dice.below(9)).unwrap(),
        7 => event.event_type = dice.changed(&event.event_type),
        8 => event.event_version = dice.changed(&event.event_version),
        9 => event.payload = dice.changed(&event.payload),
        10 => event.metadata = dice.changed(&event.metadata),
        11 => event.recorded_at ^= 1 << dice.below(30),
        _ => {
            event.leaf[dice.below(32)] ^= 1 << dice.below(8);
            return "leaf";
        }
    }
    if dice.flips() {
        seal(event);
        return "a column, its leaf computed anew";
    }
    "a column"
}

/// One tampering: what was done, and the ledger as it is then.
fn tamper(dice: &Dice, events: &[StoredEvent]) -> (&'static str, Vec<StoredEvent>) {
    let mut events = events.to_vec();
    let length = events.len();
    let (anywhere, at) = (dice.below(length), dice.near_end(length));
    let last = i64::try_from(length).unwrap();
    let what = match dice.below(8) {
        0..=2 => change_column(dice, &mut events[anywhere], last),
        3 if dice.flips() => {
            events.remove(anywhere);
            "deleted"
        }
        3 => {
            events.remove(at);
            renumber(&mut events, at);
            "deleted, the rest numbered anew"
        }
        4 => {
            let mut forged = events[at].clone();
            (forged.event_id, forged.aggregate_id) =
                (dice.flipped(forged.event_id), Uuid::from_u128(7).to_string());
            events.insert(at, forged);
            renumber(&mut events, at);
            "inserted"
        }
        5 if dice.flips() => {
            let with = at - at.min(1 + dice.below(9));
            let (first, second) = if with == at { (0, length - 1) } else { (with, at) };
            events.swap(first, second);
            renumber(&mut events, first);
            "swapped, and all computed anew"
        }
        5 => {
            let with = (anywhere + 1 + dice.below(length - 1)) % length;
            events.swap(anywhere, with);
            for index in [anywhere, with] {
                events[index].position = i64::try_from(index).unwrap() + 1;
            }
            "swapped"
        }
        6 if dice.flips() => {
            events.truncate(anywhere);
            "truncated"
        }
        6 => {
            events[at..].iter_mut().for_each(|event| event.position += 1);
            "renumbered"
        }
        _ => {
            for event in &mut events[at..] {
                event.event_id = dice.flipped(event.event_id);
                seal(event);
            }
            "forked"
        }
    };
    (what, events)
}

/// The first position at which a ledger is not what it was.
fn first_difference(before: &[StoredEvent], after: &[StoredEvent]) -> i64 {
    let same = before.iter().zip(after).take_while(|(before, after)| before == after).count();
    i64::try_from(same).unwrap() + 1
}

/// Makes the database say so, as only a superuser can: constraints and triggers do not stand in the way. Only what differs
/// is written.
async fn write(db: &mut PgConnection, before: &[StoredEvent], after: &[StoredEvent]) {
    fn by_position(events: &[StoredEvent]) -> HashMap<i64, &StoredEvent> {
        events.iter().map(|event| (event.position, event)).collect()
    }
    let same = usize::try_from(first_difference(before, after)).unwrap() - 1;
    let (is, shall) = (by_position(&before[same..]), by_position(&after[same..]));
    let gone: Vec<i64> =
        is.iter().filter(|(at, event)| shall.get(at) != Some(event)).map(|(at, _)| *at).collect();
    sqlx::query("DELETE FROM events WHERE position = ANY($1)").bind(&gone).execute(&mut *db).await.unwrap();
    let new: Vec<Value> = shall
        .values()
        .filter(|event| is.get(&event.position) != Some(event))
        .map(|event| {
            json!({ "position": event.position, "org_id": event.org_id, "org_position": event.org_position,
                "event_id": event.event_id, "aggregate_type": event.aggregate_type, "aggregate_id": event.aggregate_id,
                "sequence": event.sequence, "event_type": event.event_type, "event_version": event.event_version,
                "payload": event.payload, "metadata": event.metadata, "recorded_at": event.recorded_at,
                "leaf": hex(&event.leaf) })
        })
        .collect();
    sqlx::query(
        "INSERT INTO events SELECT position, org_id, org_position, event_id, aggregate_type, aggregate_id, sequence, \
             event_type, event_version, payload::json, metadata::json, recorded_at, decode(leaf, 'hex') \
         FROM jsonb_to_recordset($1) AS new (position bigint, org_id uuid, org_position bigint, event_id uuid, \
             aggregate_type text, aggregate_id text, sequence bigint, event_type text, event_version text, payload text, \
             metadata text, recorded_at bigint, leaf text)",
    )
    .bind(Value::from(new))
    .execute(&mut *db)
    .await
    .unwrap();
    sqlx::raw_sql("UPDATE ledger_head SET position = (SELECT coalesce(max(position), 0) FROM events)")
        .execute(db)
        .await
        .unwrap();
}

/// One part of the tamperings, which run beside each other: a hundred in all, in the long form ten thousand.
async fn every_tampering_is_found(seed: u64) {
    let log = Log::of(testing::sized(200, 10_000)).await;
    let dice = Dice(Random::seeded(seed));
    // Whoever has only checkpoints finds it, and knows less exactly where.
    let mut without_leaves = Witness::new(Lives { epoch: 1, ..Lives::default() });
    let keys = public_keys(&log.world.service.app.keyring);
    let shelf = log.world.service.app.checkpoints.shelf();
    shelf.notes(|note| drop(without_leaves.add(note, &keys).unwrap())).unwrap();

    let mut superuser = log.world.superuser().await;
    let untouched = verify_ledger(&mut superuser, &log.witness).await.unwrap();
    assert_eq!((untouched.fault, untouched.proven.tail), (None, 0));
    for number in 0..testing::sized(25, 2_500) {
        let (what, after) = tamper(&dice, &log.events);
        let first = first_difference(&log.events, &after);
        let mut transaction = superuser.begin().await.unwrap();
        write(&mut transaction, &log.events, &after).await;
        let found = verify_ledger(&mut transaction, &log.witness).await.unwrap().fault;
        let found = found.unwrap_or_else(|| panic!("{number}: {what} at {first} was not found"));
        assert_eq!(found.position, first, "{number}: {what}: {found}");
        if number % 4 == 0 {
            let found = verify_ledger(&mut transaction, &without_leaves).await.unwrap().fault;
            assert!(found.is_some(), "{number}: {what} at {first} was not found by checkpoints");
        }
        transaction.rollback().await.unwrap();
        if number % 100 == 99 {
            sqlx::raw_sql("VACUUM events").execute(&mut superuser).await.unwrap();
        }
    }
    assert_eq!(read(&mut superuser).await, log.events, "everything was put back");
}

#[tokio::test]
async fn every_tampering_is_found_with_its_position() {
    every_tampering_is_found(20_260_101).await;
}

#[tokio::test]
async fn every_tampering_is_found_with_its_position_in_a_second_log() {
    every_tampering_is_found(20_260_102).await;
}

#[tokio::test]
async fn every_tampering_is_found_with_its_position_in_a_third_log() {
    every_tampering_is_found(20_260_103).await;
}

#[tokio::test]
async fn every_tampering_is_found_with_its_position_in_a_fourth_log() {
    every_tampering_is_found(20_260_104).await;
}

#[tokio::test]
async fn what_is_cut_off_behind_the_last_checkpoint_is_an_unproven_tail() {
    let log = Log::of(20).await;
    log.world.projects(90..93).await;
    let mut superuser = log.world.superuser().await;
    let with_tail = read(&mut superuser).await;
    for cut in 0..3 {
        let left = &with_tail[..with_tail.len() - cut];
        let mut transaction = superuser.begin().await.unwrap();
        write(&mut transaction, &with_tail, left).await;
        let found = verify_ledger(&mut transaction, &log.witness).await.unwrap();
        assert_eq!(found.fault, None);
        assert_eq!(found.proven.tail, 3 - i64::try_from(cut).unwrap());
        assert_eq!(found.proven.position, i64::try_from(log.events.len()).unwrap());
        transaction.rollback().await.unwrap();
    }
}

/// The files outside the database are held against the signatures, too.
#[tokio::test]
async fn files_outside_that_were_changed_are_not_believed() {
    let log = Log::of(20).await;
    let app = &log.world.service.app;
    let directory = app.checkpoints.shelf().directory();
    let leaves = directory.join("1-1.leaves");
    let mut bytes = std::fs::read(&leaves).unwrap();
    bytes[5 * 32] ^= 1;
    std::fs::write(&leaves, bytes).unwrap();
    let mut superuser = log.world.superuser().await;
    let found = verify_ledger(&mut superuser, &witness(&log.world)).await.unwrap().fault.unwrap();
    assert!(found.position == 6 && found.what.contains("that file was damaged"), "{found}");

    let notes = directory.join("000001.notes");
    let text = std::fs::read_to_string(&notes).unwrap();
    std::fs::write(&notes, text.replacen("time 2026", "time 2027", 1)).unwrap();
    let lives = Lives { epoch: 1, ..Lives::default() };
    let refused = Witness::of_shelf(app.checkpoints.shelf(), &public_keys(&app.keyring), lives).unwrap_err();
    assert!(refused.to_string().contains("is not signed by the key"), "{refused}");
}
