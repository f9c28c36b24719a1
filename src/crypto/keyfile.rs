//! The keyring's file: its form, and reading and creating it.
//!
//! ```json
//! {"formatVersion": 1, "keyringId": "…",
//!  "pepper":   [{"version": 1, "key": "base64, 32 bytes"}],
//!  "wrapping": [{"version": 1, "key": "base64, 32 bytes"}],
//!  "lookup":   [{"version": 1, "key": "base64, 32 bytes"}],
//!  "signing":  [{"version": 1, "key": "base64, Ed25519 in PKCS#8"}]}
//! ```

use super::Random;
use super::aead::KEY_BYTES;
use super::keyring::KeyringError;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fs::{self, File, OpenOptions};
use std::io::{self, Read as _, Write as _};
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};
use uuid::Uuid;
use zeroize::Zeroizing;

/// The form that is written, and the only one that is read.
pub(super) const FORMAT_VERSION: u32 = 1;
/// Room for thousands of versions; whatever is bigger is not a keyring.
const MAX_FILE_BYTES: u64 = 1 << 20;

/// What is in the file.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct KeyFile {
    pub(super) format_version: u32,
    pub(super) keyring_id: Uuid,
    pub(super) pepper: Vec<KeyEntry>,
    pub(super) wrapping: Vec<KeyEntry>,
    pub(super) lookup: Vec<KeyEntry>,
    pub(super) signing: Vec<KeyEntry>,
}

/// One version of one key.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(super) struct KeyEntry {
    pub(super) version: i32,
    pub(super) key: KeyBytes,
}

/// Key material, overwritten when dropped.
pub(super) struct KeyBytes(pub(super) Zeroizing<Vec<u8>>);

impl KeyFile {
    /// A new set of keys, each in version 1.
    pub(super) fn generate(random: &Random) -> Self {
        let symmetric = || KeyBytes(Zeroizing::new(random.bytes::<KEY_BYTES>().to_vec()));
        let first = |key| vec![KeyEntry { version: 1, key }];
        Self {
            format_version: FORMAT_VERSION,
            keyring_id: uuid::Builder::from_random_bytes(random.bytes()).into_uuid(),
            pepper: first(symmetric()),
            wrapping: first(symmetric()),
            lookup: first(symmetric()),
            signing: first(KeyBytes(random.ed25519_pkcs8())),
        }
    }

    /// Reads the file, refusing one that others than its owner may read or write.
    pub(super) fn read(path: &Path) -> Result<Self, KeyringError> {
        let failed = |doing| move |source| KeyringError::Io { doing, path: path.to_owned(), source };
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                return Err(KeyringError::Missing(path.to_owned()));
            }
            Err(error) => return Err(failed("open")(error)),
        };
        // Of the file that is open, not of the path: it cannot be exchanged in between.
        let metadata = file.metadata().map_err(failed("examine"))?;
        if !metadata.is_file() {
            return Err(malformed(path, "it is not a regular file"));
        }
        if metadata.mode() & 0o077 != 0 {
            return Err(KeyringError::TooOpen { path: path.to_owned(), mode: metadata.mode() & 0o777 });
        }
        if metadata.len() > MAX_FILE_BYTES {
            return Err(malformed(path, "it is larger than 1 MiB"));
        }
        let mut bytes = Zeroizing::new(Vec::with_capacity(usize::try_from(metadata.len()).unwrap_or(0) + 1));
        file.take(MAX_FILE_BYTES).read_to_end(&mut bytes).map_err(failed("read"))?;
        // serde_json's messages quote what they found, which may be a key: only the place is told.
        serde_json::from_slice(&bytes).map_err(|error| {
            malformed(path, &format!("line {}, column {} is not as expected", error.line(), error.column()))
        })
    }

    /// Creates the file: whole or not at all, durable when this returns, and never over one that is there.
    pub(super) fn create(&self, path: &Path, random: &Random) -> Result<(), KeyringError> {
        let failed = |doing| move |source| KeyringError::Io { doing, path: path.to_owned(), source };
        // Large enough to stay where it is: a buffer that grows leaves copies behind.
        let mut text = Zeroizing::new(Vec::with_capacity(4096));
        serde_json::to_writer_pretty(&mut *text, self).map_err(|error| failed("encode")(error.into()))?;
        let temporary = temporary_beside(path, random);
        let written = write_and_sync(&temporary, &text).map_err(failed("write")).and_then(|()| {
            // A link, where a rename would replace the keyring of a process that started at the same time.
            fs::hard_link(&temporary, path).map_err(|error| {
                if error.kind() == io::ErrorKind::AlreadyExists {
                    KeyringError::AlreadyThere(path.to_owned())
                } else {
                    failed("create")(error)
                }
            })
        });
        let removed = fs::remove_file(&temporary).map_err(failed("clean up after"));
        written?;
        removed?;
        sync_directory_of(path).map_err(failed("make durable"))
    }
}

pub(super) fn malformed(path: &Path, why: &str) -> KeyringError {
    KeyringError::Malformed { path: path.to_owned(), why: why.to_owned() }
}

fn temporary_beside(path: &Path, random: &Random) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(format!(".{}.tmp", super::hex(&random.bytes::<8>())));
    PathBuf::from(name)
}

fn write_and_sync(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)?;
    file.write_all(text)?;
    file.write_all(b"\n")?;
    file.sync_all()
}

fn sync_directory_of(path: &Path) -> io::Result<()> {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    File::open(parent.unwrap_or(Path::new(".")))?.sync_all()
}

impl Serialize for KeyBytes {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Zeroizing::new(STANDARD.encode(self.0.as_slice())))
    }
}

impl<'de> Deserialize<'de> for KeyBytes {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Zeroizing::new(String::deserialize(deserializer)?);
        let bytes = STANDARD.decode(text.as_bytes());
        bytes.map(|bytes| Self(Zeroizing::new(bytes))).map_err(|_| serde::de::Error::custom("not base64"))
    }
}
