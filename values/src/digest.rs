use std::fmt::Write as _;

use crate::macros::{plain_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// A SHA-256 (FIPS 180-4) as 64 hexadecimal digits, in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256Hex(String);

impl Sha256Hex {
    /// # Errors
    /// `invalid_sha256`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(Self(text.to_ascii_lowercase()));
        }
        Err(Invalid::new(codes::INVALID_SHA256, "A SHA-256 is given as 64 hexadecimal digits."))
    }

    /// The text of a digest.
    #[must_use]
    pub fn from_bytes(digest: [u8; 32]) -> Self {
        let mut text = String::with_capacity(64);
        for byte in digest {
            // Writing into a string cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        Self(text)
    }

    /// The digits in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Sha256Hex);
plain_debug!(Sha256Hex);
text_schema!(Sha256Hex, {
    description: "A SHA-256 in hexadecimal; kept in lower case.",
    example: "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    pattern: "^[0-9A-Fa-f]{64}$",
    min: 64,
    max: 64,
});
