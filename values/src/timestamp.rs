use std::fmt;

use crate::macros::{parse_impls, text_schema};
use crate::{Invalid, codes};

const MICROS_PER_SECOND: i64 = 1_000_000;
const SECONDS_PER_DAY: i64 = 86_400;

/// A point in time, to the microsecond: microseconds since 1970-01-01T00:00:00Z without leap seconds, in the
/// years 1970 to 9999.
///
/// Written as RFC 3339 in UTC with six digits of fraction and `Z`, always 27 characters, so that texts sort as
/// the times do.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// 1970-01-01T00:00:00.000000Z.
    pub const MIN: Self = Self(0);
    /// 9999-12-31T23:59:59.999999Z.
    pub const MAX: Self = Self(253_402_300_799_999_999);

    /// From microseconds since the epoch.
    ///
    /// # Errors
    /// `out_of_range` outside the years 1970 to 9999.
    pub fn from_micros(micros: i64) -> Result<Self, Invalid> {
        if (Self::MIN.0..=Self::MAX.0).contains(&micros) {
            return Ok(Self(micros));
        }
        Err(Invalid::new(codes::OUT_OF_RANGE, "A time lies in the years 1970 to 9999 (UTC)."))
    }

    /// Reads RFC 3339: any offset, a fraction of up to nine digits of which the last three are cut off (never
    /// rounded up), `T` and `Z` in upper or lower case. Second 60 is refused: this time scale has no leap seconds.
    ///
    /// # Errors
    /// `invalid_timestamp`, `out_of_range`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let micros = read_rfc3339(text.as_bytes()).ok_or_else(|| {
            Invalid::new(
                codes::INVALID_TIMESTAMP,
                "A time is written as in RFC 3339, with at most nine digits of fraction and with an offset: 2026-11-23T09:30:00.123456Z.",
            )
        })?;
        Self::from_micros(micros)
    }

    /// Microseconds since the epoch: 0 to 253,402,300,799,999,999.
    #[must_use]
    pub const fn as_micros(self) -> i64 {
        self.0
    }

    /// So many hours later, but not after [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_hours(self, hours: u32) -> Self {
        self.plus_micros(i64::from(hours).saturating_mul(3_600 * MICROS_PER_SECOND))
    }

    /// So many microseconds later (earlier, if negative), but not outside [`Timestamp::MIN`] to
    /// [`Timestamp::MAX`].
    #[must_use]
    pub fn plus_micros(self, micros: i64) -> Self {
        Self(self.0.saturating_add(micros).clamp(Self::MIN.0, Self::MAX.0))
    }

    /// Microseconds from `other` to `self`; negative if `other` is later.
    #[must_use]
    pub const fn since(self, other: Self) -> i64 {
        self.0 - other.0
    }

    /// The text, without an allocation.
    #[must_use]
    pub fn text(self) -> TimestampText {
        let seconds = self.0.div_euclid(MICROS_PER_SECOND);
        let (year, month, day) = civil_from_days(seconds.div_euclid(SECONDS_PER_DAY));
        let second_of_day = seconds.rem_euclid(SECONDS_PER_DAY);
        let mut out = *b"0000-00-00T00:00:00.000000Z";
        write_digits(&mut out[0..4], year);
        write_digits(&mut out[5..7], month);
        write_digits(&mut out[8..10], day);
        write_digits(&mut out[11..13], second_of_day / 3_600);
        write_digits(&mut out[14..16], second_of_day / 60 % 60);
        write_digits(&mut out[17..19], second_of_day % 60);
        write_digits(&mut out[20..26], self.0.rem_euclid(MICROS_PER_SECOND));
        TimestampText(out)
    }
}

/// A [`Timestamp`] as 27 bytes of ASCII: `2026-11-23T09:30:00.123456Z`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimestampText([u8; 27]);

impl TimestampText {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // Digits and punctuation only: there is no other case.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The text as bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 27] {
        &self.0
    }
}

impl fmt::Debug for TimestampText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl AsRef<str> for TimestampText {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.text().as_str())
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.text().as_str())
    }
}

impl serde::Serialize for Timestamp {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.text().as_str())
    }
}

parse_impls!(Timestamp);
text_schema!(Timestamp, {
    description: "RFC 3339; replies are in UTC with six digits of fraction.",
    example: "2026-11-23T09:30:00.123456Z",
    format: "date-time",
    pattern: r"^(19[7-9][0-9]|[2-9][0-9]{3})-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?([Zz]|[+-][0-9]{2}:[0-9]{2})$",
});

/// Microseconds since the epoch, in any of the years 0000 to 9999 of the offset given; `None` if the text is not
/// RFC 3339 §5.6 or names a day that there is not.
fn read_rfc3339(text: &[u8]) -> Option<i64> {
    let (year, text) = digits(text, 4)?;
    let (month, text) = digits(text.strip_prefix(b"-")?, 2)?;
    let (day, text) = digits(text.strip_prefix(b"-")?, 2)?;
    let (hour, text) = digits(text.strip_prefix(b"T").or_else(|| text.strip_prefix(b"t"))?, 2)?;
    let (minute, text) = digits(text.strip_prefix(b":")?, 2)?;
    let (second, text) = digits(text.strip_prefix(b":")?, 2)?;
    let (micros, text) = match text.strip_prefix(b".") {
        Some(text) => fraction(text)?,
        None => (0, text),
    };
    let offset_minutes = offset(text)?;
    let fits = (1..=12).contains(&month)
        && (1..=days_in_month(year, month)).contains(&day)
        && hour < 24
        && minute < 60
        && second < 60;
    let minutes = (days_from_civil(year, month, day) * 24 + hour) * 60 + minute - offset_minutes;
    fits.then_some((minutes * 60 + second) * MICROS_PER_SECOND + micros)
}

/// Exactly `count` digits, and what follows them.
fn digits(text: &[u8], count: usize) -> Option<(i64, &[u8])> {
    let (head, tail) = text.split_at_checked(count)?;
    let value = head
        .iter()
        .try_fold(0, |value, byte| byte.is_ascii_digit().then(|| value * 10 + i64::from(byte - b'0')))?;
    Some((value, tail))
}

/// One to nine digits as microseconds, cut off after the sixth.
fn fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let count = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    if !(1..=9).contains(&count) {
        return None;
    }
    let (value, _) = digits(text, count.min(6))?;
    let scale = (count..6).fold(1, |scale, _| scale * 10);
    Some((value * scale, &text[count..]))
}

/// `Z` or `±hh:mm`, in minutes east of UTC, with nothing after it.
fn offset(text: &[u8]) -> Option<i64> {
    let (sign, text) = match text {
        b"Z" | b"z" => return Some(0),
        [b'+', text @ ..] => (1, text),
        [b'-', text @ ..] => (-1, text),
        _ => return None,
    };
    let (hours, text) = digits(text, 2)?;
    let (minutes, text) = digits(text.strip_prefix(b":")?, 2)?;
    (hours < 24 && minutes < 60 && text.is_empty()).then_some(sign * (hours * 60 + minutes))
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since 1970-01-01 of a day of the proleptic Gregorian calendar: Howard Hinnant, "chrono-Compatible
/// Low-Level Date Algorithms". Years begin in March, so that the leap day is the last of its year.
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year - 719_468
}

/// Year, month and day of days since 1970-01-01: the way back from [`days_from_civil`].
fn civil_from_days(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

/// Fills `out` with the last digits of a number that is not negative.
fn write_digits(out: &mut [u8], mut value: i64) {
    for byte in out.iter_mut().rev() {
        *byte = b"0123456789"[usize::try_from(value % 10).unwrap_or_default()];
        value /= 10;
    }
}
