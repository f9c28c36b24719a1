use crate::macros::{hidden_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// A phone number after E.164, leniently: an optional `+`, then 3 to 15 digits. Spaces, hyphens, dots, slashes
/// and brackets between the digits are read and dropped. Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Phone(String);

impl Phone {
    /// # Errors
    /// `empty`, `too_long` (over 40 characters), `invalid_phone`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::EMPTY, "A phone number is required; send null for none."));
        }
        crate::text::check_length(text, 40)?;
        let mut kept = String::with_capacity(16);
        for char in text.chars() {
            match char {
                '0'..='9' => kept.push(char),
                '+' if kept.is_empty() => kept.push(char),
                ' ' | '-' | '.' | '/' | '(' | ')' => {}
                _ => return Err(refused()),
            }
        }
        let digits = kept.strip_prefix('+').unwrap_or(&kept).len();
        if (3..=15).contains(&digits) { Ok(Self(kept)) } else { Err(refused()) }
    }

    /// The number without separators: `+` if it was given, and digits.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Phone);
hidden_debug!(Phone);
text_schema!(Phone, {
    description: "A phone number: an optional +, then 3 to 15 digits; spaces, hyphens, dots, slashes and brackets are dropped.",
    example: "+49301234567",
    pattern: r"^[-0-9+ ./()]{3,40}$",
    min: 3,
    max: 40,
});

fn refused() -> Invalid {
    Invalid::new(
        codes::INVALID_PHONE,
        "A phone number is an optional + and 3 to 15 digits, with spaces, hyphens, dots, slashes or brackets between them.",
    )
}
