//! Dry runs: what would become of a unit, without the ledger's lock.

use super::LedgerError;
use super::admission::admit;
use super::batch::lay_out;
use super::probe::probe;
use super::unit::{Unit, Verdict};
use crate::clock::Clock;
use sqlx::PgConnection;

/// Judges one unit in a snapshot, without the lock, and stamps it as it would be.
///
/// # Errors
/// The database could not answer, or the unit cannot be written down.
pub(super) async fn judge(
    connection: &mut PgConnection,
    unit: Unit,
    clock: &dyn Clock,
) -> Result<(Verdict, i64), LedgerError> {
    let units = [unit];
    let facts = probe(connection, &units, clock.now()).await.map_err(LedgerError::unavailable)?;
    let judgements = admit(&units, &facts);
    let (_, verdicts) = lay_out(&units, judgements, &facts, clock.now()).map_err(LedgerError::broken)?;
    let verdict = verdicts.into_iter().next().flatten().unwrap_or(Verdict::Stale);
    Ok((verdict, facts.position))
}
