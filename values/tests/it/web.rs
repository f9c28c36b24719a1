use proptest::prelude::*;
use values::{Color, HostName, HttpUrl, Sha256Hex};

use crate::code;

#[test]
fn a_host_name_is_kept_in_lower_case() {
    for (text, kept) in [
        ("Clouds.ACME.test", "clouds.acme.test"),
        ("localhost", "localhost"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("1a", "1a"),
        ("0x.example", "0x.example"),
    ] {
        assert_eq!(HostName::parse(text).unwrap().as_str(), kept);
    }
    for text in [
        "a.test:80",
        "a.test.",
        ".a",
        "a..b",
        "-a",
        "a-",
        "a_b",
        "a b",
        "bücher.example",
        "127.0.0.1",
        "127.1",
        "1",
        "0x7f",
        "a.0x1f",
        "[::1]",
        "::1",
        "http://a",
        "a/b",
        "a@b",
        "*.a",
        "a\n",
        &"a".repeat(64),
    ] {
        assert_eq!(code(HostName::parse(text)), "invalid_host", "{text:?}");
    }
    assert_eq!(code(HostName::parse("")), "empty");
    assert_eq!(code(HostName::parse(&format!("{}a", "a.".repeat(126)))), "");
    assert_eq!(code(HostName::parse(&format!("{}ab", "a.".repeat(126)))), "too_long");
}

#[test]
fn a_url_is_taken_apart() {
    for (text, kept, host, port) in [
        ("HTTPS://Hooks.Acme.TEST/A?b=C", "https://hooks.acme.test/A?b=C", "hooks.acme.test", None),
        ("http://a", "http://a", "a", None),
        ("http://a:8080", "http://a:8080", "a", Some(8_080)),
        ("http://a:0080/", "http://a:80/", "a", Some(80)),
        ("http://127.0.0.1:1/", "http://127.0.0.1:1/", "127.0.0.1", Some(1)),
        ("http://[0:0::1]:443/x", "http://[::1]:443/x", "::1", Some(443)),
        ("http://[2001:DB8::1]", "http://[2001:db8::1]", "2001:db8::1", None),
        ("https://a?x=/@:%2f", "https://a?x=/@:%2f", "a", None),
        ("https://a/b:c@d/$&'()*+,;=-._~!", "https://a/b:c@d/$&'()*+,;=-._~!", "a", None),
    ] {
        let url = HttpUrl::parse(text).unwrap();
        assert_eq!((url.as_str(), url.host(), url.port()), (kept, host, port));
        assert_eq!(url.is_https(), kept.starts_with("https"));
        assert_eq!(HttpUrl::parse(kept).unwrap(), url);
    }
}

#[test]
fn what_could_mislead_a_fetcher_is_no_url_here() {
    for text in [
        "ftp://a",
        "a",
        "//a",
        "http:a",
        "http:/a",
        "http://",
        "http:///a",
        "https://?x",
        "http://:80",
        "http://a:",
        "http://a:0",
        "http://a:65536",
        "http://a:+80",
        "http://a:b",
        "http://u@a",
        "http://u:p@a",
        "http://a@b/",
        "http://a#f",
        "http://a/#f",
        "http://a/?#",
        "http://a b",
        "http://a/b c",
        "http://a\\b",
        "http://a/\\b",
        "http://a\n",
        " http://a",
        "http://a/\u{e9}",
        "http://b\u{fc}cher",
        "http://127.1",
        "http://2130706433",
        "http://0x7f.1",
        "http://0x7f000001",
        "http://0177.0.0.1",
        "http://1.2.3.4.5",
        "http://a..b",
        "http://a.",
        "http://[::1",
        "http://::1",
        "http://[fe80::1%25eth0]",
        "http://[127.0.0.1]",
        "http://a/%",
        "http://a/%2",
        "http://a/%zz",
        "http://a/<",
        "http://a/\"",
        "http://a/[",
        "javascript://a",
        "http://a/\0",
        "http://a_b",
    ] {
        assert_eq!(code(HttpUrl::parse(text)), "invalid_url", "{text:?}");
    }
    assert_eq!(code(HttpUrl::parse("")), "empty");
    let long = format!("https://a/{}", "x".repeat(2_038));
    assert_eq!((long.len(), code(HttpUrl::parse(&long))), (2_048, ""));
    assert_eq!(code(HttpUrl::parse(&format!("{long}x"))), "too_long");
}

#[test]
fn colours_and_digests_are_kept_in_lower_case() {
    assert_eq!(Color::parse("#1A73E8").unwrap().as_str(), "#1a73e8");
    for text in ["", "#", "1a73e8", "#fff", "#1a73e", "#1a73e8f", "#1a73eg", "#1a73é", "red", "#1a73e8;"] {
        assert_eq!(code(Color::parse(text)), "invalid_color", "{text}");
    }
    let digest = Sha256Hex::from_bytes([0xAB; 32]);
    assert_eq!(digest.as_str(), "ab".repeat(32));
    assert_eq!(Sha256Hex::parse(&"AB".repeat(32)), Ok(digest));
    for text in ["", &"a".repeat(63), &"a".repeat(65), &"g".repeat(64), &"é".repeat(32)] {
        assert_eq!(code(Sha256Hex::parse(text)), "invalid_sha256", "{text}");
    }
}

proptest! {
    #[test]
    fn parsing_a_url_twice_changes_nothing(text in "[Hh]ttps?://[a-zA-Z0-9.:\\[\\]-]{0,20}[/?]?[ -~]{0,20}", any in "\\PC{0,30}") {
        let _ = HttpUrl::parse(&any);
        if let Ok(url) = HttpUrl::parse(&text) {
            prop_assert_eq!(HttpUrl::parse(url.as_str()).unwrap(), url.clone());
            prop_assert!(!url.host().is_empty());
        }
    }
}
