use proptest::prelude::*;
use values::{Name, NameOrId, VersionName};

use crate::code;

const UUID: &str = "0193a1b2-c3d4-7e5f-8a9b-0c1d2e3f4a5b";

#[test]
fn a_name_is_a_dns_label() {
    for text in ["a", "0", "prod-eu-1", "a--b", &"a".repeat(63), "0193a1b2c3d47e5f8a9b0c1d2e3f4a5b"] {
        assert_eq!(Name::parse(text).unwrap().as_str(), text);
    }
    for text in ["-a", "a-", "-", "A", "a_b", "a.b", "a b", "a\n", "a\0", "é", "а", "a/b", "ａ"] {
        assert_eq!(code(Name::parse(text)), "invalid_name", "{text:?}");
    }
    assert_eq!(code(Name::parse("")), "empty");
    assert_eq!(code(Name::parse(&"a".repeat(64))), "too_long");
    assert_eq!(code(Name::parse(UUID)), "looks_like_uuid");
}

#[test]
fn a_version_name_may_have_dots_and_capitals() {
    for text in ["1.2.0", "v1", "1.0.0-RC_1", "1..", "1-", &"9".repeat(63)] {
        assert_eq!(VersionName::parse(text).unwrap().as_str(), text);
    }
    for text in [".1", "-1", "_1", "1 0", "1+2", "1\n", "ä", ".."] {
        assert_eq!(code(VersionName::parse(text)), "invalid_name", "{text:?}");
    }
    assert_eq!(code(VersionName::parse("")), "empty");
    assert_eq!(code(VersionName::parse(&"9".repeat(64))), "too_long");
    assert_eq!(code(VersionName::parse(UUID)), "looks_like_uuid");
    assert_eq!(code(VersionName::parse(&UUID.to_uppercase())), "looks_like_uuid");
}

#[test]
fn a_path_names_by_id_or_by_name() {
    let id = uuid::Uuid::try_parse(UUID).unwrap();
    assert_eq!(NameOrId::parse(UUID), Ok(NameOrId::Id(id)));
    assert_eq!(NameOrId::parse(&UUID.to_uppercase()), Ok(NameOrId::Id(id)));
    assert_eq!(NameOrId::parse("acme"), Ok(NameOrId::Name(Name::parse("acme").unwrap())));
    // 32 digits without hyphens are a UUID to the `uuid` crate, and a name here.
    assert!(matches!(NameOrId::parse(&UUID.replace('-', "")), Ok(NameOrId::Name(_))));
    for text in [format!("{{{UUID}}}"), format!("urn:uuid:{UUID}"), "Acme".to_owned()] {
        assert_eq!(code(NameOrId::parse(&text)), "invalid_name", "{text}");
    }
    assert_eq!(NameOrId::parse(&UUID.to_uppercase()).unwrap().to_string(), UUID);
}

#[test]
fn json_says_what_is_allowed() {
    assert_eq!(serde_json::from_str::<Name>("\"acme\"").unwrap().as_str(), "acme");
    assert_eq!(serde_json::to_string(&Name::parse("acme").unwrap()).unwrap(), "\"acme\"");
    let error = serde_json::from_str::<Name>("\"Acme\"").unwrap_err().to_string();
    assert!(error.starts_with("A name consists of lower-case letters"), "{error}");
    assert!(serde_json::from_str::<Name>("7").unwrap_err().to_string().contains("expected a string"));
    // Escapes in the JSON make an owned string on the way.
    assert_eq!(serde_json::from_str::<Name>(r#""a\u0063me""#).unwrap().as_str(), "acme");
}

proptest! {
    #[test]
    fn every_text_of_the_grammar_is_a_name(text in "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?") {
        prop_assert_eq!(Name::parse(&text).unwrap().to_string(), text);
    }

    #[test]
    fn every_name_is_of_the_grammar(text in "[-a-zA-Z0-9_. \n]{0,66}") {
        let inside = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = text.as_bytes();
        let expected = (1..=63).contains(&bytes.len())
            && bytes.iter().all(|byte| inside(byte) || *byte == b'-')
            && bytes.first().is_some_and(inside)
            && bytes.last().is_some_and(inside);
        prop_assert_eq!(Name::parse(&text).is_ok(), expected);
    }

    #[test]
    fn no_text_of_the_shape_of_a_uuid_is_a_name(text in "[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}") {
        prop_assert_eq!(code(Name::parse(&text)), "looks_like_uuid");
        prop_assert!(matches!(NameOrId::parse(&text), Ok(NameOrId::Id(_))));
    }
}
