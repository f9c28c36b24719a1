use values::{Location, NoProxyEntry, ProxyUser, SecretText};

use crate::code;

#[test]
fn what_is_reached_without_a_proxy_is_a_host_a_domain_or_addresses() {
    for text in ["localhost", ".svc", "*.acme.test", "10.0.0.0/8", "[2001:db8::1]:443", "2001:db8::/32", "*"]
    {
        assert_eq!(NoProxyEntry::parse(text).unwrap().as_str(), text);
    }
    assert_eq!(NoProxyEntry::parse(".SVC").unwrap().as_str(), ".svc");
    assert_eq!(code(NoProxyEntry::parse("")), "empty");
    assert_eq!(code(NoProxyEntry::parse(&"a".repeat(254))), "too_long");
    for text in ["a b", "a,b", "é.test", "http://a;", "a\n"] {
        assert_eq!(code(NoProxyEntry::parse(text)), "invalid_host", "{text:?}");
    }
}

#[test]
fn a_user_of_a_proxy_has_no_colon() {
    assert_eq!(ProxyUser::parse("egress").unwrap().as_str(), "egress");
    assert_eq!(code(ProxyUser::parse("a:b")), "invalid_character");
    assert_eq!(code(ProxyUser::parse("")), "empty");
    assert_eq!(code(ProxyUser::parse(" a")), "surrounding_space");
    assert_eq!(code(ProxyUser::parse(&"a".repeat(129))), "too_long");
}

#[test]
fn a_secret_is_one_line_that_nothing_shows() {
    let secret = SecretText::parse(" pass word ").unwrap();
    assert_eq!(secret.expose(), " pass word ");
    assert_eq!(format!("{secret:?}"), "SecretText(…)");
    assert_eq!(code(SecretText::parse("")), "empty");
    assert_eq!(code(SecretText::parse("a\nb")), "control_character");
    assert_eq!(code(SecretText::parse(&"a".repeat(1_025))), "too_long");
}

#[test]
fn a_location_says_something() {
    assert_eq!(Location::parse("eu-west-1").unwrap().as_str(), "eu-west-1");
    assert_eq!(code(Location::parse("")), "empty");
    assert_eq!(code(Location::parse(&"a".repeat(101))), "too_long");
}
