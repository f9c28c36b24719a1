//! The installation's keys.

use super::aead::{KEY_BYTES, RandomNonceAead, derive, derive_hmac};
use super::keyfile::{FORMAT_VERSION, KeyBytes, KeyEntry, KeyFile, malformed};
use super::{Random, SigningKey};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::hmac;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use uuid::Uuid;

/// The installation's secret keys: what turns a copy of the database into something readable. They live in one
/// file (mode 0600) outside the database, the same for every controller process.
///
/// * *pepper*: under it access-key secrets are verified;
/// * *wrapping*: under it the keys of persons, write-only values and opaque tokens are sealed;
/// * *lookup*: under it personal data is hashed where only equality is asked for;
/// * *signing*: Ed25519, for checkpoints.
///
/// Each has versions: the newest makes what is new, the older ones still open what they made. A version must
/// stay in the file as long as anything made under it is stored.
///
/// The keys in the file are never used themselves, but keys derived from them for one purpose each (HKDF,
/// RFC 5869), so that nothing made for one purpose means anything for another.
///
/// Of key material in memory, the buffers of this module (the file's text, the keys as read, keys of persons)
/// are overwritten when they are no longer needed. The derived keys that `ring` holds, and what `serde_json` may
/// have copied while it parsed, are not: neither library does so. `Debug` shows no key.
pub struct Keyring {
    id: Uuid,
    pub(super) pepper: Versions<hmac::Key>,
    pub(super) wrapping: Versions<Wrapping>,
    pub(super) lookup: Versions<hmac::Key>,
    pub(super) signing: Versions<SigningKey>,
    fingerprint: Fingerprint,
}

/// What is derived from one version of the wrapping key.
pub(super) struct Wrapping {
    pub(super) person_keys: RandomNonceAead,
    pub(super) secrets: RandomNonceAead,
    pub(super) tokens: RandomNonceAead,
}

impl Keyring {
    /// Reads the keyring at `path`.
    ///
    /// # Errors
    /// [`KeyringError::Missing`] when there is none; the others as they say.
    pub fn load(path: &Path) -> Result<Self, KeyringError> {
        let file = KeyFile::read(path)?;
        if file.format_version != FORMAT_VERSION {
            let why = format!("its formatVersion is {}, known is {FORMAT_VERSION}", file.format_version);
            return Err(malformed(path, &why));
        }
        Self::from_file(&file).map_err(|why| malformed(path, &why))
    }

    /// Makes new keys and creates the file at `path`, in a directory that is there. When this returns the file
    /// is complete and durable; a crash before leaves no file of that name.
    ///
    /// # Errors
    /// [`KeyringError::AlreadyThere`] when there is one: it is never replaced.
    ///
    /// # Panics
    /// As [`Random::fill`].
    pub fn create(path: &Path, random: &Random) -> Result<Self, KeyringError> {
        let file = KeyFile::generate(random);
        let keyring = Self::from_file(&file).map_err(|why| malformed(path, &why))?;
        file.create(path, random)?;
        Ok(keyring)
    }

    /// Reads the keyring at `path`, or creates it there when there is none; also when another process does
    /// the same at the same time. A database that was made under a lost keyring is found by
    /// [`Keyring::check`], not here.
    ///
    /// # Errors
    /// As [`Keyring::load`] and [`Keyring::create`], but for a missing one.
    ///
    /// # Panics
    /// As [`Random::fill`].
    pub fn load_or_create(path: &Path, random: &Random) -> Result<Self, KeyringError> {
        match Self::load(path) {
            Err(KeyringError::Missing(_)) => {}
            loaded => return loaded,
        }
        match Self::create(path, random) {
            Err(KeyringError::AlreadyThere(_)) => Self::load(path),
            created => created,
        }
    }

    /// New keys that are in no file: for dry runs and tests.
    ///
    /// # Panics
    /// As [`Random::fill`].
    #[must_use]
    pub fn ephemeral(random: &Random) -> Self {
        match Self::from_file(&KeyFile::generate(random)) {
            Ok(keyring) => keyring,
            Err(why) => unreachable!("generated keys are well-formed: {why}"),
        }
    }

    /// The keyring's own id.
    #[must_use]
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// What identifies these keys without revealing anything about them: to be stored in the database, and
    /// given to [`Keyring::check`] at each start.
    #[must_use]
    pub fn fingerprint(&self) -> &Fingerprint {
        &self.fingerprint
    }

    /// Whether this keyring still has every key that `stored` names. It may have more: after a rotation the new
    /// [`Keyring::fingerprint`] is to be stored.
    ///
    /// # Errors
    /// What does not fit.
    pub fn check(&self, stored: &Fingerprint) -> Result<(), Misfit> {
        if stored.keyring_id != self.id {
            return Err(Misfit::OtherKeyring { stored: stored.keyring_id, given: self.id });
        }
        for (key, mark) in &stored.keys {
            match self.fingerprint.keys.get(key) {
                None => return Err(Misfit::MissingKey(key.clone())),
                Some(given) if given != mark => return Err(Misfit::DifferentKey(key.clone())),
                Some(_) => {}
            }
        }
        Ok(())
    }

    fn from_file(file: &KeyFile) -> Result<Self, String> {
        let mut keys = BTreeMap::new();
        let mut mark = |purpose: &str, entry: &KeyEntry| {
            let mark = derive(&entry.key.0, b"quarterdeck keyring fingerprint v1");
            keys.insert(format!("{purpose}/{}", entry.version), URL_SAFE_NO_PAD.encode(mark.as_slice()));
        };
        for (purpose, entries) in [
            ("pepper", &file.pepper),
            ("wrapping", &file.wrapping),
            ("lookup", &file.lookup),
            ("signing", &file.signing),
        ] {
            for entry in entries {
                mark(purpose, entry);
            }
        }
        Ok(Self {
            id: file.keyring_id,
            pepper: Versions::of("pepper", &file.pepper, |key| {
                symmetric(key).map(|key| derive_hmac(key, b"quarterdeck access-key verifier v1"))
            })?,
            wrapping: Versions::of("wrapping", &file.wrapping, |key| symmetric(key).map(Wrapping::derived))?,
            lookup: Versions::of("lookup", &file.lookup, |key| {
                symmetric(key).map(|key| derive_hmac(key, b"quarterdeck lookup v1"))
            })?,
            signing: Versions::of("signing", &file.signing, |key| {
                SigningKey::from_pkcs8(&key.0).ok_or("not an Ed25519 key in PKCS#8")
            })?,
            fingerprint: Fingerprint { keyring_id: file.keyring_id, keys },
        })
    }
}

fn symmetric(key: &KeyBytes) -> Result<&[u8], &'static str> {
    if key.0.len() == KEY_BYTES { Ok(&key.0) } else { Err("not 32 bytes long") }
}

impl Wrapping {
    fn derived(key: &[u8]) -> Self {
        Self {
            person_keys: RandomNonceAead::derived(key, b"quarterdeck person keys v1"),
            secrets: RandomNonceAead::derived(key, b"quarterdeck secrets v1"),
            tokens: RandomNonceAead::derived(key, b"quarterdeck tokens v1"),
        }
    }
}

impl fmt::Debug for Keyring {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Keyring").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The versions of one key: never none, no version twice.
pub(super) struct Versions<K> {
    newest: (i32, K),
    older: Vec<(i32, K)>,
}

impl<K> Versions<K> {
    fn of(
        name: &str,
        entries: &[KeyEntry],
        parse: impl Fn(&KeyBytes) -> Result<K, &'static str>,
    ) -> Result<Self, String> {
        let mut older = Vec::with_capacity(entries.len());
        for KeyEntry { version, key } in entries {
            if *version < 1 || older.iter().any(|(other, _)| other == version) {
                return Err(format!("{name} key {version}: versions start at 1 and are unique"));
            }
            older.push((*version, parse(key).map_err(|why| format!("{name} key {version} is {why}"))?));
        }
        older.sort_unstable_by_key(|(version, _)| *version);
        let newest = older.pop().ok_or_else(|| format!("it has no {name} key"))?;
        Ok(Self { newest, older })
    }

    /// The version under which new things are made.
    pub(super) fn newest(&self) -> (i32, &K) {
        (self.newest.0, &self.newest.1)
    }

    /// The key of this version.
    pub(super) fn get(&self, version: i32) -> Option<&K> {
        self.newest_first().find(|(other, _)| *other == version).map(|(_, key)| key)
    }

    /// All of them.
    pub(super) fn newest_first(&self) -> impl Iterator<Item = (i32, &K)> {
        std::iter::once(&self.newest).chain(self.older.iter().rev()).map(|(version, key)| (*version, key))
    }
}

/// Marks of all keys of a keyring, by purpose and version. Each is derived from the key by HMAC-SHA-256 over a
/// fixed text: equal for equal keys, and of no use to find them. As text (`Display`, `FromStr`, serde): JSON.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Fingerprint {
    keyring_id: Uuid,
    keys: BTreeMap<String, String>,
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

impl FromStr for Fingerprint {
    type Err = serde_json::Error;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        serde_json::from_str(text)
    }
}

/// Why a keyring cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum KeyringError {
    /// There is no such file.
    #[error("there is no keyring at {}", .0.display())]
    Missing(PathBuf),
    /// It was to be created, and is there.
    #[error("there is a keyring at {} already", .0.display())]
    AlreadyThere(PathBuf),
    /// Group or others have rights on the file.
    #[error("the keyring is open to others than its owner (mode {mode:04o}); run: chmod 600 {}", path.display())]
    TooOpen {
        /// The file.
        path: PathBuf,
        /// Its permission bits.
        mode: u32,
    },
    /// It is not a keyring. The reason quotes nothing from the file.
    #[error("{} is not a keyring: {why}", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        why: String,
    },
    /// The file system refused.
    #[error("cannot {doing} the keyring {}", path.display())]
    Io {
        /// What was attempted: a verb.
        doing: &'static str,
        /// The file.
        path: PathBuf,
        /// The file system's reason.
        source: io::Error,
    },
}

/// Why a keyring and a database do not belong together.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Misfit {
    /// The database was made with another keyring.
    #[error("the database belongs to keyring {stored}, not to {given}")]
    OtherKeyring {
        /// The keyring of the database.
        stored: Uuid,
        /// The keyring that was given.
        given: Uuid,
    },
    /// A key under which something may be stored is gone.
    #[error("the keyring has lost its key {0}, which the database needs")]
    MissingKey(String),
    /// A key was replaced without a new version.
    #[error("the keyring's key {0} is not the one that the database was made with")]
    DifferentKey(String),
}

#[cfg(test)]
mod tests;
