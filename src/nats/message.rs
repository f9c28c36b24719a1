//! An event as a message: where it goes, what is in it, and how it is known again.

use crate::app::read::Counting;
use crate::app::streams::{Cursor, Told};
use async_nats::HeaderMap;
use async_nats::header::NATS_MESSAGE_ID;
use async_nats::jetstream::message::PublishMessage;
use uuid::Uuid;

/// The stream.
pub const STREAM: &str = "QUARTERDECK";
/// Everything that is published.
pub const SUBJECTS: &str = "quarterdeck.>";
/// The header that says which event of the ledger a message is: `<epoch>.<position>`, in the installation's order.
pub const CURSOR: &str = "Quarterdeck-Cursor";
/// What the body is (CloudEvents' NATS binding, structured content mode).
const CONTENT_TYPE: &str = "application/cloudevents+json";

/// Where an event goes: `quarterdeck.<org>.<kind>.<event>`, the kind and the event as its type says them. What happens to
/// a partner or the platform has its scope's id in the place of the org's.
#[must_use]
pub(super) fn subject(told: &Told) -> String {
    let mut parts = told.event_type.split('.').skip(2);
    let (kind, event) = (parts.next().unwrap_or("unknown"), parts.next().unwrap_or("unknown"));
    format!("quarterdeck.{}.{kind}.{event}", told.place.scope)
}

/// An event as it is published: only if it comes right after this sequence of the stream, and this event.
///
/// Among several that are sent at once the sequence alone would not do: where somebody else's message takes the place of
/// one of ours, the next of ours has the number that it expects.
#[must_use]
pub(super) fn message(told: &Told, epoch: i64, after: u64, before: Option<Uuid>) -> PublishMessage {
    let cursor = Cursor { epoch, position: told.position };
    let message = match before {
        Some(id) => PublishMessage::build().expected_last_message_id(id.to_string()),
        None => PublishMessage::build(),
    };
    message
        .message_id(told.id.to_string())
        .expected_stream(STREAM)
        .expected_last_sequence(after)
        .header(CURSOR, cursor.to_string())
        .header("Content-Type", CONTENT_TYPE)
        .payload(told.json(Counting::Installation))
}

/// Which event a message is; none where somebody else sent it.
#[must_use]
pub(super) fn event_of(headers: &HeaderMap) -> Option<(Cursor, Uuid)> {
    let (epoch, position) = headers.get(CURSOR)?.as_str().split_once('.')?;
    let cursor = Cursor { epoch: epoch.parse().ok()?, position: position.parse().ok()? };
    Some((cursor, headers.get(NATS_MESSAGE_ID)?.as_str().parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_is_known_again_by_its_headers() {
        let id = Uuid::from_u128(7);
        let mut headers = HeaderMap::new();
        headers.insert(CURSOR, "2.17");
        headers.insert(NATS_MESSAGE_ID, id.to_string());
        assert_eq!(event_of(&headers), Some((Cursor { epoch: 2, position: 17 }, id)));
    }

    #[test]
    fn what_somebody_else_sent_is_no_event() {
        for (cursor, id) in [("", ""), ("17", "x"), ("1.x", "x"), ("1.17", "x")] {
            let mut headers = HeaderMap::new();
            headers.insert(CURSOR, cursor);
            headers.insert(NATS_MESSAGE_ID, id);
            assert_eq!(event_of(&headers), None, "{cursor} {id}");
        }
        assert_eq!(event_of(&HeaderMap::new()), None);
    }
}
