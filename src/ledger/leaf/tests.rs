use super::*;
use crate::crypto::{hex, sha256};
use crate::ledger::canonical;
use crate::ledger::canonical::tests::any_json;
use proptest::prelude::*;
use serde_json::{Value, json};

/// Leaves and their hashes, made by another implementation. They never change: proofs that were given
/// out rest on them.
const GOLDEN: [&str; 5] = [
    include_str!("../../../tests/golden/leaf/first.json"),
    include_str!("../../../tests/golden/leaf/empty.json"),
    include_str!("../../../tests/golden/leaf/sealed.json"),
    include_str!("../../../tests/golden/leaf/unicode.json"),
    include_str!("../../../tests/golden/leaf/largest.json"),
];

#[derive(serde::Deserialize)]
#[serde(rename_all = "camelCase")]
struct Golden {
    about: String,
    org_id: Uuid,
    org_position: u64,
    event_id: Uuid,
    aggregate_type: String,
    aggregate_id: String,
    sequence: u64,
    event_type: String,
    event_version: String,
    recorded_at: String,
    payload: String,
    metadata: String,
    canonical: String,
    hash: String,
}

impl Golden {
    fn leaf(&self) -> Leaf<'_> {
        Leaf {
            org_id: self.org_id,
            org_position: self.org_position,
            event_id: self.event_id,
            aggregate_type: &self.aggregate_type,
            aggregate_id: &self.aggregate_id,
            sequence: self.sequence,
            event_type: &self.event_type,
            event_version: &self.event_version,
            recorded_at: Timestamp::parse(&self.recorded_at).unwrap(),
            payload: &self.payload,
            metadata: &self.metadata,
        }
    }
}

#[test]
fn golden_leaves_have_their_hashes() {
    for golden in GOLDEN {
        let golden: Golden = serde_json::from_str(golden).unwrap();
        let leaf = golden.leaf();
        assert_eq!(leaf.canonical_json(), golden.canonical, "{}", golden.about);
        assert_eq!(hex(&leaf.hash()), golden.hash, "{}", golden.about);
    }
}

#[test]
fn every_member_is_covered() {
    let golden: Golden = serde_json::from_str(GOLDEN[0]).unwrap();
    let leaf = golden.leaf();
    let later = leaf.recorded_at.plus_micros(1);
    let changed = [
        leaf,
        Leaf { org_id: Uuid::nil(), ..leaf },
        Leaf { org_position: 2, ..leaf },
        Leaf { event_id: Uuid::nil(), ..leaf },
        Leaf { aggregate_type: "orgs", ..leaf },
        Leaf { aggregate_id: "", ..leaf },
        Leaf { sequence: 2, ..leaf },
        Leaf { event_type: "OrgCreate", ..leaf },
        Leaf { event_version: "2", ..leaf },
        Leaf { recorded_at: later, ..leaf },
        Leaf { payload: "{}", ..leaf },
        Leaf { metadata: "{}", ..leaf },
    ];
    let hashes: std::collections::HashSet<_> = changed.iter().map(Leaf::hash).collect();
    assert_eq!(hashes.len(), changed.len());
}

proptest! {
    #[test]
    fn a_leaf_in_pieces_is_the_canonical_form_of_the_whole(
        payload in any_json(),
        metadata in any_json(),
        texts: [String; 4],
        ids: [u128; 2],
        numbers in [1..=canonical::MAX_INTEGER, 1..=canonical::MAX_INTEGER],
        micros in 0..=Timestamp::MAX.as_micros(),
    ) {
        let recorded_at = Timestamp::from_micros(micros).unwrap();
        let whole: Value = json!({
            "leafVersion": 1, "orgId": Uuid::from_u128(ids[0]), "orgPosition": numbers[0],
            "eventId": Uuid::from_u128(ids[1]), "aggregateType": texts[0], "aggregateId": texts[1],
            "sequence": numbers[1], "eventType": texts[2], "eventVersion": texts[3],
            "recordedAt": recorded_at.text().as_str(), "payload": payload, "metadata": metadata,
        });
        let leaf = Leaf {
            org_id: Uuid::from_u128(ids[0]),
            org_position: numbers[0],
            event_id: Uuid::from_u128(ids[1]),
            aggregate_type: &texts[0],
            aggregate_id: &texts[1],
            sequence: numbers[1],
            event_type: &texts[2],
            event_version: &texts[3],
            recorded_at,
            payload: &canonical::to_string(&payload).unwrap(),
            metadata: &canonical::to_string(&metadata).unwrap(),
        };
        let expected = canonical::to_string(&whole).unwrap();
        prop_assert_eq!(&leaf.canonical_json(), &expected);
        prop_assert_eq!(leaf.hash(), sha256(&[&[0], expected.as_bytes()].concat()));
    }
}
