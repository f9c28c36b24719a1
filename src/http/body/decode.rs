//! A parsed document into a type, with the JSON pointer of every fault.
//!
//! Stricter than serde's derive alone: members that a struct does not have are refused whether or not the type says
//! `deny_unknown_fields`, all of an object's at once, and an array never stands for a struct. Types under
//! `#[serde(untagged)]`, `#[serde(tag)]` or `#[serde(flatten)]` are buffered by serde itself; these need
//! `deny_unknown_fields` of their own, and their faults point to the object that contains them.

use std::fmt;

use serde::de::value::StrDeserializer;
use serde::de::{
    self, DeserializeOwned, DeserializeSeed, Deserializer, EnumAccess, Error as _, Expected,
    IntoDeserializer, MapAccess, SeqAccess, Unexpected, VariantAccess, Visitor,
};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value, map};

use crate::http::problem::{FieldProblem, Pointer};

/// Decodes a value.
///
/// # Errors
/// The faults, at least one: `unknown_field`, `required`, `invalid_type`, or `invalid_value` for what a type refuses.
pub fn decode<T: DeserializeOwned>(value: &Value) -> Result<T, Vec<FieldProblem>> {
    T::deserialize(Decoder { value, from_text: false }).map_err(Faults::into_problems)
}

/// Decodes an object whose values are all strings, as query parameters are: numbers and booleans are read from them.
pub(crate) fn decode_text<T: DeserializeOwned>(value: &Value) -> Result<T, Vec<FieldProblem>> {
    T::deserialize(Decoder { value, from_text: true }).map_err(Faults::into_problems)
}

/// What is wrong, and where; pointers grow towards the root while the error travels up.
#[derive(Debug)]
struct Faults(Vec<Fault>);

#[derive(Debug)]
struct Fault {
    pointer: Pointer,
    code: &'static str,
    detail: String,
}

impl Faults {
    fn one(code: &'static str, detail: String) -> Self {
        Self(vec![Fault { pointer: Pointer::root(), code, detail }])
    }

    fn within(mut self, segment: impl fmt::Display) -> Self {
        for fault in &mut self.0 {
            fault.pointer.prepend(&segment);
        }
        self
    }

    fn into_problems(self) -> Vec<FieldProblem> {
        let faults = self.0.into_iter();
        faults.map(|fault| FieldProblem::new(fault.pointer.to_string(), fault.code, fault.detail)).collect()
    }
}

impl fmt::Display for Faults {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|fault| write!(f, "{}: {}; ", fault.pointer, fault.detail))
    }
}

impl std::error::Error for Faults {}

impl de::Error for Faults {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::one("invalid_value", message.to_string())
    }

    fn invalid_type(unexpected: Unexpected<'_>, expected: &dyn Expected) -> Self {
        let found = if unexpected == Unexpected::Unit { "null".to_owned() } else { unexpected.to_string() };
        Self::one("invalid_type", format!("expected {expected}, found {found}"))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self::one("unknown_field", "is not a field here".to_owned()).within(field)
    }

    fn missing_field(field: &'static str) -> Self {
        Self::one("required", "is required".to_owned()).within(field)
    }

    fn duplicate_field(field: &'static str) -> Self {
        Self::one("duplicate_key", "is there twice, under two names".to_owned()).within(field)
    }
}

#[derive(Clone, Copy)]
struct Decoder<'de> {
    value: &'de Value,
    from_text: bool,
}

impl<'de> Decoder<'de> {
    fn at(self, value: &'de Value) -> Self {
        Self { value, ..self }
    }

    fn unexpected(self) -> Unexpected<'de> {
        match self.value {
            Value::Null => Unexpected::Unit,
            Value::Bool(value) => Unexpected::Bool(*value),
            Value::Number(_) => Unexpected::Other("a number"),
            Value::String(value) => Unexpected::Str(value),
            Value::Array(_) => Unexpected::Other("an array"),
            Value::Object(_) => Unexpected::Other("an object"),
        }
    }

    /// The text of a query parameter, if that is what this is.
    fn text(self) -> Option<&'de str> {
        if self.from_text { self.value.as_str() } else { None }
    }

    fn object<V: Visitor<'de>>(
        self,
        members: &'de Map<String, Value>,
        visitor: V,
    ) -> Result<V::Value, Faults> {
        visitor.visit_map(Members { decoder: self, rest: members.iter(), current: None })
    }
}

/// Integers from text: digits, a sign only where it is negative.
macro_rules! integers {
    ($($method:ident => $visit:ident: $type:ty;)+) => {
        $(fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Faults> {
            let Some(text) = self.text() else { return self.deserialize_any(visitor) };
            match text.parse::<$type>() {
                Ok(number) if !text.starts_with('+') => visitor.$visit(number),
                _ => Err(Faults::invalid_type(self.unexpected(), &visitor)),
            }
        })+
    };
}

impl<'de> Deserializer<'de> for Decoder<'de> {
    type Error = Faults;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Faults> {
        match self.value {
            Value::Null => visitor.visit_unit(),
            Value::Bool(value) => visitor.visit_bool(*value),
            Value::Number(number) => match (number.as_u64(), number.as_i64(), number.as_f64()) {
                (Some(number), _, _) => visitor.visit_u64(number),
                (None, Some(number), _) => visitor.visit_i64(number),
                (None, None, number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
            },
            Value::String(value) => visitor.visit_borrowed_str(value),
            Value::Array(items) => {
                let mut elements = Elements { decoder: self, items, next: 0 };
                let value = visitor.visit_seq(&mut elements)?;
                if elements.next < items.len() {
                    return Err(Faults::one(
                        "invalid_value",
                        format!("has more than {} elements", elements.next),
                    ));
                }
                Ok(value)
            }
            Value::Object(members) => self.object(members, visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Faults> {
        if self.value.is_null() { visitor.visit_none() } else { visitor.visit_some(self) }
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Faults> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Faults> {
        let Value::Object(members) = self.value else {
            return Err(Faults::one(
                "invalid_type",
                format!("expected an object, found {}", self.unexpected()),
            ));
        };
        let unknown = members.keys().filter(|key| !fields.contains(&key.as_str()));
        let faults: Vec<Fault> = unknown.flat_map(|key| Faults::unknown_field(key, fields).0).collect();
        if faults.is_empty() { self.object(members, visitor) } else { Err(Faults(faults)) }
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Faults> {
        match self.value {
            Value::String(name) => visitor.visit_enum(Variant { decoder: self, name, content: None }),
            Value::Object(members) if members.len() == 1 => match members.iter().next() {
                Some((name, content)) => {
                    visitor.visit_enum(Variant { decoder: self, name, content: Some(content) })
                }
                None => Err(Faults::invalid_type(self.unexpected(), &visitor)),
            },
            Value::Null | Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => {
                Err(Faults::invalid_type(self.unexpected(), &visitor))
            }
        }
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Faults> {
        visitor.visit_unit()
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Faults> {
        match self.text() {
            None => self.deserialize_any(visitor),
            Some("true") => visitor.visit_bool(true),
            Some("false") => visitor.visit_bool(false),
            Some(_) => Err(Faults::one("invalid_type", "expected true or false".to_owned())),
        }
    }

    integers! {
        deserialize_u8 => visit_u8: u8;
        deserialize_u16 => visit_u16: u16;
        deserialize_u32 => visit_u32: u32;
        deserialize_u64 => visit_u64: u64;
        deserialize_i8 => visit_i8: i8;
        deserialize_i16 => visit_i16: i16;
        deserialize_i32 => visit_i32: i32;
        deserialize_i64 => visit_i64: i64;
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map identifier
    }
}

struct Members<'de> {
    decoder: Decoder<'de>,
    rest: map::Iter<'de>,
    current: Option<(&'de String, &'de Value)>,
}

impl<'de> MapAccess<'de> for Members<'de> {
    type Error = Faults;

    fn next_key_seed<K: DeserializeSeed<'de>>(&mut self, seed: K) -> Result<Option<K::Value>, Faults> {
        self.current = self.rest.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        seed.deserialize(Key(key)).map(Some).map_err(|error| {
            // A field the type refuses by name has the name in its pointer already.
            if error.0.iter().any(|fault| fault.code == "unknown_field") { error } else { error.within(key) }
        })
    }

    fn next_value_seed<V: DeserializeSeed<'de>>(&mut self, seed: V) -> Result<V::Value, Faults> {
        let Some((key, value)) = self.current else { return Err(Faults::custom("a value without a key")) };
        seed.deserialize(self.decoder.at(value)).map_err(|error| error.within(key))
    }
}

/// A member's name; names of newtypes are read through.
struct Key<'de>(&'de str);

impl<'de> Deserializer<'de> for Key<'de> {
    type Error = Faults;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Faults> {
        visitor.visit_borrowed_str(self.0)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, Faults> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Faults> {
        let key: StrDeserializer<'_, Faults> = self.0.into_deserializer();
        key.deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

struct Elements<'de> {
    decoder: Decoder<'de>,
    items: &'de [Value],
    next: usize,
}

impl<'de> SeqAccess<'de> for &mut Elements<'de> {
    type Error = Faults;

    fn next_element_seed<T: DeserializeSeed<'de>>(&mut self, seed: T) -> Result<Option<T::Value>, Faults> {
        let Some(item) = self.items.get(self.next) else { return Ok(None) };
        let index = self.next;
        self.next += 1;
        seed.deserialize(self.decoder.at(item)).map(Some).map_err(|error| error.within(index))
    }

    fn size_hint(&self) -> Option<usize> {
        Some(self.items.len() - self.next)
    }
}

struct Variant<'de> {
    decoder: Decoder<'de>,
    name: &'de str,
    content: Option<&'de Value>,
}

impl<'de> EnumAccess<'de> for Variant<'de> {
    type Error = Faults;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'de>>(self, seed: V) -> Result<(V::Value, Self), Faults> {
        Ok((seed.deserialize(Key(self.name))?, self))
    }
}

impl<'de> Variant<'de> {
    fn content<T>(self, decode: impl FnOnce(Decoder<'de>) -> Result<T, Faults>) -> Result<T, Faults> {
        match self.content {
            Some(content) => decode(self.decoder.at(content)).map_err(|error| error.within(self.name)),
            None => Err(Faults::one("invalid_type", format!("{} needs a value", self.name))),
        }
    }
}

impl<'de> VariantAccess<'de> for Variant<'de> {
    type Error = Faults;

    fn unit_variant(self) -> Result<(), Faults> {
        match self.content {
            None => Ok(()),
            Some(_) => self.content(serde::Deserialize::deserialize),
        }
    }

    fn newtype_variant_seed<T: DeserializeSeed<'de>>(self, seed: T) -> Result<T::Value, Faults> {
        self.content(|decoder| seed.deserialize(decoder))
    }

    fn tuple_variant<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value, Faults> {
        self.content(|decoder| decoder.deserialize_any(visitor))
    }

    fn struct_variant<V: Visitor<'de>>(
        self,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Faults> {
        self.content(|decoder| decoder.deserialize_struct("", fields, visitor))
    }
}
