//! An event as a leaf of the ledger's Merkle trees.

use super::canonical::push_string;
use super::merkle::Hash;
use crate::crypto::Digest;
use uuid::Uuid;
use values::Timestamp;

/// The form described here, in every leaf as `leafVersion`.
pub const LEAF_VERSION: u32 = 1;

/// What an event's leaf covers: everything that was recorded but the position in the installation, so that a
/// scope can move to another ledger with its proofs.
#[derive(Debug, Clone, Copy)]
pub struct Leaf<'e> {
    /// The scope in whose order the event stands: an org, a partner, or the platform.
    pub org_id: Uuid,
    /// Its place in that order, from 1; at most 2⁵³ − 1.
    pub org_position: u64,
    /// The event's own id.
    pub event_id: Uuid,
    /// The kind of aggregate.
    pub aggregate_type: &'e str,
    /// The aggregate.
    pub aggregate_id: &'e str,
    /// The event's place in the aggregate's stream, from 1; at most 2⁵³ − 1.
    pub sequence: u64,
    /// The event's type.
    pub event_type: &'e str,
    /// The version of the type's form.
    pub event_version: &'e str,
    /// When it was recorded.
    pub recorded_at: Timestamp,
    /// The payload as stored: one JSON text in canonical form, personal data sealed.
    pub payload: &'e str,
    /// The metadata as stored: one JSON text in canonical form, personal data sealed.
    pub metadata: &'e str,
}

impl Leaf<'_> {
    /// SHA-256(0x00 ‖ canonical JSON) of the object with the members `leafVersion`, `orgId`, `orgPosition`,
    /// `eventId`, `aggregateType`, `aggregateId`, `sequence`, `eventType`, `eventVersion`, `recordedAt`, `payload`
    /// and `metadata`; 0x00 is what tells a leaf from an inner node (RFC 9162 §2.1.1).
    ///
    /// Payload and metadata go in as the bytes that are stored, unparsed. As each is one JSON text, no other
    /// object has the same bytes; that they are canonical is for the writer to see to, and for whoever
    /// verifies to check.
    #[must_use]
    pub fn hash(&self) -> Hash {
        let mut digest = Digest::new();
        digest.update(&[0]);
        self.pieces(|piece| digest.update(piece.as_bytes()));
        digest.finish()
    }

    /// The canonical JSON that is hashed.
    #[must_use]
    pub fn canonical_json(&self) -> String {
        let mut json = String::new();
        self.pieces(|piece| json.push_str(piece));
        json
    }

    /// The canonical JSON in pieces, members in the order of their names.
    fn pieces(&self, mut push: impl FnMut(&str)) {
        let mut head = String::with_capacity(256);
        head.push_str("{\"aggregateId\":");
        push_string(&mut head, self.aggregate_id);
        head.push_str(",\"aggregateType\":");
        push_string(&mut head, self.aggregate_type);
        head.push_str(",\"eventId\":");
        push_string(&mut head, self.event_id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        head.push_str(",\"eventType\":");
        push_string(&mut head, self.event_type);
        head.push_str(",\"eventVersion\":");
        push_string(&mut head, self.event_version);
        head.push_str(",\"leafVersion\":");
        head.push_str(&LEAF_VERSION.to_string());
        head.push_str(",\"metadata\":");
        push(&head);
        push(self.metadata);
        head.clear();
        head.push_str(",\"orgId\":");
        push_string(&mut head, self.org_id.hyphenated().encode_lower(&mut Uuid::encode_buffer()));
        head.push_str(",\"orgPosition\":");
        head.push_str(&self.org_position.to_string());
        head.push_str(",\"payload\":");
        push(&head);
        push(self.payload);
        head.clear();
        head.push_str(",\"recordedAt\":");
        push_string(&mut head, self.recorded_at.text().as_str());
        head.push_str(",\"sequence\":");
        head.push_str(&self.sequence.to_string());
        head.push('}');
        push(&head);
    }
}

#[cfg(test)]
mod tests;
