//! What every type over a text has in common.

/// `Display`, `FromStr`, `TryFrom`, `AsRef<str>` and serde for a type with `parse` and `as_str`.
macro_rules! text_impls {
    ($type:ident) => {
        impl std::fmt::Display for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.pad(self.as_str())
            }
        }

        impl AsRef<str> for $type {
            fn as_ref(&self) -> &str {
                self.as_str()
            }
        }

        impl From<$type> for String {
            fn from(value: $type) -> Self {
                value.as_str().to_owned()
            }
        }

        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.serialize_str(self.as_str())
            }
        }

        crate::macros::parse_impls!($type);
    };
}

/// serde and reading for a type with `parse` and `Display`.
macro_rules! displayed_impls {
    ($type:ident) => {
        impl serde::Serialize for $type {
            fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
                serializer.collect_str(self)
            }
        }

        crate::macros::parse_impls!($type);
    };
}

/// `FromStr`, `TryFrom<&str>`, `TryFrom<String>` and `Deserialize` through `parse`.
macro_rules! parse_impls {
    ($type:ident) => {
        impl std::str::FromStr for $type {
            type Err = crate::Invalid;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Self::parse(text)
            }
        }

        impl TryFrom<&str> for $type {
            type Error = crate::Invalid;

            fn try_from(text: &str) -> Result<Self, Self::Error> {
                Self::parse(text)
            }
        }

        impl TryFrom<String> for $type {
            type Error = crate::Invalid;

            fn try_from(text: String) -> Result<Self, Self::Error> {
                Self::parse(&text)
            }
        }

        impl<'de> serde::Deserialize<'de> for $type {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                struct Parse;

                impl serde::de::Visitor<'_> for Parse {
                    type Value = $type;

                    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                        f.write_str("a string")
                    }

                    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Self::Value, E> {
                        $type::parse(text).map_err(E::custom)
                    }
                }

                deserializer.deserialize_str(Parse)
            }
        }
    };
}

/// `Debug` that shows the text.
macro_rules! plain_debug {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.debug_tuple(stringify!($type)).field(&self.as_str()).finish()
            }
        }
    };
}

/// `Debug` that does not show the text, for personal data and secrets: logs are full of `{:?}`.
macro_rules! hidden_debug {
    ($type:ident) => {
        impl std::fmt::Debug for $type {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(concat!(stringify!($type), "(…)"))
            }
        }
    };
}

/// The OpenAPI schema of a type that is a string on the wire: a [`crate::schema::Text`].
macro_rules! text_schema {
    ($type:ident, { $($field:ident: $value:expr),* $(,)? }) => {
        #[cfg(feature = "utoipa")]
        impl utoipa::PartialSchema for $type {
            fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
                crate::schema::Text::new()$(.$field($value))*.build()
            }
        }

        #[cfg(feature = "utoipa")]
        impl utoipa::ToSchema for $type {}
    };
}

pub(crate) use {displayed_impls, hidden_debug, parse_impls, plain_debug, text_impls, text_schema};
