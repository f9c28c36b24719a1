use uuid::Uuid;

use crate::macros::{displayed_impls, plain_debug, text_impls, text_schema};
use crate::text::looks_like_uuid;
use crate::{Invalid, codes};

/// The longest [`Name`] and [`VersionName`], in characters: a DNS label (RFC 1035 §2.3.4).
const MAX: usize = 63;

/// The name of an object: 1 to 63 lower-case ASCII letters, digits and hyphens, with a letter or digit at both
/// ends, and not shaped like a UUID, so that a path can hold either.
///
/// This is a DNS label (RFC 1123 §2.1), so names can become host names and Kubernetes names as they are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(String);

impl Name {
    /// # Errors
    /// `empty`, `too_long`, `invalid_name`, `looks_like_uuid`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_size(text)?;
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if !text.bytes().all(allowed) || text.starts_with('-') || text.ends_with('-') {
            return Err(Invalid::new(
                codes::INVALID_NAME,
                "A name consists of lower-case letters a-z, digits and hyphens, and begins and ends with a letter or a digit.",
            ));
        }
        check_not_uuid(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(Name);
plain_debug!(Name);
text_schema!(Name, {
    description: "Lower-case letters, digits and hyphens; a letter or digit at both ends; not shaped like a UUID.",
    example: "prod-eu-1",
    pattern: "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$",
    min: 1,
    max: MAX,
});

/// The name of a version of something: 1 to 63 ASCII letters, digits, dots, underscores and hyphens, beginning
/// with a letter or digit, and not shaped like a UUID. Upper and lower case differ.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VersionName(String);

impl VersionName {
    /// # Errors
    /// `empty`, `too_long`, `invalid_name`, `looks_like_uuid`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check_size(text)?;
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if !text.bytes().all(allowed) || text.starts_with(['.', '_', '-']) {
            return Err(Invalid::new(
                codes::INVALID_NAME,
                "The name of a version consists of letters a-z and A-Z, digits, dots, underscores and hyphens, and begins with a letter or a digit.",
            ));
        }
        check_not_uuid(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The name as it was given.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

text_impls!(VersionName);
plain_debug!(VersionName);
text_schema!(VersionName, {
    description: "Letters, digits, dots, underscores and hyphens; begins with a letter or digit; not shaped like a UUID.",
    example: "1.2.0",
    pattern: "^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$",
    min: 1,
    max: MAX,
});

/// What a path names an object by: its id, or its name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NameOrId {
    /// A hyphenated UUID of 36 characters, in upper or lower case.
    Id(Uuid),
    /// Anything else, if it is a [`Name`].
    Name(Name),
}

impl NameOrId {
    /// # Errors
    /// Those of [`Name::parse`]: whatever is shaped like a UUID is taken as an id.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        // `Uuid` reads other forms too (no hyphens, braces, urn:), one of which is also a name.
        if looks_like_uuid(text)
            && let Ok(id) = Uuid::try_parse(text)
        {
            return Ok(Self::Id(id));
        }
        Name::parse(text).map(Self::Name)
    }
}

impl std::fmt::Display for NameOrId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Id(id) => id.fmt(f),
            Self::Name(name) => name.fmt(f),
        }
    }
}

displayed_impls!(NameOrId);
text_schema!(NameOrId, {
    description: "The id (a UUID) or the name.",
    example: "prod-eu-1",
    pattern: "^([0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}|[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?)$",
    min: 1,
    max: MAX,
});

fn check_size(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new(codes::EMPTY, "A name is required: 1 to 63 characters."));
    }
    crate::text::check_length(text, MAX)
}

fn check_not_uuid(text: &str) -> Result<(), Invalid> {
    if looks_like_uuid(text) {
        return Err(Invalid::new(
            codes::LOOKS_LIKE_UUID,
            "A name must not have the shape of a UUID: it could not be told from an id.",
        ));
    }
    Ok(())
}
