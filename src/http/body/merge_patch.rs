//! JSON Merge Patch (RFC 7396).

use bytes::Bytes;
use serde_json::{Map, Value};

/// A patch of a resource: an object, `application/merge-patch+json` or `application/json`.
#[derive(Debug, Clone)]
pub struct MergePatch<const LIMIT: usize = { super::DEFAULT_LIMIT }> {
    /// The patch.
    pub patch: Value,
    /// The bytes as sent.
    pub bytes: Bytes,
}

impl<const LIMIT: usize> MergePatch<LIMIT> {
    /// The document that `current` becomes.
    #[must_use]
    pub fn apply(&self, current: Value) -> Value {
        merge(current, &self.patch)
    }
}

/// `MergePatch(target, patch)` of RFC 7396 §2: members of `patch` replace those of `target`, `null` removes.
#[must_use]
pub fn merge(target: Value, patch: &Value) -> Value {
    let Value::Object(changes) = patch else { return patch.clone() };
    let mut members = match target {
        Value::Object(members) => members,
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => Map::new(),
    };
    for (key, change) in changes {
        if change.is_null() {
            members.remove(key);
        } else {
            let current = members.get_mut(key).map_or(Value::Null, Value::take);
            members.insert(key.clone(), merge(current, change));
        }
    }
    Value::Object(members)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    /// RFC 7396, appendix A.
    #[test]
    fn the_examples_of_the_rfc() {
        for (original, patch, result) in [
            (json!({"a": "b"}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "b"}), json!({"b": "c"}), json!({"a": "b", "b": "c"})),
            (json!({"a": "b"}), json!({"a": null}), json!({})),
            (json!({"a": "b", "b": "c"}), json!({"a": null}), json!({"b": "c"})),
            (json!({"a": ["b"]}), json!({"a": "c"}), json!({"a": "c"})),
            (json!({"a": "c"}), json!({"a": ["b"]}), json!({"a": ["b"]})),
            (json!({"a": {"b": "c"}}), json!({"a": {"b": "d", "c": null}}), json!({"a": {"b": "d"}})),
            (json!({"a": [{"b": "c"}]}), json!({"a": [1]}), json!({"a": [1]})),
            (json!(["a", "b"]), json!(["c", "d"]), json!(["c", "d"])),
            (json!({"a": "b"}), json!(["c"]), json!(["c"])),
            (json!({"a": "foo"}), json!(null), json!(null)),
            (json!({"a": "foo"}), json!("bar"), json!("bar")),
            (json!({"e": null}), json!({"a": 1}), json!({"e": null, "a": 1})),
            (json!([1, 2]), json!({"a": "b", "c": null}), json!({"a": "b"})),
            (json!({}), json!({"a": {"bb": {"ccc": null}}}), json!({"a": {"bb": {}}})),
        ] {
            assert_eq!(merge(original.clone(), &patch), result, "{original} + {patch}");
        }
    }

    #[test]
    fn patching_twice_is_patching_once() {
        let patch = json!({"a": {"b": null, "c": [1]}, "d": null});
        let once = merge(json!({"a": {"b": 1}, "d": 2, "e": 3}), &patch);
        assert_eq!(merge(once.clone(), &patch), once);
    }
}
