use std::net::{Ipv4Addr, Ipv6Addr};

use crate::host::{ends_in_number, is_host};
use crate::macros::{plain_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// The longest URL, in characters.
const MAX: usize = 2_048;

/// An absolute `http` or `https` URL (RFC 9110 §4.2): scheme and host in lower case, the rest as given; a host,
/// no user information, no fragment, at most 2,048 characters of ASCII.
///
/// Stricter than browsers where their leniency can be used against a service that fetches URLs: no backslashes,
/// no white space, an IPv4 address only as four decimal numbers.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HttpUrl(String);

impl HttpUrl {
    /// # Errors
    /// `empty`, `too_long`, `invalid_url`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::EMPTY, "A URL is required."));
        }
        crate::text::check_length(text, MAX)?;
        let (scheme, rest) = text.split_once("://").ok_or_else(scheme_refused)?;
        let scheme = scheme.to_ascii_lowercase();
        if !matches!(scheme.as_str(), "http" | "https") {
            return Err(scheme_refused());
        }
        let (authority, path) = rest.split_at(rest.find(['/', '?', '#']).unwrap_or(rest.len()));
        let authority = read_authority(authority)?;
        check_path(path)?;
        Ok(Self(format!("{scheme}://{authority}{path}")))
    }

    /// The URL.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether it is `https`.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.0.starts_with("https:")
    }

    /// The host: a name or an IPv4 address, or an IPv6 address without its brackets.
    #[must_use]
    pub fn host(&self) -> &str {
        let host = split_port(self.authority()).0;
        host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host)
    }

    /// The port, if one is given.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        split_port(self.authority()).1.and_then(|port| port.parse().ok())
    }

    fn authority(&self) -> &str {
        let rest = self.0.split_once("://").map_or("", |(_, rest)| rest);
        rest.split(['/', '?']).next().unwrap_or(rest)
    }
}

text_impls!(HttpUrl);
plain_debug!(HttpUrl);
text_schema!(HttpUrl, {
    description: "An absolute http or https URL without user information and fragment.",
    example: "https://hooks.acme.test/quarterdeck",
    format: "uri",
    pattern: crate::schema::HTTP_URL,
    min: 8,
    max: MAX,
});

/// The authority in its canonical form.
fn read_authority(authority: &str) -> Result<String, Invalid> {
    if authority.contains('@') {
        return Err(refused("A URL must not carry a user name or password."));
    }
    let (host, port) = split_port(authority);
    let host = read_host(&host.to_ascii_lowercase()).ok_or_else(|| {
        refused("A URL needs a host: a DNS name, an IPv4 address, or an IPv6 address in brackets.")
    })?;
    let Some(port) = port else { return Ok(host) };
    match port.parse::<u16>() {
        Ok(number) if number > 0 && port.bytes().all(|byte| byte.is_ascii_digit()) => {
            Ok(format!("{host}:{number}"))
        }
        Ok(_) | Err(_) => Err(refused("The port of a URL is a number from 1 to 65535.")),
    }
}

fn read_host(lower: &str) -> Option<String> {
    if let Some(literal) = lower.strip_prefix('[') {
        let address: Ipv6Addr = literal.strip_suffix(']')?.parse().ok()?;
        return Some(format!("[{address}]"));
    }
    if ends_in_number(lower) {
        return lower.parse::<Ipv4Addr>().ok().map(|address| address.to_string());
    }
    is_host(lower).then(|| lower.to_owned())
}

/// Host and port; the colons of an address in brackets are its own.
fn split_port(authority: &str) -> (&str, Option<&str>) {
    match authority.rsplit_once(':') {
        Some((host, port)) if !port.contains(']') => (host, Some(port)),
        _ => (authority, None),
    }
}

/// Path and query: RFC 3986 §3.3 and §3.4.
fn check_path(path: &str) -> Result<(), Invalid> {
    if path.contains('#') {
        return Err(refused("A URL must not have a fragment (#…) here."));
    }
    let mut bytes = path.bytes();
    while let Some(byte) = bytes.next() {
        let fine = match byte {
            b'%' => {
                [bytes.next(), bytes.next()].iter().all(|digit| digit.is_some_and(|d| d.is_ascii_hexdigit()))
            }
            b'-'
            | b'.'
            | b'_'
            | b'~'
            | b'!'
            | b'$'
            | b'&'..=b','
            | b';'
            | b'='
            | b':'
            | b'@'
            | b'/'
            | b'?' => true,
            _ => byte.is_ascii_alphanumeric(),
        };
        if !fine {
            return Err(refused(
                "Path and query of a URL hold the characters of RFC 3986; others are percent-encoded.",
            ));
        }
    }
    Ok(())
}

fn scheme_refused() -> Invalid {
    refused("A URL begins with https:// or http://.")
}

fn refused(detail: &str) -> Invalid {
    Invalid::new(codes::INVALID_URL, detail)
}
