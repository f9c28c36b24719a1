//! Authenticated encryption with a random nonce, and the derivation of keys from keys.

use super::digest::first_32;
use super::{DoesNotOpen, Random};
use ring::{aead, hmac};
use zeroize::Zeroizing;

/// Bytes of a key, of AES-256 and of HMAC-SHA-256 alike.
pub(super) const KEY_BYTES: usize = 32;
/// Bytes of an AES-GCM nonce.
pub(super) const NONCE_BYTES: usize = aead::NONCE_LEN;
/// Bytes of an AES-GCM tag.
pub(super) const TAG_BYTES: usize = 16;
/// Bytes of the salt from which the key of one message is derived.
const SALT_BYTES: usize = 16;

/// HKDF-Expand with SHA-256 (RFC 5869 §2.3) to 32 bytes, which is its first block. `key` is 32 uniformly random
/// bytes or the output of this function, so the extraction step may be left out (RFC 5869 §3.3).
pub(super) fn derive(key: &[u8], info: &[u8]) -> Zeroizing<[u8; KEY_BYTES]> {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(info);
    context.update(&[1]);
    Zeroizing::new(first_32(context.sign().as_ref()))
}

/// An HMAC-SHA-256 key derived from `key` for the purpose `info`.
pub(super) fn derive_hmac(key: &[u8], info: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, derive(key, info).as_slice())
}

/// The AES-256-GCM key made of these bytes.
pub(super) fn aes_256_gcm(key: &[u8; KEY_BYTES]) -> aead::LessSafeKey {
    match aead::UnboundKey::new(&aead::AES_256_GCM, key) {
        Ok(key) => aead::LessSafeKey::new(key),
        Err(_) => unreachable!("32 bytes are an AES-256 key"),
    }
}

/// Seals `data` in place, tag appended. The caller answers for the nonce.
pub(super) fn gcm_seal(key: &aead::LessSafeKey, nonce: [u8; NONCE_BYTES], aad: &[u8], data: &mut Vec<u8>) {
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    let sealed = key.seal_in_place_append_tag(nonce, aead::Aad::from(aad), data);
    assert!(sealed.is_ok(), "AES-GCM takes messages up to 64 GiB");
}

/// Opens `data` (with its tag) in place and gives the plain part.
pub(super) fn gcm_open<'d>(
    key: &aead::LessSafeKey,
    nonce: [u8; NONCE_BYTES],
    aad: &[u8],
    data: &'d mut [u8],
) -> Result<&'d mut [u8], DoesNotOpen> {
    let nonce = aead::Nonce::assume_unique_for_key(nonce);
    key.open_in_place(nonce, aead::Aad::from(aad), data).map_err(|_| DoesNotOpen)
}

/// AES-256-GCM with a random nonce of 28 bytes: 16 from which the key of this one message is derived by
/// HMAC-SHA-256, and 12 for AES-GCM itself. Plain AES-GCM with random nonces must stop after 2³² messages
/// under a key (NIST SP 800-38D §8.3), which page tokens could reach; so extended, no count that can be
/// reached matters. The idea is C2SP's XAES-256-GCM, with HMAC in the place of CMAC.
///
/// A message is salt ‖ nonce ‖ ciphertext ‖ tag.
pub(super) struct RandomNonceAead(hmac::Key);

impl RandomNonceAead {
    /// For the purpose `info`, from a key of the keyring.
    pub(super) fn derived(key: &[u8], info: &[u8]) -> Self {
        Self(derive_hmac(key, info))
    }

    /// Seals `plain`, bound to `aad`.
    pub(super) fn seal(&self, random: &Random, aad: &[u8], plain: &[u8]) -> Vec<u8> {
        let salt = random.bytes::<SALT_BYTES>();
        let nonce = random.bytes::<NONCE_BYTES>();
        let mut data = Vec::with_capacity(plain.len() + TAG_BYTES);
        data.extend_from_slice(plain);
        gcm_seal(&self.message_key(&salt), nonce, aad, &mut data);
        [salt.as_slice(), &nonce, &data].concat()
    }

    /// Opens what [`RandomNonceAead::seal`] made with the same `aad`.
    pub(super) fn open(&self, aad: &[u8], message: &[u8]) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let (salt, rest) = message.split_first_chunk::<SALT_BYTES>().ok_or(DoesNotOpen)?;
        let (nonce, sealed) = rest.split_first_chunk::<NONCE_BYTES>().ok_or(DoesNotOpen)?;
        let mut data = Zeroizing::new(sealed.to_vec());
        let plain = gcm_open(&self.message_key(salt), *nonce, aad, &mut data)?.len();
        data.truncate(plain);
        Ok(data)
    }

    fn message_key(&self, salt: &[u8; SALT_BYTES]) -> aead::LessSafeKey {
        aes_256_gcm(&Zeroizing::new(first_32(hmac::sign(&self.0, salt).as_ref())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::hex;

    /// RFC 5869 appendix A.1: the pseudorandom key, the info, and the first 32 of 42 bytes.
    #[test]
    fn derivation_is_hkdf_expand() {
        let key = [
            0x07, 0x77, 0x09, 0x36, 0x2c, 0x2e, 0x32, 0xdf, 0x0d, 0xdc, 0x3f, 0x0d, 0xc4, 0x7b, 0xba, 0x63,
            0x90, 0xb6, 0xc7, 0x3b, 0xb5, 0x0f, 0x9c, 0x31, 0x22, 0xec, 0x84, 0x4a, 0xd7, 0xc2, 0xb3, 0xe5,
        ];
        let info = [0xf0, 0xf1, 0xf2, 0xf3, 0xf4, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9];
        assert_eq!(
            hex(derive(&key, &info).as_slice()),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf"
        );
    }

    #[test]
    fn every_flipped_bit_is_refused() {
        let aead = RandomNonceAead::derived(&[1; 32], b"test");
        let message = aead.seal(&Random::seeded(1), b"aad", b"plain text");
        assert_eq!(aead.open(b"aad", &message).unwrap().as_slice(), b"plain text");
        for byte in 0..message.len() {
            for bit in 0..8 {
                let mut changed = message.clone();
                changed[byte] ^= 1 << bit;
                assert_eq!(aead.open(b"aad", &changed), Err(DoesNotOpen));
            }
        }
        for length in 0..message.len() {
            assert_eq!(aead.open(b"aad", &message[..length]), Err(DoesNotOpen));
        }
        assert_eq!(aead.open(b"other", &message), Err(DoesNotOpen));
        let other = RandomNonceAead::derived(&[1; 32], b"other purpose");
        assert_eq!(other.open(b"aad", &message), Err(DoesNotOpen));
    }

    #[test]
    fn two_seals_of_the_same_differ() {
        let aead = RandomNonceAead::derived(&[1; 32], b"test");
        let random = Random::system();
        assert_ne!(aead.seal(&random, b"", b"x"), aead.seal(&random, b"", b"x"));
    }
}
