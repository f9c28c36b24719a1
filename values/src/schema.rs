//! OpenAPI schemas, for the types that are strings on the wire.

use utoipa::openapi::RefOr;
use utoipa::openapi::schema::{ObjectBuilder, Schema, SchemaFormat, Type};

/// Control characters; bidirectional and invisible marks; and with these, what ends a line.
macro_rules! controls {
    () => {
        r"\x00-\x1F\x7F-\x9F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069\uFEFF"
    };
}
macro_rules! host {
    () => {
        r"([A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?(\.[A-Za-z0-9]([-A-Za-z0-9]{0,61}[A-Za-z0-9])?)*|\[[0-9A-Fa-f:.]{2,45}\])"
    };
}
macro_rules! path {
    () => {
        r"([A-Za-z0-9._~!$&'()*+,;=:@/?-]|%[0-9A-Fa-f]{2})*"
    };
}
macro_rules! place {
    () => {
        concat!(host!(), "(:[1-9][0-9]{0,4})?([/?]", path!(), ")?")
    };
}

/// One line, as `check_line` takes it: no white space at its ends.
pub(crate) const LINE: &str =
    concat!(r"^([^\s", controls!(), "]([^", r"\u2028\u2029", controls!(), r"]*[^\s", controls!(), "])?)?$");
/// The name of a file: a line without slashes.
pub(crate) const FILE_NAME: &str = concat!(
    r"^[^\s/\\",
    controls!(),
    "]([^",
    r"/\\\u2028\u2029",
    controls!(),
    r"]*[^\s/\\",
    controls!(),
    "])?$"
);
/// A path inside of a repository: a line that begins with no slash, and has no backslash in it.
pub(crate) const SOURCE_PATH: &str = concat!(
    r"^([^\s/\\",
    controls!(),
    "]([^",
    r"\\\u2028\u2029",
    controls!(),
    r"]*[^\s\\",
    controls!(),
    "])?)?$"
);
/// A name of a commit, as git takes it.
pub(crate) const GIT_REVISION: &str = concat!(
    r"^[^-\s~^:?*\[\\./",
    controls!(),
    "]([^",
    r"\s~^:?*\[\\",
    controls!(),
    r"]*[^\s~^:?*\[\\./",
    controls!(),
    "])?$"
);
/// Free text: line feeds and tabs, but no other control characters.
pub(crate) const PROSE: &str = r"^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*$";
/// Free text that is not blank.
pub(crate) const NOT_BLANK: &str =
    r"^[^\x00-\x08\x0B-\x1F\x7F-\x9F]*[^\s\x00-\x1F\x7F-\x9F][^\x00-\x08\x0B-\x1F\x7F-\x9F]*$";
/// A URL, as `HttpUrl` takes it.
pub(crate) const HTTP_URL: &str = concat!("^[Hh][Tt][Tt][Pp][Ss]?://", place!(), "$");
/// A URL of a repository of charts.
pub(crate) const CHART_REPOSITORY: &str = concat!("^([Hh][Tt][Tt][Pp][Ss]?|oci)://", place!(), "$");
/// A URL of a Git repository, or its place as for `ssh`.
pub(crate) const GIT_URL: &str = concat!(
    "^([Hh][Tt][Tt][Pp][Ss]?://",
    place!(),
    "|ssh://([A-Za-z0-9._-]+@)?",
    place!(),
    "|[A-Za-z0-9._-]+@",
    host!(),
    ":",
    path!(),
    ")$"
);

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
    let value_pattern =
        Some(if value_max.is_some() { "^([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?$" } else { PROSE });
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
