//! Signing what is sent, after [Standard Webhooks](https://www.standardwebhooks.com) v1.

use crate::crypto::hmac_sha256;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use std::fmt;
use uuid::Uuid;
use zeroize::Zeroizing;

/// How every signing secret begins.
pub const SECRET_PREFIX: &str = "whsec_";
/// What stands where a secret stood.
const HIDDEN: &str = "[secret]";

/// A secret that signs: its text as it was shown, and the key in it.
struct Secret {
    text: Zeroizing<String>,
    key: Zeroizing<Vec<u8>>,
}

/// The secrets that sign: the newest, and while a rotation overlaps the one before it.
#[derive(Default)]
pub struct SigningSecrets(Vec<Secret>);

impl SigningSecrets {
    /// Adds a secret, by its text; says whether it is one.
    #[must_use]
    pub fn add(&mut self, text: &[u8]) -> bool {
        let Ok(text) = std::str::from_utf8(text) else { return false };
        let key = text.strip_prefix(SECRET_PREFIX).and_then(|key| STANDARD.decode(key).ok());
        let Some(key) = key.filter(|key| !key.is_empty()) else { return false };
        self.0.push(Secret { text: Zeroizing::new(text.to_owned()), key: Zeroizing::new(key) });
        true
    }

    /// The header `webhook-signature`: one signature for each secret, with spaces between.
    #[must_use]
    pub fn sign(&self, id: Uuid, timestamp: i64, body: &[u8]) -> String {
        let head = format!("{id}.{timestamp}.");
        let signatures = self.0.iter().map(|secret| {
            let code = hmac_sha256(&secret.key, &[head.as_bytes(), body]);
            format!("v1,{}", STANDARD.encode(code))
        });
        signatures.collect::<Vec<_>>().join(" ")
    }

    /// A text of somebody else's, with no secret of these in it: whoever was sent something may know them.
    #[must_use]
    pub fn hide_in(&self, mut text: String) -> String {
        for secret in &self.0 {
            let bare = secret.text.trim_start_matches(SECRET_PREFIX);
            for form in [secret.text.as_str(), bare] {
                if text.contains(form) {
                    text = text.replace(form, HIDDEN);
                }
            }
        }
        text
    }
}

impl fmt::Debug for SigningSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SigningSecrets({})", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &[u8] = b"whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
    const OTHER: &[u8] = b"whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";

    fn secrets(texts: &[&[u8]]) -> SigningSecrets {
        let mut secrets = SigningSecrets::default();
        assert!(texts.iter().all(|text| secrets.add(text)));
        secrets
    }

    fn signed(texts: &[&[u8]]) -> String {
        secrets(texts).sign(Uuid::from_u128(7), 1_614_265_330, br#"{"test": 2432232314}"#)
    }

    #[test]
    fn every_secret_signs_and_the_newest_first() {
        let (one, other) = (signed(&[ONE]), signed(&[OTHER]));
        assert!(one.starts_with("v1,") && one.len() == 3 + 44, "{one}");
        assert_ne!(one, other);
        assert_eq!(signed(&[ONE, OTHER]), format!("{one} {other}"));
    }

    /// What another implementation makes of the same: the crate `standardwebhooks`.
    #[test]
    fn another_implementation_agrees() {
        let id = Uuid::from_u128(7).to_string();
        let theirs = standardwebhooks::Webhook::from_bytes(STANDARD.decode(&ONE[6..]).unwrap()).unwrap();
        let expected = theirs.sign(&id, 1_614_265_330, br#"{"test": 2432232314}"#).unwrap();
        assert_eq!(signed(&[ONE]), expected);
    }

    #[test]
    fn what_is_no_secret_is_none() {
        let mut secrets = SigningSecrets::default();
        for bad in [b"".as_slice(), b"whsec_", b"MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", b"whsec_%", b"\xff"] {
            assert!(!secrets.add(bad), "{bad:?}");
        }
    }

    #[test]
    fn a_secret_is_hidden_in_what_others_say() {
        let secrets = secrets(&[ONE, OTHER]);
        let said =
            "got whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD and MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw".to_owned();
        assert_eq!(secrets.hide_in(said), "got [secret] and [secret]");
        assert_eq!(secrets.hide_in("nothing".to_owned()), "nothing");
        assert_eq!(format!("{secrets:?}"), "SigningSecrets(2)");
    }
}
