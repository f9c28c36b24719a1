//! A service in which things happen, and a stream that is looked into.

use crate::server::NatsServer;
use aggregates::group::{Group, GroupCommand, Members};
use aggregates::profile::Profile;
use async_nats::jetstream::Context;
use async_nats::jetstream::stream::{Config, Stream};
use quarterdeck::app::plan::{Plan, UseCase};
use quarterdeck::app::{App, Refused};
use quarterdeck::background::Background;
use quarterdeck::nats::{CURSOR, Pace, Publisher, STREAM, SUBJECTS, ServerAddr};
use serde_json::{Value, json};
use sqlx::PgPool;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use testing::Service;
use tokio::time::timeout;
use uuid::Uuid;
use values::{Name, ScopeId};

/// What a test waits for comes well within this.
const SOON: Duration = Duration::from_secs(60);

/// Quick where time is real; the lease goes by the clock in hand.
pub(crate) const PACE: Pace = Pace {
    lease: Duration::from_secs(15),
    renew: Duration::from_millis(20),
    ack: Duration::from_secs(10),
    first_pause: Duration::from_millis(5),
    longest_pause: Duration::from_millis(50),
};

pub(crate) struct World {
    pub(crate) service: Service,
    pub(crate) nats: NatsServer,
    pub(crate) org: String,
    ledger: PgPool,
    flooded: AtomicUsize,
}

/// A message of the stream.
#[derive(Debug)]
pub(crate) struct Message {
    pub(crate) sequence: u64,
    pub(crate) subject: String,
    pub(crate) cursor: String,
    pub(crate) id: String,
    pub(crate) event: Value,
}

impl World {
    pub(crate) async fn new() -> Self {
        let service = Service::start().await;
        let org = service.operator().post("/v1/orgs", named("acme")).await.is(201).id();
        let ledger = service.superuser();
        Self { service, nats: NatsServer::start().await, org, ledger, flooded: AtomicUsize::new(0) }
    }

    /// A process of the installation publishes.
    pub(crate) fn publish(&self) -> Background {
        publish(&self.service.app, self.nats.url())
    }

    /// So many events more, in one command.
    pub(crate) async fn flood(&self, many: usize) {
        let org = self.org.parse().unwrap();
        let number = self.flooded.fetch_add(1, Ordering::SeqCst);
        self.service.app.run_for_nobody(Flood { org, number, many }).await.unwrap();
    }

    /// Lets leases end that nobody renews.
    pub(crate) fn let_leases_end(&self) {
        self.service.clock.advance_micros(i64::try_from(PACE.lease.as_micros()).unwrap() + 1);
    }

    /// Every event that there is: its position, id, scope and stored type.
    pub(crate) async fn ledger(&self) -> Vec<(i64, Uuid, Uuid, String)> {
        sqlx::query_as("SELECT position, event_id, org_id, event_type FROM events ORDER BY position")
            .fetch_all(&self.ledger)
            .await
            .unwrap()
    }

    /// Where the ledger ends.
    pub(crate) async fn head(&self) -> i64 {
        sqlx::query_scalar("SELECT position FROM ledger_head").fetch_one(&self.ledger).await.unwrap()
    }

    /// As when a backup was restored.
    pub(crate) async fn begin_another_epoch(&self) {
        sqlx::query("UPDATE ledger_head SET epoch = epoch + 1").execute(&self.ledger).await.unwrap();
    }

    /// Waits until everything that has happened is in the stream.
    pub(crate) async fn is_published(&self) {
        let head = self.head().await;
        let look = self.nats.look().await;
        if timeout(SOON, is_in(&look, head)).await.is_err() {
            let stream = look.get_stream(STREAM).await.map(|stream| stream.cached_info().state.clone());
            panic!("position {head} is not published: {stream:?}");
        }
    }

    /// Waits until everything that has happened is in the stream, acknowledged, and written down.
    pub(crate) async fn is_written_down(&self) {
        let head = self.head().await;
        let written = async {
            let saved = "SELECT position FROM sink_cursors";
            while sqlx::query_scalar(saved).fetch_optional(&self.ledger).await.unwrap() != Some(head) {
                tokio::task::yield_now().await;
            }
        };
        timeout(SOON, written).await.unwrap_or_else(|_| panic!("position {head} is not written down"));
    }

    /// Asserts that the stream is the ledger: each event once, in order, where it belongs, as the catalogue describes it.
    pub(crate) async fn the_stream_is_the_ledger(&self) {
        let (ledger, messages) = (self.ledger().await, self.messages().await);
        let positions: Vec<i64> = messages.iter().map(|it| it.event["position"].as_i64().unwrap()).collect();
        let expected: Vec<i64> = ledger.iter().map(|event| event.0).collect();
        assert_eq!(positions, expected);
        for ((position, id, org, event_type), message) in ledger.iter().zip(&messages) {
            if let Err(fault) = testing::check_event(&message.event) {
                panic!("{fault}: {}", message.event);
            }
            assert_eq!(message.sequence, u64::try_from(*position).unwrap());
            assert_eq!(message.id, id.to_string());
            assert_eq!(message.event["id"], id.to_string());
            assert_eq!(message.cursor, format!("1.{position}"));
            assert_eq!(message.subject, format!("quarterdeck.{org}.{event_type}"));
            assert_eq!(message.event["type"], format!("io.quarterdeck.{event_type}.v1"));
        }
    }

    /// Everything that is in the stream.
    pub(crate) async fn messages(&self) -> Vec<Message> {
        let stream = self.nats.look().await.get_stream(STREAM).await.unwrap();
        let state = stream.cached_info().state.clone();
        let mut messages = vec![];
        for sequence in state.first_sequence.max(1)..=state.last_sequence {
            let message = stream.get_raw_message(sequence).await.unwrap();
            let header = |name: &str| message.headers.get(name).map(ToString::to_string).unwrap_or_default();
            messages.push(Message {
                sequence,
                subject: message.subject.to_string(),
                cursor: header(CURSOR),
                id: header("Nats-Msg-Id"),
                event: serde_json::from_slice(&message.payload).unwrap_or_default(),
            });
        }
        messages
    }

    /// The stream as an operator may have made it before the service came.
    pub(crate) async fn with_stream(&self, duplicate_window: Duration) -> Stream {
        let config = Config {
            name: STREAM.to_owned(),
            subjects: vec![SUBJECTS.to_owned()],
            duplicate_window,
            ..Config::default()
        };
        self.nats.look().await.create_stream(config).await.unwrap()
    }
}

pub(crate) fn named(name: &str) -> Value {
    json!({ "metadata": { "name": name } })
}

pub(crate) fn publish(app: &Arc<App>, server: ServerAddr) -> Background {
    Publisher::new(Arc::clone(app), vec![server], PACE).start()
}

/// Waits until this position is the last in the stream, which may have to be made first.
async fn is_in(look: &Context, position: i64) {
    while last_in(look).await.is_none_or(|last| last < position) {
        tokio::task::yield_now().await;
    }
}

/// The position that is last in the stream; none while there is no stream, or nothing of ours last in it.
async fn last_in(look: &Context) -> Option<i64> {
    let stream = look.get_stream(STREAM).await.ok()?;
    let message = stream.get_last_raw_message_by_subject(SUBJECTS).await.ok()?;
    serde_json::from_slice::<Value>(&message.payload).ok()?["position"].as_i64()
}

/// Makes many groups at once.
struct Flood {
    org: ScopeId,
    number: usize,
    many: usize,
}

impl UseCase for Flood {
    async fn plan(&self, plan: &mut Plan<'_>) -> Result<(), Refused> {
        for group in 0..self.many {
            let name = Name::parse(&format!("flood-{}-{group}", self.number)).unwrap();
            let command = GroupCommand::Create { name, profile: Profile::default(), members: Members::new() };
            let id = plan.app.ids.mint(plan.now);
            let made = plan.create::<Group>(self.org, id, command).await?;
            plan.answer(id, made.version, 201);
        }
        Ok(())
    }
}
