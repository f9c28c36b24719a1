//! Dice that fall the same way for the same seed.

use quarterdeck::crypto::Random;

pub(crate) struct Dice(Random);

impl Dice {
    pub(crate) fn seeded(seed: u64) -> Self {
        Self(Random::seeded(seed))
    }

    pub(crate) fn below(&self, end: usize) -> usize {
        usize::try_from(u64::from_be_bytes(self.0.bytes()) % end as u64).unwrap()
    }

    /// True once in so many times.
    pub(crate) fn once_in(&self, times: usize) -> bool {
        self.below(times) == 0
    }

    /// One of these; there must be one.
    pub(crate) fn one<T: Copy>(&self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// One of these, if there is any.
    pub(crate) fn any<T>(&self, of: Vec<T>) -> Option<T> {
        let count = of.len();
        if count == 0 { None } else { of.into_iter().nth(self.below(count)) }
    }
}
