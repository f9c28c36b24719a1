use crate::macros::{plain_debug, text_impls, text_schema};
use crate::{Invalid, codes};

/// The longest pattern, in characters.
const MAX: usize = 128;

/// Which types of events are meant: one type, or with a `*` at the end all types that begin so.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TypePattern(String);

impl TypePattern {
    /// # Errors
    /// `empty`, `too_long`, `invalid_pattern`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(codes::EMPTY, "A type of events is required; * means all."));
        }
        crate::text::check_length(text, MAX)?;
        let stem = text.strip_suffix('*').unwrap_or(text);
        if !stem.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'.') {
            return Err(Invalid::new(
                codes::INVALID_PATTERN,
                "A type of events consists of letters, digits and dots; a * may stand at its end.",
            ));
        }
        Ok(Self(text.to_owned()))
    }

    /// The pattern as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a type is meant.
    #[must_use]
    pub fn matches(&self, event_type: &str) -> bool {
        match self.0.strip_suffix('*') {
            Some(stem) => event_type.starts_with(stem),
            None => event_type == self.0,
        }
    }
}

text_impls!(TypePattern);
plain_debug!(TypePattern);
text_schema!(TypePattern, {
    description: "A type of events; with a * at the end all types that begin so.",
    example: "io.quarterdeck.cluster.*",
    pattern: "^[A-Za-z0-9.]*\\*?$",
    min: 1,
    max: MAX,
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_at_the_end_means_all_that_begin_so() {
        let matches = |pattern: &str, name: &str| TypePattern::parse(pattern).unwrap().matches(name);
        assert!(matches("io.quarterdeck.cluster.*", "io.quarterdeck.cluster.created.v1"));
        assert!(!matches("io.quarterdeck.cluster.*", "io.quarterdeck.clusters.created.v1"));
        assert!(matches("*", "io.quarterdeck.org.created.v1"));
        assert!(matches("io.quarterdeck.org.created.v1", "io.quarterdeck.org.created.v1"));
        assert!(!matches("io.quarterdeck.org.created.v1", "io.quarterdeck.org.created.v11"));
    }

    #[test]
    fn a_star_stands_nowhere_else() {
        for wrong in ["", "*.created", "io.*.v1", "io quarterdeck", "io/quarterdeck", "**"] {
            assert!(TypePattern::parse(wrong).is_err(), "{wrong}");
        }
    }
}
