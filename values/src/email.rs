use crate::host::is_host;
use crate::macros::{hidden_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// The longest address, in characters: RFC 5321 §4.5.3.1.3, less the angle brackets.
const MAX: usize = 254;
/// The longest part before the `@`: RFC 5321 §4.5.3.1.1.
const MAX_LOCAL: usize = 64;

/// An e-mail address, in lower case.
///
/// The part of RFC 5321 that is in use: one `@`; before it at most 64 characters, a dot-string (RFC 5322 §3.2.3
/// `atext`, dots neither at an end nor doubled; no quoted strings); after it a host name, no address literal; at
/// most 254 characters together. The case of the local part, which only its own server may interpret, is given
/// up, since no two mailboxes in use differ in it and two users must not.
///
/// ASCII only. Internationalised addresses (RFC 6531) are refused: two addresses that look the same would be two
/// users (other normal forms, other scripts), and few mail servers take them. A domain can be given in its
/// `xn--` form.
///
/// Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Email(String);

impl Email {
    /// # Errors
    /// `empty`, `too_long`, `invalid_email`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::EMPTY, "An e-mail address is required."));
        }
        crate::text::check_length(text, MAX)?;
        if !text.is_ascii() {
            return Err(Invalid::new(
                codes::INVALID_EMAIL,
                "An e-mail address is written in ASCII; give a domain in another script in its xn-- form.",
            ));
        }
        let lower = text.to_ascii_lowercase();
        match lower.split_once('@') {
            Some((local, domain)) if is_local(local) && is_host(domain) => Ok(Self(lower)),
            _ => Err(Invalid::new(
                codes::INVALID_EMAIL,
                "An e-mail address is local@domain: at most 64 letters, digits, dots and !#$%&'*+-/=?^_`{|}~ (dots neither at an end nor doubled), then a host name.",
            )),
        }
    }

    /// The address in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// What comes after the `@`.
    #[must_use]
    pub fn domain(&self) -> &str {
        self.0.split_once('@').map_or("", |(_, domain)| domain)
    }
}

text_impls!(Email);
hidden_debug!(Email);
text_schema!(Email, {
    description: "An e-mail address in ASCII; kept and compared in lower case.",
    example: "ada@acme.test",
    format: "email",
    pattern: "^[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9.-]{1,252}$",
    min: 3,
    max: MAX,
});

fn is_local(local: &str) -> bool {
    local.len() <= MAX_LOCAL
        && local.split('.').all(|atom| {
            !atom.is_empty() && atom.bytes().all(|byte| {
            byte.is_ascii_alphanumeric()
                || matches!(
                    byte,
                    b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'/' | b'=' | b'?' | b'^'..=b'`' | b'{'..=b'~'
                )
        })
        })
}
