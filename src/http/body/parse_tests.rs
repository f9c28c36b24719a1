use proptest::prelude::*;
use serde_json::json;

use super::*;

fn refused(text: impl AsRef<[u8]>) -> (ProblemCode, Option<FieldProblem>) {
    let problem = parse(text.as_ref()).unwrap_err();
    (problem.code(), problem.errors().first().cloned())
}

fn code(text: impl AsRef<[u8]>) -> ProblemCode {
    refused(text).0
}

fn fault(text: impl AsRef<[u8]>) -> (String, String) {
    let fault = refused(text).1.unwrap();
    (fault.pointer, fault.code)
}

#[test]
fn well_formed_documents_are_values() {
    let text = r#" {"a": [1, -2, 1.5, null, true, "x\n\ty\r\nz", "😀\ud83d\ude00\\ud800"], "": {}} "#;
    let expected = json!({"a": [1, -2, 1.5, null, true, "x\n\ty\r\nz", "😀😀\\ud800"], "": {}});
    assert_eq!(parse(text.as_bytes()).unwrap(), expected);
}

#[test]
fn what_is_not_one_json_document_is_malformed() {
    for text in [
        "",
        " ",
        "{",
        "[1,]",
        "{\"a\":1,}",
        "{} {}",
        "{}x",
        "nul",
        "NaN",
        "'a'",
        "01",
        "1.",
        "+1",
        "{a:1}",
        "1e999",
        "\u{feff}{}",
        "\"a\nb\"",
        "\"\\x\"",
        "\"\\u12\"",
        "// c\n{}",
        "\\é",
    ] {
        assert_eq!(code(text), ProblemCode::MalformedJson, "{text:?}");
    }
}

#[test]
fn a_duplicate_key_is_refused_at_its_pointer() {
    assert_eq!(fault(r#"{"a":1,"a":1}"#), ("/a".into(), "duplicate_key".into()));
    assert_eq!(fault(r#"{"x":[0,{"a/b":1,"a\u002fb":2}]}"#), ("/x/1/a~1b".into(), "duplicate_key".into()));
    assert_eq!(code(r#"{"a":1,"a":1}"#), ProblemCode::DuplicateKey);
    assert!(parse(br#"{"a":{"a":{"a":1}},"b":{"a":1}}"#).is_ok());
}

#[test]
fn nesting_ends_at_thirty_two() {
    let nested = |levels: usize| format!("{}{}", "[".repeat(levels), "]".repeat(levels));
    assert!(parse(nested(32).as_bytes()).is_ok());
    assert_eq!(code(nested(33)), ProblemCode::TooDeep);
    assert_eq!(code("[".repeat(1_000_000)), ProblemCode::TooDeep);
    assert_eq!(code("{\"a\":".repeat(1_000_000)), ProblemCode::TooDeep);
    let objects = |levels: usize| format!("{}1{}", "{\"a\":".repeat(levels), "}".repeat(levels));
    assert!(parse(objects(32).as_bytes()).is_ok());
    assert_eq!(code(objects(33)), ProblemCode::TooDeep);
}

#[test]
fn what_is_not_unicode_is_refused() {
    for bytes in [&b"{\"a\":\"\xff\"}"[..], b"\xed\xa0\x80", b"\"\xc0\x80\"", b"\xff\xfe{\0}\0"] {
        assert_eq!(code(bytes), ProblemCode::InvalidEncoding, "{bytes:?}");
    }
    for text in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\ud800\ud800\udc00""#,
        r#""\ud800x""#,
        r#""\uDFFF\uD800""#,
        r#"{"\ud83d":1}"#,
        r#""\\\ud800""#,
        r#"["\ud800\n"]"#,
    ] {
        assert_eq!(code(text), ProblemCode::InvalidEncoding, "{text}");
    }
    for text in [r#""\\ud800""#, r#""\ud83d\ude00""#, r#""\\\\ud800""#, r#""\uD7FF\uE000""#] {
        assert!(parse(text.as_bytes()).is_ok(), "{text}");
    }
}

#[test]
fn u0000_is_refused_in_values_and_keys() {
    assert_eq!(fault(r#"{"a":["\u0000"]}"#), ("/a/0".into(), "invalid_encoding".into()));
    assert_eq!(code(r#"{"\u0000":1}"#), ProblemCode::InvalidEncoding);
}

#[test]
fn control_characters_are_refused_but_line_breaks_and_tabs_in_values() {
    for text in [r#""\u0001s1.x""#, r#""\u001b[31m""#, r#""\u007f""#, r#""\u0085""#, r#""a\rb""#, r#""a\r""#]
    {
        assert_eq!(fault(text), (String::new(), "control_character".into()), "{text}");
    }
    assert_eq!(fault("{\"a\\n\":1}").1, "control_character");
    assert_eq!(fault("{\"\u{9f}\":1}").1, "control_character");
    assert!(parse(br#""a\r\nb\tc\n""#).is_ok());
}

/// Floats that are whole as integers.
fn whole(value: Value) -> Value {
    match value {
        Value::Number(number) => {
            match number.as_f64().filter(|float| number.is_f64() && float.fract() == 0.0) {
                #[expect(clippy::cast_possible_truncation, reason = "larger ones are refused")]
                Some(float) => Value::from(float as i64),
                None => Value::Number(number),
            }
        }
        Value::Array(items) => items.into_iter().map(whole).collect(),
        Value::Object(members) => members.into_iter().map(|(name, value)| (name, whole(value))).collect(),
        Value::Null | Value::Bool(_) | Value::String(_) => value,
    }
}

#[test]
fn a_number_without_fraction_is_an_integer() {
    assert_eq!(parse(b"[2.0, -3e0, 1.25e3, -0.0, 2.5]").unwrap().to_string(), "[2,-3,1250,0,2.5]");
}

#[test]
fn integers_end_where_doubles_stop_being_exact() {
    for text in ["9007199254740991", "-9007199254740991", "0", "-0", "1.25e3"] {
        assert!(parse(text.as_bytes()).is_ok(), "{text}");
    }
    for text in [
        "9007199254740992",
        "-9007199254740992",
        "18446744073709551615",
        "18446744073709551616",
        "1e300",
        "-9223372036854775808",
        "99999999999999999999999",
    ] {
        assert_eq!(fault(format!("[{text}]")), ("/0".into(), "number_out_of_range".into()), "{text}");
    }
}

#[test]
fn names_that_serde_json_keeps_for_itself_are_refused() {
    let text = r#"{"a":{"$serde_json::private::RawValue":"{\"x\":1,\"x\":2}"}}"#;
    assert_eq!(fault(text).1, "unknown_field");
    assert_eq!(fault(r#"{"$serde_json::private::Number":"1"}"#).1, "unknown_field");
}

proptest! {
    #[test]
    fn any_bytes_are_parsed_or_refused(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
        let _ = parse(&bytes);
    }

    #[test]
    fn almost_json_is_parsed_as_serde_json_would_or_refused(text in r#"[{}\[\]",:0-9eu.\\ad\-ntrul ]{0,40}"#) {
        if let Ok(value) = parse(text.as_bytes()) {
            prop_assert_eq!(value, whole(serde_json::from_str(&text).unwrap()));
        }
    }

    #[test]
    fn plain_strings_come_through(text in r"[^\p{Cc}]{0,40}") {
        let json = serde_json::to_vec(&json!({ text.as_str(): [text.as_str()] })).unwrap();
        prop_assert_eq!(parse(&json).unwrap(), json!({ text.as_str(): [text.as_str()] }));
    }
}
