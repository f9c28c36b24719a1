//! `quarterdeck verify`: the whole ledger in its database, or an export of one org's without any.

use crate::clock::{Clock, SystemClock};
use crate::config;
use crate::crypto::{Keyring, KeyringError};
use crate::database::Database;
use crate::ledger::proofs::{Shelf, VerifierKey, split_notes};
use crate::ledger::verify::{
    Checked, Lives, Proven, Verified, Witness, WitnessError, verify_against, verify_export,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::error::Error;
use std::fs::{self, File};
use std::io::BufReader;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use values::Timestamp;

/// So old may events be that are not signed yet, in microseconds: the signer signs every ten seconds.
const STILL_TO_BE_SIGNED: i64 = 20_000_000;
/// So many may there be: the signer signs every thousand.
const MOST_TO_BE_SIGNED: i64 = 2_000;

/// Verifies, and says what is wrong first.
///
/// # Errors
/// It could not run.
pub async fn verify(config: &config::Verify) -> Result<ExitCode, Box<dyn Error>> {
    let keys = keys(config)?;
    match &config.export {
        Some(export) => offline(export, &config.against, &keys),
        None => live(config, &keys).await,
    }
}

/// The public keys that are believed.
fn keys(config: &config::Verify) -> Result<Vec<[u8; 32]>, Box<dyn Error>> {
    if !config.key.is_empty() {
        let mut keys = vec![];
        for given in &config.key {
            match key(given) {
                Some(key) => keys.push(key),
                None => keys.extend(keys_in(Path::new(given))?),
            }
        }
        return Ok(keys);
    }
    let data_dir = config.database.data_dir()?;
    let keyring = config.keyring.clone().unwrap_or_else(|| data_dir.join("keyring.json"));
    match Keyring::load(&keyring) {
        Ok(keyring) => Ok(keyring.public_keys().map(|(_, key)| key).collect()),
        Err(KeyringError::Missing(_)) => {
            let beside = directory(&data_dir).join("public-keys");
            let known = if beside.exists() { keys_in(&beside)? } else { vec![] };
            if known.is_empty() && !config.against.is_empty() {
                return Err("give the public key that signs, with --key: there is no keyring here".into());
            }
            Ok(known)
        }
        Err(error) => Err(error.into()),
    }
}

fn keys_in(path: &Path) -> Result<Vec<[u8; 32]>, Box<dyn Error>> {
    let text = fs::read_to_string(path)
        .map_err(|error| format!("--key: {} is no key and no file with keys: {error}", path.display()))?;
    let parse = |line: &str| {
        key(line).ok_or_else(|| format!("--key: {} has a line that is no key", path.display()).into())
    };
    text.lines().map(str::trim).filter(|line| !line.is_empty()).map(parse).collect()
}

/// A verifier key, or the key's bytes alone.
fn key(text: &str) -> Option<[u8; 32]> {
    let named = text.parse::<VerifierKey>().ok().map(|key| key.public);
    named.or_else(|| STANDARD.decode(text).ok()?.try_into().ok())
}

fn directory(data_dir: &Path) -> PathBuf {
    data_dir.join("checkpoints")
}

/// Adds the checkpoints that were kept elsewhere. One that is not signed by the keys is wrong: that is told, and `false`
/// is returned.
fn add(witness: &mut Witness, files: &[PathBuf], keys: &[[u8; 32]]) -> Result<bool, Box<dyn Error>> {
    for path in files {
        let text = fs::read_to_string(path)
            .map_err(|error| format!("could not read {}: {error}", path.display()))?;
        let mut notes = split_notes(&text).peekable();
        if notes.peek().is_none() {
            return Err(format!("there is no checkpoint in {}", path.display()).into());
        }
        for note in notes {
            if let Err(why) = witness.add(note, keys) {
                println!("{}: {why}", path.display());
                return Ok(false);
            }
        }
    }
    Ok(true)
}

/// An export, checkpoints and keys, and nothing else.
fn offline(export: &Path, against: &[PathBuf], keys: &[[u8; 32]]) -> Result<ExitCode, Box<dyn Error>> {
    let mut witness = Witness::new(Lives::default());
    if !add(&mut witness, against, keys)? {
        return Ok(ExitCode::FAILURE);
    }
    let file = File::open(export).map_err(|error| format!("could not read {}: {error}", export.display()))?;
    match verify_export(BufReader::with_capacity(1 << 20, file), &witness)? {
        Checked::Fine { scope, events, signed_at } => {
            println!("Verified {events} events of {scope}: they are what was signed at {signed_at}");
            return Ok(ExitCode::SUCCESS);
        }
        Checked::UnprovenTail { proven, events } => {
            println!("Verified the events up to position {proven}: they are what was signed");
            println!(
                "Unproven tail: no checkpoint covers positions {} to {events}; get a newer one, or an export that ends where \
                 this one does, with ?until={proven}",
                proven + 1
            );
        }
        Checked::Damaged(fault) => println!("The export is not what was signed: {fault}"),
    }
    Ok(ExitCode::FAILURE)
}

/// The database, and everything that is known of it outside.
async fn live(config: &config::Verify, keys: &[[u8; 32]]) -> Result<ExitCode, Box<dyn Error>> {
    let shelf = Shelf::new(directory(&config.database.data_dir()?));
    let database = Database::of_installation(&config.database, 1).await?;
    // What is signed while this goes on is not known to it.
    let asked_at = SystemClock.now();
    let verified = async {
        let lives = Lives::of(&mut *database.pool.acquire().await?).await?;
        let mut witness = match Witness::of_shelf(&shelf, keys, lives) {
            Ok(witness) => witness,
            Err(why @ WitnessError::Unsigned(..)) => {
                println!("{}: {why}", shelf.directory().display());
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        if !add(&mut witness, &config.against, keys)? {
            return Ok(None);
        }
        Ok::<_, Box<dyn Error>>(Some(verify_against(&database.pool, &witness).await?))
    }
    .await;
    database.close().await?;
    let Some((verified, proven)) = verified? else { return Ok(ExitCode::FAILURE) };
    match verified {
        Verified::Fine(report) => {
            println!("Verified {} events and {} rows derived from them", report.events, report.rows);
            return Ok(say_how_far(&proven, asked_at, &shelf));
        }
        Verified::Damaged(fault) => println!("The ledger is damaged: {fault}"),
        Verified::Differs(report) => {
            println!("{} rows are not what the ledger says:", report.count);
            for difference in report.differences {
                println!("{difference}");
            }
        }
    }
    Ok(ExitCode::FAILURE)
}

/// Says how far what is outside the database speaks for what is in it.
fn say_how_far(proven: &Proven, asked_at: Timestamp, shelf: &Shelf) -> ExitCode {
    let Proven { checkpoints, position, signed_at, tail, .. } = *proven;
    match signed_at {
        Some(at) => println!(
            "Proved up to position {position} by {checkpoints} checkpoints, the newest signed at {at}"
        ),
        None if tail == 0 => return ExitCode::SUCCESS,
        None => println!(
            "Unproven: there is no checkpoint of the whole ledger in {}, so nothing outside the database speaks for it",
            shelf.directory().display()
        ),
    }
    if tail == 0 {
        return ExitCode::SUCCESS;
    }
    if signed_at.is_some() {
        println!("Unproven tail: no checkpoint covers positions {} to {} yet", position + 1, position + tail);
    }
    if is_overdue(proven, asked_at) {
        println!("They should have been signed: the service does not run, or does not sign");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

/// Whether a service that runs would have signed more.
fn is_overdue(proven: &Proven, asked_at: Timestamp) -> bool {
    let age = asked_at.as_micros().saturating_sub(proven.tail_since.unwrap_or_default());
    proven.tail >= MOST_TO_BE_SIGNED || age >= STILL_TO_BE_SIGNED
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_recorded_just_before_it_was_asked_need_not_be_signed() {
        let since = 1_000_000_000;
        let at = |micros| Timestamp::from_micros(micros).unwrap();
        let proven = Proven { tail: 5, tail_since: Some(since), ..Proven::default() };
        assert!(!is_overdue(&proven, at(since)));
        assert!(!is_overdue(&proven, at(since - 7)), "it came while the answer was made");
        assert!(is_overdue(&proven, at(since + STILL_TO_BE_SIGNED)));
        assert!(is_overdue(&Proven { tail: MOST_TO_BE_SIGNED, ..proven }, at(since)));
    }
}
