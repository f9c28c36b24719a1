//! Equality of personal data without the data.

use super::Keyring;
use super::digest::first_32;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;

/// The domain of e-mail addresses.
pub const EMAIL: &str = "email";

impl Keyring {
    /// A keyed hash of `text`, equal for equal texts of the same `domain` (say, `email`): HMAC-SHA-256 under the
    /// newest lookup key, 43 characters of base64url. Without the keyring it can neither be computed nor be
    /// tried out against a list of addresses. `text` must be in its one canonical form already (lower case…).
    #[must_use]
    pub fn lookup_hash(&self, domain: &str, text: &str) -> String {
        hash(self.lookup.newest().1, domain, text)
    }

    /// The hashes of `text` under every version of the lookup key, newest first: what to look for while hashes
    /// made before a rotation are still stored.
    #[must_use]
    pub fn lookup_hashes(&self, domain: &str, text: &str) -> Vec<String> {
        self.lookup.newest_first().map(|(_, key)| hash(key, domain, text)).collect()
    }
}

fn hash(key: &hmac::Key, domain: &str, text: &str) -> String {
    let mut context = hmac::Context::with_key(key);
    // The length in front: no end of a domain can be taken for the start of a text.
    context.update(&(domain.len() as u64).to_be_bytes());
    context.update(domain.as_bytes());
    context.update(text.as_bytes());
    URL_SAFE_NO_PAD.encode(first_32(context.sign().as_ref()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::crypto::Random;
    use std::collections::HashSet;

    #[test]
    fn hashes_are_equal_exactly_for_equal_domain_and_text() {
        let keyring = Keyring::ephemeral(&Random::seeded(1));
        let hash = keyring.lookup_hash("email", "ada@acme.test");
        assert_eq!(hash, keyring.lookup_hash("email", "ada@acme.test"));
        assert_eq!(hash.len(), 43);
        let others =
            [("email", "adb@acme.test"), ("emai", "lada@acme.test"), ("phone", "ada@acme.test"), ("", "")];
        let distinct: HashSet<_> =
            others.iter().map(|(domain, text)| keyring.lookup_hash(domain, text)).collect();
        assert_eq!(distinct.len(), others.len());
        assert!(!distinct.contains(&hash));
        assert_ne!(hash, Keyring::ephemeral(&Random::seeded(2)).lookup_hash("email", "ada@acme.test"));
        assert_eq!(keyring.lookup_hashes("email", "ada@acme.test"), [hash]);
    }
}
