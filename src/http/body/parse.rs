//! Strict JSON: everything that two readers of one document could understand differently is refused (RFC 8259 §4,
//! §8.2, §9; RFC 7493).

use std::fmt;

use serde::de::{DeserializeSeed, Deserializer, Error, MapAccess, SeqAccess, Visitor};
use serde_json::{Map, Number, Value};

use crate::http::problem::{FieldProblem, Pointer, Problem, ProblemCode};

/// Deepest nesting of arrays and objects; the document itself is level 1.
pub const MAX_DEPTH: usize = 32;

/// 2^53 − 1: the greatest integer that every JSON reader keeps exactly (RFC 7493 §2.2).
const MAX_INTEGER: u64 = (1 << 53) - 1;

/// A document's members with these names would be understood as `serde_json`'s own.
const RESERVED_KEY_PREFIX: &str = "$serde_json::private::";

/// Parses one document.
///
/// # Errors
/// 400 `invalid_encoding` (not UTF-8, a lone surrogate, U+0000), `malformed_json` (also: something follows),
/// `duplicate_key`, `too_deep`; 422 `validation_failed` with `control_character` (line breaks and tabs in values
/// aside), `number_out_of_range` (beyond ±(2^53 − 1)).
pub fn parse(bytes: &[u8]) -> Result<Value, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let detail = format!("The body is not UTF-8 at byte {}.", error.valid_up_to());
        Problem::new(ProblemCode::InvalidEncoding, detail)
    })?;
    if text.trim_ascii().is_empty() {
        let detail = "There is nothing in the body, where a JSON document is needed.";
        return Err(Problem::new(ProblemCode::MalformedJson, detail));
    }
    if let Some(offset) = lone_surrogate(text) {
        let detail = format!("The body has a lone surrogate at byte {offset}.");
        return Err(Problem::new(ProblemCode::InvalidEncoding, detail));
    }
    let mut walk = Walk::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let parsed = Strict { walk: &mut walk, depth: 0 }.deserialize(&mut json);
    parsed.and_then(|value| json.end().map(|()| value)).map_err(|error| {
        walk.refusal.take().unwrap_or_else(|| Problem::new(ProblemCode::MalformedJson, format!("{error}.")))
    })
}

/// What strict reading of a document in some other notation comes to.
pub(super) enum Strictly<E> {
    /// The document.
    Read(Value),
    /// It is well-formed, and not accepted.
    Refused(Problem),
    /// It is not well-formed.
    Malformed(E),
}

/// Reads a document in some other notation as strictly as JSON.
pub(super) fn read_strictly<'de, D: Deserializer<'de>>(deserializer: D) -> Strictly<D::Error> {
    let mut walk = Walk::default();
    match (Strict { walk: &mut walk, depth: 0 }.deserialize(deserializer), walk.refusal) {
        (Ok(value), _) => Strictly::Read(value),
        (Err(_), Some(problem)) => Strictly::Refused(problem),
        (Err(error), None) => Strictly::Malformed(error),
    }
}

/// Where a walk through the document is, and why it ended early.
#[derive(Default)]
struct Walk {
    pointer: Pointer,
    refusal: Option<Problem>,
}

impl Walk {
    fn refuse<E: Error>(&mut self, problem: Problem) -> E {
        self.refusal = Some(problem);
        E::custom("refused")
    }

    fn refuse_here<E: Error>(&mut self, code: ProblemCode, detail: &str) -> E {
        let fault = FieldProblem::new(self.pointer.to_string(), code.as_str(), detail);
        let pointer = &fault.pointer;
        let detail = if pointer.is_empty() { detail.to_owned() } else { format!("{pointer}: {detail}") };
        self.refuse(Problem::new(code, detail).with_errors(vec![fault]))
    }

    fn invalid<E: Error>(&mut self, code: &str, detail: &str) -> E {
        let fault = FieldProblem::new(self.pointer.to_string(), code, detail);
        self.refuse(Problem::validation(vec![fault]))
    }

    fn check_text<E: Error>(&mut self, text: &str, is_refused: fn(&str) -> bool) -> Result<(), E> {
        if text.contains('\0') {
            return Err(self.refuse_here(ProblemCode::InvalidEncoding, "U+0000 is not accepted"));
        }
        if is_refused(text) {
            return Err(self.invalid("control_character", "control characters are not accepted"));
        }
        Ok(())
    }

    fn check_key<E: Error>(&mut self, key: &str) -> Result<(), E> {
        self.check_text(key, |key| key.contains(char::is_control))?;
        if key.starts_with(RESERVED_KEY_PREFIX) {
            return Err(self.invalid("unknown_field", "is not a field of anything"));
        }
        Ok(())
    }
}

/// Control characters other than tab, line feed, and carriage return before a line feed.
fn has_refused_control(text: &str) -> bool {
    let mut rest = text.chars().peekable();
    while let Some(character) = rest.next() {
        let is_line_break = character == '\r' && rest.peek() == Some(&'\n');
        if character.is_control() && !matches!(character, '\n' | '\t') && !is_line_break {
            return true;
        }
    }
    false
}

struct Strict<'w> {
    walk: &'w mut Walk,
    depth: usize,
}

impl Strict<'_> {
    fn enter<E: Error>(&mut self) -> Result<usize, E> {
        if self.depth >= MAX_DEPTH {
            return Err(self.walk.refuse_here(ProblemCode::TooDeep, "nested more than 32 levels deep"));
        }
        Ok(self.depth + 1)
    }

    fn integer<E: Error>(self, magnitude: u64, number: Number) -> Result<Value, E> {
        if magnitude > MAX_INTEGER {
            return Err(self.walk.invalid("number_out_of_range", "numbers lie between -(2^53-1) and 2^53-1"));
        }
        Ok(Value::Number(number))
    }
}

impl<'de> DeserializeSeed<'de> for Strict<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Strict<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(Value::Bool(value))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Value, E> {
        self.integer(value, value.into())
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Value, E> {
        self.integer(value.unsigned_abs(), value.into())
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Value, E> {
        // 2^53, as a float: from here on only integers exist, and they are out of range.
        const FIRST_REFUSED: f64 = 9_007_199_254_740_992.0;
        if value.abs() >= FIRST_REFUSED {
            return self.integer(u64::MAX, 0.into());
        }
        // 2.0 is 2, as JSON Schema has it.
        #[expect(clippy::cast_possible_truncation, reason = "it is below 2^53, and whole")]
        let number = if value.fract() == 0.0 { Some((value as i64).into()) } else { Number::from_f64(value) };
        Ok(number.map_or(Value::Null, Value::Number))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Value, E> {
        self.walk.check_text(value, has_refused_control)?;
        Ok(Value::String(value.to_owned()))
    }

    fn visit_string<E: Error>(self, value: String) -> Result<Value, E> {
        self.walk.check_text(&value, has_refused_control)?;
        Ok(Value::String(value))
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut access: A) -> Result<Value, A::Error> {
        let depth = self.enter()?;
        let mut items = Vec::new();
        loop {
            self.walk.pointer.push(items.len());
            let item = access.next_element_seed(Strict { walk: &mut *self.walk, depth })?;
            self.walk.pointer.pop();
            match item {
                Some(item) => items.push(item),
                None => return Ok(Value::Array(items)),
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(mut self, mut access: A) -> Result<Value, A::Error> {
        let depth = self.enter()?;
        let mut members = Map::new();
        while let Some(key) = access.next_key::<String>()? {
            self.walk.pointer.push(&key);
            self.walk.check_key(&key)?;
            if members.contains_key(&key) {
                return Err(self.walk.refuse_here(ProblemCode::DuplicateKey, "the key is there twice"));
            }
            let value = access.next_value_seed(Strict { walk: &mut *self.walk, depth })?;
            members.insert(key, value);
            self.walk.pointer.pop();
        }
        Ok(Value::Object(members))
    }
}

/// The byte offset of an escape `\uD800`–`\uDFFF` that is not half of a pair. In well-formed JSON a backslash occurs
/// in strings only, so the text is scanned without parsing it.
fn lone_surrogate(text: &str) -> Option<usize> {
    let unit = |at: usize| {
        let escape = text.get(at..at + 6)?.strip_prefix("\\u")?;
        u16::from_str_radix(escape, 16).ok()
    };
    let mut at = 0;
    while let Some(next) = text.get(at..).and_then(|rest| rest.find('\\')) {
        at += next;
        match unit(at) {
            Some(0xD800..=0xDBFF) if matches!(unit(at + 6), Some(0xDC00..=0xDFFF)) => at += 12,
            Some(0xD800..=0xDFFF) => return Some(at),
            Some(_) => at += 6,
            // Another escape, `\\` among them: the second byte is ASCII if this is JSON; if not, it is refused later.
            None => at += 2,
        }
    }
    None
}

#[cfg(test)]
#[path = "parse_tests.rs"]
mod tests;
