//! Whether a text is in canonical form, found in one pass and without building what it says.

use super::{MAX_INTEGER, utf16_order};
use std::borrow::Cow;
use std::cmp::Ordering;

/// How deep arrays and objects may be nested: as deep as `serde_json` reads them.
const MOST_DEEP: usize = 127;

/// Whether this is the canonical JSON of something.
#[must_use]
pub fn is_canonical(text: &str) -> bool {
    let mut reading = Reading { text, at: 0 };
    reading.value(0).is_some() && reading.at == text.len()
}

/// What is left of a text. `None` stands for whatever is not in canonical form.
struct Reading<'t> {
    text: &'t str,
    at: usize,
}

impl<'t> Reading<'t> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, expected: u8) -> Option<()> {
        (self.peek()? == expected).then(|| self.at += 1)
    }

    fn takes(&mut self, expected: u8) -> bool {
        self.take(expected).is_some()
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.as_bytes()[self.at..].starts_with(word.as_bytes()).then(|| self.at += word.len())
    }

    fn value(&mut self, depth: usize) -> Option<()> {
        match self.peek()? {
            b'{' if depth < MOST_DEEP => self.object(depth + 1),
            b'[' if depth < MOST_DEEP => self.array(depth + 1),
            b'"' => self.string().map(drop),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            _ => self.integer(),
        }
    }

    fn array(&mut self, depth: usize) -> Option<()> {
        self.take(b'[')?;
        if self.takes(b']') {
            return Some(());
        }
        loop {
            self.value(depth)?;
            if !self.takes(b',') {
                return self.take(b']');
            }
        }
    }

    fn object(&mut self, depth: usize) -> Option<()> {
        self.take(b'{')?;
        if self.takes(b'}') {
            return Some(());
        }
        let mut before = None;
        loop {
            let name = self.string()?;
            if before.is_some_and(|before: Cow<'_, str>| utf16_order(&before, &name) != Ordering::Less) {
                return None;
            }
            before = Some(name);
            self.take(b':')?;
            self.value(depth)?;
            if !self.takes(b',') {
                return self.take(b'}');
            }
        }
    }

    /// A string, as it reads.
    fn string(&mut self) -> Option<Cow<'t, str>> {
        self.take(b'"')?;
        let begins = self.at;
        let mut unescaped = String::new();
        let mut copied = begins;
        loop {
            match self.peek()? {
                b'"' => break,
                b'\\' => {
                    unescaped.push_str(&self.text[copied..self.at]);
                    self.at += 1;
                    unescaped.push(self.escaped()?);
                    copied = self.at;
                }
                0x00..0x20 => return None,
                _ => self.at += 1,
            }
        }
        let rest = &self.text[copied..self.at];
        self.at += 1;
        if copied == begins {
            return Some(Cow::Borrowed(rest));
        }
        unescaped.push_str(rest);
        Some(Cow::Owned(unescaped))
    }

    /// What follows a backslash: the shortest way to write something that cannot stand as it is.
    fn escaped(&mut self) -> Option<char> {
        let escape = self.peek()?;
        self.at += 1;
        Some(match escape {
            b'"' => '"',
            b'\\' => '\\',
            b'b' => '\u{8}',
            b't' => '\t',
            b'n' => '\n',
            b'f' => '\u{c}',
            b'r' => '\r',
            b'u' => {
                self.word("00")?;
                let code = self.hexadecimal()? << 4 | self.hexadecimal()?;
                let has_none_shorter = code < 0x20 && !matches!(code, 0x08 | 0x09 | 0x0a | 0x0c | 0x0d);
                return has_none_shorter.then(|| char::from(code));
            }
            _ => return None,
        })
    }

    fn hexadecimal(&mut self) -> Option<u8> {
        let digit = self.peek()?;
        self.at += 1;
        match digit {
            b'0'..=b'9' => Some(digit - b'0'),
            b'a'..=b'f' => Some(digit - b'a' + 10),
            _ => None,
        }
    }

    fn integer(&mut self) -> Option<()> {
        let is_negative = self.takes(b'-');
        let begins = self.at;
        let mut magnitude: u64 = 0;
        while let Some(digit @ b'0'..=b'9') = self.peek() {
            magnitude = magnitude.checked_mul(10)?.checked_add(u64::from(digit - b'0'))?;
            self.at += 1;
        }
        let is_plain = match self.at - begins {
            0 => false,
            1 => magnitude > 0 || !is_negative,
            _ => self.text.as_bytes()[begins] != b'0',
        };
        (is_plain && magnitude <= MAX_INTEGER).then_some(())
    }
}
