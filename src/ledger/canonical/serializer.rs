//! Writes canonical JSON in one pass; members are put in order, where they are not already, at an object's end.

use super::{MAX_INTEGER, NotCanonical, push_string, utf16_order};
use serde::ser::{self, Serialize};
use std::cmp::Ordering;
use std::fmt;
use std::ops::Range;

/// The names under which `serde_json` passes a number or a text of its own through a foreign serializer.
const PASSED_THROUGH: [&str; 2] = ["$serde_json::private::Number", "$serde_json::private::RawValue"];

pub(super) struct Canonical<'j> {
    json: &'j mut String,
}

impl<'j> Canonical<'j> {
    pub(super) fn new(json: &'j mut String) -> Self {
        Self { json }
    }

    fn list(self) -> List<'j> {
        self.json.push('[');
        List { json: self.json, empty: true, close: "]" }
    }

    fn object(self, close: &'static str) -> Object<'j> {
        self.json.push('{');
        let start = self.json.len();
        Object { json: self.json, start, members: Vec::new(), close }
    }

    /// `{"variant":` and whatever follows.
    fn variant(self, variant: &str) -> Self {
        self.json.push('{');
        push_string(self.json, variant);
        self.json.push(':');
        self
    }

    fn integer(self, magnitude: u64, text: &impl fmt::Display) -> Result<(), NotCanonical> {
        use fmt::Write as _;
        if magnitude > MAX_INTEGER {
            return Err(NotCanonical::TooLarge);
        }
        write!(self.json, "{text}").map_err(ser::Error::custom)
    }
}

/// Members of an array, or of a variant that holds one.
pub(super) struct List<'j> {
    json: &'j mut String,
    empty: bool,
    close: &'static str,
}

impl List<'_> {
    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        if !self.empty {
            self.json.push(',');
        }
        self.empty = false;
        value.serialize(Canonical::new(self.json))
    }

    fn close(self) {
        self.json.push_str(self.close);
    }
}

/// Members of an object as they are written: in the order in which they come, until [`Object::close`] sorts them.
pub(super) struct Object<'j> {
    json: &'j mut String,
    start: usize,
    members: Vec<Member>,
    close: &'static str,
}

/// Where a member is in the text, from its opening quote to its value's end, and where its name is.
struct Member {
    whole: Range<usize>,
    name: Range<usize>,
    /// The name, where the text has it with escapes.
    unescaped: Option<String>,
}

impl Member {
    fn name<'m>(&'m self, json: &'m str) -> &'m str {
        self.unescaped.as_deref().unwrap_or(&json[self.name.clone()])
    }
}

impl Object<'_> {
    fn name<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), NotCanonical> {
        if !self.members.is_empty() {
            self.json.push(',');
        }
        let start = self.json.len();
        name.serialize(Canonical::new(self.json))?;
        let end = self.json.len();
        let written = &self.json[start..end];
        if !written.starts_with('"') {
            return Err(NotCanonical::NameNotString);
        }
        let unescaped = if written.contains('\\') {
            Some(serde_json::from_str(written).map_err(ser::Error::custom)?)
        } else {
            None
        };
        self.members.push(Member { whole: start..end, name: start + 1..end - 1, unescaped });
        self.json.push(':');
        Ok(())
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        value.serialize(Canonical::new(self.json))?;
        if let Some(member) = self.members.last_mut() {
            member.whole.end = self.json.len();
        }
        Ok(())
    }

    fn close(mut self) -> Result<(), NotCanonical> {
        let json = self.json.as_str();
        let order = |a: &Member, b: &Member| utf16_order(a.name(json), b.name(json));
        if !self.members.is_sorted_by(|a, b| order(a, b) == Ordering::Less) {
            self.members.sort_by(order);
            let twice = self.members.windows(2).find(|pair| order(&pair[0], &pair[1]) == Ordering::Equal);
            if let Some(pair) = twice {
                return Err(NotCanonical::DuplicateMember(pair[0].name(json).to_owned()));
            }
            let mut sorted = String::with_capacity(json.len() - self.start);
            for member in &self.members {
                if !sorted.is_empty() {
                    sorted.push(',');
                }
                sorted.push_str(&json[member.whole.clone()]);
            }
            self.json.truncate(self.start);
            self.json.push_str(&sorted);
        }
        self.json.push_str(self.close);
        Ok(())
    }
}

/// A struct: an object, or something that `serde_json` passes through as text.
pub(super) enum Struct<'j> {
    Object(Object<'j>),
    PassedThrough(Canonical<'j>),
}

impl ser::Error for NotCanonical {
    fn custom<T: fmt::Display>(message: T) -> Self {
        Self::Custom(message.to_string())
    }
}

impl<'j> ser::Serializer for Canonical<'j> {
    type Ok = ();
    type Error = NotCanonical;
    type SerializeSeq = List<'j>;
    type SerializeTuple = List<'j>;
    type SerializeTupleStruct = List<'j>;
    type SerializeTupleVariant = List<'j>;
    type SerializeMap = Object<'j>;
    type SerializeStruct = Struct<'j>;
    type SerializeStructVariant = Object<'j>;

    fn serialize_bool(self, value: bool) -> Result<(), NotCanonical> {
        self.json.push_str(if value { "true" } else { "false" });
        Ok(())
    }

    fn serialize_i8(self, value: i8) -> Result<(), NotCanonical> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<(), NotCanonical> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<(), NotCanonical> {
        self.serialize_i64(value.into())
    }

    fn serialize_i64(self, value: i64) -> Result<(), NotCanonical> {
        self.integer(value.unsigned_abs(), &value)
    }

    fn serialize_i128(self, value: i128) -> Result<(), NotCanonical> {
        self.serialize_i64(value.try_into().map_err(|_| NotCanonical::TooLarge)?)
    }

    fn serialize_u8(self, value: u8) -> Result<(), NotCanonical> {
        self.serialize_u64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<(), NotCanonical> {
        self.serialize_u64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<(), NotCanonical> {
        self.serialize_u64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<(), NotCanonical> {
        self.integer(value, &value)
    }

    fn serialize_u128(self, value: u128) -> Result<(), NotCanonical> {
        self.serialize_u64(value.try_into().map_err(|_| NotCanonical::TooLarge)?)
    }

    fn serialize_f32(self, _: f32) -> Result<(), NotCanonical> {
        Err(NotCanonical::Float)
    }

    fn serialize_f64(self, _: f64) -> Result<(), NotCanonical> {
        Err(NotCanonical::Float)
    }

    fn serialize_char(self, value: char) -> Result<(), NotCanonical> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), NotCanonical> {
        push_string(self.json, value);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), NotCanonical> {
        value.serialize(self)
    }

    fn serialize_none(self) -> Result<(), NotCanonical> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), NotCanonical> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), NotCanonical> {
        self.json.push_str("null");
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), NotCanonical> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), NotCanonical> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), NotCanonical> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), NotCanonical> {
        let inner = self.variant(variant);
        value.serialize(Canonical::new(inner.json))?;
        inner.json.push('}');
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'j>, NotCanonical> {
        Ok(self.list())
    }

    fn serialize_tuple(self, _: usize) -> Result<List<'j>, NotCanonical> {
        Ok(self.list())
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<List<'j>, NotCanonical> {
        Ok(self.list())
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<List<'j>, NotCanonical> {
        Ok(List { close: "]}", ..self.variant(variant).list() })
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Object<'j>, NotCanonical> {
        Ok(self.object("}"))
    }

    fn serialize_struct(self, name: &'static str, _: usize) -> Result<Struct<'j>, NotCanonical> {
        if PASSED_THROUGH.contains(&name) {
            return Ok(Struct::PassedThrough(self));
        }
        Ok(Struct::Object(self.object("}")))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Object<'j>, NotCanonical> {
        Ok(self.variant(variant).object("}}"))
    }
}

mod compound;
