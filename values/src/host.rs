use crate::macros::{plain_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// The longest host name, in characters (RFC 1035 §2.3.4, written without the root).
pub(crate) const MAX_HOST: usize = 253;

/// A DNS host name in lower case: labels of 1 to 63 letters, digits and inner hyphens, joined by dots, at most
/// 253 characters (RFC 1123 §2.1). No port, no dot at the end, no IP address; other scripts in their `xn--` form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct HostName(String);

impl HostName {
    /// # Errors
    /// `empty`, `too_long`, `invalid_host`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::EMPTY, "A host name is required."));
        }
        crate::text::check_length(text, MAX_HOST)?;
        if text.contains(':') {
            return Err(Invalid::new(codes::INVALID_HOST, "A host name is given without scheme and port."));
        }
        let lower = text.to_ascii_lowercase();
        if !is_host(&lower) {
            return Err(Invalid::new(
                codes::INVALID_HOST,
                "A host name consists of labels of 1 to 63 letters a-z, digits and inner hyphens, joined by dots, and is not an IP address; other scripts are given in their xn-- form.",
            ));
        }
        Ok(Self(lower))
    }

    /// The name in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(HostName);
plain_debug!(HostName);
text_schema!(HostName, {
    description: "A DNS host name without port; kept and compared in lower case.",
    example: "clouds.acme.test",
    format: "hostname",
    pattern: r"^[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*$",
    min: 1,
    max: MAX_HOST,
});

/// Whether a lower-case text is a DNS host name, and cannot be read as an IP address by anybody.
pub(crate) fn is_host(lower: &str) -> bool {
    lower.len() <= MAX_HOST && lower.split('.').all(is_dns_label) && !ends_in_number(lower)
}

/// RFC 1123 §2.1: 1 to 63 letters, digits and hyphens, no hyphen at an end.
pub(crate) fn is_dns_label(label: &str) -> bool {
    (1..=63).contains(&label.len())
        && label.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !label.starts_with('-')
        && !label.ends_with('-')
}

/// The rule by which browsers and HTTP clients take a host for an IPv4 address in one of its odd spellings
/// (`127.1`, `0x7f000001`): WHATWG URL, "ends in a number".
pub(crate) fn ends_in_number(lower: &str) -> bool {
    let last = lower.rsplit('.').next().unwrap_or(lower);
    last.bytes().all(|byte| byte.is_ascii_digit())
        || last.strip_prefix("0x").is_some_and(|hex| hex.bytes().all(|byte| byte.is_ascii_hexdigit()))
}
