//! Ed25519 signatures (RFC 8032).

use super::Keyring;
use ring::signature::{ED25519, Ed25519KeyPair, KeyPair as _, UnparsedPublicKey};
use std::fmt;

/// A private key and its public one.
pub struct SigningKey {
    pair: Ed25519KeyPair,
    public: [u8; 32],
}

impl SigningKey {
    /// From PKCS#8, version 1 or 2 (RFC 8410): also what `openssl genpkey -algorithm ed25519` makes.
    pub(super) fn from_pkcs8(document: &[u8]) -> Option<Self> {
        let pair = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document).ok()?;
        let public = pair.public_key().as_ref().try_into().ok()?;
        Some(Self { pair, public })
    }

    /// The signature of `message`.
    #[must_use]
    pub fn sign(&self, message: &[u8]) -> [u8; 64] {
        let mut signature = [0; 64];
        signature.copy_from_slice(self.pair.sign(message).as_ref());
        signature
    }

    /// The public key, in the 32 bytes of RFC 8032.
    #[must_use]
    pub fn public_key(&self) -> &[u8; 32] {
        &self.public
    }
}

impl Keyring {
    /// The newest signing key.
    #[must_use]
    pub fn signing_key(&self) -> &SigningKey {
        self.signing.newest().1
    }

    /// Every public key with its version, newest first: also those whose signatures are only verified.
    pub fn public_keys(&self) -> impl Iterator<Item = (i32, [u8; 32])> {
        self.signing.newest_first().map(|(version, key)| (version, key.public))
    }
}

/// Whether `signature` is one of `message` under this public key. Any bytes may be given.
#[must_use]
pub fn signature_is_valid(public_key: &[u8], message: &[u8], signature: &[u8]) -> bool {
    UnparsedPublicKey::new(&ED25519, public_key).verify(message, signature).is_ok()
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey").field("public", &super::hex(&self.public)).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::{Random, hex};

    /// RFC 8410 §10.3's private key (in PKCS#8 version 1), and its public key from §10.1.
    #[test]
    fn a_key_is_read_from_pkcs8() {
        let document = [
            0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20,
            0xd4, 0xee, 0x72, 0xdb, 0xf9, 0x13, 0x58, 0x4a, 0xd5, 0xb6, 0xd8, 0xf1, 0xf7, 0x69, 0xf8, 0xad,
            0x3a, 0xfe, 0x7c, 0x28, 0xcb, 0xf1, 0xd4, 0xfb, 0xe0, 0x97, 0xa8, 0x8f, 0x44, 0x75, 0x58, 0x42,
        ];
        let key = SigningKey::from_pkcs8(&document).unwrap();
        assert_eq!(hex(key.public_key()), "19bf44096984cdfe8541bac167dc3b96c85086aa30b6b6cb0c5c38ad703166e1");
        assert!(SigningKey::from_pkcs8(&document[..47]).is_none());
        assert!(!format!("{key:?}").contains("d4ee72"));
    }

    #[test]
    fn every_flipped_byte_is_refused() {
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let (key, message) = (keyring.signing_key(), b"checkpoint".to_vec());
        let signature = key.sign(&message).to_vec();
        let flipped = |bytes: &[u8], at: usize| {
            let mut bytes = bytes.to_vec();
            bytes[at] ^= 1;
            bytes
        };
        assert!(signature_is_valid(key.public_key(), &message, &signature));
        for at in 0..signature.len() {
            assert!(!signature_is_valid(key.public_key(), &message, &flipped(&signature, at)));
        }
        for at in 0..message.len() {
            assert!(!signature_is_valid(key.public_key(), &flipped(&message, at), &signature));
        }
        for at in 0..32 {
            assert!(!signature_is_valid(&flipped(key.public_key(), at), &message, &signature));
        }
        assert!(!signature_is_valid(b"", &message, &signature));
        assert_eq!(keyring.public_keys().collect::<Vec<_>>(), [(1, *key.public_key())]);
    }
}
