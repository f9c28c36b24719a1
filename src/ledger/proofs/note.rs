//! Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures.

use crate::crypto::{SigningKey, hex, sha256, signature_is_valid};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use std::str::FromStr;

/// What a line of a signature begins with: U+2014 and a space.
const SIGNATURE: &str = "\u{2014} ";
/// The type of Ed25519 keys.
const ED25519: u8 = 1;
/// The most signatures of a note.
const MOST_SIGNATURES: usize = 100;

/// A text with signatures, which may or may not be valid.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// What is signed: lines, each with its line break.
    pub text: String,
    signatures: Vec<Signature>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Signature {
    name: String,
    key_id: [u8; 4],
    bytes: Vec<u8>,
}

/// This is no signed note.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is no signed note: {0}")]
pub struct MalformedNote(&'static str);

impl Note {
    /// Reads a note.
    ///
    /// # Errors
    /// It has another form.
    pub fn parse(note: &str) -> Result<Self, MalformedNote> {
        if note.chars().any(|char| char.is_ascii_control() && char != '\n') {
            return Err(MalformedNote("it has control characters"));
        }
        let (text, signatures) =
            note.rsplit_once("\n\n").ok_or(MalformedNote("no empty line is before the signatures"))?;
        let signatures = signatures.strip_suffix('\n').ok_or(MalformedNote("its last line is not ended"))?;
        let signatures: Vec<Signature> =
            signatures.split('\n').map(Signature::parse).collect::<Result<_, _>>()?;
        if signatures.len() > MOST_SIGNATURES {
            return Err(MalformedNote("it has too many signatures"));
        }
        Ok(Self { text: format!("{text}\n"), signatures })
    }

    /// Whether this key has signed the text, and nothing claims falsely that it has.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        let id = key.id();
        let mut claimed =
            self.signatures.iter().filter(|it| it.name == key.name && it.key_id == id).peekable();
        claimed.peek().is_some()
            && claimed.all(|it| signature_is_valid(&key.public, self.text.as_bytes(), &it.bytes))
    }
}

impl Signature {
    fn parse(line: &str) -> Result<Self, MalformedNote> {
        const FORM: MalformedNote = MalformedNote("a line of a signature has another form");
        let (name, encoded) = line.strip_prefix(SIGNATURE).and_then(|it| it.split_once(' ')).ok_or(FORM)?;
        let decoded = STANDARD.decode(encoded).map_err(|_| FORM)?;
        let (key_id, bytes) = decoded.split_first_chunk().ok_or(FORM)?;
        if !is_name(name) || bytes.is_empty() {
            return Err(FORM);
        }
        Ok(Self { name: name.to_owned(), key_id: *key_id, bytes: bytes.to_vec() })
    }
}

/// Signs a text, which must end with a line break, under a key of this name.
#[must_use]
pub fn sign(text: &str, name: &str, key: &SigningKey) -> String {
    let verifier = VerifierKey { name: name.to_owned(), public: *key.public_key() };
    let signature = [&verifier.id()[..], &key.sign(text.as_bytes())].concat();
    format!("{text}\n{SIGNATURE}{name} {}\n", STANDARD.encode(signature))
}

/// A public Ed25519 key and its name. As text: `<name>+<id, hexadecimal>+<base64>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifierKey {
    /// The key's name.
    pub name: String,
    /// The key, in the 32 bytes of RFC 8032.
    pub public: [u8; 32],
}

impl VerifierKey {
    /// SHA-256(name ‖ U+000A ‖ 0x01 ‖ key), the first four bytes.
    #[must_use]
    pub fn id(&self) -> [u8; 4] {
        let hash = sha256(&[self.name.as_bytes(), b"\n", &[ED25519], &self.public].concat());
        [hash[0], hash[1], hash[2], hash[3]]
    }
}

impl fmt::Display for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let key = STANDARD.encode([&[ED25519], &self.public[..]].concat());
        write!(f, "{}+{}+{key}", self.name, hex(&self.id()))
    }
}

impl FromStr for VerifierKey {
    type Err = MalformedNote;

    fn from_str(text: &str) -> Result<Self, MalformedNote> {
        const FORM: MalformedNote = MalformedNote("a verifier key is <name>+<id>+<base64>, of Ed25519");
        let mut parts = text.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(FORM);
        };
        let decoded = STANDARD.decode(key).map_err(|_| FORM)?;
        let public = decoded.strip_prefix(&[ED25519]).and_then(|key| key.try_into().ok()).ok_or(FORM)?;
        let key = Self { name: name.to_owned(), public };
        if !is_name(name) || hex(&key.id()) != id {
            return Err(FORM);
        }
        Ok(key)
    }
}

/// Names have neither spaces nor plus signs.
fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|char: char| char.is_whitespace() || char == '+')
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Keyring, Random};

    /// The example of the note package that the format comes from.
    const KEY: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NOTE: &str = "If you think cryptography is the answer to your problem,\n\
                        then you don't know what your problem is.\n\n\
                        \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_published_note_verifies() {
        let key: VerifierKey = KEY.parse().unwrap();
        assert_eq!(key.to_string(), KEY);
        let note = Note::parse(NOTE).unwrap();
        assert!(note.text.ends_with("problem is.\n"));
        assert!(note.is_signed_by(&key));
        let other = VerifierKey { name: "EnochRoot".to_owned(), ..key.clone() };
        assert!(!note.is_signed_by(&other), "a signature under another name");
        let changed = Note::parse(&NOTE.replace("don't", "do")).unwrap();
        assert!(!changed.is_signed_by(&key));
    }

    #[test]
    fn what_is_signed_here_is_such_a_note() {
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let signed = sign("a\nb\n", "example.com/log", keyring.signing_key());
        let note = Note::parse(&signed).unwrap();
        let key =
            VerifierKey { name: "example.com/log".to_owned(), public: *keyring.signing_key().public_key() };
        assert_eq!(note.text, "a\nb\n");
        assert!(note.is_signed_by(&key));
        assert_eq!(key.to_string().parse(), Ok(key.clone()));
        // A second signature of a key that nobody knows does not matter; one that claims this key's name and id does.
        let unknown = "\u{2014} else AAAAAAA=\n";
        assert!(Note::parse(&format!("{signed}{unknown}")).unwrap().is_signed_by(&key));
        let false_one = [&key.id()[..], &[0; 64]].concat();
        let false_one = format!("{signed}\u{2014} {} {}\n", key.name, STANDARD.encode(false_one));
        assert!(!Note::parse(&false_one).unwrap().is_signed_by(&key));
    }

    #[test]
    fn other_forms_are_refused() {
        for bad in [
            "",
            "text\n",
            "text\n\n",
            "text\n\nsignature\n",
            "text\n\n\u{2014} name AAAA\n",
            "text\n\n\u{2014} name !\n",
            "text\n\n\u{2014} na+me AAAAAAA=\n",
            "text\n\n\u{2014} name AAAAAAA=",
            "te\txt\n\n\u{2014} name AAAAAAA=\n",
        ] {
            assert!(Note::parse(bad).is_err(), "{bad:?}");
        }
        for bad in ["", "a+b", "a b+c74f20a3+AQ==", &KEY.replace("c74f", "c74e"), &KEY.replace("+AR", "+AS")]
        {
            assert!(bad.parse::<VerifierKey>().is_err(), "{bad:?}");
        }
    }
}
