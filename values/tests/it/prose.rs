use values::{Description, DisplayName, ExternalId, PersonName, Reason};

use crate::code;

#[test]
fn a_display_name_is_one_line_in_any_script() {
    for text in ["", "Acme Ltd", "株式会社アクメ", "شركة أكمي", "कंपनी", "Łódź 👩‍🚀", "می‌خواهم"]
    {
        assert_eq!(DisplayName::parse(text).unwrap().as_str(), text);
    }
    for text in ["a\nb", "a\tb", "a\r", "\0", "\u{7f}", "\u{85}a", "\u{1b}[31m", "a\u{2028}b", "\u{1}s1."] {
        assert_eq!(code(DisplayName::parse(text)), "control_character", "{text:?}");
    }
    for text in [" a", "a ", "\u{a0}a", "a\u{3000}", " "] {
        assert_eq!(code(DisplayName::parse(text)), "surrounding_space", "{text:?}");
    }
}

#[test]
fn no_character_changes_the_direction_of_what_is_around_it() {
    for char in "\u{061C}\u{200E}\u{200F}\u{202A}\u{202B}\u{202C}\u{202D}\u{202E}\u{2066}\u{2067}\u{2068}\u{2069}\u{FEFF}".chars() {
        let text = format!("a{char}b");
        assert_eq!(code(DisplayName::parse(&text)), "bidi_control", "{text:?}");
        assert_eq!(code(PersonName::parse(&text)), "bidi_control", "{text:?}");
        assert_eq!(code(ExternalId::parse(&text)), "bidi_control", "{text:?}");
    }
}

#[test]
fn lengths_are_characters_and_not_bytes() {
    assert_eq!(code(DisplayName::parse(&"字".repeat(200))), "");
    assert_eq!(code(DisplayName::parse(&"字".repeat(201))), "too_long");
    assert_eq!(code(PersonName::parse(&"é".repeat(100))), "");
    assert_eq!(code(PersonName::parse(&"é".repeat(101))), "too_long");
    assert_eq!(code(Description::parse(&"🚀".repeat(4_000))), "");
    assert_eq!(code(Description::parse(&"a".repeat(4_001))), "too_long");
    assert_eq!(code(Reason::parse(&"ß".repeat(512))), "");
    assert_eq!(code(Reason::parse(&"a".repeat(513))), "too_long");
    assert_eq!(code(ExternalId::parse(&"ж".repeat(128))), "");
    assert_eq!(code(ExternalId::parse(&"a".repeat(129))), "too_long");
}

#[test]
fn free_text_may_have_lines_and_tabs() {
    for text in ["", " a\n\tb \n", "a\u{200F}b"] {
        assert_eq!(Description::parse(text).unwrap().as_str(), text);
    }
    for text in ["a\r\nb", "\0", "\u{1b}", "\u{9f}"] {
        assert_eq!(code(Description::parse(text)), "control_character", "{text:?}");
        assert_eq!(code(Reason::parse(text)), "control_character", "{text:?}");
    }
}

#[test]
fn a_reason_and_an_external_id_say_something() {
    for text in ["", " ", "\n\t", "\u{a0}"] {
        assert_eq!(code(Reason::parse(text)), "empty", "{text:?}");
    }
    assert_eq!(Reason::parse("unpaid").unwrap().as_str(), "unpaid");
    assert_eq!(code(ExternalId::parse("")), "empty");
    assert_eq!(code(ExternalId::parse(" ")), "surrounding_space");
    assert_eq!(ExternalId::parse("crm-17/ä").unwrap().as_str(), "crm-17/ä");
}

#[test]
fn personal_text_is_not_shown_by_debug() {
    assert_eq!(format!("{:?}", PersonName::parse("Ada").unwrap()), "PersonName(…)");
    assert_eq!(format!("{:?}", Reason::parse("Ada left").unwrap()), "Reason(…)");
    assert_eq!(format!("{:?}", DisplayName::parse("Acme").unwrap()), "DisplayName(\"Acme\")");
    assert_eq!(PersonName::parse("Ada").unwrap().to_string(), "Ada");
}
