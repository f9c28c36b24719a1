//! Users named by other things.

use serde::de::{self, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use std::fmt;
use utoipa::openapi::schema::{AdditionalProperties, ObjectBuilder, OneOfBuilder, Schema, SchemaType, Type};
use utoipa::openapi::{KnownFormat, RefOr, SchemaFormat};
use utoipa::{PartialSchema, ToSchema};
use uuid::Uuid;
use values::Email;

/// A user, as sent: its e-mail address or its id, or both as a GET showed them (which then must agree).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserReferenceInput {
    /// The e-mail address, where it was sent.
    pub email: Option<Email>,
    /// The id, where it was sent.
    pub id: Option<Uuid>,
}

impl UserReferenceInput {
    /// Reads an id, or else an e-mail address.
    ///
    /// # Errors
    /// It is neither.
    pub fn parse(text: &str) -> Result<Self, values::Invalid> {
        const HYPHENATED: usize = 36;
        match Uuid::try_parse(text) {
            Ok(id) if text.len() == HYPHENATED => Ok(Self { email: None, id: Some(id) }),
            Ok(_) | Err(_) => Ok(Self { email: Some(Email::parse(text)?), id: None }),
        }
    }
}

impl<'de> Deserialize<'de> for UserReferenceInput {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Sent)
    }
}

struct Sent;

impl<'de> Visitor<'de> for Sent {
    type Value = UserReferenceInput;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an e-mail address, an id, or an object with \"name\" or \"id\"")
    }

    fn visit_str<E: de::Error>(self, text: &str) -> Result<UserReferenceInput, E> {
        UserReferenceInput::parse(text).map_err(E::custom)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut members: A) -> Result<UserReferenceInput, A::Error> {
        const MEMBERS: &[&str] = &["name", "id"];
        let mut read = UserReferenceInput::default();
        while let Some(member) = members.next_key::<String>()? {
            match member.as_str() {
                "name" => read.email = members.next_value()?,
                "id" => read.id = members.next_value()?,
                other => return Err(de::Error::unknown_field(other, MEMBERS)),
            }
        }
        if read == UserReferenceInput::default() {
            return Err(de::Error::missing_field("name"));
        }
        Ok(read)
    }
}

impl PartialSchema for UserReferenceInput {
    fn schema() -> RefOr<Schema> {
        let text = || ObjectBuilder::new().schema_type(SchemaType::new(Type::String));
        let id = || {
            let uuid = text().format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
            uuid.pattern(Some("^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$"))
        };
        // By e-mail address, perhaps with the id beside; or by id alone.
        let object = || {
            ObjectBuilder::new().property("id", id()).additional_properties(Some(AdditionalProperties::<
                Schema,
            >::FreeForm(
                false
            )))
        };
        OneOfBuilder::new()
            .description(Some("A user, by its e-mail address or its id, or by both as a reply shows them."))
            .item(id().description(Some("The id.")))
            .item(Email::schema())
            .item(object().property("name", Email::schema()).required("name"))
            .item(object().required("id"))
            .into()
    }
}

impl ToSchema for UserReferenceInput {}
