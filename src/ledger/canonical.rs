//! The canonical form of JSON: the bytes that are stored, hashed and proved.
//!
//! RFC 8785 (JCS), without its floating-point numbers:
//!
//! * members sorted by their names' UTF-16 code units; no name twice;
//! * no white space;
//! * strings escaped as RFC 8785 §3.2.2.2 says: `\b \t \n \f \r \" \\`, other control characters as `\u00xx` in
//!   lower case, everything else as it is;
//! * integers from −(2⁵³−1) to 2⁵³−1, those that every JSON reader keeps exactly (RFC 7493 §2.2). All other
//!   numbers are an error.
//!
//! Nothing depends on how `serde_json` orders members or holds numbers, which any crate in the tree can change by
//! switching on a feature (`preserve_order`, `arbitrary_precision`): whatever serializes goes through a
//! serializer of our own.

mod reading;
mod serializer;

pub use reading::is_canonical;

use serde::Serialize;
use std::cmp::Ordering;

/// 2⁵³ − 1.
pub const MAX_INTEGER: u64 = (1 << 53) - 1;

/// Why something has no canonical form.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotCanonical {
    /// A floating-point number, or one that is not an integer.
    #[error("floating-point numbers have no canonical form")]
    Float,
    /// An integer beyond ±(2⁵³ − 1).
    #[error("an integer beyond ±(2^53 - 1) has no canonical form")]
    TooLarge,
    /// Two members of one object have the same name.
    #[error("member {0:?} appears twice")]
    DuplicateMember(String),
    /// A member's name is not a string.
    #[error("a member's name must be a string")]
    NameNotString,
    /// The value's own `Serialize` gave up.
    #[error("{0}")]
    Custom(String),
}

/// The canonical JSON of `value`, a [`serde_json::Value`] or anything else that serializes.
///
/// # Errors
/// When it has none.
pub fn to_string<T: Serialize + ?Sized>(value: &T) -> Result<String, NotCanonical> {
    let mut json = String::new();
    append(&mut json, value)?;
    Ok(json)
}

/// Appends the canonical JSON of `value`.
///
/// # Errors
/// When it has none; what is in `json` is then of no use.
pub fn append<T: Serialize + ?Sized>(json: &mut String, value: &T) -> Result<(), NotCanonical> {
    value.serialize(serializer::Canonical::new(json))
}

/// Appends `text` as a JSON string in canonical form.
pub fn push_string(json: &mut String, text: &str) {
    json.push('"');
    // Nearly every text needs no escape; without an early exit, the compiler makes this many bytes at a time.
    let needs_escape = |byte: u8| byte < 0x20 || byte == b'"' || byte == b'\\';
    if !text.bytes().fold(false, |any, byte| any | needs_escape(byte)) {
        json.push_str(text);
        json.push('"');
        return;
    }
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        let control;
        let escape = match byte {
            b'"' => "\\\"",
            b'\\' => "\\\\",
            0x08 => "\\b",
            b'\t' => "\\t",
            b'\n' => "\\n",
            0x0c => "\\f",
            b'\r' => "\\r",
            0x00..0x20 => {
                control = format!("\\u{byte:04x}");
                &control
            }
            _ => continue,
        };
        json.push_str(&text[copied..at]);
        json.push_str(escape);
        copied = at + 1;
    }
    json.push_str(&text[copied..]);
    json.push('"');
}

/// The order of RFC 8785 §3.2.3. It differs from the order of UTF-8 only beyond the basic plane.
fn utf16_order(a: &str, b: &str) -> Ordering {
    if a.is_ascii() && b.is_ascii() { a.cmp(b) } else { a.encode_utf16().cmp(b.encode_utf16()) }
}

#[cfg(test)]
pub(crate) mod tests;
