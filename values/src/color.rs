use crate::macros::{plain_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// An sRGB colour: `#` and six hexadecimal digits, in lower case.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Color(String);

impl Color {
    /// # Errors
    /// `invalid_color`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.strip_prefix('#') {
            Some(digits) if digits.len() == 6 && digits.bytes().all(|byte| byte.is_ascii_hexdigit()) => {
                Ok(Self(text.to_ascii_lowercase()))
            }
            _ => Err(Invalid::new(
                codes::INVALID_COLOR,
                "A colour is # and six hexadecimal digits, as in #1a73e8.",
            )),
        }
    }

    /// The colour in lower case.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Color);
plain_debug!(Color);
text_schema!(Color, {
    description: "An sRGB colour; kept in lower case.",
    example: "#1a73e8",
    pattern: "^#[0-9A-Fa-f]{6}$",
    min: 7,
    max: 7,
});
