//! References: one thing named by another.

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;
use utoipa::ToSchema;
use utoipa::openapi::schema::{ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use uuid::Uuid;
use values::{Name, NameOrId};

/// Another thing, by id; its name beside it is what it was called when it was referred to.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Reference {
    /// Its name.
    #[schema(example = "prod-eu-1")]
    pub name: String,
    /// Its id.
    pub id: Uuid,
}

/// Another thing, as sent: its name or its id, or both as a GET showed them (which then must agree).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReferenceInput {
    /// By name.
    Name(Name),
    /// By id.
    Id(Uuid),
    /// By both.
    Both {
        /// The name.
        name: Name,
        /// The id.
        id: Uuid,
    },
}

impl ReferenceInput {
    /// The id, where one was sent.
    #[must_use]
    pub const fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(id) | Self::Both { id, .. } => Some(*id),
            Self::Name(_) => None,
        }
    }

    /// The name, where one was sent.
    #[must_use]
    pub const fn name(&self) -> Option<&Name> {
        match self {
            Self::Name(name) | Self::Both { name, .. } => Some(name),
            Self::Id(_) => None,
        }
    }
}

impl fmt::Display for ReferenceInput {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Name(name) => name.fmt(f),
            Self::Id(id) => id.fmt(f),
            Self::Both { name, id } => write!(f, "{name} ({id})"),
        }
    }
}

impl From<NameOrId> for ReferenceInput {
    fn from(given: NameOrId) -> Self {
        match given {
            NameOrId::Name(name) => Self::Name(name),
            NameOrId::Id(id) => Self::Id(id),
        }
    }
}

impl<'de> Deserialize<'de> for ReferenceInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Sent)
    }
}

struct Sent;

impl<'de> Visitor<'de> for Sent {
    type Value = ReferenceInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a name, an id, or an object with \"name\" or \"id\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<ReferenceInput, E> {
        NameOrId::parse(text).map(ReferenceInput::from).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<ReferenceInput, A::Error> {
        const MEMBERS: &[&str] = &["name", "id"];
        let (mut name, mut id) = (None, None);
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "name" => name = members.next_value::<Option<Name>>()?,
                "id" => id = members.next_value::<Option<Uuid>>()?,
                other => return Err(de::Error::unknown_field(other, MEMBERS)),
            }
        }
        match (name, id) {
            (Some(name), Some(id)) => Ok(ReferenceInput::Both { name, id }),
            (Some(name), None) => Ok(ReferenceInput::Name(name)),
            (None, Some(id)) => Ok(ReferenceInput::Id(id)),
            (None, None) => Err(de::Error::missing_field("name")),
        }
    }
}

impl utoipa::PartialSchema for ReferenceInput {
    fn schema() -> RefOr<Schema> {
        let id = || {
            ObjectBuilder::new()
                .schema_type(SchemaType::new(Type::String))
                .format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)))
        };
        // By name, perhaps with the id beside; or by id alone.
        let object = || {
            ObjectBuilder::new()
                .property("id", id())
                .additional_properties(Some(utoipa::openapi::schema::AdditionalProperties::FreeForm(false)))
        };
        OneOfBuilder::new()
            .description(Some("Another thing, by its name or its id, or by both as a reply shows them."))
            .item(NameOrId::schema())
            .item(object().property("name", Name::schema()).required("name"))
            .item(object().required("id"))
            .into()
    }
}

impl ToSchema for ReferenceInput {}
