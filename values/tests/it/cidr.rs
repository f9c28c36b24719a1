use std::net::IpAddr;

use values::{Cidr, Invalid};

use crate::code;

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn detail(result: Result<Cidr, Invalid>) -> String {
    result.unwrap_err().detail
}

#[test]
fn a_network_is_kept_in_canonical_form() {
    for (text, kept) in [
        ("192.0.2.0/24", "192.0.2.0/24"),
        ("0.0.0.0/0", "0.0.0.0/0"),
        ("10.1.2.3/32", "10.1.2.3/32"),
        ("2001:DB8:0:0::/32", "2001:db8::/32"),
        ("::/0", "::/0"),
        ("::1/128", "::1/128"),
    ] {
        let cidr = Cidr::parse(text).unwrap();
        assert_eq!(cidr.to_string(), kept);
        assert_eq!(serde_json::from_str::<Cidr>(&serde_json::to_string(&cidr).unwrap()).unwrap(), cidr);
    }
}

#[test]
fn a_refusal_says_the_network_that_was_meant() {
    let host_bits = Cidr::parse("192.0.2.7/24");
    assert_eq!(code(host_bits.clone()), "host_bits_set");
    assert!(detail(host_bits).contains("192.0.2.0/24"));
    assert!(detail(Cidr::parse("2001:db8::1/64")).contains("2001:db8::/64"));
    assert!(detail(Cidr::parse("10.0.0.1")).contains("10.0.0.1/32"));
    assert!(detail(Cidr::parse("::1")).contains("::1/128"));
    assert!(detail(Cidr::parse("::ffff:10.0.0.0/104")).contains("10.0.0.0/8"));
    assert!(detail(Cidr::parse("::ffff:10.1.0.0/104")).contains("10.0.0.0/8"));
}

#[test]
fn what_is_no_network_is_refused() {
    for text in [
        "",
        "/",
        "10.0.0.0/",
        "10.0.0.0/33",
        "10.0.0/8",
        "10.0.0.0/-1",
        "::/129",
        "a/8",
        "10.0.0.0 /8",
        "010.0.0.0/8",
        "10.0.0.0/8/8",
        "10.0.0.0/+8",
    ] {
        assert_eq!(code(Cidr::parse(text)), "invalid_cidr", "{text}");
    }
}

#[test]
fn an_ipv4_address_is_found_behind_an_ipv6_socket() {
    let cidr = Cidr::parse("192.0.2.0/24").unwrap();
    assert!(cidr.contains(ip("192.0.2.255")));
    assert!(cidr.contains(ip("::ffff:192.0.2.1")));
    assert!(!cidr.contains(ip("192.0.3.0")));
    assert!(!cidr.contains(ip("::ffff:192.0.3.1")));
    assert!(!cidr.contains(ip("2001:db8::1")));
    assert!(Cidr::parse("2001:db8::/32").unwrap().contains(ip("2001:db8:1::1")));
    assert!(!Cidr::parse("::/0").unwrap().contains(ip("::ffff:192.0.2.1")));
}
