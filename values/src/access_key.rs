use crate::base62;
use crate::macros::{hidden_debug, plain_debug, text_impls, text_schema};
use crate::{Invalid, codes};

const ID_PREFIX: &str = "QDAK";
const ID_SYMBOLS: usize = 16;
const SECRET_PREFIX: &str = "qdsk_";
pub(crate) const RANDOM_DIGITS: usize = 43;
pub(crate) const CHECK_DIGITS: usize = 6;
const SECRET_LEN: usize = SECRET_PREFIX.len() + ID_SYMBOLS + 1 + RANDOM_DIGITS + CHECK_DIGITS;

/// Crockford's base 32: no I, L, O, U.
const CROCKFORD: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// The public half of an access key: `QDAK` and 16 symbols of Crockford's base 32, in capitals. Not a secret.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AccessKeyId(String);

impl AccessKeyId {
    /// # Errors
    /// `invalid_access_key_id`.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        match text.strip_prefix(ID_PREFIX) {
            Some(symbols) if are_id_symbols(symbols) => Ok(Self(text.to_owned())),
            _ => Err(Invalid::new(
                codes::INVALID_ACCESS_KEY_ID,
                "An access key id is QDAK and 16 digits or capital letters other than I, L, O and U.",
            )),
        }
    }

    /// The id of 80 random bits, most significant first.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 10]) -> Self {
        let mut number = bytes.iter().fold(0_u128, |number, byte| (number << 8) | u128::from(*byte));
        let mut symbols = [b'0'; ID_SYMBOLS];
        for symbol in symbols.iter_mut().rev() {
            *symbol = CROCKFORD[usize::try_from(number & 31).unwrap_or_default()];
            number >>= 5;
        }
        Self(ID_PREFIX.chars().chain(symbols.map(char::from)).collect())
    }

    /// The id, `QDAK` included.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The 16 symbols after `QDAK`, as a secret repeats them.
    #[must_use]
    pub fn symbols(&self) -> &str {
        self.0.strip_prefix(ID_PREFIX).unwrap_or_default()
    }
}

text_impls!(AccessKeyId);
plain_debug!(AccessKeyId);
text_schema!(AccessKeyId, {
    description: "The public half of an access key.",
    example: "QDAK01J9ZQ4M8TX2V7C3",
    pattern: "^QDAK[0-9A-HJKMNP-TV-Z]{16}$",
    min: 20,
    max: 20,
});

/// The secret half of an access key: `qdsk_`, the 16 symbols of its [`AccessKeyId`], `_`, 256 random bits as 43
/// digits of base 62, and 6 digits of base 62 that are the CRC-32 (IEEE) of all before.
///
/// There is no way to print, serialize or compare it by accident: `Debug` hides it, `==` does not exist (verifiers
/// are compared, in constant time), and [`KeySecret::expose`] is easy to search for.
#[derive(Clone)]
pub struct KeySecret(String);

impl KeySecret {
    /// Checks form and check digits; whether it opens anything is another matter.
    ///
    /// # Errors
    /// `invalid_secret`, the same for every fault.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if is_secret(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(
            codes::INVALID_SECRET,
            "This is not the secret of an access key, or it was not copied completely.",
        ))
    }

    /// The secret of an access key, from 256 bits of the system's generator.
    #[must_use]
    pub fn assemble(id: &AccessKeyId, random: &[u8; 32]) -> Self {
        let digits = base62::encode::<RANDOM_DIGITS>(random);
        let mut text = format!("{SECRET_PREFIX}{}_", id.symbols());
        text.extend(digits.map(char::from));
        text.extend(check_digits(text.as_bytes()).map(char::from));
        Self(text)
    }

    /// The id of the key that the secret belongs to.
    #[must_use]
    pub fn access_key_id(&self) -> AccessKeyId {
        let start = SECRET_PREFIX.len();
        AccessKeyId(format!("{ID_PREFIX}{}", &self.0[start..start + ID_SYMBOLS]))
    }

    /// The text itself: to be hashed, or to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

hidden_debug!(KeySecret);
text_schema!(KeySecret, {
    description: "The secret half of an access key; shown once.",
    example: "qdsk_01J9ZQ4M8TX2V7C3_0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno2RowD2",
    format: "password",
    pattern: "^qdsk_[0-9A-HJKMNP-TV-Z]{16}_[0-9A-Za-z]{49}$",
    min: SECRET_LEN,
    max: SECRET_LEN,
});

fn are_id_symbols(text: &str) -> bool {
    text.len() == ID_SYMBOLS && text.bytes().all(|byte| CROCKFORD.contains(&byte))
}

fn is_secret(text: &str) -> bool {
    let Some((before, check)) = text.as_bytes().split_at_checked(SECRET_LEN - CHECK_DIGITS) else {
        return false;
    };
    let parts = text.strip_prefix(SECRET_PREFIX).and_then(|rest| rest.split_once('_'));
    parts.is_some_and(|(symbols, digits)| {
        are_id_symbols(symbols) && digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }) && check == check_digits(before)
}

/// Digits of base 62 that are the CRC-32 (IEEE) of all before.
pub(crate) fn check_digits(before: &[u8]) -> [u8; CHECK_DIGITS] {
    base62::encode(&base62::crc32(before).to_be_bytes())
}
