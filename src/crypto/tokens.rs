//! Opaque, tamper-proof tokens: what a caller is to bring back unread and unchanged, such as page tokens.

use super::{Keyring, Random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Bytes of the wrapping key's version, in front of the message.
const VERSION_BYTES: usize = 4;

impl Keyring {
    /// Seals `payload` into a token of this `kind`: base64url, a third longer than the payload and 48 bytes.
    /// It neither ends by itself nor says whose it is: put into the payload what it must be bound to.
    ///
    /// # Panics
    /// As [`Random::fill`].
    #[must_use]
    pub fn seal_token(&self, random: &Random, kind: &str, payload: &[u8]) -> String {
        let (version, key) = self.wrapping.newest();
        let message = key.tokens.seal(random, kind.as_bytes(), payload);
        URL_SAFE_NO_PAD.encode([version.to_be_bytes().as_slice(), &message].concat())
    }

    /// The payload of a token of this `kind`. `None` when it is not one that this keyring sealed: whatever a
    /// caller sends may be given to this.
    #[must_use]
    pub fn open_token(&self, kind: &str, token: &str) -> Option<Vec<u8>> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (version, message) = bytes.split_first_chunk::<VERSION_BYTES>()?;
        let key = self.wrapping.get(i32::from_be_bytes(*version))?;
        key.tokens.open(kind.as_bytes(), message).ok().map(|payload| payload.to_vec())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn every_changed_character_is_refused() {
        let random = Random::seeded(1);
        let keyring = Keyring::ephemeral(&random);
        let token = keyring.seal_token(&random, "page", b"after=17");
        assert_eq!(keyring.open_token("page", &token), Some(b"after=17".to_vec()));
        assert_eq!(keyring.open_token("cursor", &token), None);
        for at in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[at] = if changed[at] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(keyring.open_token("page", &changed), None);
            assert_eq!(keyring.open_token("page", &token[..at]), None);
        }
    }

    proptest! {
        #[test]
        fn any_payload_comes_back_and_any_text_is_survived(payload: Vec<u8>, text: String) {
            let random = Random::system();
            let keyring = Keyring::ephemeral(&random);
            let token = keyring.seal_token(&random, "page", &payload);
            prop_assert_eq!(keyring.open_token("page", &token), Some(payload));
            prop_assert_eq!(keyring.open_token("page", &text), None);
        }
    }
}
