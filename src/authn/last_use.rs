//! When keys were last used: gathered in memory, written down every half minute, never an event.

use sqlx::PgPool;
use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;
use values::{ScopeId, Sealed, Timestamp};

/// One use.
#[derive(Clone, Debug)]
struct Use {
    scope: ScopeId,
    at: Timestamp,
    address: Option<Sealed>,
    client: &'static str,
}

/// Uses that are not written down yet.
#[derive(Debug, Default)]
pub struct LastUses(Mutex<HashMap<Uuid, Use>>);

impl LastUses {
    /// A key was used. The address is sealed under its user's key.
    pub fn saw(
        &self,
        key: Uuid,
        scope: ScopeId,
        at: Timestamp,
        address: Option<Sealed>,
        client: &'static str,
    ) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.insert(key, Use { scope, at, address, client });
    }

    fn take(&self) -> HashMap<Uuid, Use> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes down what was gathered since the last time.
///
/// # Errors
/// The database could not store it; the uses gathered are lost.
pub async fn flush(uses: &LastUses, pool: &PgPool) -> Result<(), sqlx::Error> {
    let taken = uses.take();
    if taken.is_empty() {
        return Ok(());
    }
    let keys: Vec<Uuid> = taken.keys().copied().collect();
    let scopes: Vec<Uuid> = taken.values().map(|it| it.scope.as_uuid()).collect();
    let times: Vec<i64> = taken.values().map(|it| it.at.as_micros()).collect();
    let addresses: Vec<&str> =
        taken.values().map(|it| it.address.as_ref().map_or("", Sealed::as_str)).collect();
    let clients: Vec<&str> = taken.values().map(|it| it.client).collect();
    sqlx::query(
        "INSERT INTO key_uses (key_id, org_id, used_at, address, client) \
         SELECT * FROM unnest($1::uuid[], $2::uuid[], $3::bigint[], $4::text[], $5::text[]) \
         ON CONFLICT (key_id) DO UPDATE SET used_at = excluded.used_at, address = excluded.address, \
             client = excluded.client \
         WHERE key_uses.used_at < excluded.used_at",
    )
    .bind(&keys)
    .bind(&scopes)
    .bind(&times)
    .bind(&addresses)
    .bind(&clients)
    .execute(pool)
    .await?;
    Ok(())
}
