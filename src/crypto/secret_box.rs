//! Write-only values: proxy passwords, repository credentials.

use super::{DoesNotOpen, Keyring, Random};
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// A write-only value as it is stored.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretBox {
    /// The version of the wrapping key that seals it.
    pub wrapping_version: i32,
    /// Salt ‖ nonce ‖ ciphertext ‖ tag: 44 bytes more than the value.
    pub bytes: Vec<u8>,
}

impl Keyring {
    /// Seals a write-only value for the row (`id`, `version`): it opens in no other.
    ///
    /// # Panics
    /// As [`Random::fill`].
    #[must_use]
    pub fn seal_secret(&self, random: &Random, id: Uuid, version: i64, plain: &[u8]) -> SecretBox {
        let (wrapping_version, key) = self.wrapping.newest();
        SecretBox { wrapping_version, bytes: key.secrets.seal(random, &aad(id, version), plain) }
    }

    /// Opens the value of the row (`id`, `version`).
    ///
    /// # Errors
    /// When it was changed, belongs to another row, or its key is not in the keyring.
    pub fn open_secret(
        &self,
        id: Uuid,
        version: i64,
        secret: &SecretBox,
    ) -> Result<Zeroizing<Vec<u8>>, DoesNotOpen> {
        let key = self.wrapping.get(secret.wrapping_version).ok_or(DoesNotOpen)?;
        key.secrets.open(&aad(id, version), &secret.bytes)
    }
}

fn aad(id: Uuid, version: i64) -> [u8; 24] {
    let mut aad = [0; 24];
    aad[..16].copy_from_slice(id.as_bytes());
    aad[16..].copy_from_slice(&version.to_be_bytes());
    aad
}

impl fmt::Debug for SecretBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SecretBox").field("wrapping_version", &self.wrapping_version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_opens_in_its_own_row_only() {
        let random = Random::seeded(1);
        let keyring = Keyring::ephemeral(&random);
        let (id, other) = (Uuid::from_u128(1), Uuid::from_u128(2));
        let sealed = keyring.seal_secret(&random, id, 3, b"hunter2");
        assert_eq!(keyring.open_secret(id, 3, &sealed).unwrap().as_slice(), b"hunter2");
        assert!(keyring.open_secret(id, 4, &sealed).is_err());
        assert!(keyring.open_secret(other, 3, &sealed).is_err());
        assert!(Keyring::ephemeral(&random).open_secret(id, 3, &sealed).is_err());
        for byte in 0..sealed.bytes.len() {
            let mut changed = sealed.clone();
            changed.bytes[byte] ^= 1;
            assert!(keyring.open_secret(id, 3, &changed).is_err());
        }
        let moved = SecretBox { wrapping_version: 2, ..sealed };
        assert!(keyring.open_secret(id, 3, &moved).is_err());
    }
}
