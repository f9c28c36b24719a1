//! When what failed is tried again.

use crate::clock::at_micros;
use values::Timestamp;

/// A second, in microseconds.
const SECOND: i64 = 1_000_000;
/// An hour, in microseconds.
const HOUR: i64 = 3_600 * SECOND;

/// How long after an attempt that failed the next one comes. The first comes at once.
const PAUSES: [i64; 9] = [
    5 * SECOND,
    300 * SECOND,
    1_800 * SECOND,
    2 * HOUR,
    5 * HOUR,
    10 * HOUR,
    14 * HOUR,
    20 * HOUR,
    24 * HOUR,
];
/// How often an event is tried.
pub const MOST_ATTEMPTS: i32 = 10;
/// The longest that somebody may ask to be left alone (`Retry-After`).
pub const LONGEST_RETRY_AFTER: i64 = 24 * HOUR;

/// When an event is tried again that was tried so often, last at this time; `None` when that was the last attempt.
/// `retry_after` is how long the answer asked for, in microseconds.
#[must_use]
pub fn next_attempt(attempts: i32, at: Timestamp, retry_after: Option<i64>) -> Option<Timestamp> {
    let pause = PAUSES.get(usize::try_from(attempts).ok()?.checked_sub(1)?)?;
    let asked = retry_after.unwrap_or(0).min(LONGEST_RETRY_AFTER);
    Some(at_micros(at.as_micros().saturating_add(asked.max(*pause))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn seconds_after(attempts: i32, retry_after: Option<i64>) -> Option<i64> {
        let at = at_micros(1_000 * SECOND);
        next_attempt(attempts, at, retry_after).map(|next| (next.as_micros() - at.as_micros()) / SECOND)
    }

    #[test]
    fn pauses_grow_and_end_after_ten_attempts() {
        let pauses: Vec<_> = (1..=MOST_ATTEMPTS).map(|attempts| seconds_after(attempts, None)).collect();
        let hours = |hours: i64| Some(hours * 3_600);
        let expected = [Some(5), Some(300), Some(1_800), hours(2), hours(5), hours(10), hours(14), hours(20)];
        assert_eq!(pauses[..8], expected);
        assert_eq!(pauses[8..], [hours(24), None]);
        assert_eq!(seconds_after(0, None), None, "nothing was tried");
    }

    #[test]
    fn whoever_asks_for_more_time_gets_it_within_bounds() {
        assert_eq!(seconds_after(1, Some(60 * SECOND)), Some(60));
        assert_eq!(seconds_after(2, Some(60 * SECOND)), Some(300), "never sooner than without");
        assert_eq!(seconds_after(1, Some(i64::MAX)), Some(24 * 3_600));
        assert_eq!(seconds_after(10, Some(SECOND)), None);
    }
}
