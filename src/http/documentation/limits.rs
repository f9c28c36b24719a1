//! How large numbers can be, and what texts can have in them, where their schema does not say so itself.

use utoipa::Number;
use utoipa::openapi::schema::{
    AdditionalProperties, ArrayItems, Object, Schema, SchemaFormat, SchemaType, Type,
};
use utoipa::openapi::{KnownFormat, RefOr};

/// The largest integer that every reader of JSON has exactly (RFC 8259 section 6).
const LARGEST: usize = (1 << 53) - 1;

/// What a text has in it: no control characters but tabs and the ends of lines.
const TEXT: &str = r"^([^\x00-\x08\x0B-\x1F\x7F-\x9F]|\r\n)*$";

/// Limits every integer and every text in a schema.
pub(super) fn limit(schema: &mut RefOr<Schema>) {
    let RefOr::T(schema) = schema else { return };
    match schema {
        Schema::Array(array) => {
            if let ArrayItems::RefOrSchema(items) = &mut array.items {
                limit(items);
            }
        }
        Schema::Object(object) => limit_object(object),
        Schema::OneOf(one) => one.items.iter_mut().for_each(limit),
        Schema::AllOf(all) => all.items.iter_mut().for_each(limit),
        Schema::AnyOf(any) => any.items.iter_mut().for_each(limit),
        _ => {}
    }
}

fn limit_object(object: &mut Object) {
    object.properties.values_mut().for_each(limit);
    if let Some(AdditionalProperties::RefOr(values)) = object.additional_properties.as_deref_mut() {
        limit(values);
    }
    let is = |kind: &Type| match &object.schema_type {
        SchemaType::Type(only) => only == kind,
        SchemaType::Array(kinds) => kinds.contains(kind),
        SchemaType::AnyValue => false,
    };
    if is(&Type::Integer) && object.maximum.is_none() {
        let is_small = object.format == Some(SchemaFormat::KnownFormat(KnownFormat::Int32));
        object.maximum = Some(Number::UInt(match (is_small, object.minimum.is_some()) {
            // What cannot be negative says so.
            (true, true) => 0xFFFF_FFFF,
            (true, false) => 0x7FFF_FFFF,
            (false, _) => LARGEST,
        }));
    }
    let is_plain = object.pattern.is_none() && object.format.is_none() && object.enum_values.is_none();
    if is(&Type::String) && is_plain {
        object.pattern = Some(TEXT.to_owned());
    }
}
