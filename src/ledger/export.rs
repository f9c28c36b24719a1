//! The ledger of a scope as lines of JSON: what an event's leaf is the hash of, and the leaf.
//!
//! A line is the canonical JSON that is hashed, with the member `"leaf":"<hexadecimal>"` in its place between
//! `eventVersion` and `leafVersion`. Without that member, and with a zero byte in front, its SHA-256 is the leaf.

use super::leaf::Leaf;
use super::merkle::Hash;
use super::reader::StoredEvent;
use crate::crypto::hex;
use serde::Deserialize;
use serde_json::value::RawValue;
use uuid::Uuid;
use values::{Invalid, Timestamp};

/// Before this member the leaf stands.
const BEFORE: &str = ",\"leafVersion\":";

/// An event as a line, with its line break.
///
/// # Errors
/// It was recorded at a time that cannot be.
pub fn line(event: &StoredEvent) -> Result<String, Invalid> {
    let json = leaf_of(event)?.canonical_json();
    let leaf = hex(&event.leaf);
    // Nothing before it is free text: no other place has these bytes.
    Ok(match json.split_once(BEFORE) {
        Some((before, after)) => format!("{before},\"leaf\":\"{leaf}\"{BEFORE}{after}\n"),
        None => json,
    })
}

/// What an event's leaf covers.
///
/// # Errors
/// It was recorded at a time that cannot be.
pub fn leaf_of(event: &StoredEvent) -> Result<Leaf<'_>, Invalid> {
    Ok(Leaf {
        org_id: event.org_id,
        org_position: event.org_position.unsigned_abs(),
        event_id: event.event_id,
        aggregate_type: &event.aggregate_type,
        aggregate_id: &event.aggregate_id,
        sequence: event.sequence.unsigned_abs(),
        event_type: &event.event_type,
        event_version: &event.event_version,
        recorded_at: Timestamp::from_micros(event.recorded_at)?,
        payload: &event.payload,
        metadata: &event.metadata,
    })
}

/// An event as it stands in a line.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Exported {
    aggregate_id: String,
    aggregate_type: String,
    event_id: Uuid,
    event_type: String,
    event_version: String,
    leaf: String,
    leaf_version: u32,
    metadata: Box<RawValue>,
    /// The scope.
    pub org_id: Uuid,
    /// Its place in the scope's order.
    pub org_position: u64,
    payload: Box<RawValue>,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    sequence: u64,
}

impl Exported {
    /// Reads a line.
    ///
    /// # Errors
    /// It is none, in words.
    pub fn read(line: &str) -> Result<Self, String> {
        let exported: Self =
            serde_json::from_str(line).map_err(|error| format!("is no exported event: {error}"))?;
        if exported.leaf_version != super::leaf::LEAF_VERSION {
            return Err(format!("is of form {}, which this program does not know", exported.leaf_version));
        }
        Ok(exported)
    }

    /// Which stream it is in, and where.
    #[must_use]
    pub fn stream(&self) -> (&str, &str, u64) {
        (&self.aggregate_type, &self.aggregate_id, self.sequence)
    }

    /// Payload and metadata, as they are stored.
    #[must_use]
    pub fn stored(&self) -> [&str; 2] {
        [self.payload.get(), self.metadata.get()]
    }

    /// The leaf that follows from the rest.
    #[must_use]
    pub fn computed_leaf(&self) -> Hash {
        let leaf = Leaf {
            org_id: self.org_id,
            org_position: self.org_position,
            event_id: self.event_id,
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            recorded_at: self.recorded_at,
            payload: self.payload.get(),
            metadata: self.metadata.get(),
        };
        leaf.hash()
    }

    /// Whether the leaf that it says is the one that follows.
    #[must_use]
    pub fn says(&self, leaf: &Hash) -> bool {
        self.leaf == hex(leaf)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::sha256;

    fn event() -> StoredEvent {
        let mut event = StoredEvent {
            position: 99,
            org_id: Uuid::from_u128(1),
            org_position: 7,
            event_id: Uuid::from_u128(2),
            aggregate_type: "org".to_owned(),
            aggregate_id: "a \",\"leafVersion\":\" b".to_owned(),
            sequence: 3,
            event_type: "org.created".to_owned(),
            event_version: "1".to_owned(),
            payload: r#"{"a":"\u0001","b":[1,2]}"#.to_owned(),
            metadata: "{}".to_owned(),
            recorded_at: 1_767_225_600_000_000,
            leaf: vec![],
        };
        event.leaf = leaf_of(&event).unwrap().hash().to_vec();
        event
    }

    #[test]
    fn a_line_is_what_is_hashed_and_the_hash() {
        let event = event();
        let line = line(&event).unwrap();
        let exported = Exported::read(&line).unwrap();
        let leaf = exported.computed_leaf();
        assert!(exported.says(&leaf) && leaf[..] == event.leaf[..]);
        assert_eq!((exported.org_position, exported.stream()), (7, ("org", event.aggregate_id.as_str(), 3)));

        let member = format!(",\"leaf\":\"{}\"", hex(&leaf));
        assert_eq!(line.matches(&member).count(), 1);
        let hashed = line.trim_end().replace(&member, "");
        assert_eq!(sha256(&[b"\0", hashed.as_bytes()].concat()), leaf);
    }

    #[test]
    fn a_line_that_was_changed_says_another_leaf() {
        let line = line(&event()).unwrap();
        for (from, to) in [
            ("[1,2]", "[1,3]"),
            ("[1,2]", "[1, 2]"),
            ("\"sequence\":3", "\"sequence\":4"),
            ("org.created", "org.deleted"),
        ] {
            let changed = Exported::read(&line.replace(from, to)).unwrap();
            assert!(!changed.says(&changed.computed_leaf()), "{from} to {to}");
        }
        for bad in [
            "",
            "{}",
            &line.replace("\"leafVersion\":1", "\"leafVersion\":2"),
            &line.replace("payload", "payl"),
        ] {
            assert!(Exported::read(bad).is_err(), "{bad}");
        }
    }
}
