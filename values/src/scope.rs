use std::fmt;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::{Invalid, codes};

/// The id of a scope: the platform, a partner or an org. They share one space of ids, and each has its own order
/// of events.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ScopeId(pub Uuid);

impl ScopeId {
    /// The one scope that every installation has: `00000000-0000-7000-8000-000000000000`.
    pub const PLATFORM: Self = Self(Uuid::from_u128(0x0000_0000_0000_7000_8000_0000_0000_0000));

    /// Reads a hyphenated UUID.
    ///
    /// # Errors
    /// `invalid_id`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match Uuid::try_parse(text) {
            Ok(id) if crate::text::looks_like_uuid(text) => Ok(Self(id)),
            Ok(_) | Err(_) => Err(Invalid::new(
                codes::INVALID_ID,
                "An id is a UUID: 36 hexadecimal digits and hyphens, as in 00000000-0000-7000-8000-000000000000.",
            )),
        }
    }

    /// The id.
    #[must_use]
    pub const fn as_uuid(self) -> Uuid {
        self.0
    }
}

impl fmt::Display for ScopeId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl From<Uuid> for ScopeId {
    fn from(id: Uuid) -> Self {
        Self(id)
    }
}

impl From<ScopeId> for Uuid {
    fn from(scope: ScopeId) -> Self {
        scope.0
    }
}

impl std::str::FromStr for ScopeId {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::parse(text)
    }
}

crate::macros::text_schema!(ScopeId, {
    description: "The id of a scope: the platform, a partner or an org.",
    example: "00000000-0000-7000-8000-000000000000",
    format: "uuid",
});

/// What a scope is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[cfg_attr(feature = "utoipa", derive(utoipa::ToSchema))]
pub enum ScopeKind {
    /// The installation: [`ScopeId::PLATFORM`].
    Platform,
    /// A partner, with its orgs.
    Partner,
    /// An org, with its projects.
    Org,
}

impl ScopeKind {
    /// The name on the wire: `platform`, `partner`, `org`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Platform => "platform",
            Self::Partner => "partner",
            Self::Org => "org",
        }
    }
}

impl fmt::Display for ScopeKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}
