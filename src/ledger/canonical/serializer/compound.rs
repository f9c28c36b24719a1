//! How serde hands over the parts of arrays and objects.

use super::{Canonical, List, NotCanonical, Object, Struct};
use serde::ser::{self, Serialize};
use serde_json::Value;

impl ser::SerializeSeq for List<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        self.element(value)
    }

    fn end(self) -> Result<(), NotCanonical> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTuple for List<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        self.element(value)
    }

    fn end(self) -> Result<(), NotCanonical> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTupleStruct for List<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        self.element(value)
    }

    fn end(self) -> Result<(), NotCanonical> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeTupleVariant for List<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        self.element(value)
    }

    fn end(self) -> Result<(), NotCanonical> {
        self.close();
        Ok(())
    }
}

impl ser::SerializeMap for Object<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, name: &T) -> Result<(), NotCanonical> {
        self.name(name)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), NotCanonical> {
        self.value(value)
    }

    fn end(self) -> Result<(), NotCanonical> {
        self.close()
    }
}

impl ser::SerializeStructVariant for Object<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotCanonical> {
        self.name(name)?;
        self.value(value)
    }

    fn end(self) -> Result<(), NotCanonical> {
        self.close()
    }
}

impl ser::SerializeStruct for Struct<'_> {
    type Ok = ();
    type Error = NotCanonical;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), NotCanonical> {
        match self {
            Self::Object(object) => {
                object.name(name)?;
                object.value(value)
            }
            Self::PassedThrough(canonical) => passed_through(canonical, value),
        }
    }

    fn end(self) -> Result<(), NotCanonical> {
        match self {
            Self::Object(object) => object.close(),
            Self::PassedThrough(_) => Ok(()),
        }
    }
}

/// The JSON text in `value`, parsed and written again in canonical form.
fn passed_through<T: Serialize + ?Sized>(canonical: &mut Canonical, value: &T) -> Result<(), NotCanonical> {
    let mut quoted = String::new();
    value.serialize(Canonical::new(&mut quoted))?;
    let text: String = serde_json::from_str(&quoted).map_err(ser::Error::custom)?;
    match serde_json::from_str(&text).map_err(<NotCanonical as ser::Error>::custom)? {
        Value::Number(number) => match (number.as_i64(), number.as_u64()) {
            // Under serde_json's `arbitrary_precision` a number keeps its text, and −0 is one that reads as 0.
            (Some(0), _) if number.to_string() != "0" => Err(NotCanonical::Float),
            (Some(integer), _) => integer.serialize(Canonical::new(canonical.json)),
            (None, Some(integer)) => integer.serialize(Canonical::new(canonical.json)),
            (None, None) => Err(NotCanonical::Float),
        },
        value @ (Value::Null | Value::Bool(_) | Value::String(_) | Value::Array(_) | Value::Object(_)) => {
            value.serialize(Canonical::new(canonical.json))
        }
    }
}
