//! Sealed spans in stored JSON, opened without parsing the JSON.
//!
//! A sealed value is a string that starts with U+0001. A serializer must escape that character in a JSON
//! string (RFC 8259 §7), and `serde_json` and RFC 8785 both write it `\u0001`; so a sealed value starts with the
//! bytes `"\u0001s1.`, and a search for them finds every one. Callers cannot send U+0001, and text that merely
//! looks like the marker has its quote or its backslash escaped, so the search finds nothing else.

use memchr::{memchr, memmem};
use std::borrow::Cow;
use std::ops::Range;
use uuid::Uuid;
use values::Sealed;

/// What is sent where a person's data was erased.
pub const ERASED: &str = "[erased]";

/// How a sealed value starts in JSON, its opening quote included.
const MARKER: &[u8] = br#""\u0001s1."#;
/// How much of it is the escape, in the place of the value's first character.
const ESCAPE: &[u8] = br"\u0001";

/// `json` with every string value that is sealed replaced by what `opener` makes of it, or by [`ERASED`] where it
/// makes nothing. Member names and strings that only look sealed stay as they are. When nothing is
/// sealed, `json` itself. `json` is one or more complete JSON texts.
pub fn open_spans(json: &[u8], mut opener: impl FnMut(&Sealed) -> Option<String>) -> Cow<'_, [u8]> {
    let mut sent = Vec::new();
    let mut copied = 0;
    for (span, sealed) in spans(json) {
        if sent.capacity() == 0 {
            sent.reserve(json.len());
        }
        sent.extend_from_slice(&json[copied..span.start]);
        let text = opener(&sealed);
        push_json_string(&mut sent, text.as_deref().unwrap_or(ERASED));
        copied = span.end;
    }
    if copied == 0 {
        return Cow::Borrowed(json);
    }
    sent.extend_from_slice(&json[copied..]);
    Cow::Owned(sent)
}

/// The persons whose data is sealed in `json`, each once, in the order of their first appearance: whose keys
/// [`open_spans`] will need.
#[must_use]
pub fn sealed_persons(json: &[u8]) -> Vec<Uuid> {
    let mut persons = Vec::new();
    for (_, sealed) in spans(json) {
        if !persons.contains(&sealed.person()) {
            persons.push(sealed.person());
        }
    }
    persons
}

/// Where the sealed string values are, with their quotes, and what they are.
fn spans(json: &[u8]) -> impl Iterator<Item = (Range<usize>, Sealed)> {
    let mut from = 0;
    std::iter::from_fn(move || {
        loop {
            let start = from + memmem::find(&json[from..], MARKER)?;
            from = start + MARKER.len();
            if let Some((end, sealed)) = span_at(json, start) {
                from = end;
                return Some((start..end, sealed));
            }
        }
    })
}

/// The sealed value whose marker is at `start`, and where it ends, if it is one.
fn span_at(json: &[u8], start: usize) -> Option<(usize, Sealed)> {
    // An odd number of backslashes: the quote is escaped, and we are in the middle of a string.
    let backslashes = json[..start].iter().rev().take_while(|byte| **byte == b'\\').count();
    if backslashes % 2 == 1 {
        return None;
    }
    let content = start + 1 + ESCAPE.len();
    // No byte of a sealed value needs an escape, so the next quote ends it; with an escape it does not parse.
    let end = content + memchr(b'"', &json[content..])?;
    let after = json[end + 1..].iter().find(|byte| !matches!(byte, b' ' | b'\t' | b'\n' | b'\r'));
    if after == Some(&b':') {
        return None;
    }
    let text = std::str::from_utf8(&json[content..end]).ok()?;
    let sealed = Sealed::parse(&format!("\u{1}{text}")).ok()?;
    Some((end + 1, sealed))
}

fn push_json_string(json: &mut Vec<u8>, text: &str) {
    json.extend_from_slice(serde_json::Value::from(text).to_string().as_bytes());
}

#[cfg(test)]
mod tests;
