//! What every declared thing has.

use serde::de::{Error, IgnoredAny};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;
use values::{Annotations, Description, DisplayName, Labels, Name, Timestamp, VersionName};

/// The version of this API; always `v1`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub enum ApiVersion {
    /// The only one there is.
    #[default]
    #[serde(rename = "v1")]
    V1,
}

/// Who acted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Actor {
    /// What kind of actor.
    pub kind: ActorKind,
    /// A user's id, an access key's public half, or the name of a part of the system.
    #[schema(example = "QDAK0123456789ABCDEF")]
    pub id: String,
    /// Whose key it was, where a key acted.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub user_id: Option<Uuid>,
}

/// The kinds of actors.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
pub enum ActorKind {
    /// A person, signed in.
    User,
    /// An access key, for its user.
    ApiKey,
    /// An operator of the installation.
    Operator,
    /// A cluster's agent.
    Agent,
    /// The system itself, for example a timer.
    System,
}

/// What identifies a thing and says who touched it last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "camelCase")]
pub struct Metadata {
    /// Unique for ever; minted by the server (UUIDv7).
    pub id: Uuid,
    /// Unique among its live siblings. A user is named by its e-mail address.
    #[schema(example = "acme")]
    pub name: String,
    /// A name for people.
    pub display_name: DisplayName,
    /// Free text.
    pub description: Description,
    /// The partner it belongs to, where that is not said by an org.
    #[serde(skip_serializing_if = "Option::is_none", default)]
    pub partner_id: Option<Uuid>,
    /// The org it belongs to, or is.
    pub org_id: Option<Uuid>,
    /// The project it belongs to.
    pub project_id: Option<Uuid>,
    /// Key and value, selectable.
    pub labels: Labels,
    /// Key and value, not selectable.
    pub annotations: Annotations,
    /// Counts its changes; also its `ETag`.
    #[schema(example = 3)]
    pub version: i64,
    /// Whether deleting is refused.
    pub deletion_protection: bool,
    /// When it was made.
    pub created_at: Timestamp,
    /// Who made it.
    pub created_by: Actor,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// Who changed it last.
    pub updated_by: Actor,
    /// When it was deleted, if it is.
    pub deleted_at: Option<Timestamp>,
}

/// Declares the half of `metadata` that people set, of things whose names are of this type. What the system owns may be
/// sent along, as a GET showed it, and is passed over.
macro_rules! metadata_input {
    ($(#[$doc:meta])* $input:ident, $(#[$about:meta])* $name:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $input {
            $(#[$about])*
            pub name: $name,
            /// A name for people.
            #[serde(default)]
            pub display_name: DisplayName,
            /// Free text.
            #[serde(default)]
            pub description: Description,
            /// Key and value, selectable.
            #[serde(default)]
            pub labels: Labels,
            /// Key and value, not selectable.
            #[serde(default)]
            pub annotations: Annotations,
            /// Whether deleting is refused.
            #[serde(default)]
            pub deletion_protection: bool,
            #[serde(default)]
            #[schema(ignore)]
            id: Owned,
            #[serde(default)]
            #[schema(ignore)]
            partner_id: Owned,
            #[serde(default)]
            #[schema(ignore)]
            org_id: Owned,
            #[serde(default)]
            #[schema(ignore)]
            project_id: Owned,
            #[serde(default)]
            #[schema(ignore)]
            version: Owned,
            #[serde(default)]
            #[schema(ignore)]
            created_at: Owned,
            #[serde(default)]
            #[schema(ignore)]
            created_by: Owned,
            #[serde(default)]
            #[schema(ignore)]
            updated_at: Owned,
            #[serde(default)]
            #[schema(ignore)]
            updated_by: Owned,
            #[serde(default)]
            #[schema(ignore)]
            deleted_at: Owned,
        }
    };
}

metadata_input! {
    /// The half of `metadata` that people set. What the system owns may be sent along, as a GET showed it, and is passed
    /// over.
    MetadataInput,
    /// Unique among its live siblings.
    Name
}

metadata_input! {
    /// The half of a version's `metadata` that people set. What the system owns may be sent along, as a GET showed it, and
    /// is passed over.
    VersionMetadataInput,
    /// Unique among the versions of a thing, for ever once it was activated.
    VersionName
}

/// A member that the system owns: accepted as a GET shows it, and passed over.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Owned;

impl<'de> Deserialize<'de> for Owned {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        IgnoredAny::deserialize(deserializer).map(|_| Self)
    }
}

/// A member that a GET shows of every kind and that this kind does not have: accepted as it is shown, empty, and
/// refused otherwise, so that nothing that was sent is dropped without a word.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Unset;

impl<'de> Deserialize<'de> for Unset {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        match Value::deserialize(deserializer)? {
            Value::Null | Value::Bool(false) => Ok(Self),
            Value::Object(members) if members.is_empty() => Ok(Self),
            Value::Bool(true) | Value::Object(_) | Value::Number(_) | Value::String(_) | Value::Array(_) => {
                Err(D::Error::custom("things of this kind do not have this"))
            }
        }
    }
}

/// Reads hours that the specification limits.
pub(crate) fn hours<'de, D: Deserializer<'de>, const LEAST: u32, const MOST: u32>(
    deserializer: D,
) -> Result<u32, D::Error> {
    let hours = u32::deserialize(deserializer)?;
    if (LEAST..=MOST).contains(&hours) {
        return Ok(hours);
    }
    Err(D::Error::custom(format_args!("must be a number of hours from {LEAST} to {MOST}")))
}

/// Reads hours, at least one, that may be left out.
pub(crate) fn some_hours<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    match Option::<u32>::deserialize(deserializer)? {
        Some(0) => Err(D::Error::custom("must be at least one hour")),
        hours => Ok(hours),
    }
}

/// Declares the type whose only value is a kind's name.
macro_rules! kind {
    ($marker:ident, $name:literal) => {
        #[doc = concat!("The kind `", $name, "`.")]
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
        pub enum $marker {
            #[doc = concat!("`", $name, "`")]
            #[default]
            #[serde(rename = $name)]
            It,
        }

        // The derived one does not see a name that comes from a macro.
        impl utoipa::PartialSchema for $marker {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::Schema> {
                utoipa::openapi::ObjectBuilder::new()
                    .schema_type(utoipa::openapi::schema::Type::String)
                    .description(Some(concat!("The kind `", $name, "`.")))
                    .enum_values(Some([$name]))
                    .into()
            }
        }

        impl utoipa::ToSchema for $marker {}
    };
}
pub(crate) use kind;

/// Declares a kind's reply from its spec and status.
macro_rules! reply {
    ($(#[$doc:meta])* $reply:ident, $marker:ident = $name:literal, $spec:ty, $status:ty) => {
        crate::resource::kind!($marker, $name);

        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase")]
        pub struct $reply {
            /// Always `v1`.
            pub api_version: crate::ApiVersion,
            #[doc = concat!("Always `", $name, "`.")]
            pub kind: $marker,
            /// What identifies it, and who touched it last.
            pub metadata: crate::Metadata,
            /// What people set.
            pub spec: $spec,
            /// What the system says.
            pub status: $status,
        }
    };
}
pub(crate) use reply;

/// Declares what a kind is read from: what the system owns may be sent along, and is passed over.
macro_rules! input {
    ($(#[$doc:meta])* $input:ident, $marker:ident = $name:literal, $metadata:ty, $spec:ty) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Deserialize, ToSchema)]
        #[serde(rename_all = "camelCase", deny_unknown_fields)]
        pub struct $input {
            /// Always `v1`.
            #[serde(default)]
            pub api_version: crate::ApiVersion,
            #[doc = concat!("Always `", $name, "`.")]
            #[serde(default)]
            pub kind: $marker,
            /// What identifies it.
            pub metadata: $metadata,
            /// What people set.
            #[serde(default)]
            pub spec: $spec,
            #[serde(default)]
            #[schema(ignore)]
            status: crate::resource::Owned,
        }
    };
}
pub(crate) use input;
