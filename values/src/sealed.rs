use uuid::Uuid;

use crate::macros::text_impls;
use crate::text::looks_like_uuid;
use crate::{Invalid, codes};

/// A piece of personal data, encrypted: opaque here, equal exactly when the person and the plain text are.
///
/// The form is U+0001, `s1.`, the person's id, `.`, and base64url without padding (RFC 4648 §5) of nonce (12
/// bytes), ciphertext and tag (16 bytes). U+0001 cannot come from outside, as control characters are refused in
/// every request, so that a search for [`Sealed::MARK`] in a stored document finds sealed text and nothing else.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sealed {
    text: String,
    person: Uuid,
}

impl Sealed {
    /// What every sealed text begins with.
    pub const MARK: &'static str = "\u{1}s1.";

    const MIN_BASE64: usize = (12 + 16) * 4 / 3 + 1;

    /// # Errors
    /// `invalid_sealed`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let read = || {
            let (person, payload) = text.strip_prefix(Self::MARK)?.split_once('.')?;
            let canonical = looks_like_uuid(person) && !person.bytes().any(|byte| byte.is_ascii_uppercase());
            let person = Uuid::try_parse(person).ok().filter(|_| canonical)?;
            is_base64url(payload).then_some(person)
        };
        let person = read().ok_or_else(|| {
            Invalid::new(codes::INVALID_SEALED, "This is not a sealed text, or it has been damaged.")
        })?;
        Ok(Self { text: text.to_owned(), person })
    }

    /// Puts a sealed text together.
    ///
    /// # Errors
    /// `invalid_sealed` if `payload` is not base64url without padding of at least 28 bytes.
    pub fn assemble(person: Uuid, payload: &str) -> Result<Self, Invalid> {
        Self::parse(&format!("{}{}.{payload}", Self::MARK, person.as_hyphenated()))
    }

    /// Whose data it is, and by whose key it opens.
    #[must_use]
    pub const fn person(&self) -> Uuid {
        self.person
    }

    /// base64url of nonce, ciphertext and tag.
    #[must_use]
    pub fn payload(&self) -> &str {
        self.text.rsplit('.').next().unwrap_or_default()
    }

    /// The whole text, as it is stored.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

text_impls!(Sealed);

impl std::fmt::Debug for Sealed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Sealed({})", self.person)
    }
}

/// Whether the text is the one encoding of its bytes: alphabet, length, and no bits set beyond the last byte.
fn is_base64url(text: &str) -> bool {
    let spare_bits = match text.len() % 4 {
        0 => 0,
        2 => 0b1111,
        3 => 0b11,
        _ => return false,
    };
    text.len() >= Sealed::MIN_BASE64
        && text.bytes().all(|byte| sextet(byte).is_some())
        && text.bytes().next_back().and_then(sextet).is_some_and(|last| last & spare_bits == 0)
}

fn sextet(byte: u8) -> Option<u8> {
    match byte {
        b'A'..=b'Z' => Some(byte - b'A'),
        b'a'..=b'z' => Some(byte - b'a' + 26),
        b'0'..=b'9' => Some(byte - b'0' + 52),
        b'-' => Some(62),
        b'_' => Some(63),
        _ => None,
    }
}
