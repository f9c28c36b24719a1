//! All cryptography of the service, and the only module that uses `ring`.
//!
//! | what | how | where |
//! |---|---|---|
//! | random numbers | the operating system's generator | [`Random`] |
//! | the installation's keys | one file outside the database | [`Keyring`] |
//! | access-key secrets | HMAC-SHA-256 under a pepper | [`Verifier`] |
//! | personal data | AES-256-GCM, synthetic nonce, a key per person | [`PersonKey`] |
//! | sealed spans in stored JSON | opened when a document is sent | [`open_spans`] |
//! | equality of personal data | HMAC-SHA-256 | [`Keyring::lookup_hash`] |
//! | write-only values | AES-256-GCM, random extended nonce | [`Keyring::seal_secret`] |
//! | opaque tokens | AES-256-GCM, random extended nonce | [`Keyring::seal_token`] |
//! | signatures | Ed25519 | [`SigningKey`] |
//! | signatures of what is sent to webhooks | HMAC-SHA-256 | [`hmac_sha256`] |
//! | digests | SHA-256 | [`sha256`] |
//!
//! Nothing here does its own arithmetic on secrets: constructions are put together from `ring`'s HMAC,
//! AES-GCM, Ed25519 and SHA-256. Comparisons of secrets take the same time whatever is compared.

mod aead;
mod digest;
mod keyfile;
mod keyring;
mod lookup;
mod mac;
mod person;
mod random;
mod secret_box;
mod secrets;
mod signing;
mod spans;
mod tokens;

pub use digest::{Digest, hex, sha256};
pub use keyring::{Fingerprint, Keyring, KeyringError, Misfit};
pub use lookup::EMAIL;
pub use mac::hmac_sha256;
pub use person::{PersonKey, WrappedKey};
pub use random::Random;
pub use secret_box::SecretBox;
pub use secrets::{Verifier, issue_key};
pub use signing::{SigningKey, signature_is_valid};
pub use spans::{ERASED, open_spans, sealed_persons};

/// What was sealed does not open: it was changed, was sealed for another purpose or owner, or under a key
/// that this keyring does not have. Deliberately without a reason: the reason would tell an attacker more
/// than it tells an operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("sealed data does not open with this key")]
pub struct DoesNotOpen;
