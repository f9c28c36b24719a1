//! Ids that are the same in every run.

use crate::BEGINNING_MICROS;
use quarterdeck::crypto::Random;
use uuid::{Builder, Uuid};

/// `UUIDv7`s from a seed, all of the moment at which tests begin.
#[derive(Debug)]
pub struct SeededIds(Random);

impl SeededIds {
    /// The same ids in the same order for the same seed.
    #[must_use]
    pub fn new(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    /// The next one.
    #[must_use]
    pub fn next(&self) -> Uuid {
        Builder::from_unix_timestamp_millis(BEGINNING_MICROS.unsigned_abs() / 1_000, &self.0.bytes())
            .into_uuid()
    }
}
