//! Ids as a parameter: UUIDv7 (RFC 9562 §5.7) from the clock and the service's random numbers.

use crate::crypto::Random;
use uuid::{Builder, Uuid};
use values::Timestamp;

/// Mints ids.
#[derive(Debug)]
pub struct Ids(Random);

impl Ids {
    /// Ids from these random numbers.
    #[must_use]
    pub const fn new(random: Random) -> Self {
        Self(random)
    }

    /// A new id, sorted by when it was minted.
    #[must_use]
    pub fn mint(&self, now: Timestamp) -> Uuid {
        let millis = u64::try_from(now.as_micros() / 1_000).unwrap_or(0);
        Builder::from_unix_timestamp_millis(millis, &self.0.bytes()).into_uuid()
    }
}
