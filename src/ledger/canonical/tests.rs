use super::*;
use proptest::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Each file holds a JSON text and its canonical form, made by another implementation.
const GOLDEN: [&str; 8] = [
    include_str!("../../../tests/golden/canonical/rfc8785-sorting.json"),
    include_str!("../../../tests/golden/canonical/rfc8785-strings.json"),
    include_str!("../../../tests/golden/canonical/empty.json"),
    include_str!("../../../tests/golden/canonical/nested.json"),
    include_str!("../../../tests/golden/canonical/integers.json"),
    include_str!("../../../tests/golden/canonical/escapes.json"),
    include_str!("../../../tests/golden/canonical/names-with-escapes.json"),
    include_str!("../../../tests/golden/canonical/sealed.json"),
];

#[derive(serde::Deserialize)]
struct Golden {
    about: String,
    input: String,
    canonical: String,
}

#[test]
fn golden_texts_have_their_canonical_form() {
    for golden in GOLDEN {
        let golden: Golden = serde_json::from_str(golden).unwrap();
        let value: Value = serde_json::from_str(&golden.input).unwrap();
        assert_eq!(to_string(&value).unwrap(), golden.canonical, "{}", golden.about);
        let raw: &serde_json::value::RawValue = serde_json::from_str(&golden.input).unwrap();
        assert_eq!(to_string(raw).unwrap(), golden.canonical, "{}, as raw text", golden.about);
    }
}

#[test]
fn numbers_that_readers_may_change_are_refused() {
    let parse = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    for (text, why) in [
        ("9007199254740992", NotCanonical::TooLarge),
        ("-9007199254740992", NotCanonical::TooLarge),
        ("18446744073709551615", NotCanonical::TooLarge),
        ("1.0", NotCanonical::Float),
        ("-0", NotCanonical::Float),
        ("1e2", NotCanonical::Float),
        ("123456789012345678901234567890", NotCanonical::Float),
    ] {
        assert_eq!(to_string(&parse(text)), Err(why.clone()), "{text}");
        assert_eq!(to_string(&json!({"deep": [parse(text)]})), Err(why), "{text}");
    }
    assert_eq!(to_string(&i128::MAX), Err(NotCanonical::TooLarge));
    assert_eq!(to_string(&i64::MIN), Err(NotCanonical::TooLarge));
    assert_eq!(to_string(&1.0_f32), Err(NotCanonical::Float));
}

#[test]
fn a_name_that_is_there_twice_is_refused() {
    #[derive(Serialize)]
    struct Twice {
        name: u8,
        #[serde(flatten)]
        rest: BTreeMap<String, u8>,
    }
    let twice = Twice { name: 1, rest: BTreeMap::from([("name".into(), 2)]) };
    assert_eq!(to_string(&twice), Err(NotCanonical::DuplicateMember("name".into())));
    assert_eq!(to_string(&BTreeMap::from([(1, 2)])), Err(NotCanonical::NameNotString));
}

#[test]
fn everything_that_serde_knows_has_one_form() {
    #[derive(Serialize)]
    #[serde(rename_all = "camelCase")]
    enum Shape {
        Unit,
        Newtype(u8),
        Tuple(u8, char),
        Struct { z: Option<u8>, a: () },
    }
    #[derive(Serialize)]
    struct Whole<'a> {
        shapes: [Shape; 4],
        bytes: &'a [u8],
        pair: (i8, bool),
        by_shape: BTreeMap<&'static str, Shape>,
    }
    let whole = Whole {
        shapes: [Shape::Unit, Shape::Newtype(1), Shape::Tuple(2, 'ä'), Shape::Struct { z: Some(3), a: () }],
        bytes: &[0, 255],
        pair: (-1, true),
        by_shape: BTreeMap::from([("x", Shape::Unit)]),
    };
    assert_eq!(
        to_string(&whole).unwrap(),
        r#"{"by_shape":{"x":"unit"},"bytes":[0,255],"pair":[-1,true],"shapes":["unit",{"newtype":1},{"tuple":[2,"ä"]},{"struct":{"a":null,"z":3}}]}"#
    );
}

/// JSON with integers of canonical size, hostile names included.
pub(crate) fn any_json() -> impl Strategy<Value = Value> {
    let text =
        prop_oneof![any::<String>(), "[\\\\\"\u{0}-\u{1f}a\u{7f}\u{e000}\u{fb33}\u{10000}\u{1f600}]{0,6}"];
    let integer = prop_oneof![
        -9_007_199_254_740_991_i64..=9_007_199_254_740_991,
        Just(9_007_199_254_740_991),
        -10_i64..10
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        integer.prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 48, 6, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The definition, word for word.
fn naive(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members.iter().collect();
            members.sort_by_key(|(name, _)| name.encode_utf16().collect::<Vec<_>>());
            let members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!("{}:{}", Value::from(name.as_str()), naive(value)))
                .collect();
            format!("{{{}}}", members.join(","))
        }
        Value::Array(elements) => {
            format!("[{}]", elements.iter().map(naive).collect::<Vec<_>>().join(","))
        }
        scalar @ (Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_)) => scalar.to_string(),
    }
}

/// The definition of what [`is_canonical`] finds.
fn is_its_own_canonical_form(text: &str) -> bool {
    let value = serde_json::from_str::<Value>(text);
    value.is_ok_and(|value| to_string(&value).is_ok_and(|canonical| canonical == text))
}

#[test]
fn what_is_not_in_canonical_form_is_found() {
    for text in [
        "",
        " ",
        "1 ",
        " 1",
        "01",
        "-0",
        "00",
        "-",
        "1.0",
        "1e2",
        "+1",
        "9007199254740992",
        "-9007199254740992",
        "99999999999999999999999999",
        "tru",
        "True",
        "nul",
        "[1,]",
        "[,1]",
        "[1 ]",
        "[1",
        "]",
        "{",
        "}",
        "{}{}",
        "[][]",
        r#"{"a":1,}"#,
        r#"{"a":1,"a":1}"#,
        r#"{"b":1,"a":1}"#,
        r#"{"a" :1}"#,
        r#"{"a": 1}"#,
        "{1:1}",
        r#"{"a"}"#,
        "\"",
        "\"\n\"",
        "\"\u{1}\"",
        r#""\x""#,
        r#""\/""#,
        r#""\u0041""#,
        r#""\u000A""#,
        r#""\u000a""#,
        r#""\u0008""#,
        r#""\u001F""#,
        r#""\u007f""#,
        r#""\u01""#,
        r#""\ud83d\ude00""#,
        "{\"\u{10000}\":1,\"\u{e000}\":1,\"a\":1}",
        r#"{"\n":1,"\t":1}"#,
    ] {
        assert!(!is_canonical(text), "{text:?}");
        assert!(!is_its_own_canonical_form(text), "{text:?}");
    }
    for text in [
        "0",
        "-1",
        "9007199254740991",
        "-9007199254740991",
        "true",
        "false",
        "null",
        "[]",
        "{}",
        "\"\"",
        "[1,[2],{}]",
        r#""\b\t\n\f\r\"\\\u0000\u001f""#,
        "\"\u{7f}/\u{1f600}\"",
        "{\"\u{10000}\":1,\"\u{e000}\":1}",
        r#"{"\t":1,"\n":1,"a":{"a":1}}"#,
        r#"{"":1,"a":1,"aa":1,"b":1}"#,
    ] {
        assert!(is_canonical(text), "{text:?}");
        assert!(is_its_own_canonical_form(text), "{text:?}");
    }
    for depth in 120..135 {
        let text = "[".repeat(depth) + &"]".repeat(depth);
        assert_eq!(is_canonical(&text), is_its_own_canonical_form(&text), "{depth} deep");
    }
}

proptest! {
    #[test]
    fn a_text_is_canonical_if_it_is_its_own_canonical_form(
        value in any_json(), at: prop::sample::Index, change in "[ \\\\\",:0-9a-fnrtbu{}\\[\\]-]{0,2}"
    ) {
        let canonical = to_string(&value).unwrap();
        prop_assert!(is_canonical(&canonical));
        let ends: Vec<usize> = canonical.char_indices().map(|(at, _)| at).chain([canonical.len()]).collect();
        let from = at.index(ends.len());
        for to in [from, (from + 1).min(ends.len() - 1)] {
            let changed = format!("{}{change}{}", &canonical[..ends[from]], &canonical[ends[to]..]);
            prop_assert_eq!(is_canonical(&changed), is_its_own_canonical_form(&changed), "{}", changed);
        }
    }

    #[test]
    fn canonical_json_is_the_definition_and_means_the_same(value in any_json()) {
        let canonical = to_string(&value).unwrap();
        prop_assert_eq!(&canonical, &naive(&value));
        let parsed: Value = serde_json::from_str(&canonical).unwrap();
        prop_assert_eq!(&parsed, &value);
        prop_assert_eq!(to_string(&parsed).unwrap(), canonical);
    }

    #[test]
    fn the_order_in_which_members_come_does_not_matter(
        members in prop::collection::btree_map(any::<String>(), any::<u32>(), 0..8), seed: u64
    ) {
        struct InOrder(Vec<(String, u32)>);
        impl Serialize for InOrder {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_map(self.0.iter().map(|(name, value)| (name, value)))
            }
        }
        let sorted: Vec<_> = members.into_iter().collect();
        let mut shuffled = sorted.clone();
        shuffled.sort_by_key(|(name, value)| crate::crypto::sha256(format!("{seed}{name}{value}").as_bytes()));
        prop_assert_eq!(to_string(&InOrder(shuffled)).unwrap(), to_string(&InOrder(sorted)).unwrap());
    }
}
