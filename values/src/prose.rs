//! Text that people write and read.

use crate::macros::{hidden_debug, plain_debug, text_impls, text_schema};
use crate::text::{check_line, check_not_blank, check_prose};
use crate::{Invalid, codes};

/// What a thing is called for people: one line of at most 200 characters in any script, possibly empty, without
/// control characters, bidirectional controls or surrounding white space.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DisplayName(String);

impl DisplayName {
    const MAX: usize = 200;

    /// # Errors
    /// `too_long`, `control_character`, `bidi_control`, `surrounding_space`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_line(text, Self::MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(DisplayName);
plain_debug!(DisplayName);
text_schema!(DisplayName, {
    description: "One line in any script; no control characters, bidirectional controls or surrounding white space.",
    example: "Acme Ltd",
    pattern: crate::schema::LINE,
    max: Self::MAX,
});

/// Free text of at most 4,000 characters, possibly empty: line feeds and tabs are allowed, other control
/// characters (carriage returns too) are not.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Description(String);

impl Description {
    const MAX: usize = 4_000;

    /// # Errors
    /// `too_long`, `control_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_prose(text, Self::MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Description);
plain_debug!(Description);
text_schema!(Description, {
    description: "Free text; line feeds and tabs are allowed, other control characters are not.",
    example: "What the payments team runs in Europe.",
    pattern: crate::schema::PROSE,
    max: Self::MAX,
});

/// Why somebody changes something: free text of at most 512 characters, as in [`Description`], with at least
/// one that can be seen. Personal data: `Debug` does not show it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reason(String);

impl Reason {
    const MAX: usize = 512;

    /// # Errors
    /// `empty`, `too_long`, `control_character`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_prose(text, Self::MAX)?;
        check_not_blank(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The text as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Reason);
hidden_debug!(Reason);
text_schema!(Reason, {
    description: "Free text, not blank; line feeds and tabs are allowed, other control characters are not.",
    example: "Invoice 4711 is unpaid.",
    pattern: crate::schema::NOT_BLANK,
    min: 1,
    max: Self::MAX,
});

/// A first or last name: one line of at most 100 characters in any script, possibly empty, as in
/// [`DisplayName`]. Personal data: `Debug` does not show it.
#[derive(Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PersonName(String);

impl PersonName {
    const MAX: usize = 100;

    /// # Errors
    /// `too_long`, `control_character`, `bidi_control`, `surrounding_space`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_line(text, Self::MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(PersonName);
hidden_debug!(PersonName);
text_schema!(PersonName, {
    description: "A first or last name in any script; no control characters, bidirectional controls or surrounding white space.",
    example: "Ada",
    pattern: crate::schema::LINE,
    max: Self::MAX,
});

/// The key of a thing in somebody else's system: 1 to 128 characters on one line, without control characters,
/// bidirectional controls or surrounding white space. Upper and lower case differ.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ExternalId(String);

impl ExternalId {
    const MAX: usize = 128;

    /// # Errors
    /// `empty`, `too_long`, `control_character`, `bidi_control`, `surrounding_space`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(
                codes::EMPTY,
                "An external id has 1 to 128 characters; leave it out or send null for none.",
            ));
        }
        check_line(text, Self::MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The id as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(ExternalId);
plain_debug!(ExternalId);
text_schema!(ExternalId, {
    description: "The key of this in your own system; no control characters, bidirectional controls or surrounding white space.",
    example: "crm-17",
    pattern: crate::schema::LINE,
    min: 1,
    max: Self::MAX,
});

/// Where something stands, in the words of whoever runs it, such as a region: 1 to 100 characters on one line, without
/// control characters, bidirectional controls or surrounding white space.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Location(String);

impl Location {
    const MAX: usize = 100;

    /// # Errors
    /// `empty`, `too_long`, `control_character`, `bidi_control`, `surrounding_space`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if text.is_empty() {
            return Err(Invalid::new(
                codes::EMPTY,
                "A location has 1 to 100 characters; leave it out or send null for none.",
            ));
        }
        check_line(text, Self::MAX)?;
        Ok(Self(text.to_owned()))
    }

    /// The location as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Location);
plain_debug!(Location);
text_schema!(Location, {
    description: "Where it stands, such as a region; no control characters, bidirectional controls or surrounding white space.",
    example: "eu-west-1",
    pattern: crate::schema::LINE,
    min: 1,
    max: Self::MAX,
});
