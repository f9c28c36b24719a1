//! What an outbound proxy is asked with, and what is reached without it.

use crate::macros::{plain_debug, text_impls, text_schema};
use crate::text::check_line;
use crate::{Invalid, codes};

/// What is reached without a proxy, as in `NO_PROXY`: a host, a domain and all in it (`.svc`, `*.acme.test`), an IP
/// address or a block of addresses (CIDR), possibly with a port; or `*` for everything. At most 253 characters.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NoProxyEntry(String);

impl NoProxyEntry {
    const MAX: usize = 253;

    /// # Errors
    /// `empty`, `too_long`, `invalid_host`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::EMPTY, "An entry has 1 to 253 characters."));
        }
        crate::text::check_length(text, Self::MAX)?;
        let is_allowed = |byte: u8| byte.is_ascii_alphanumeric() || b".*:/-_[]".contains(&byte);
        if !text.bytes().all(is_allowed) {
            return Err(Invalid::new(
                codes::INVALID_HOST,
                "An entry is a host, a domain such as .svc, an IP address or a CIDR block, possibly with a port.",
            ));
        }
        Ok(Self(text.to_ascii_lowercase()))
    }

    /// The entry, in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(NoProxyEntry);
plain_debug!(NoProxyEntry);
text_schema!(NoProxyEntry, {
    description: "A host, a domain such as .svc, an IP address or a CIDR block, possibly with a port.",
    example: "10.0.0.0/8",
    pattern: r"^[A-Za-z0-9.*:/_\[\]-]+$",
    min: 1,
    max: Self::MAX,
});

/// As whom a proxy is asked (RFC 7617): 1 to 128 characters on one line, without a colon.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProxyUser(String);

impl ProxyUser {
    const MAX: usize = 128;

    /// # Errors
    /// `empty`, `too_long`, `control_character`, `bidi_control`, `surrounding_space`, `invalid_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(
                codes::EMPTY,
                "A user has 1 to 128 characters; leave it out or send null for none.",
            ));
        }
        check_line(text, Self::MAX)?;
        if text.contains(':') {
            return Err(Invalid::new(codes::INVALID_CHARACTER, "A user of a proxy has no colon in it."));
        }
        Ok(Self(text.to_owned()))
    }

    /// The user as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(ProxyUser);
plain_debug!(ProxyUser);
text_schema!(ProxyUser, {
    description: "As whom a proxy is asked; no colon, control characters or surrounding white space.",
    example: "egress",
    pattern: "^[^:]+$",
    min: 1,
    max: Self::MAX,
});
