//! When keys were last used: gathered in memory, written down every half minute, never an event.

use super::Caller;
use sqlx::PgPool;
use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;
use values::{ScopeId, Sealed, Timestamp};

/// One use.
#[derive(Clone, Copy, Debug)]
struct Use {
    scope: ScopeId,
    person: Uuid,
    at: Timestamp,
    address: IpAddr,
    client: &'static str,
}

/// Uses that are not written down yet.
#[derive(Debug, Default)]
pub struct LastUses(Mutex<HashMap<Uuid, Use>>);

impl LastUses {
    /// A caller's key was used, from this address and by this kind of client.
    pub fn saw(&self, caller: &Caller, at: Timestamp, address: IpAddr, client: &'static str) {
        let used = Use { scope: caller.scope, person: caller.person, at, address, client };
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(caller.key.id, used);
    }

    fn take(&self) -> HashMap<Uuid, Use> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Writes down what was gathered since the last time; addresses sealed by `seal` under their members' keys.
///
/// # Errors
/// The database could not store it; the uses gathered are lost.
pub async fn flush<F>(
    uses: &LastUses,
    pool: &PgPool,
    seal: impl Fn(Uuid, IpAddr) -> F + Send,
) -> Result<(), sqlx::Error>
where
    F: Future<Output = Result<Option<Sealed>, sqlx::Error>> + Send,
{
    let taken = uses.take();
    if taken.is_empty() {
        return Ok(());
    }
    let mut addresses = Vec::with_capacity(taken.len());
    for used in taken.values() {
        addresses.push(
            seal(used.person, used.address).await?.map(|sealed| sealed.to_string()).unwrap_or_default(),
        );
    }
    let keys: Vec<Uuid> = taken.keys().copied().collect();
    let scopes: Vec<Uuid> = taken.values().map(|it| it.scope.as_uuid()).collect();
    let times: Vec<i64> = taken.values().map(|it| it.at.as_micros()).collect();
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
