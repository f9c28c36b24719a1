//! From versions and events to entries. Pure.

use super::query::Version;
use crate::audit::{self, Documents, Group, Row};
use api::{AuditEntry, BlamedField, HistoryEntry};
use serde_json::Value;

/// The entry of a version; `rows` are the events that made it, newest first. `None` where there are none: a defect.
/// `installation`: positions are the installation's.
#[must_use]
pub fn entry(
    version: &Version,
    before: Option<&Version>,
    rows: Vec<Row>,
    installation: bool,
) -> Option<HistoryEntry> {
    let documents = Documents {
        name: String::new(),
        owner: None,
        document: version.document.clone(),
        before: before.map(|before| before.document.clone()),
    };
    let told = audit::entry(&Group::of(rows)?, Some(&documents), installation);
    let AuditEntry {
        position,
        time,
        actor,
        credential_id,
        client,
        reason,
        request_id,
        event_types,
        changes,
        ..
    } = told;
    Some(HistoryEntry {
        version: version.version,
        position,
        time,
        actor,
        credential_id,
        client,
        reason,
        request_id,
        event_types,
        changes,
    })
}

/// A field of a `spec`, and the version from which on it has said what it says.
#[derive(Clone, Debug, PartialEq)]
struct Field {
    pointer: String,
    value: Value,
    since: Option<i64>,
}

/// The search for who set what, from the newest version backwards.
#[derive(Clone, Debug)]
pub struct Blaming {
    fields: Vec<Field>,
    /// The oldest version that has been looked at.
    oldest: i64,
}

impl Blaming {
    /// Begins with the version that is explained.
    #[must_use]
    pub fn of(version: i64, document: &Value) -> Self {
        let mut fields = vec![];
        if let Some(spec) = document.get("spec") {
            leaves("/spec".to_owned(), spec, &mut fields);
        }
        Self { fields, oldest: version }
    }

    /// Whether there are fields of which it is not known yet who set them.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.fields.iter().any(|field| field.since.is_none())
    }

    /// Looks at the version before the oldest one so far: what it does not say was set by its successor.
    pub fn before(&mut self, version: i64, document: &Value) {
        for field in self.fields.iter_mut().filter(|field| field.since.is_none()) {
            if document.pointer(&field.pointer) != Some(&field.value) {
                field.since = Some(self.oldest);
            }
        }
        self.oldest = version;
    }

    /// The versions that set something. What nobody changed was there from the first version on.
    #[must_use]
    pub fn versions(&self) -> Vec<i64> {
        let mut versions: Vec<i64> = self.fields.iter().map(|field| self.since(field)).collect();
        versions.sort_unstable();
        versions.dedup();
        versions
    }

    fn since(&self, field: &Field) -> i64 {
        field.since.unwrap_or(self.oldest)
    }
}

/// Who set each field, by the events that made the versions which set them.
#[must_use]
pub fn blamed(blaming: &Blaming, rows: &[Row], installation: bool) -> Vec<BlamedField> {
    let entries: Vec<(i64, AuditEntry)> = rows
        .iter()
        .filter_map(|row| {
            Some((row.sequence, audit::entry(&Group::of(vec![row.clone()])?, None, installation)))
        })
        .collect();
    let told = |version| entries.iter().find(|(sequence, _)| *sequence == version).map(|(_, entry)| entry);
    let fields = blaming.fields.iter().filter_map(|field| {
        let version = blaming.since(field);
        let entry = told(version)?;
        Some(BlamedField {
            pointer: field.pointer.clone(),
            value: field.value.clone(),
            version,
            position: entry.position,
            time: entry.time,
            actor: entry.actor.clone(),
            credential_id: entry.credential_id.clone(),
            client: entry.client.clone(),
            reason: entry.reason.clone(),
            request_id: entry.request_id.clone(),
        })
    });
    fields.collect()
}

/// Every field: what is no object, and objects without members.
fn leaves(pointer: String, value: &Value, found: &mut Vec<Field>) {
    match value {
        Value::Object(members) if !members.is_empty() => {
            for (name, value) in members {
                leaves(audit::below(&pointer, name), value, found);
            }
        }
        Value::Object(_)
        | Value::Null
        | Value::Bool(_)
        | Value::Number(_)
        | Value::String(_)
        | Value::Array(_) => found.push(Field { pointer, value: value.clone(), since: None }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn since(versions: &[(i64, Value)]) -> Vec<(String, i64)> {
        let mut newest_first = versions.iter().rev();
        let (version, spec) = newest_first.next().unwrap();
        let mut blaming = Blaming::of(*version, &json!({ "spec": spec }));
        for (version, spec) in newest_first {
            blaming.before(*version, &json!({ "spec": spec }));
        }
        blaming.fields.iter().map(|field| (field.pointer.clone(), blaming.since(field))).collect()
    }

    #[test]
    fn a_field_is_of_the_version_from_which_on_it_says_what_it_says() {
        let story = [
            (1, json!({ "a": 1, "b": { "c/d": "x", "e": [] }, "f": {} })),
            (2, json!({ "a": 2, "b": { "c/d": "x", "e": [1] }, "f": {} })),
            (4, json!({ "a": 1, "b": { "c/d": "x", "e": [1] }, "f": {} })),
        ];
        let expected = [("/spec/a", 4), ("/spec/b/c~1d", 1), ("/spec/b/e", 2), ("/spec/f", 1)];
        assert_eq!(since(&story), expected.map(|(pointer, version)| (pointer.to_owned(), version)));
    }

    #[test]
    fn what_was_taken_away_and_set_again_is_of_who_set_it_again() {
        let story = [(1, json!({ "a": 1 })), (2, json!({})), (3, json!({ "a": 1 })), (4, json!({ "a": 1 }))];
        assert_eq!(since(&story), [("/spec/a".to_owned(), 3)]);
    }

    #[test]
    fn the_search_ends_when_all_is_known() {
        let mut blaming = Blaming::of(3, &json!({ "spec": { "a": 3 } }));
        assert!(blaming.is_open());
        blaming.before(2, &json!({ "spec": { "a": 2 } }));
        assert!(!blaming.is_open());
        assert_eq!(blaming.versions(), [3]);
        assert!(!Blaming::of(1, &json!({ "spec": {} })).versions().is_empty());
    }
}
