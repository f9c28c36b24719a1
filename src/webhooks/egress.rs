//! To which addresses the service connects when somebody else names them: to public ones only.
//!
//! What is refused is what the registries of special addresses of IANA list (RFC 6890 and its successors): an address
//! that is private, local, shared, reserved or translated would reach what the caller cannot reach itself.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Whether an address is one of the public Internet.
#[must_use]
pub fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => is_public_v4(address),
        IpAddr::V6(address) => is_public_v6(address),
    }
}

fn is_public_v4(address: Ipv4Addr) -> bool {
    /// Public by its number, and answered by the cloud that a machine runs in: DNS, health, and what the machine is told.
    const PLATFORM_OF_AZURE: Ipv4Addr = Ipv4Addr::new(168, 63, 129, 16);
    let [a, b, c, _] = address.octets();
    let refused = a == 0                                  // this network (RFC 791)
        || a == 10                                        // private (RFC 1918)
        || (a == 100 && (64..128).contains(&b))           // shared, carrier-grade NAT (RFC 6598)
        || a == 127                                       // loopback (RFC 1122)
        || address == PLATFORM_OF_AZURE
        || (a == 169 && b == 254)                         // link-local, with the clouds' metadata (RFC 3927)
        || (a == 172 && (16..32).contains(&b))            // private (RFC 1918)
        || (a == 192 && b == 0 && c == 0)                 // protocol assignments (RFC 6890)
        || (a == 192 && b == 0 && c == 2)                 // documentation (RFC 5737)
        || (a == 192 && b == 31 && c == 196)              // AS112 (RFC 7535)
        || (a == 192 && b == 52 && c == 193)              // AMT (RFC 7450)
        || (a == 192 && b == 88 && c == 99)               // 6to4 relays (RFC 7526)
        || (a == 192 && b == 168)                         // private (RFC 1918)
        || (a == 192 && b == 175 && c == 48)              // AS112 (RFC 7534)
        || (a == 198 && (18..20).contains(&b))            // benchmarks (RFC 2544)
        || (a == 198 && b == 51 && c == 100)              // documentation (RFC 5737)
        || (a == 203 && b == 0 && c == 113)               // documentation (RFC 5737)
        || a >= 224; // multicast, reserved, broadcast (RFC 1112, RFC 919)
    !refused
}

/// Of IPv6 only what is handed out for the Internet, `2000::/3`, less what is special in it. That leaves out loopback,
/// unique local (`fc00::/7`), link-local (`fe80::/10`), multicast, and every way to write an IPv4 address in an IPv6 one
/// (`::ffff:0:0/96`, `64:ff9b::/96`, `64:ff9b:1::/48`).
fn is_public_v6(address: Ipv6Addr) -> bool {
    let [a, b, ..] = address.segments();
    let is_global_unicast = (a & 0xe000) == 0x2000;
    let is_special = (a == 0x2001 && (b < 0x0200 || b == 0x0db8)) // protocol assignments, Teredo, ORCHID; documentation
        || a == 0x2002                                    // 6to4: an IPv4 address inside (RFC 3056)
        || (a == 0x2620 && b == 0x004f)                   // AS112 (RFC 7534)
        || (a == 0x3fff && b < 0x1000); // documentation (RFC 9637)
    is_global_unicast && !is_special
}

#[cfg(test)]
mod tests {
    use super::*;

    fn public(text: &str) -> bool {
        is_public(text.parse().unwrap())
    }

    #[test]
    fn addresses_of_the_internet_are_public() {
        for text in ["1.1.1.1", "100.63.255.255", "100.128.0.0", "172.15.0.1", "172.32.0.1", "192.0.1.1"] {
            assert!(public(text), "{text}");
        }
        for text in ["223.255.255.255", "2606:4700::1111", "2001:4860:4860::8888", "2a00::1"] {
            assert!(public(text), "{text}");
        }
    }

    #[test]
    fn private_local_and_reserved_addresses_are_not() {
        let v4 = [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "127.0.0.1",
            "127.1.2.3",
            "169.254.169.254",
            "168.63.129.16",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.0.1",
            "198.18.0.1",
            "198.51.100.7",
            "203.0.113.9",
            "224.0.0.1",
            "240.0.0.1",
            "255.255.255.255",
        ];
        for text in v4 {
            assert!(!public(text), "{text}");
            for wrapped in [format!("::ffff:{text}"), format!("::{text}"), format!("64:ff9b::{text}")] {
                assert!(!public(&wrapped), "{wrapped}");
            }
        }
    }

    #[test]
    fn no_way_to_write_an_ipv4_address_in_an_ipv6_one_is_public() {
        for text in ["::ffff:1.1.1.1", "::1.1.1.1", "64:ff9b::1.1.1.1", "64:ff9b:1::1", "2002:101:101::1"] {
            assert!(!public(text), "{text}");
        }
    }

    #[test]
    fn local_addresses_of_ipv6_are_not() {
        for text in ["::", "::1", "fc00::1", "fd00:ec2::254", "fe80::1", "ff02::1", "2001::1", "2001:db8::1"]
        {
            assert!(!public(text), "{text}");
        }
    }
}
