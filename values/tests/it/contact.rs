use proptest::prelude::*;
use values::{Email, Phone};

use crate::code;

#[test]
fn an_address_is_kept_in_lower_case() {
    for (text, kept) in [
        ("Ada@Acme.TEST", "ada@acme.test"),
        ("a@b", "a@b"),
        ("a.b+c@x-y.example", "a.b+c@x-y.example"),
        ("!#$%&'*+-/=?^_`{|}~@example.org", "!#$%&'*+-/=?^_`{|}~@example.org"),
        ("a@xn--bcher-kva.example", "a@xn--bcher-kva.example"),
        ("a@1.2.3.4x", "a@1.2.3.4x"),
    ] {
        assert_eq!(Email::parse(text).unwrap().as_str(), kept);
    }
    assert_eq!(Email::parse("a@Acme.test").unwrap().domain(), "acme.test");
    assert_eq!(format!("{:?}", Email::parse("a@b").unwrap()), "Email(…)");
}

#[test]
fn what_is_no_address_is_refused() {
    for text in [
        "a",
        "@",
        "a@",
        "@b",
        "a@b@c",
        ".a@b",
        "a.@b",
        "a..b@c",
        "a b@c",
        "a@b c",
        "a@-b",
        "a@b-",
        "a@b..c",
        "a@.b",
        "a@b.",
        "\"a b\"@c",
        "a@[127.0.0.1]",
        "a@127.0.0.1",
        "a@1",
        "a(c)@b",
        "a@b_c",
        "a@b\n",
        "\u{1}s1.@b",
        "a\0@b",
        "é@b",
        "a@bücher.example",
        "a@\u{212A}.example",
        "İ@b.example",
        "a,b@c",
        "<a@b>",
        "a@b:25",
        "a\\@b",
    ] {
        assert_eq!(code(Email::parse(text)), "invalid_email", "{text:?}");
    }
    assert_eq!(code(Email::parse("")), "empty");
}

#[test]
fn the_parts_of_an_address_have_limits() {
    let local = "a".repeat(64);
    assert_eq!(code(Email::parse(&format!("{local}@b"))), "");
    assert_eq!(code(Email::parse(&format!("{local}a@b"))), "invalid_email");
    assert_eq!(code(Email::parse(&format!("a@{}.test", "b".repeat(63)))), "");
    assert_eq!(code(Email::parse(&format!("a@{}.test", "b".repeat(64)))), "invalid_email");
    let domain = format!("{0}.{0}.{0}", "b".repeat(62));
    assert_eq!(code(Email::parse(&format!("{local}@{domain}.c"))), "too_long");
    let fits = format!("{}@{domain}.c", "a".repeat(63));
    assert_eq!(fits.len(), 254);
    assert_eq!(code(Email::parse(&fits)), "");
    assert_eq!(code(Email::parse(&format!("{fits}c"))), "too_long");
}

#[test]
fn a_phone_number_is_digits_whatever_stands_between_them() {
    for (text, kept) in [
        ("+49 (30) 123-45.67", "+49301234567"),
        ("112", "112"),
        ("(+1) 555 0100", "+15550100"),
        ("123456789012345", "123456789012345"),
    ] {
        assert_eq!(Phone::parse(text).unwrap().as_str(), kept);
    }
    for text in ["12", "+12", "1234567890123456", "1+23", "++123", "+49 30 x", "١٢٣", "123\n", "tel:123"] {
        assert_eq!(code(Phone::parse(text)), "invalid_phone", "{text:?}");
    }
    assert_eq!(code(Phone::parse("")), "empty");
    assert_eq!(code(Phone::parse(&"1 ".repeat(21))), "too_long");
    assert_eq!(format!("{:?}", Phone::parse("112").unwrap()), "Phone(…)");
}

proptest! {
    #[test]
    fn parsing_twice_changes_nothing(text in "[a-zA-Z0-9.+]{1,8}@[a-zA-Z0-9.-]{1,8}") {
        if let Ok(email) = Email::parse(&text) {
            prop_assert_eq!(Email::parse(email.as_str()).unwrap(), email.clone());
            prop_assert_eq!(Email::parse(&text.to_uppercase()).unwrap(), email);
        }
    }
}
