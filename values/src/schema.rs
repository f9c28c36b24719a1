//! OpenAPI schemas, for the types that are strings on the wire.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};

/// What the schema of a string says.
pub(crate) struct Text(ObjectBuilder);

impl Text {
    pub(crate) fn new() -> Self {
        Self(ObjectBuilder::new().schema_type(Type::String))
    }

    pub(crate) fn description(self, text: &str) -> Self {
        Self(self.0.description(Some(text)))
    }

    pub(crate) fn example(self, text: &str) -> Self {
        Self(self.0.examples([text]))
    }

    /// ECMA-262, as JSON Schema wants it.
    pub(crate) fn pattern(self, pattern: &str) -> Self {
        Self(self.0.pattern(Some(pattern)))
    }

    /// One of the formats registered with JSON Schema or `OpenAPI`.
    pub(crate) fn format(self, format: &str) -> Self {
        Self(self.0.format(Some(SchemaFormat::Custom(format.to_owned()))))
    }

    /// In characters.
    pub(crate) fn min(self, min: usize) -> Self {
        Self(self.0.min_length(Some(min)))
    }

    /// In characters.
    pub(crate) fn max(self, max: usize) -> Self {
        Self(self.0.max_length(Some(max)))
    }

    pub(crate) fn build(self) -> RefOr<Schema> {
        self.0.into()
    }
}

/// The schema of a map from label keys to strings.
pub(crate) fn pairs(
    description: &'static str,
    value_max: Option<usize>,
    (key, value): (&'static str, &'static str),
) -> RefOr<Schema> {
    let text = |max, pattern| ObjectBuilder::new().schema_type(Type::String).max_length(max).pattern(pattern);
    let key_pattern = r"^([a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?$";
    let value_pattern = value_max.map(|_| "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$");
    let example = std::iter::once((key.to_owned(), serde_json::Value::from(value)));
    ObjectBuilder::new()
        .schema_type(Type::Object)
        .description(Some(description))
        .max_properties(Some(64))
        .property_names(Some(text(Some(317), Some(key_pattern))))
        .additional_properties(Some(Schema::from(text(value_max, value_pattern))))
        .examples([serde_json::Value::Object(example.collect())])
        .into()
}
