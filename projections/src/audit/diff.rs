//! What changed between two versions of a document.

use api::Change;
use serde_json::{Map, Value};

/// The most changes that an entry shows.
const MOST_CHANGES: usize = 200;

/// The members of `metadata` that people set.
const METADATA: [&str; 6] =
    ["name", "displayName", "description", "labels", "annotations", "deletionProtection"];

/// What changed from one version of a document to the next, field by field: `None` is before there was one. Arrays
/// count as one field. Sealed values are compared as they are.
#[must_use]
pub fn changes(before: Option<&Value>, after: &Value) -> Vec<Change> {
    let mut found = Vec::new();
    for member in METADATA {
        let pointer = format!("/metadata/{member}");
        compare(&pointer, before.and_then(|it| it.pointer(&pointer)), after.pointer(&pointer), &mut found);
    }
    for member in ["/spec", "/status"] {
        compare(member, before.and_then(|it| it.pointer(member)), after.pointer(member), &mut found);
    }
    found.truncate(MOST_CHANGES);
    found
}

fn compare(pointer: &str, old: Option<&Value>, new: Option<&Value>, found: &mut Vec<Change>) {
    if old == new || found.len() >= MOST_CHANGES {
        return;
    }
    let nothing = Map::new();
    let members = |value: Option<&Value>| match value {
        Some(Value::Object(members)) => Some(members.clone()),
        None | Some(Value::Null) => None,
        Some(_) => Some(Map::new()),
    };
    let is_object = |value: Option<&Value>| matches!(value, Some(Value::Object(_)));
    let is_nothing = |value: Option<&Value>| matches!(value, None | Some(Value::Null));
    let both_fit = (is_object(old) || is_nothing(old)) && (is_object(new) || is_nothing(new));
    if both_fit && (is_object(old) || is_object(new)) {
        let (old, new) = (members(old).unwrap_or(nothing.clone()), members(new).unwrap_or(nothing));
        for (name, value) in &new {
            compare(&below(pointer, name), old.get(name), Some(value), found);
        }
        for (name, value) in old.iter().filter(|(name, _)| !new.contains_key(*name)) {
            compare(&below(pointer, name), Some(value), None, found);
        }
        return;
    }
    let (old, new) = (old.cloned().unwrap_or_default(), new.cloned().unwrap_or_default());
    if old == new || (is_empty(&old) && is_empty(&new)) {
        return;
    }
    found.push(Change { pointer: pointer.to_owned(), old, new });
}

/// What says nothing, where nothing was said before.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::String(text) => text.is_empty(),
        Value::Array(items) => items.is_empty(),
        Value::Object(members) => members.is_empty(),
        Value::Bool(_) | Value::Number(_) => false,
    }
}

/// RFC 6901 §3.
fn below(pointer: &str, name: &str) -> String {
    format!("{pointer}/{}", name.replace('~', "~0").replace('/', "~1"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn pointers(before: Option<&Value>, after: &Value) -> Vec<String> {
        changes(before, after).into_iter().map(|change| change.pointer).collect()
    }

    #[test]
    fn a_new_document_changes_what_it_says() {
        let after = json!({
            "metadata": {"id": "x", "name": "acme", "displayName": "", "labels": {"a/b": "1"}, "version": 1},
            "spec": {"quota": {"pods": 500}, "contact": null, "roles": []},
            "status": {"phase": "active"},
        });
        assert_eq!(
            pointers(None, &after),
            ["/metadata/name", "/metadata/labels/a~1b", "/spec/quota/pods", "/status/phase"]
        );
        assert_eq!(
            changes(None, &after)[2],
            Change { pointer: "/spec/quota/pods".into(), old: Value::Null, new: json!(500) }
        );
    }

    #[test]
    fn only_what_differs_is_a_change() {
        let before = json!({"metadata": {"name": "a", "version": 1}, "spec": {"a": {"b": 1, "c": [1]}, "gone": {"x": 1}}});
        let after = json!({"metadata": {"name": "a", "version": 2}, "spec": {"a": {"b": 1, "c": [1, 2]}, "gone": null}});
        let changes = changes(Some(&before), &after);
        assert_eq!(changes.len(), 2);
        assert_eq!(changes[0], Change { pointer: "/spec/a/c".into(), old: json!([1]), new: json!([1, 2]) });
        assert_eq!(changes[1], Change { pointer: "/spec/gone/x".into(), old: json!(1), new: Value::Null });
        assert!(self::changes(Some(&after), &after).is_empty());
    }

    #[test]
    fn entries_do_not_grow_without_bound() {
        let labels: Map<String, Value> = (0..1_000).map(|n| (format!("k{n}"), json!("v"))).collect();
        let after = json!({"metadata": {"labels": labels}, "spec": {}});
        assert_eq!(changes(None, &after).len(), MOST_CHANGES);
    }
}
