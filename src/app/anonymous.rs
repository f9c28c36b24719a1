//! Credentials that open nothing: counted by minute and address prefix, capped, and told to the operator in a few
//! entries. Nobody can fill the ledger, or the database, from outside.

use super::attempts::MINUTE;
use super::provenance::system_metadata;
use super::{App, Refused};
use crate::ledger::stamp::the_system;
use aggregates::access::{Attempt, Outcome};
use sqlx::Row;
use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use values::{ScopeId, Timestamp};

/// The most prefixes that are told apart in a minute.
const MOST_PREFIXES: usize = 10_000;
/// The most rows a day, for the installation.
const MOST_ROWS_A_DAY: i64 = 10_000;
/// The most entries that are written at a time.
const MOST_ENTRIES: i64 = 256;
/// Where what is beyond the caps is counted.
const ELSEWHERE: &str = "*";
/// A day, in microseconds.
const DAY: i64 = 1_440 * MINUTE;

/// Attempts with credentials that open nothing, not written down yet.
#[derive(Debug, Default)]
pub struct AnonymousAttempts(Mutex<HashMap<(i64, String), u64>>);

impl AnonymousAttempts {
    fn saw(&self, address: IpAddr, now: Timestamp) {
        let minute = now.as_micros().div_euclid(MINUTE) * MINUTE;
        let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut key = (minute, prefix(address));
        if counts.len() >= MOST_PREFIXES && !counts.contains_key(&key) {
            ELSEWHERE.clone_into(&mut key.1);
        }
        *counts.entry(key).or_default() += 1;
    }

    fn take(&self) -> HashMap<(i64, String), u64> {
        std::mem::take(&mut *self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The network that an address is in: /24, and /48 for IPv6.
fn prefix(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(address) => {
            let [a, b, c, _] = address.octets();
            format!("{a}.{b}.{c}.0/24")
        }
        IpAddr::V6(address) => {
            let [a, b, c, ..] = address.segments();
            format!("{}/48", Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0))
        }
    }
}

impl App {
    /// Somebody showed a credential that opens nothing.
    pub fn saw_stranger(&self, address: IpAddr) {
        self.strangers.saw(address, self.clock.now());
    }

    /// Writes down what was counted. Beyond the day's cap, prefixes are no longer told apart.
    ///
    /// # Errors
    /// The database could not store it; the counts are lost.
    pub async fn flush_strangers(&self) -> Result<(), sqlx::Error> {
        let counts = self.strangers.take();
        if counts.is_empty() {
            return Ok(());
        }
        let day = self.clock.now().as_micros().div_euclid(DAY) * DAY;
        let rows: i64 = sqlx::query_scalar("SELECT count(*) FROM anonymous_attempts WHERE minute >= $1")
            .bind(day)
            .fetch_one(&self.pool)
            .await?;
        let room = usize::try_from(MOST_ROWS_A_DAY - rows).unwrap_or(0);
        let mut kept: HashMap<(i64, String), u64> = HashMap::new();
        for (index, ((minute, prefix), count)) in counts.into_iter().enumerate() {
            let key = if index < room { (minute, prefix) } else { (day, ELSEWHERE.to_owned()) };
            *kept.entry(key).or_default() += count;
        }
        let (keys, counts): (Vec<_>, Vec<u64>) = kept.into_iter().unzip();
        let (minutes, prefixes): (Vec<i64>, Vec<String>) = keys.into_iter().unzip();
        let counts: Vec<i64> =
            counts.into_iter().map(|count| i64::try_from(count).unwrap_or(i64::MAX)).collect();
        sqlx::query(
            "INSERT INTO anonymous_attempts (minute, prefix, count) \
             SELECT * FROM unnest($1::bigint[], $2::text[], $3::bigint[]) \
             ON CONFLICT (minute, prefix) DO UPDATE SET count = anonymous_attempts.count + excluded.count",
        )
        .bind(&minutes)
        .bind(&prefixes)
        .bind(&counts)
        .execute(&self.pool)
        .await?;
        Ok(())
    }

    /// Tells the operator of the minutes that are over, one entry for each minute and prefix. For one process at a time.
    ///
    /// # Errors
    /// The database or the ledger could not take it.
    pub async fn fold_strangers(&self) -> Result<(), Refused> {
        // Other processes write the last minute down within the next.
        let over = (self.clock.now().as_micros().div_euclid(MINUTE) - 1) * MINUTE;
        // Marked first: an entry may get lost with the process, and is never written twice.
        let rows = sqlx::query(
            "UPDATE anonymous_attempts SET folded = true FROM ( \
                 SELECT minute, prefix FROM anonymous_attempts WHERE NOT folded AND minute < $1 AND prefix <> $2 \
                 ORDER BY minute LIMIT $3) AS over \
             WHERE anonymous_attempts.minute = over.minute AND anonymous_attempts.prefix = over.prefix \
             RETURNING anonymous_attempts.prefix, anonymous_attempts.count",
        )
        .bind(over)
        .bind(ELSEWHERE)
        .bind(MOST_ENTRIES)
        .fetch_all(&self.pool)
        .await?;
        for row in rows {
            let count: i64 = row.try_get("count")?;
            let mut metadata = system_metadata(self, self.clock.now());
            metadata.insert("sourcePrefix", row.try_get("prefix")?);
            let attempt = Attempt {
                outcome: Outcome::Denied,
                action: "authenticate".to_owned(),
                code: "unauthenticated".to_owned(),
                kind: "ApiKey".to_owned(),
                route: String::new(),
                object: None,
                project: None,
                count: count.unsigned_abs(),
            };
            self.note(ScopeId::PLATFORM, the_system(), metadata, attempt).await?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_counted_by_network() {
        let prefix = |text: &str| prefix(text.parse().unwrap());
        assert_eq!(prefix("192.0.2.77"), "192.0.2.0/24");
        assert_eq!(prefix("::ffff:192.0.2.77"), "192.0.2.0/24");
        assert_eq!(prefix("2001:db8:1:2::9"), "2001:db8:1::/48");
    }

    #[test]
    fn the_memory_of_strangers_is_bounded() {
        let strangers = AnonymousAttempts::default();
        let now = crate::clock::at_micros(0);
        for number in 0..20_000_u32 {
            strangers.saw(IpAddr::from((number << 8).to_be_bytes()), now);
        }
        let counts = strangers.take();
        assert_eq!(counts.len(), MOST_PREFIXES + 1);
        assert_eq!(counts.values().sum::<u64>(), 20_000);
    }
}
