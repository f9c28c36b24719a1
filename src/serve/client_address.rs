//! Where a request comes from.

use std::net::{IpAddr, SocketAddr};

use axum::http::HeaderMap;
use axum::http::header::FORWARDED;
use ipnet::IpNet;

/// The caller's address, in every request's extensions: the socket's or, behind trusted proxies, the one they
/// saw. IPv4 in IPv6 is shown as IPv4.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct ClientAddress(pub IpAddr);

/// The proxies whose word about their callers is believed.
#[derive(Clone, Debug, Default)]
pub struct TrustedProxies(Vec<IpNet>);

impl TrustedProxies {
    /// Believes those in `networks`.
    #[must_use]
    pub fn new(networks: Vec<IpNet>) -> Self {
        Self(networks)
    }

    /// Whether `address` is such a proxy.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.iter().any(|network| network.contains(&address))
    }

    /// The address of who sent a request that came in from `peer`.
    ///
    /// Each proxy appends whom it got the request from, so the list is read from its end, and the first hop
    /// that is not a trusted proxy is the caller: what stands before it was written by the caller. A hop that
    /// is no address ends the search at the proxy that reported it. `Forwarded` is RFC 7239's form of the
    /// list. A proxy maintains one of the two headers and may pass on the other as the caller wrote it: if
    /// both are there and disagree, neither is believed.
    #[must_use]
    pub fn client_address(&self, peer: IpAddr, headers: &HeaderMap) -> ClientAddress {
        let peer = peer.to_canonical();
        if !self.contains(peer) {
            return ClientAddress(peer);
        }
        let plain = headers.contains_key("x-forwarded-for").then(|| {
            let hops = elements(headers, "x-forwarded-for").map(|hop| hop_address(hop.trim()));
            self.first_untrusted(peer, hops.collect())
        });
        let standard = headers.contains_key(FORWARDED).then(|| {
            let hops =
                elements(headers, FORWARDED.as_str()).map(|element| hop_address(forwarded_for(element)?));
            self.first_untrusted(peer, hops.collect())
        });
        ClientAddress(match (plain, standard) {
            (Some(plain), Some(standard)) if plain != standard => peer,
            (Some(address), _) | (None, Some(address)) => address,
            (None, None) => peer,
        })
    }

    fn first_untrusted(&self, peer: IpAddr, hops: Vec<Option<IpAddr>>) -> IpAddr {
        let mut nearest = peer;
        for hop in hops.into_iter().rev() {
            let Some(address) = hop else { break };
            nearest = address;
            if !self.contains(address) {
                break;
            }
        }
        nearest
    }
}

/// The elements of a list header, over all its lines. A line that is not text is one element that is no hop.
fn elements<'headers>(headers: &'headers HeaderMap, name: &str) -> impl Iterator<Item = &'headers str> {
    headers.get_all(name).iter().flat_map(|value| value.to_str().unwrap_or("").split(','))
}

/// The `for` parameter of one element of `Forwarded`.
fn forwarded_for(element: &str) -> Option<&str> {
    element.split(';').find_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim().trim_matches('"'))
    })
}

/// An address, with or without port: `192.0.2.7`, `192.0.2.7:4711`, `2001:db8::7`, `[2001:db8::7]:4711`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bracketed = || hop.strip_prefix('[')?.strip_suffix(']')?.parse().ok();
    hop.parse::<IpAddr>()
        .ok()
        .or_else(|| hop.parse::<SocketAddr>().ok().map(|address| address.ip()))
        .or_else(bracketed)
        .map(|address| address.to_canonical())
}

#[cfg(test)]
mod tests {
    use axum::http::{HeaderName, HeaderValue};

    use super::*;

    fn seen(peer: &str, headers: &[(&'static str, &'static str)]) -> String {
        let proxies =
            TrustedProxies::new(vec!["10.0.0.0/8".parse().unwrap(), "2001:db8::/32".parse().unwrap()]);
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(HeaderName::from_static(name), HeaderValue::from_static(value));
        }
        proxies.client_address(peer.parse().unwrap(), &map).0.to_string()
    }

    #[test]
    fn headers_of_a_stranger_are_not_believed() {
        assert_eq!(seen("192.0.2.1", &[("x-forwarded-for", "198.51.100.9")]), "192.0.2.1");
        assert_eq!(seen("192.0.2.1", &[("forwarded", "for=198.51.100.9")]), "192.0.2.1");
    }

    #[test]
    fn the_last_hop_that_is_no_trusted_proxy_is_the_client() {
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "1.1.1.1, 198.51.100.9, 10.2.2.2")]),
            "198.51.100.9"
        );
        assert_eq!(
            seen("10.0.0.1", &[("x-forwarded-for", "1.1.1.1"), ("x-forwarded-for", "198.51.100.9")]),
            "198.51.100.9"
        );
        assert_eq!(seen("::ffff:10.0.0.1", &[("x-forwarded-for", "::ffff:198.51.100.9")]), "198.51.100.9");
    }

    #[test]
    fn ports_and_the_standard_form_are_read() {
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.9:4711")]), "198.51.100.9");
        assert_eq!(
            seen("10.0.0.1", &[("forwarded", r#"for=1.1.1.1, proto=https;For="[2001:dead::9]:4711""#)]),
            "2001:dead::9"
        );
        assert_eq!(seen("2001:db8::1", &[("forwarded", r#"for="[2001:dead::9]""#)]), "2001:dead::9");
    }

    #[test]
    fn what_is_no_address_ends_the_search() {
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "198.51.100.9, unknown")]), "10.0.0.1");
        assert_eq!(
            seen("10.0.0.1", &[("forwarded", "for=198.51.100.9, for=_hidden, for=10.3.3.3")]),
            "10.3.3.3"
        );
        assert_eq!(seen("10.0.0.1", &[("x-forwarded-for", "")]), "10.0.0.1");
        assert_eq!(seen("10.0.0.1", &[]), "10.0.0.1");
    }

    #[test]
    fn two_headers_that_disagree_are_not_believed() {
        let both = |plain, standard| seen("10.0.0.1", &[("x-forwarded-for", plain), ("forwarded", standard)]);
        assert_eq!(both("198.51.100.9", "for=198.51.100.9"), "198.51.100.9");
        assert_eq!(both("198.51.100.9", "for=203.0.113.5"), "10.0.0.1");
    }
}
