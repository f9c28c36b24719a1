//! The connection breaks around a commit: callers are told what is so, and nothing is there twice.

use crate::world::{World, idempotency};
use quarterdeck::ledger::LedgerError;
use quarterdeck::ledger::unit::{Beside, PersonKeyRow, Refusal, Unit, Verdict, VerifierRow};
use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions, PgSslMode};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use testing::TestDatabase;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream, UnixStream};
use tokio::sync::Notify;
use values::ScopeId;

/// A commit, as the writer sends it that has taken the lock first: a simple query (message `Q`).
const COMMIT: &[u8] = b"COMMIT\0";

/// What the statement begins with that records a batch, and commits where no transaction was begun before.
const RECORD: &[u8] = b"-- A batch: the head";

/// What only a writer's connection begins with.
const WRITER: &[u8] = b"enable_seqscan";

/// Where a connection is cut, counted down by the commits it happens to.
#[derive(Default)]
struct Cuts {
    /// The commit does not reach the database.
    before: AtomicU32,
    /// The commit reaches the database, whose answer does not reach the writer.
    after: AtomicU32,
    /// The commit is on its way when the connection is cut.
    during: AtomicU32,
    /// Nothing passes any more, in either direction, and nobody is told: from the commit on.
    silent: AtomicU32,
    /// The writer is cut off, and the commit is kept until it is let go.
    late: AtomicU32,
    let_go: Notify,
    /// What was let go has been answered.
    arrived: Notify,
    /// The so-manieth message of a writer is its last one.
    message: AtomicU32,
    /// Whether that one still reaches the database.
    delivered: AtomicBool,
}

fn take(count: &AtomicU32) -> bool {
    count.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_ok()
}

fn find(bytes: &[u8], part: &[u8]) -> Option<usize> {
    bytes.windows(part.len()).position(|window| window == part)
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    find(bytes, part).is_some()
}

/// The name under which a message prepares the statement that records (`P`, its length, the name), as others refer to it.
fn prepares_record(asked: &[u8]) -> Option<Vec<u8>> {
    let end = find(asked, RECORD).filter(|_| asked[0] == b'P')?;
    Some([b"\0", asked.get(5..end)?].concat())
}

/// Stands between writers and the database, and cuts connections when told to.
async fn proxied(database: &TestDatabase) -> (PgPool, Arc<Cuts>) {
    let options = database.options();
    let socket = options.get_socket().unwrap().join(".s.PGSQL.5432");
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let cuts = Arc::new(Cuts::default());
    let through = Arc::clone(&cuts);
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(pass(client, socket.clone(), Arc::clone(&through)));
        }
    });
    let options = PgConnectOptions::new_without_pgpass()
        .host("127.0.0.1")
        .port(port)
        .username("quarterdeck")
        .ssl_mode(PgSslMode::Disable)
        .database(options.get_database().unwrap());
    (PgPoolOptions::new().max_connections(4).connect_lazy_with(options), cuts)
}

async fn pass(mut client: TcpStream, socket: PathBuf, cuts: Arc<Cuts>) -> std::io::Result<()> {
    let mut server = UnixStream::connect(socket).await?;
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    let (mut is_writer, mut in_transaction, mut cut_on_answer) = (false, false, false);
    let mut record = None;
    loop {
        tokio::select! {
            read = client.read(&mut asked) => {
                let asked = &asked[..read?];
                if asked.is_empty() {
                    return Ok(());
                }
                is_writer |= contains(asked, WRITER);
                if is_writer && take(&cuts.message) && cuts.message.load(Ordering::SeqCst) == 0 {
                    if cuts.delivered.load(Ordering::SeqCst) {
                        server.write_all(asked).await?;
                    }
                    return Ok(());
                }
                record = prepares_record(asked).or(record);
                in_transaction |= contains(asked, b"BEGIN");
                let records = asked[0] == b'B' && record.as_ref().is_some_and(|name| contains(asked, name));
                let commits = asked.ends_with(COMMIT) || (records && !in_transaction);
                in_transaction &= !asked.ends_with(COMMIT);
                if commits && take(&cuts.before) {
                    return Ok(());
                }
                if commits && take(&cuts.silent) {
                    std::future::pending::<()>().await;
                }
                if commits && take(&cuts.late) {
                    tokio::spawn(deliver_late(server, asked.to_vec(), Arc::clone(&cuts)));
                    return Ok(());
                }
                server.write_all(asked).await?;
                if commits && take(&cuts.during) {
                    return Ok(());
                }
                cut_on_answer |= commits && take(&cuts.after);
            }
            read = server.read(&mut answered) => {
                let answered = &answered[..read?];
                if answered.is_empty() || cut_on_answer {
                    return Ok(());
                }
                client.write_all(answered).await?;
            }
        }
    }
}

async fn deliver_late(mut server: UnixStream, message: Vec<u8>, cuts: Arc<Cuts>) -> std::io::Result<()> {
    cuts.let_go.notified().await;
    server.write_all(&message).await?;
    let answered = server.read(&mut [0; 1 << 10]).await?;
    assert!(answered > 0, "the server answers");
    cuts.arrived.notify_one();
    Ok(())
}

async fn behind_a_proxy() -> (World, World, Arc<Cuts>) {
    let world = World::new().await;
    let (pool, cuts) = proxied(world.database()).await;
    let proxied = world.writer_through(&pool);
    (world, proxied, cuts)
}

#[tokio::test]
async fn a_commit_whose_answer_is_lost_is_answered_as_recorded() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    for round in 0..20 {
        let position = world.events().await;
        if round % 2 == 0 { &cuts.after } else { &cuts.during }.store(1, Ordering::SeqCst);
        let unit = proxied.org_unit(partner, &format!("o{round}")).await;
        let unit = Unit { idempotency: Some(idempotency(partner, &round.to_string(), 1)), ..unit };
        let id = unit.changes[0].id;
        let Verdict::Recorded(recorded) = proxied.submit(unit).await else { panic!("it was recorded") };
        let document = recorded.document.unwrap();
        assert_eq!((recorded.position, recorded.scope_position), (position + 1, 1));
        assert_eq!((document.id, document.version), (id, 1));
        assert_eq!(world.events().await, position + 1);

        let again = proxied.org_unit(partner, &format!("o{round}")).await;
        let again = Unit { idempotency: Some(idempotency(partner, &round.to_string(), 1)), ..again };
        let Verdict::Replayed(reply) = proxied.submit(again).await else { panic!("it was done again") };
        assert_eq!((reply.document, reply.position), (Some((id, 1)), recorded.scope_position));
    }
    assert_eq!(cuts.after.load(Ordering::SeqCst) + cuts.during.load(Ordering::SeqCst), 0, "nothing was cut");
    drop(proxied);
    world.end().await;
}

#[tokio::test]
async fn what_is_answered_is_the_same_whether_the_answer_was_lost_or_not() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    // The answer is the first stream of a unit that goes on in the same scope.
    let unit = async |name: &str| {
        let mut unit = proxied.org_unit(partner, name).await;
        let org = ScopeId::from(unit.changes[0].id);
        unit.changes.extend(member_in(&proxied, org).await.changes);
        unit
    };
    let plain = proxied.submit(unit("a").await).await;
    cuts.after.store(1, Ordering::SeqCst);
    let lost = proxied.submit(unit("b").await).await;
    match (plain, lost) {
        (Verdict::Recorded(plain), Verdict::Recorded(lost)) => {
            assert_eq!((plain.position, plain.scope_position), (3, 2));
            assert_eq!((lost.position, lost.scope_position), (5, 2));
        }
        both => panic!("{both:?}"),
    }
    drop(proxied);
    world.end().await;
}

async fn member_in(world: &World, org: ScopeId) -> Unit {
    let add = crate::world::add(world.id(), values::Role::OrgAdmin);
    world.decide::<aggregates::membership::Membership>(org, world.id(), add).await.unwrap()
}

#[tokio::test]
async fn a_commit_that_is_lost_is_tried_once_more() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    cuts.before.store(1, Ordering::SeqCst);
    let unit = proxied.org_unit(partner, "a").await;
    assert!(matches!(proxied.submit(unit).await, Verdict::Recorded(_)));
    assert_eq!((cuts.before.load(Ordering::SeqCst), world.events().await), (0, 2));
    drop(proxied);
    world.end().await;
}

#[tokio::test]
async fn a_commit_that_is_lost_again_and_again_leaves_nothing() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    cuts.before.store(u32::MAX, Ordering::SeqCst);
    let unit = proxied.org_unit(partner, "a").await;
    assert!(matches!(proxied.ledger.submit(unit).await, Err(LedgerError::Unavailable(_))));
    assert_eq!(world.events().await, 1);

    cuts.before.store(0, Ordering::SeqCst);
    let unit = proxied.org_unit(partner, "a").await;
    assert!(matches!(proxied.submit(unit).await, Verdict::Recorded(_)));
    drop(proxied);
    world.end().await;
}

#[tokio::test]
async fn every_unit_of_a_batch_whose_answer_is_lost_gets_its_own() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = world.partner("acme").await;
    let org = world.org(partner, "taken").await;
    let mut units = vec![];
    for number in 0..60 {
        units.push(proxied.org_unit(partner, &format!("o{number}")).await);
    }
    let refused = proxied.org_unit(partner, "taken").await;
    units[20] = Unit { idempotency: Some(idempotency(partner, "refused", 1)), ..refused };
    // Waits for the next batch, as it wants what the first has taken.
    units[40] = proxied.org_unit(partner, "o0").await;
    units[41] = proxied.unit();
    let wanted: Vec<_> = units.iter().map(|unit| unit.changes.first().map(|change| change.id)).collect();

    let held = proxied.hold().await;
    let mut all =
        Box::pin(futures::future::join_all(units.into_iter().map(|unit| proxied.ledger.submit(unit))));
    assert!(futures::poll!(&mut all).is_pending());
    // What has come goes with what the writer waits with.
    cuts.after.store(1, Ordering::SeqCst);
    held.release().await;
    for (number, verdict) in all.await.into_iter().enumerate() {
        let is_right = match &verdict {
            Ok(Verdict::Recorded(recorded)) => {
                recorded.document.as_ref().map(|document| document.id) == wanted[number] && number != 20
            }
            // What it was told the first time was stored, so that is what it is told.
            Ok(Verdict::Replayed(reply)) => {
                number == 20
                    && matches!(reply.refusal, Some(Refusal::Claimed { holder, .. }) if holder == org.as_uuid())
            }
            Ok(Verdict::Refused(Refusal::Claimed { holder, .. })) => {
                number == 40 && Some(*holder) == wanted[0]
            }
            Ok(Verdict::Refused(_) | Verdict::Stale | Verdict::Unauthorized) | Err(_) => false,
        };
        assert!(is_right, "{number}: {verdict:?}");
    }
    assert_eq!((cuts.after.load(Ordering::SeqCst), world.events().await), (0, 2 + 57));
    drop(proxied);
    world.end().await;
}

#[tokio::test]
async fn a_kept_refusal_whose_answer_is_lost_is_the_same_refusal() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    let org = proxied.org(partner, "taken").await;
    let unit = proxied.org_unit(partner, "taken").await;
    cuts.after.store(1, Ordering::SeqCst);
    let verdict = proxied.submit(Unit { idempotency: Some(idempotency(partner, "key", 1)), ..unit }).await;
    let refusal = match verdict {
        Verdict::Replayed(reply) => reply.refusal,
        Verdict::Refused(refusal) => Some(refusal),
        Verdict::Recorded(_) | Verdict::Stale | Verdict::Unauthorized => None,
    };
    assert!(matches!(refusal, Some(Refusal::Claimed { holder, .. }) if holder == org.as_uuid()));
    assert_eq!(cuts.after.load(Ordering::SeqCst), 0);
    drop(proxied);
    world.end().await;
}

/// A unit that writes to every table there is.
async fn large_unit(world: &World, partner: ScopeId, number: u32) -> Unit {
    let mut unit = world.org_unit(partner, &format!("o{number}")).await;
    let org = ScopeId::from(unit.changes[0].id);
    let member = member_in(world, org).await;
    let key = world.key_unit(org, member.changes[0].id).await;
    let (key_id, person) = (key.changes[0].id, world.id());
    unit.changes.extend(member.changes.into_iter().chain(key.changes));
    let access_key_id = format!("QDAK{number:016}");
    let verifier = VerifierRow { access_key_id, scope: org, key_id, pepper_version: 1, verifier: [7; 32] };
    let person_key = PersonKeyRow { person, scope: partner, wrapping_version: 1, wrapped: vec![7; 60] };
    let beside = Beside {
        verifiers: vec![verifier],
        person_keys: vec![person_key],
        destroyed_keys: vec![],
        secrets: vec![],
        join_tokens: vec![],
    };
    Unit { idempotency: Some(idempotency(partner, &number.to_string(), 1)), beside, ..unit }
}

#[tokio::test]
async fn wherever_the_connection_is_cut_a_unit_is_recorded_once() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    let (mut number, mut others, mut cut) = (0, 0, 0);
    // Beside another writer the lock is taken first, else late: other messages are on their way then.
    for (delivered, alone) in [(false, true), (true, true), (false, false), (true, false)] {
        cuts.delivered.store(delivered, Ordering::SeqCst);
        for message in 1.. {
            number += 1;
            if !alone {
                others += 1;
                world.org(partner, &format!("other{others}")).await;
            }
            let unit = large_unit(&world, partner, number).await;
            cuts.message.store(message, Ordering::SeqCst);
            let verdict = proxied.ledger.submit(unit).await;
            assert!(
                matches!(verdict, Ok(Verdict::Recorded(_))),
                "message {message}, {delivered}: {verdict:?}"
            );
            if cuts.message.swap(0, Ordering::SeqCst) > 0 {
                break;
            }
            cut += 1;
        }
    }
    assert!(cut >= 12, "only {cut} messages were the last one");
    assert_eq!(world.events().await, 1 + 3 * i64::from(number) + others);
    for table in ["key_verifiers", "person_keys", "idempotency_replies"] {
        let count = format!("SELECT count(*) FROM {table}");
        let rows: i64 = sqlx::query_scalar(&count).fetch_one(&world.pool).await.unwrap();
        assert_eq!(rows, i64::from(number), "{table}");
    }
    drop(proxied);
    world.end().await;
}

#[tokio::test]
async fn a_statement_that_arrives_after_it_was_looked_up_does_nothing() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = proxied.partner("acme").await;
    for name in ["a", "b"] {
        proxied.org(partner, name).await;
    }
    // Tried again, and recorded then.
    cuts.late.store(1, Ordering::SeqCst);
    proxied.org(partner, "c").await;
    cuts.let_go.notify_one();
    cuts.arrived.notified().await;
    assert_eq!((cuts.late.load(Ordering::SeqCst), world.events().await), (0, 4));

    // Tried again in vain: whoever was told that nothing is recorded was told what is so.
    proxied.org(partner, "d").await;
    cuts.late.store(1, Ordering::SeqCst);
    let unit = proxied.org_unit(partner, "e").await;
    let submitted = proxied.submitting(unit);
    while cuts.late.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
    cuts.before.store(u32::MAX, Ordering::SeqCst);
    assert!(matches!(submitted.await.unwrap(), Err(LedgerError::Unavailable(_))));
    cuts.let_go.notify_one();
    cuts.arrived.notified().await;
    assert_eq!(world.events().await, 5);
    cuts.before.store(0, Ordering::SeqCst);
    drop(proxied);
    world.end().await;
}

#[tokio::test]
async fn a_process_that_falls_silent_does_not_hold_the_ledger_for_ever() {
    let (world, proxied, cuts) = behind_a_proxy().await;
    let partner = world.partner("acme").await;
    cuts.silent.store(1, Ordering::SeqCst);
    let unit = proxied.org_unit(partner, "a").await;
    let silent = proxied.submitting(unit);
    while cuts.silent.load(Ordering::SeqCst) > 0 {
        tokio::task::yield_now().await;
    }
    // Waits until PostgreSQL has ended the transaction that nobody goes on with.
    world.org(partner, "b").await;
    silent.abort();
    drop(proxied);
    assert_eq!(world.events().await, 2);
}
