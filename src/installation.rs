//! What is outside the database and must fit it: the keyring, and files that only the service may read.

use crate::crypto::{Fingerprint, Keyring, KeyringError, Misfit, Random};
use sqlx::PgPool;
use std::fs::{self, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

/// Why keyring and database do not go together.
#[derive(Debug, thiserror::Error)]
pub enum InstallationError {
    /// The keyring cannot be read or made.
    #[error(transparent)]
    Keyring(#[from] KeyringError),
    /// The keyring is another installation's, or lacks keys of this one.
    #[error("the keyring does not fit the database: {0}")]
    Misfit(#[from] Misfit),
    /// What the database says of its keyring cannot be read.
    #[error("the database's note of its keyring cannot be read")]
    Note,
    /// The database could not answer.
    #[error("could not ask the database which keyring it was made with")]
    Database(#[from] sqlx::Error),
}

/// The keyring at `path`: made where the database has never seen one, else the one that the database was made with.
///
/// # Errors
/// It is not there, or is another one.
pub async fn keyring(path: &Path, pool: &PgPool) -> Result<Keyring, InstallationError> {
    let noted: Option<String> =
        sqlx::query_scalar("SELECT keyring_fingerprint FROM installation").fetch_optional(pool).await?;
    let keyring = match &noted {
        Some(_) => Keyring::load(path)?,
        None => Keyring::load_or_create(path, &Random::system())?,
    };
    let own = keyring.fingerprint().to_string();
    // Whoever notes first decides; the others must fit.
    let noted: String = sqlx::query_scalar(
        "INSERT INTO installation (keyring_fingerprint, made_at) \
         VALUES ($1, (extract(epoch FROM now()) * 1000000)::bigint) \
         ON CONFLICT (only_row) DO UPDATE SET made_at = installation.made_at RETURNING keyring_fingerprint",
    )
    .bind(&own)
    .fetch_one(pool)
    .await?;
    let noted: Fingerprint = noted.parse().map_err(|_| InstallationError::Note)?;
    keyring.check(&noted)?;
    if noted.to_string() != own {
        // Keys were added; from now on they must stay.
        sqlx::query("UPDATE installation SET keyring_fingerprint = $1").bind(&own).execute(pool).await?;
    }
    Ok(keyring)
}

/// Writes a file that only its owner may read, whole or not at all.
///
/// # Errors
/// The file cannot be written.
pub fn write_private(path: &Path, text: &str) -> io::Result<()> {
    let beside = path.with_extension("new");
    let mut file = OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(&beside)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    fs::rename(&beside, path)
}
