//! The stream, over one connection: what is last in it, and what is put behind that.

use super::error::NatsError;
use super::message::{self, STREAM, SUBJECTS};
use crate::app::streams::{Cursor, Told};
use async_nats::jetstream::context::PublishAckFuture;
use async_nats::jetstream::stream::{self, LastRawMessageErrorKind, StorageType};
use async_nats::jetstream::{self, Context};
use async_nats::{ConnectOptions, Event, ServerAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;
use uuid::Uuid;

/// How long a connection may take.
const CONNECT: Duration = Duration::from_secs(5);
/// What an operator who looks at the stream reads.
const DESCRIPTION: &str = "Everything that happens in Quarterdeck, in order, each event once";

/// The stream over one connection, which is not made anew when it breaks: what was sent over it and not acknowledged may
/// be stored or not, and the stream is asked.
#[derive(Debug)]
pub(super) struct Stream {
    context: Context,
    handle: stream::Stream,
    /// The last sequence that there is, as far as is known: what comes next has to come right after it.
    sequence: u64,
    broken: CancellationToken,
}

/// What a look at a message says of the way to the last one of the ledger's.
pub(super) struct Stored {
    /// Which event it says it is.
    pub(super) cursor: Cursor,
    /// That event's id.
    pub(super) id: Uuid,
}

impl Stream {
    /// Connects, and makes the stream where there is none. One that is there is left as its operator has set it up.
    pub(super) async fn open(servers: &[ServerAddr], ack: Duration) -> Result<Self, NatsError> {
        let broken = CancellationToken::new();
        let breaks = broken.clone();
        let client = ConnectOptions::new()
            .name("quarterdeck")
            .connection_timeout(CONNECT)
            .ignore_discovered_servers()
            .max_reconnects(servers.len())
            .event_callback(move |event| {
                if matches!(event, Event::Disconnected | Event::Closed) {
                    breaks.cancel();
                }
                std::future::ready(())
            })
            .connect(servers.to_vec())
            .await
            .map_err(NatsError::Connect)?;
        let mut context = jetstream::new(client);
        context.set_timeout(ack);
        let wanted = stream::Config {
            name: STREAM.to_owned(),
            subjects: vec![SUBJECTS.to_owned()],
            description: Some(DESCRIPTION.to_owned()),
            storage: StorageType::File,
            ..stream::Config::default()
        };
        let made = async {
            let stream = context.get_or_create_stream(wanted).await?;
            let sequence = stream.get_info().await?.state.last_sequence;
            Ok((stream, sequence))
        };
        let (stream, sequence) = made.await.map_err(NatsError::Open)?;
        Ok(Self { context, handle: stream, sequence, broken })
    }

    /// The last sequence that there is.
    pub(super) const fn sequence(&self) -> u64 {
        self.sequence
    }

    /// The first sequence that there still is; one more than the last, where there is nothing.
    pub(super) async fn first(&self) -> Result<u64, NatsError> {
        let info = self.handle.get_info().await.map_err(|error| NatsError::Last(error.into()))?;
        Ok(if info.state.messages == 0 { self.sequence + 1 } else { info.state.first_sequence })
    }

    /// The event with this sequence; none where there is nothing (any more), or nothing of the ledger's.
    pub(super) async fn at(&self, sequence: u64) -> Result<Option<Stored>, NatsError> {
        match self.handle.get_raw_message(sequence).await {
            Ok(found) => Ok(message::event_of(&found.headers).map(|(cursor, id)| Stored { cursor, id })),
            Err(error) if error.kind() == LastRawMessageErrorKind::NoMessageFound => Ok(None),
            Err(error) => Err(NatsError::Last(error.into())),
        }
    }

    /// Waits until the connection breaks.
    pub(super) async fn broken(&self) {
        self.broken.cancelled().await;
    }

    /// Puts events behind what is last, one right after the other or not at all: all are sent before the first is
    /// acknowledged. Says how many the stream had already.
    pub(super) async fn publish(&mut self, events: &[Arc<Told>], epoch: i64) -> Result<u64, NatsError> {
        let broken = self.broken.clone();
        tokio::select! {
            done = self.publish_all(events, epoch) => done,
            () = broken.cancelled() => Err(NatsError::Disconnected),
        }
    }

    async fn publish_all(&mut self, events: &[Arc<Told>], epoch: i64) -> Result<u64, NatsError> {
        let mut waiting: Vec<(i64, PublishAckFuture)> = Vec::with_capacity(events.len());
        // What is last in the stream by now has been looked at or acknowledged, whosever it is.
        let mut before = None;
        for (told, after) in events.iter().zip(self.sequence..) {
            let refused = |source| NatsError::Publish { position: told.position, source };
            let message = message::message(told, epoch, after, before);
            before = Some(told.id);
            let ack = self.context.send_publish(message::subject(told), message).await.map_err(refused)?;
            waiting.push((told.position, ack));
        }
        let mut had_already = 0;
        for (position, ack) in waiting {
            let ack = ack.await.map_err(|source| NatsError::Publish { position, source })?;
            let expected = self.sequence + 1;
            if ack.sequence != expected {
                return Err(NatsError::Misplaced { position, expected, found: ack.sequence });
            }
            self.sequence = ack.sequence;
            had_already += u64::from(ack.duplicate);
        }
        Ok(had_already)
    }
}
