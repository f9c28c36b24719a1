//! `?asOf=`.

use serde::{Deserialize, Deserializer, de};
use values::Timestamp;

use super::query::MAX_POSITION;

/// When a read is to be answered for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AsOf {
    /// A time, RFC 3339 with any offset; what is finer than a microsecond is cut off.
    Time(Timestamp),
    /// A position in the ledger that the path belongs to: the org's own under `/v1/orgs/{org}`.
    Position(u64),
}

impl AsOf {
    /// Reads digits as a position, everything else as a time.
    ///
    /// # Errors
    /// In words, where it is neither.
    pub fn parse(text: &str) -> Result<Self, &'static str> {
        if text.bytes().all(|byte| byte.is_ascii_digit()) {
            let position = text.parse().ok().filter(|position| *position <= MAX_POSITION);
            return position
                .map(Self::Position)
                .ok_or("must be a position (0 to 2^53-1) or a time (RFC 3339)");
        }
        Timestamp::parse(text).map(Self::Time).map_err(|_| {
            if text.contains(' ') {
                "must be a time (RFC 3339); in a query the + of an offset is written %2B"
            } else {
                "must be a position (0 to 2^53-1) or a time (RFC 3339) such as 2026-11-23T09:30:00.123456Z"
            }
        })
    }
}

impl<'de> Deserialize<'de> for AsOf {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Self::parse(&String::deserialize(deserializer)?).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_a_position_and_the_rest_is_a_time() {
        assert_eq!(AsOf::parse("0"), Ok(AsOf::Position(0)));
        assert_eq!(AsOf::parse("9007199254740991"), Ok(AsOf::Position(MAX_POSITION)));
        let time = AsOf::Time(Timestamp::parse("2026-11-23T09:30:00.123456Z").unwrap());
        assert_eq!(AsOf::parse("2026-11-23T09:30:00.123456Z"), Ok(time));
        assert_eq!(AsOf::parse("2026-11-23T10:30:00.1234569+01:00"), Ok(time));
    }

    #[test]
    fn what_is_neither_is_refused() {
        for bad in [
            "",
            " ",
            "-1",
            "+1",
            "1.0",
            "9007199254740992",
            "99999999999999999999",
            "2026-11-23",
            "now",
            "１",
        ] {
            assert!(AsOf::parse(bad).is_err(), "{bad}");
        }
        assert!(AsOf::parse("2026-11-23T10:30:00 01:00").unwrap_err().contains("%2B"));
    }
}
