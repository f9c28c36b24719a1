use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use crate::macros::{displayed_impls, text_schema};
use crate::{Invalid, codes};

const NANO: i128 = 1_000_000_000;
/// The longest text, in characters.
const MAX_CHARS: usize = 64;
/// What an `i128` surely holds, in decimal digits.
const MAX_DIGITS: usize = 38;

const DECIMAL_SUFFIXES: [&str; 10] = ["n", "u", "m", "", "k", "M", "G", "T", "P", "E"];
const BINARY_SUFFIXES: [&str; 7] = ["", "Ki", "Mi", "Gi", "Ti", "Pi", "Ei"];

/// An amount of CPU, memory or something else, by the grammar of Kubernetes (`resource.Quantity`): a decimal
/// number with a suffix (`n u m k M G T P E`, `Ki Mi Gi Ti Pi Ei`) or an exponent (`e3`).
///
/// 0 to 2⁶³-1, in steps of 10⁻⁹, exactly: where Kubernetes would cap or round, the text is refused. Written as
/// Kubernetes writes it: without a fraction, with the greatest suffix that allows this, and in the family of
/// suffixes in which it was given (`0.5` → `500m`, `1024Mi` → `1Gi`, `1000m` → `1`, `5e4` → `50e3`).
///
/// Equal and ordered by value: `1Gi` equals `1024Mi`, although they may be written differently.
#[derive(Clone, Copy)]
pub struct Quantity {
    nano: i128,
    family: Family,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Family {
    Decimal,
    Binary,
    Exponent,
}

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self { nano: 0, family: Family::Decimal };
    /// 2⁶³-1.
    pub const MAX: Self = Self { nano: i64::MAX as i128 * NANO, family: Family::Decimal };

    /// # Errors
    /// `invalid_quantity`; `out_of_range` if negative, above 2⁶³-1, or finer than 10⁻⁹; `too_long`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        crate::text::check_length(text, MAX_CHARS)?;
        if text.starts_with('-') {
            return Err(Invalid::new(codes::OUT_OF_RANGE, "A quantity is not negative."));
        }
        let unsigned = text.strip_prefix('+').unwrap_or(text);
        let end = unsigned.find(|char: char| !char.is_ascii_digit() && char != '.').unwrap_or(unsigned.len());
        let (number, suffix) = unsigned.split_at(end);
        let (integer, fraction) = number.split_once('.').unwrap_or((number, ""));
        let (family, scale) = read_suffix(suffix).ok_or_else(malformed)?;
        if (integer.is_empty() && fraction.is_empty()) || fraction.contains('.') {
            return Err(malformed());
        }
        let nano =
            nanos(integer, fraction, scale).filter(|nano| *nano <= Self::MAX.nano).ok_or_else(|| {
                Invalid::new(
                    codes::OUT_OF_RANGE,
                    "A quantity is at most 9223372036854775807 and a multiple of 1n.",
                )
            })?;
        Ok(Self { nano, family })
    }

    /// So many whole units.
    #[must_use]
    pub fn from_units(units: u32) -> Self {
        Self { nano: i128::from(units) * NANO, family: Family::Decimal }
    }

    /// So many units of 10⁻⁹; `None` if that is negative or above [`Quantity::MAX`].
    #[must_use]
    pub const fn from_nanos(nano: i128) -> Option<Self> {
        if nano < 0 || nano > Self::MAX.nano {
            return None;
        }
        Some(Self { nano, family: Family::Decimal })
    }

    /// The same, written with `Ki`, `Mi`, `Gi`, …, as memory and storage are.
    #[must_use]
    pub const fn in_binary(self) -> Self {
        Self { family: Family::Binary, ..self }
    }

    /// The value as a whole number, if it is one.
    #[must_use]
    pub fn as_units(self) -> Option<u64> {
        (self.nano % NANO == 0).then(|| u64::try_from(self.nano / NANO).ok()).flatten()
    }

    /// The value in units of 10⁻⁹.
    #[must_use]
    pub const fn as_nanos(self) -> i128 {
        self.nano
    }

    /// Whether it is nothing.
    #[must_use]
    pub const fn is_zero(self) -> bool {
        self.nano == 0
    }

    /// The sum, in the suffixes of `self` unless that is zero; `None` above [`Quantity::MAX`].
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        let family = if self.is_zero() { other.family } else { self.family };
        let nano = self.nano + other.nano;
        (nano <= Self::MAX.nano).then_some(Self { nano, family })
    }

    /// The difference, in the suffixes of `self` unless that is zero; `None` if `other` is greater.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        let family = if self.is_zero() { other.family } else { self.family };
        let nano = self.nano - other.nano;
        (nano >= 0).then_some(Self { nano, family })
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // As Kubernetes does: below 1Ki, or with a fraction, binary suffixes would confuse or round.
        let binary = self.nano >= 1_024 * NANO && self.nano % NANO == 0;
        match self.family {
            _ if self.is_zero() => f.pad("0"),
            Family::Binary if binary => {
                let (amount, times) = divide_out(self.nano / NANO, 1_024);
                f.pad(&format!("{amount}{}", BINARY_SUFFIXES[times]))
            }
            Family::Exponent => {
                let (amount, times) = divide_out(self.nano, 1_000);
                match 3 * i32::try_from(times).unwrap_or_default() - 9 {
                    0 => f.pad(&amount.to_string()),
                    exponent => f.pad(&format!("{amount}e{exponent}")),
                }
            }
            Family::Binary | Family::Decimal => {
                let (amount, times) = divide_out(self.nano, 1_000);
                f.pad(&format!("{amount}{}", DECIMAL_SUFFIXES[times]))
            }
        }
    }
}

impl fmt::Debug for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Quantity({self})")
    }
}

impl PartialEq for Quantity {
    fn eq(&self, other: &Self) -> bool {
        self.nano == other.nano
    }
}

impl Eq for Quantity {}

impl PartialOrd for Quantity {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Quantity {
    fn cmp(&self, other: &Self) -> Ordering {
        self.nano.cmp(&other.nano)
    }
}

impl Hash for Quantity {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.nano.hash(state);
    }
}

displayed_impls!(Quantity);
text_schema!(Quantity, {
    description: "A Kubernetes quantity, not negative; replies give the canonical form.",
    example: "64Gi",
    pattern: r"^\+?([0-9]+(\.[0-9]*)?|\.[0-9]+)(n|u|m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][+-]?[0-9]+)?$",
    min: 1,
    max: MAX_CHARS,
});

/// What a number is multiplied by: 10 and 2 to these powers.
#[derive(Clone, Copy)]
struct Scale {
    ten: i32,
    two: u32,
}

fn read_suffix(suffix: &str) -> Option<(Family, Scale)> {
    if let Some(times) = DECIMAL_SUFFIXES.iter().position(|known| *known == suffix) {
        return Some((Family::Decimal, Scale { ten: 3 * i32::try_from(times).ok()? - 9, two: 0 }));
    }
    if let Some(times) = BINARY_SUFFIXES.iter().position(|known| *known == suffix) {
        return Some((Family::Binary, Scale { ten: 0, two: 10 * u32::try_from(times).ok()? }));
    }
    let exponent = suffix.strip_prefix(['e', 'E'])?;
    let digits = exponent.strip_prefix(['+', '-']).unwrap_or(exponent);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // Beyond four digits it makes no difference which exponent it is: the value is zero or out of range.
    let size =
        digits.trim_start_matches('0').get(..4).map_or_else(|| digits.parse().ok(), |_| Some(9_999))?;
    let ten = if exponent.starts_with('-') { -size } else { size };
    Some((Family::Exponent, Scale { ten, two: 0 }))
}

/// The value in units of 10⁻⁹; `None` if it has a fraction there, or is far too large.
fn nanos(integer: &str, fraction: &str, scale: Scale) -> Option<i128> {
    let fraction = fraction.trim_end_matches('0');
    let digits = format!("{integer}{fraction}");
    let digits = digits.trim_start_matches('0');
    if digits.is_empty() {
        return Some(0);
    }
    if digits.len() > MAX_DIGITS {
        return None;
    }
    let significant = digits.trim_end_matches('0');
    let dropped = i32::try_from(digits.len() - significant.len()).ok()?;
    let exponent = 9 + scale.ten + dropped - i32::try_from(fraction.len()).ok()?;
    let number = significant.parse::<i128>().ok()?.checked_mul(1 << scale.two)?;
    let power = 10_i128.checked_pow(exponent.unsigned_abs())?;
    if exponent >= 0 {
        return number.checked_mul(power);
    }
    (number % power == 0).then(|| number / power)
}

/// Divides by `factor` while nothing is left over; how often that went. For `amount > 0`.
fn divide_out(mut amount: i128, factor: i128) -> (i128, usize) {
    let mut times = 0;
    while amount % factor == 0 {
        amount /= factor;
        times += 1;
    }
    (amount, times)
}

fn malformed() -> Invalid {
    Invalid::new(
        codes::INVALID_QUANTITY,
        "A quantity is a number with one of the suffixes n u m k M G T P E Ki Mi Gi Ti Pi Ei, or with an exponent, or with neither: 500m, 64Gi, 2.",
    )
}
