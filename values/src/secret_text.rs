//! Secrets that people choose.

use crate::macros::{hidden_debug, parse_impls, text_schema};
use crate::text::check_length;
use crate::{Invalid, codes};

/// A password or a token for another system: 1 to 1,024 characters, no control characters. Write-only: `Debug` does not
/// show it, and it cannot be serialized.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretText(String);

impl SecretText {
    const MAX: usize = 1_024;

    /// # Errors
    /// `empty`, `too_long`, `control_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(
                codes::EMPTY,
                "A secret has 1 to 1,024 characters; send null for none.",
            ));
        }
        check_length(text, Self::MAX)?;
        if text.chars().any(char::is_control) {
            return Err(Invalid::new(codes::CONTROL_CHARACTER, "A secret has no control characters in it."));
        }
        Ok(Self(text.to_owned()))
    }

    /// The text itself: to be sealed.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

parse_impls!(SecretText);
hidden_debug!(SecretText);
text_schema!(SecretText, {
    description: "Write-only: it is kept sealed, and no reply shows it.",
    example: "correct horse battery staple",
    format: "password",
    pattern: r"^[^\x00-\x1F\x7F-\x9F]+$",
    min: 1,
    max: Self::MAX,
});
