//! Random numbers.

use ring::hmac;
use ring::rand::{SecureRandom, SystemRandom};
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Where random bytes come from. Shared by reference; safe to use from many threads.
pub struct Random(Source);

enum Source {
    System(SystemRandom),
    Seeded { key: hmac::Key, next_block: AtomicU64 },
}

impl Random {
    /// The operating system's generator (`getrandom(2)` on Linux).
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System(SystemRandom::new()))
    }

    /// **For tests only**: the same bytes in the same order for the same seed, so that expected values can be
    /// written down. HMAC-SHA-256 of a counter, keyed by the seed; 64 bits of seed are no secret.
    #[must_use]
    pub fn seeded(seed: u64) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &seed.to_be_bytes());
        Self(Source::Seeded { key, next_block: AtomicU64::new(0) })
    }

    /// Fills `bytes`.
    ///
    /// # Panics
    /// When the operating system has no random numbers to give. Nothing that needs them may go on then, and
    /// no caller could do anything else about it.
    pub fn fill(&self, bytes: &mut [u8]) {
        match &self.0 {
            Source::System(system) => {
                assert!(system.fill(bytes).is_ok(), "the operating system gives no random numbers");
            }
            Source::Seeded { key, next_block } => {
                for chunk in bytes.chunks_mut(32) {
                    let block = next_block.fetch_add(1, Ordering::Relaxed);
                    let tag = hmac::sign(key, &block.to_be_bytes());
                    chunk.copy_from_slice(&tag.as_ref()[..chunk.len()]);
                }
            }
        }
    }

    /// `N` random bytes.
    ///
    /// # Panics
    /// As [`Random::fill`].
    #[must_use]
    pub fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.fill(&mut bytes);
        bytes
    }

    /// A key in PKCS#8 form for Ed25519.
    pub(super) fn ed25519_pkcs8(&self) -> zeroize::Zeroizing<Vec<u8>> {
        // `ring` accepts only its own generators, so the seed is drawn here and wrapped in the fixed
        // header of RFC 8410 §7 (OneAsymmetricKey v1: the private key alone; the public one follows from it).
        const HEADER: [u8; 16] =
            [0x30, 0x2e, 0x02, 0x01, 0x00, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x04, 0x22, 0x04, 0x20];
        let seed = zeroize::Zeroizing::new(self.bytes::<32>());
        let mut document = zeroize::Zeroizing::new(Vec::with_capacity(48));
        document.extend_from_slice(&HEADER);
        document.extend_from_slice(seed.as_slice());
        document
    }
}

impl fmt::Debug for Random {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.0 {
            Source::System(_) => "Random(system)",
            Source::Seeded { .. } => "Random(seeded)",
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_bytes() {
        let (one, two, other) = (Random::seeded(7), Random::seeded(7), Random::seeded(8));
        let first = one.bytes::<100>();
        assert_eq!(first, two.bytes::<100>());
        assert_ne!(first, other.bytes::<100>());
        assert_ne!(first, one.bytes::<100>(), "the stream goes on");
    }

    #[test]
    fn the_system_gives_different_bytes_each_time() {
        let random = Random::system();
        assert_ne!(random.bytes::<32>(), random.bytes::<32>());
    }
}
