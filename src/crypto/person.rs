//! Personal data: sealed under a key of the person's own, so that destroying the key erases the data.

use super::aead::{KEY_BYTES, NONCE_BYTES, aes_256_gcm, derive, derive_hmac, gcm_open, gcm_seal};
use super::{DoesNotOpen, Keyring, Random};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::{aead, hmac};
use std::fmt;
use uuid::Uuid;
use values::Sealed;
use zeroize::Zeroizing;

/// Plain texts are padded to a multiple of this many bytes.
const BLOCK_BYTES: usize = 16;

/// The key of one person.
///
/// # How a text is sealed
///
/// Under the person's key, by AES-256-GCM with a *synthetic* nonce: the first 12 bytes of
/// HMAC-SHA-256(nonce key, padded text); the nonce key and the encryption key are both derived from the person's
/// key by HKDF-SHA-256 and independent of each other. The person's id is authenticated with it. So sealing
/// is a function: the same text of the same person always gives the same sealed value, which is what lets an
/// aggregate see that nothing has changed, and a replay give the same bytes.
///
/// # Why that is safe
///
/// AES-GCM breaks when a nonce is used for two *different* texts under one key. Here the nonce is a
/// pseudorandom function of the text: equal nonces mean equal texts, whose ciphertexts are then equal as well
/// and tell nothing more. It is the idea of SIV (RFC 5297) and of AES-GCM-SIV (RFC 8452), with what `ring` has.
/// Two different texts meet in 96 bits by chance only: with a million texts of one person, with probability 2⁻⁵⁷.
/// When opened, the nonce is computed again and compared, so a text has exactly one sealed form.
///
/// What a reader of the database learns is which sealed values *of one person* are equal, and the length
/// of each rounded up to 16 bytes. Across persons nothing can be compared: their keys are unrelated.
pub struct PersonKey {
    material: Zeroizing<[u8; KEY_BYTES]>,
    encryption: aead::LessSafeKey,
    nonce: hmac::Key,
}

/// A person's key as it is stored: sealed under the wrapping key, and bound to the person.
#[derive(Clone, PartialEq, Eq)]
pub struct WrappedKey {
    /// The version of the wrapping key.
    pub wrapping_version: i32,
    /// Salt ‖ nonce ‖ ciphertext ‖ tag: 76 bytes.
    pub bytes: Vec<u8>,
}

impl PersonKey {
    /// A new key.
    ///
    /// # Panics
    /// As [`Random::fill`].
    #[must_use]
    pub fn generate(random: &Random) -> Self {
        Self::from_material(Zeroizing::new(random.bytes()))
    }

    /// This key as the key of `person`, for storing.
    ///
    /// # Panics
    /// As [`Random::fill`].
    #[must_use]
    pub fn wrap(&self, keyring: &Keyring, random: &Random, person: Uuid) -> WrappedKey {
        let (wrapping_version, key) = keyring.wrapping.newest();
        let bytes = key.person_keys.seal(random, &wrap_aad(person), self.material.as_slice());
        WrappedKey { wrapping_version, bytes }
    }

    /// The stored key of `person`.
    ///
    /// # Errors
    /// When it was changed, is another person's, or its wrapping key is not in the keyring.
    pub fn unwrap(keyring: &Keyring, person: Uuid, wrapped: &WrappedKey) -> Result<Self, DoesNotOpen> {
        let key = keyring.wrapping.get(wrapped.wrapping_version).ok_or(DoesNotOpen)?;
        let plain = key.person_keys.open(&wrap_aad(person), &wrapped.bytes)?;
        let material = <[u8; KEY_BYTES]>::try_from(plain.as_slice()).map_err(|_| DoesNotOpen)?;
        Ok(Self::from_material(Zeroizing::new(material)))
    }

    /// Seals a text of `person`, whose key this is: the same text gives the same value.
    #[must_use]
    pub fn seal(&self, person: Uuid, plain: &str) -> Sealed {
        let mut data = Vec::with_capacity(plain.len() + 2 * BLOCK_BYTES);
        data.extend_from_slice(plain.as_bytes());
        pad(&mut data);
        let nonce = self.nonce_of(&data);
        gcm_seal(&self.encryption, nonce, &seal_aad(person), &mut data);
        let payload = URL_SAFE_NO_PAD.encode([nonce.as_slice(), &data].concat());
        match Sealed::assemble(person, &payload) {
            Ok(sealed) => sealed,
            Err(_) => unreachable!("nonce, one block at least, and tag are base64url of more than 28 bytes"),
        }
    }

    /// The text that was sealed.
    ///
    /// # Errors
    /// When it was not sealed by this key for the person it names, or was changed since.
    pub fn open(&self, sealed: &Sealed) -> Result<String, DoesNotOpen> {
        let mut bytes = URL_SAFE_NO_PAD.decode(sealed.payload()).map_err(|_| DoesNotOpen)?;
        let (nonce, data) = bytes.split_first_chunk_mut::<NONCE_BYTES>().ok_or(DoesNotOpen)?;
        let padded = gcm_open(&self.encryption, *nonce, &seal_aad(sealed.person()), data)?;
        if self.nonce_of(padded) != *nonce {
            return Err(DoesNotOpen);
        }
        let plain = unpad(padded).ok_or(DoesNotOpen)?;
        String::from_utf8(plain.to_vec()).map_err(|_| DoesNotOpen)
    }

    fn from_material(material: Zeroizing<[u8; KEY_BYTES]>) -> Self {
        let encryption = aes_256_gcm(&derive(material.as_slice(), b"quarterdeck sealed s1 encryption"));
        let nonce = derive_hmac(material.as_slice(), b"quarterdeck sealed s1 nonce");
        Self { material, encryption, nonce }
    }

    fn nonce_of(&self, padded: &[u8]) -> [u8; NONCE_BYTES] {
        let mut nonce = [0; NONCE_BYTES];
        nonce.copy_from_slice(&hmac::sign(&self.nonce, padded).as_ref()[..NONCE_BYTES]);
        nonce
    }
}

fn wrap_aad(person: Uuid) -> Vec<u8> {
    [b"person-key".as_slice(), person.as_bytes()].concat()
}

fn seal_aad(person: Uuid) -> Vec<u8> {
    [b"quarterdeck sealed s1".as_slice(), person.as_bytes()].concat()
}

/// Appends 0x80 and then zeros up to a whole number of blocks (ISO/IEC 7816-4): always one byte at least.
fn pad(data: &mut Vec<u8>) {
    data.push(0x80);
    data.resize(data.len().next_multiple_of(BLOCK_BYTES), 0);
}

fn unpad(padded: &[u8]) -> Option<&[u8]> {
    let end = padded.iter().rposition(|byte| *byte != 0)?;
    (padded[end] == 0x80).then(|| &padded[..end])
}

impl fmt::Debug for PersonKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PersonKey(…)")
    }
}

impl fmt::Debug for WrappedKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WrappedKey").field("wrapping_version", &self.wrapping_version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
