use std::collections::BTreeMap;

use values::{Annotations, InvalidEntry, Labels};

fn labels(key: &str, value: &str) -> Result<Labels, InvalidEntry> {
    Labels::try_from(BTreeMap::from([(key.to_owned(), value.to_owned())]))
}

fn many(count: usize, value: &str) -> BTreeMap<String, String> {
    (0..count).map(|index| (format!("k{index:02}"), value.to_owned())).collect()
}

#[test]
fn keys_and_values_follow_kubernetes() {
    let name = "a".repeat(63);
    let prefix = format!("{0}.{0}.{0}.{1}", "b".repeat(63), "c".repeat(61));
    assert_eq!(prefix.len(), 253);
    for key in ["a", "A", "0", "a.b_c-D", "acme.test/a", "x/a", &name, &format!("{prefix}/{name}")] {
        assert!(labels(key, "v").is_ok(), "{key}");
    }
    for key in [
        "",
        "-a",
        "a-",
        ".a",
        "a_",
        "a b",
        "/a",
        "a/",
        "a/b/c",
        "Acme.test/a",
        "a..b/c",
        "-a/b",
        "a_b/c",
        "é",
        "a\n",
        "a\0",
        &format!("{name}a"),
        &format!("c{prefix}/a"),
    ] {
        let entry = labels(key, "v").unwrap_err();
        assert_eq!((entry.key.as_deref(), entry.invalid.code), (Some(key), "invalid_label"));
    }
    for value in ["", "v", "V.1_2-3", &name] {
        assert_eq!(labels("a", value).unwrap().get("a"), Some(value));
    }
    for value in ["-v", "v.", " ", "a b", "é", "a/b", &format!("{name}a")] {
        assert_eq!(labels("a", value).unwrap_err().invalid.code, "invalid_label", "{value}");
    }
}

#[test]
fn the_prefix_of_the_system_is_reserved() {
    for key in ["quarterdeck.dev/a", "x.quarterdeck.dev/a", "x.y.quarterdeck.dev/a"] {
        assert_eq!(labels(key, "v").unwrap_err().invalid.code, "reserved", "{key}");
        let annotations = BTreeMap::from([(key.to_owned(), String::new())]);
        assert_eq!(Annotations::try_from(annotations).unwrap_err().invalid.code, "reserved", "{key}");
    }
    for key in ["quarterdeck.dev", "notquarterdeck.dev/a", "quarterdeck.dev.test/a", "quarterdeck/a"] {
        assert!(labels(key, "v").is_ok(), "{key}");
    }
}

#[test]
fn there_are_at_most_64_entries() {
    assert_eq!(Labels::try_from(many(64, "")).unwrap().len(), 64);
    let entry = Labels::try_from(many(65, "")).unwrap_err();
    assert_eq!((entry.key.as_deref(), entry.invalid.code), (None, "too_many"));
    assert_eq!(Annotations::try_from(many(65, "")).unwrap_err().invalid.code, "too_many");
}

#[test]
fn annotations_are_free_text_of_64_kib_together() {
    let annotations =
        |value: &str| Annotations::try_from(BTreeMap::from([("a".to_owned(), value.to_owned())]));
    assert_eq!(annotations("{\"x\":\n\t[1]} é").unwrap().get("a"), Some("{\"x\":\n\t[1]} é"));
    assert_eq!(annotations("a\r\n").unwrap_err().invalid.code, "control_character");
    assert_eq!(annotations("\0").unwrap_err().key.as_deref(), Some("a"));
    assert!(annotations(&"x".repeat(65_535)).is_ok());
    assert_eq!(annotations(&"x".repeat(65_536)).unwrap_err().invalid.code, "too_long");
    assert_eq!(annotations(&"é".repeat(32_768)).unwrap_err().invalid.code, "too_long");
}

#[test]
fn json_is_an_object_of_strings_without_doubles() {
    let read = |json| serde_json::from_str::<Labels>(json).map_err(|error| error.to_string());
    let labels = read(r#"{"env":"prod","a":""}"#).unwrap();
    assert_eq!(serde_json::to_string(&labels).unwrap(), r#"{"a":"","env":"prod"}"#);
    assert_eq!(labels.iter().collect::<Vec<_>>(), [("a", ""), ("env", "prod")]);
    assert!(read(r#"{"env":"prod","env":"dev"}"#).unwrap_err().starts_with("`env`: This key"));
    assert!(read(r#"{"x y":"prod"}"#).unwrap_err().starts_with("`x y`: A key has"));
    assert!(read(r#"{"a":1}"#).unwrap_err().contains("expected a string"));
    assert!(read("[]").unwrap_err().contains("expected an object whose values are strings"));
    assert!(read("{}").unwrap().is_empty());
}

#[test]
fn a_hostile_key_is_shown_cut_and_escaped() {
    let text = labels(&format!("\u{202E}\n{}", "x".repeat(1_000)), "v").unwrap_err().to_string();
    assert!(text.starts_with("`\\u{202e}\\nxxx") && text.contains("…`: ") && text.len() < 400, "{text}");
}
