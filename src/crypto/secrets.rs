//! Secrets of access keys: issued, and recognised again.

use super::digest::first_32;
use super::{Keyring, Random};
use ring::hmac;
use std::fmt;
use values::{AccessKeyId, JoinSecret, KeySecret};

/// What is stored of a secret: its HMAC-SHA-256 under a version of the pepper. The secret does not follow
/// from it; whether it is one cannot be tried without the keyring. Still, `Debug` does not show it.
///
/// A slow hash (argon2) would add nothing: a secret has 256 random bits and cannot be guessed.
#[derive(Clone, PartialEq, Eq)]
pub struct Verifier {
    /// The version of the pepper.
    pub pepper_version: i32,
    /// HMAC-SHA-256 of the whole secret, `qdsk_` included.
    pub hmac: [u8; 32],
}

/// A new access key: an id of 80 random bits and a secret of 256, independent of each other.
///
/// # Panics
/// As [`Random::fill`].
#[must_use]
pub fn issue_key(random: &Random) -> (AccessKeyId, KeySecret) {
    let id = AccessKeyId::from_bytes(random.bytes());
    let secret = KeySecret::assemble(&id, &zeroize::Zeroizing::new(random.bytes()));
    (id, secret)
}

impl Keyring {
    /// The verifier of a secret, under the newest pepper.
    #[must_use]
    pub fn verifier_of(&self, secret: &KeySecret) -> Verifier {
        self.verifier_of_text(secret.expose())
    }

    /// The verifier of a join token, under the newest pepper. Texts of the two kinds begin differently, so that neither
    /// has a verifier of the other.
    #[must_use]
    pub fn join_verifier_of(&self, secret: &JoinSecret) -> Verifier {
        self.verifier_of_text(secret.expose())
    }

    /// Whether `verifier` is of this join token. Takes the same time whatever the two differ in.
    #[must_use]
    pub fn verify_join(&self, secret: &JoinSecret, verifier: &Verifier) -> bool {
        self.verify_text(secret.expose(), verifier)
    }

    /// Does the work of [`Keyring::verify_join`] and forgets the outcome: for a token that is not known.
    pub fn verify_no_join(&self, secret: &JoinSecret) {
        self.verify_no_text(secret.expose());
    }

    /// Whether `verifier` is of this secret. Takes the same time whatever the two differ in.
    #[must_use]
    pub fn verify(&self, secret: &KeySecret, verifier: &Verifier) -> bool {
        self.verify_text(secret.expose(), verifier)
    }

    /// Does the work of [`Keyring::verify`] and forgets the outcome: for a key id that is not known, so that the
    /// time of a refusal does not tell whether it is.
    pub fn verify_nothing(&self, secret: &KeySecret) {
        self.verify_no_text(secret.expose());
    }

    fn verifier_of_text(&self, text: &str) -> Verifier {
        let (pepper_version, pepper) = self.pepper.newest();
        Verifier { pepper_version, hmac: first_32(hmac::sign(pepper, text.as_bytes()).as_ref()) }
    }

    fn verify_text(&self, text: &str, verifier: &Verifier) -> bool {
        let Some(pepper) = self.pepper.get(verifier.pepper_version) else {
            self.verify_no_text(text);
            return false;
        };
        hmac::verify(pepper, text.as_bytes(), &verifier.hmac).is_ok()
    }

    fn verify_no_text(&self, text: &str) {
        let outcome = hmac::verify(self.pepper.newest().1, text.as_bytes(), &[0; 32]);
        std::hint::black_box(outcome.is_ok());
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier").field("pepper_version", &self.pepper_version).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_recognised_and_no_other() {
        let random = Random::seeded(1);
        let keyring = Keyring::ephemeral(&random);
        let (id, secret) = issue_key(&random);
        let (other_id, other) = issue_key(&random);
        let verifier = keyring.verifier_of(&secret);
        assert_eq!(secret.access_key_id(), id);
        assert_ne!(id, other_id);
        assert!(keyring.verify(&secret, &verifier));
        assert!(!keyring.verify(&other, &verifier));
        assert!(!Keyring::ephemeral(&random).verify(&secret, &verifier), "another pepper");
        assert!(!keyring.verify(&secret, &Verifier { pepper_version: 2, ..verifier.clone() }));
        keyring.verify_nothing(&secret);
        for byte in 0..32 {
            let mut changed = verifier.clone();
            changed.hmac[byte] ^= 1;
            assert!(!keyring.verify(&secret, &changed));
        }
    }

    #[test]
    fn a_join_token_is_recognised_and_no_other() {
        let random = Random::seeded(1);
        let keyring = Keyring::ephemeral(&random);
        let token = |id| JoinSecret::assemble(uuid::Uuid::from_u128(id), &random.bytes());
        let (secret, other) = (token(1), token(1));
        let verifier = keyring.join_verifier_of(&secret);
        assert!(keyring.verify_join(&secret, &verifier));
        assert!(!keyring.verify_join(&other, &verifier));
        assert!(!keyring.verify_join(&secret, &Verifier { pepper_version: 2, ..verifier }));
        keyring.verify_no_join(&secret);
    }

    #[test]
    fn issued_keys_have_the_form_of_keys() {
        let (id, secret) = issue_key(&Random::system());
        assert!(AccessKeyId::parse(id.as_str()).is_ok());
        assert!(KeySecret::parse(secret.expose()).is_ok());
        assert!(
            !format!("{:?}", Keyring::ephemeral(&Random::system()).verifier_of(&secret)).contains("hmac")
        );
    }
}
