use crate::access_key::{CHECK_DIGITS, RANDOM_DIGITS, check_digits};
use crate::base62;
use crate::macros::{hidden_debug, text_schema};
use crate::{Invalid, codes};
use uuid::Uuid;

const PREFIX: &str = "qdjt_";
const ID_DIGITS: usize = 32;
const LEN: usize = PREFIX.len() + ID_DIGITS + 1 + RANDOM_DIGITS + CHECK_DIGITS;

/// The token by which an agent joins a cluster: `qdjt_`, the token's id as 32 hexadecimal digits, `_`, 256 random bits as
/// 43 digits of base 62, and 6 digits of base 62 that are the CRC-32 (IEEE) of all before.
///
/// As with the secret of an access key, `Debug` hides it, and `==` does not exist.
#[derive(Clone)]
pub struct JoinSecret(String);

impl JoinSecret {
    /// Checks form and check digits; whether it opens anything is another matter.
    ///
    /// # Errors
    /// `invalid_secret`, the same for every fault.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if is_secret(text) {
            return Ok(Self(text.to_owned()));
        }
        Err(Invalid::new(codes::INVALID_SECRET, "This is not a join token, or it was not copied completely."))
    }

    /// The secret of a token, from 256 bits of the system's generator.
    #[must_use]
    pub fn assemble(token: Uuid, random: &[u8; 32]) -> Self {
        let mut text = format!("{PREFIX}{}_", token.simple());
        text.extend(base62::encode::<RANDOM_DIGITS>(random).map(char::from));
        text.extend(check_digits(text.as_bytes()).map(char::from));
        Self(text)
    }

    /// The id of the token.
    #[must_use]
    pub fn token(&self) -> Uuid {
        Uuid::try_parse(&self.0[PREFIX.len()..PREFIX.len() + ID_DIGITS]).unwrap_or_default()
    }

    /// The text itself: to be hashed, or to be shown once.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

hidden_debug!(JoinSecret);
text_schema!(JoinSecret, {
    description: "The token by which an agent joins a cluster; shown once.",
    example: "qdjt_01935d2e000070008000000000000060_0Eoh211G4c8wtVWM00my5rsNSFlKgaWqQ4mb8gdEqno3DtVMg",
    format: "password",
    pattern: "^qdjt_[0-9a-f]{32}_[0-9A-Za-z]{49}$",
    min: LEN,
    max: LEN,
});

fn is_secret(text: &str) -> bool {
    let Some((before, check)) = text.as_bytes().split_at_checked(LEN - CHECK_DIGITS) else {
        return false;
    };
    let parts = text.strip_prefix(PREFIX).and_then(|rest| rest.split_once('_'));
    let is_hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    parts.is_some_and(|(id, digits)| {
        id.len() == ID_DIGITS
            && id.bytes().all(is_hex)
            && digits.bytes().all(|byte| byte.is_ascii_alphanumeric())
    }) && check == check_digits(before)
}
