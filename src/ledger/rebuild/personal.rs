//! Names that are personal: events hold them sealed, and the table of claims their keyed hashes.

use crate::crypto::{EMAIL, Keyring, PersonKey, WrappedKey};
use crate::ledger::stamp::Batch;
use aggregates::facts::{Claim, ClaimKind};
use sqlx::{PgConnection, Row};
use std::collections::HashMap;
use uuid::Uuid;
use values::Sealed;

/// Puts keyed hashes in the place of sealed addresses that can be opened. Says whether others are left: those of whom
/// was erased, or all where there is no keyring.
pub(super) async fn hash_addresses(
    db: &mut PgConnection,
    keyring: Option<&Keyring>,
    changes: &mut Batch,
) -> Result<bool, sqlx::Error> {
    let sealed: Vec<(Claim, Sealed)> = changes
        .claims
        .keys()
        .filter(|claim| claim.kind == ClaimKind::UserEmail)
        .filter_map(|claim| Some((claim.clone(), Sealed::parse(&claim.key).ok()?)))
        .collect();
    let Some(keyring) = keyring.filter(|_| !sealed.is_empty()) else { return Ok(!sealed.is_empty()) };
    let keys = keys_of(db, keyring, sealed.iter().map(|(_, sealed)| sealed.person()).collect()).await?;
    let mut are_left = false;
    for (mut claim, sealed) in sealed {
        let Some(address) = keys.get(&sealed.person()).and_then(|key| key.open(&sealed).ok()) else {
            are_left = true;
            continue;
        };
        let holder = changes.claims.remove(&claim).flatten();
        claim.key = hash(db, &claim, holder, keyring.lookup_hashes(EMAIL, &address)).await?;
        changes.claims.insert(claim, holder);
    }
    Ok(are_left)
}

/// The hash under which the claim is stored already, newest first: keys may have been added since it was. Else the newest.
async fn hash(
    db: &mut PgConnection,
    claim: &Claim,
    holder: Option<Uuid>,
    mut hashes: Vec<String>,
) -> Result<String, sqlx::Error> {
    if hashes.len() > 1 {
        let stored = sqlx::query("SELECT key, aggregate_id FROM live_claims($1, $2, $3)")
            .bind(vec![claim.scope.as_uuid(); hashes.len()])
            .bind(claim.kind.as_str())
            .bind(&hashes)
            .fetch_all(db)
            .await?;
        for row in stored {
            if holder.is_none_or(|holder| row.get::<Uuid, _>("aggregate_id") == holder) {
                return row.try_get("key");
            }
        }
    }
    Ok(hashes.swap_remove(0))
}

async fn keys_of(
    db: &mut PgConnection,
    keyring: &Keyring,
    people: Vec<Uuid>,
) -> Result<HashMap<Uuid, PersonKey>, sqlx::Error> {
    let rows = sqlx::query(
        "SELECT person_id, wrapping_version, wrapped FROM person_keys WHERE person_id = ANY ($1)",
    )
    .bind(people)
    .fetch_all(db)
    .await?;
    let mut keys = HashMap::with_capacity(rows.len());
    for row in rows {
        let id: Uuid = row.try_get("person_id")?;
        let wrapped =
            WrappedKey { wrapping_version: row.try_get("wrapping_version")?, bytes: row.try_get("wrapped")? };
        let key =
            PersonKey::unwrap(keyring, id, &wrapped).map_err(|error| sqlx::Error::Decode(error.into()))?;
        keys.insert(id, key);
    }
    Ok(keys)
}

/// Takes over from the live table what stands there in the place of addresses that cannot be opened, by who holds them.
/// `schema` is where the other table is.
pub(super) async fn carry_over(db: &mut PgConnection, schema: &str) -> Result<(), sqlx::Error> {
    sqlx::query("SELECT carry_sealed_claims($1, $2)")
        .bind(schema)
        .bind(ClaimKind::UserEmail.as_str())
        .execute(db)
        .await?;
    Ok(())
}
