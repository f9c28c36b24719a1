use super::*;
use crate::ledger::canonical;
use proptest::prelude::*;
use serde_json::{Value, json};

const ADA: Uuid = Uuid::from_u128(0x0193_e5a0_4444_7000_8000_0000_0000_0004);
const BOB: Uuid = Uuid::from_u128(0x0193_e5a0_5555_7000_8000_0000_0000_0005);
const PAYLOAD: &str = "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

fn sealed(person: Uuid) -> Sealed {
    Sealed::assemble(person, PAYLOAD).unwrap()
}

/// Opens Ada's data to a text that needs escapes, and nobody else's.
fn opener(sealed: &Sealed) -> Option<String> {
    (sealed.person() == ADA).then(|| "Ada \"L\"\n\u{1}s1.".to_owned())
}

/// What [`open_spans`] is to do, on the parsed value.
fn walk(value: &mut Value) {
    match value {
        Value::String(text) => {
            if let Ok(sealed) = Sealed::parse(text) {
                *text = opener(&sealed).unwrap_or_else(|| ERASED.to_owned());
            }
        }
        Value::Array(elements) => elements.iter_mut().for_each(walk),
        Value::Object(members) => members.values_mut().for_each(walk),
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn persons_of(value: &Value) -> Vec<Uuid> {
    match value {
        Value::String(text) => Sealed::parse(text).map(|sealed| sealed.person()).into_iter().collect(),
        Value::Array(elements) => elements.iter().flat_map(persons_of).collect(),
        Value::Object(members) => members.values().flat_map(persons_of).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) => vec![],
    }
}

#[test]
fn sealed_values_open_and_erased_ones_say_so() {
    let document = json!({"a": sealed(ADA).as_str(), "b": [sealed(BOB).as_str(), "clear"], "c": 1});
    let text = document.to_string();
    let opened: Value = serde_json::from_slice(&open_spans(text.as_bytes(), opener)).unwrap();
    assert_eq!(opened, json!({"a": "Ada \"L\"\n\u{1}s1.", "b": ["[erased]", "clear"], "c": 1}));
    assert_eq!(sealed_persons(text.as_bytes()), [ADA, BOB]);
}

#[test]
fn a_document_without_sealed_values_is_not_copied() {
    let text = json!({"a": "\u{1}s1.", "b": "s1.", "\u{1}s1.x": 1}).to_string();
    let opened = open_spans(text.as_bytes(), |_| unreachable!());
    assert!(matches!(opened, Cow::Borrowed(same) if same == text.as_bytes()));
}

#[test]
fn text_that_shows_a_sealed_value_stays_as_it_is() {
    let inner = sealed(ADA).as_str().to_owned();
    let quoted = json!({"k": inner}).to_string();
    let documents = [
        json!(quoted),
        json!(json!(quoted).to_string()),
        json!(format!("\"{inner}\"")),
        json!(format!("\\\"{inner}\"")),
        json!(format!("\\\\\"{inner}")),
        json!(inner.replace('\u{1}', "\\u0001")),
        json!(format!("x{inner}")),
        json!(format!("{inner}\n")),
        json!(format!("{inner}\"")),
        json!({ &inner: { &inner: 1 } }),
    ];
    for document in documents {
        for text in [document.to_string(), serde_json::to_string_pretty(&document).unwrap()] {
            assert_eq!(open_spans(text.as_bytes(), |_| unreachable!()), text.as_bytes(), "{text}");
        }
    }
    let spaced = format!("{{{} \t\r\n: {}}}", json!(inner), json!(inner));
    let opened = open_spans(spaced.as_bytes(), |_| Some("x".into()));
    assert_eq!(opened, format!("{{{} \t\r\n: \"x\"}}", json!(inner)).as_bytes());
}

#[test]
fn several_texts_after_one_another_are_opened_each() {
    let line = json!([sealed(ADA).as_str()]).to_string();
    let lines = format!("{line}\n{line}\n");
    assert_eq!(open_spans(lines.as_bytes(), |_| Some("x".into())), b"[\"x\"]\n[\"x\"]\n".as_slice());
}

fn any_document() -> impl Strategy<Value = Value> {
    let text = prop_oneof![
        Just(sealed(ADA).as_str().to_owned()),
        Just(sealed(BOB).as_str().to_owned()),
        // Nearly sealed: something in front of it, or behind it, that needs escapes.
        "[\\\\\"\u{1}:, ]{0,3}".prop_map(|edge| format!("{edge}{}", sealed(ADA).as_str())),
        "[\\\\\"\u{1}:, ]{0,3}".prop_map(|edge| format!("{}{edge}", sealed(ADA).as_str())),
        "[\\\\\"]{0,3}".prop_map(|edge| format!("{edge}\\u0001s1.{ADA}.{PAYLOAD}")),
        "(\"|\\\\|\u{1}|s1\\.|u0001|x){0,8}",
        any::<String>(),
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<i32>().prop_map(Value::from),
        text.clone().prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 32, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((text.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn opening_the_bytes_is_walking_the_value(document in any_document()) {
        let mut expected = document.clone();
        walk(&mut expected);
        let mut persons = persons_of(&document);
        persons.sort_unstable();
        persons.dedup();
        for text in [
            document.to_string(),
            serde_json::to_string_pretty(&document).unwrap(),
            canonical::to_string(&document).unwrap(),
        ] {
            let opened: Value = serde_json::from_slice(&open_spans(text.as_bytes(), opener)).unwrap();
            prop_assert_eq!(&opened, &expected);
            let mut found = sealed_persons(text.as_bytes());
            found.sort_unstable();
            prop_assert_eq!(&found, &persons);
        }
    }

    #[test]
    fn any_bytes_are_survived(bytes: Vec<u8>, at: prop::sample::Index) {
        let mut bytes = bytes;
        let at = at.index(bytes.len() + 1);
        bytes.splice(at..at, json!(sealed(ADA).as_str()).to_string().into_bytes());
        drop(open_spans(&bytes, |_| None));
        drop(open_spans(&bytes[..at + 20], |_| None));
    }
}
