//! How often somebody may ask: so often in a period, all at once if need be, for each that asks.

use super::Refused;
use crate::authn::Caller;
use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::str::FromStr;
use std::sync::{Mutex, PoisonError};
use uuid::Uuid;
use values::{ScopeId, ScopeKind, Timestamp};

/// A second, in microseconds.
const SECOND: i64 = 1_000_000;
/// The most of those who ask that are remembered.
const MOST: usize = 50_000;

/// One limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limit {
    /// In microseconds.
    period: i64,
    /// How often in it.
    most: i64,
}

impl Limit {
    /// How often.
    #[must_use]
    pub const fn most(self) -> i64 {
        self.most
    }

    /// In how many seconds.
    #[must_use]
    pub const fn period_seconds(self) -> i64 {
        self.period / SECOND
    }

    /// How far asking once puts off the moment at which the allowance is whole.
    const fn each(self) -> i64 {
        self.period / self.most
    }
}

/// As on the command line: `600/min`; also `s` and `h`.
impl FromStr for Limit {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = "expected how often and in which time, such as 20/s, 600/min or 10000/h";
        let (most, unit) = text.trim().split_once('/').ok_or(wrong)?;
        let seconds = match unit {
            "s" => 1,
            "min" => 60,
            "h" => 3_600,
            _ => return Err(wrong),
        };
        let most = most.parse().ok().filter(|most| (1..=1_000_000).contains(most)).ok_or(wrong)?;
        Ok(Self { period: seconds * SECOND, most })
    }
}

/// What is left of an allowance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Left {
    /// How often one may ask at once.
    pub times: i64,
    /// The seconds until the allowance is whole again.
    pub whole_in_seconds: i64,
    /// Where none is left: the seconds until there is one again.
    pub retry_in_seconds: Option<u32>,
}

/// The allowances of all who ask.
///
/// For each limit the moment is kept at which an allowance would be whole again (the generic cell rate algorithm: a token
/// bucket in one number).
#[derive(Debug)]
struct Allowances<K, const LIMITS: usize> {
    limits: [Limit; LIMITS],
    whole_at: Mutex<HashMap<K, [i64; LIMITS]>>,
}

impl<K: Eq + Hash, const LIMITS: usize> Allowances<K, LIMITS> {
    fn new(limits: [Limit; LIMITS]) -> Self {
        Self { limits, whole_at: Mutex::default() }
    }

    /// Takes one, where every limit leaves one. Says what is left by each.
    fn take(&self, who: K, now: Timestamp) -> [Left; LIMITS] {
        let now = now.as_micros();
        let mut all = self.whole_at.lock().unwrap_or_else(PoisonError::into_inner);
        if all.len() >= MOST {
            all.retain(|_, whole_at| whole_at.iter().any(|at| *at > now));
            if all.len() >= MOST {
                all.clear();
            }
        }
        let whole_at = all.entry(who).or_insert([0; LIMITS]);
        let mut after = *whole_at;
        for (limit, at) in self.limits.iter().zip(&mut after) {
            *at = (*at).max(now) + limit.each();
        }
        let waits: [i64; LIMITS] = std::array::from_fn(|at| after[at] - self.limits[at].period - now);
        if waits.iter().all(|wait| *wait <= 0) {
            *whole_at = after;
        }
        std::array::from_fn(|at| {
            let (limit, whole_in) = (self.limits[at], (whole_at[at] - now).max(0));
            Left {
                times: (limit.period - whole_in) / limit.each(),
                whole_in_seconds: seconds(whole_in),
                retry_in_seconds: (waits[at] > 0)
                    .then(|| u32::try_from(seconds(waits[at])).unwrap_or(u32::MAX)),
            }
        })
    }
}

/// Begun seconds.
const fn seconds(micros: i64) -> i64 {
    (micros + SECOND - 1) / SECOND
}

/// What the public may do: five times a minute, fifty times an hour.
const OF_THE_PUBLIC: [Limit; 2] =
    [Limit { period: 60 * SECOND, most: 5 }, Limit { period: 3_600 * SECOND, most: 50 }];

/// How often each network has asked lately, of those without a credential.
#[derive(Debug)]
pub struct PublicRate(Allowances<IpAddr, 2>);

impl Default for PublicRate {
    fn default() -> Self {
        Self(Allowances::new(OF_THE_PUBLIC))
    }
}

impl PublicRate {
    /// Takes one from the allowance of the network that this address is in.
    ///
    /// # Errors
    /// It is used up: the seconds after which there is one again.
    pub fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let left = self.0.take(network(address), now);
        left.iter().filter_map(|left| left.retry_in_seconds).max().map_or(Ok(()), Err)
    }
}

/// IPv4 addresses count alone; of IPv6 everybody has a /64.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::V6(Ipv6Addr::new(a, b, c, d, 0, 0, 0, 0))
        }
    }
}

/// How often callers may ask, as whoever runs the service has decided; nobody is limited by default.
#[derive(Clone, Copy, Debug, Default)]
pub struct CallerLimits {
    /// All keys of an org, or of a partner's staff, together.
    pub org: Option<Limit>,
    /// One key.
    pub key: Option<Limit>,
}

/// Whose allowance it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Of {
    /// The key's.
    Key,
    /// The org's, or the partner's staff's.
    Org,
}

impl Of {
    /// The name of the policy on the wire.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Key => "key",
            Self::Org => "org",
        }
    }
}

impl fmt::Display for Of {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

/// What a caller has left, by one limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Whose it is.
    pub of: Of,
    /// The limit.
    pub limit: Limit,
    /// What is left.
    pub left: Left,
}

/// How often callers have asked lately. Of this process: another one counts for itself.
#[derive(Debug)]
pub struct CallerRates {
    orgs: Option<Allowances<ScopeId, 1>>,
    keys: Option<Allowances<Uuid, 1>>,
}

impl CallerRates {
    /// By these limits.
    #[must_use]
    pub fn new(limits: CallerLimits) -> Self {
        let CallerLimits { org, key } = limits;
        Self {
            orgs: org.map(|limit| Allowances::new([limit])),
            keys: key.map(|limit| Allowances::new([limit])),
        }
    }

    /// Whether anybody is limited.
    #[must_use]
    pub const fn are_limited(&self) -> bool {
        self.orgs.is_some() || self.keys.is_some()
    }

    /// Takes one from the allowances of a caller: first its key's, and where that has one, its org's. Says what is left, and
    /// whether one is used up. Operators are not limited, so that they can help.
    pub fn take(&self, caller: &Caller, now: Timestamp) -> (Vec<Quota>, Result<(), Refused>) {
        let mut quotas = vec![];
        if caller.kind == ScopeKind::Platform {
            return (quotas, Ok(()));
        }
        let mut judge = |of, limit, left: Left| {
            quotas.push(Quota { of, limit, left });
            left.retry_in_seconds.map_or(Ok(()), |seconds| Err(Refused::TooOften { of, limit, seconds }))
        };
        let mut outcome = Ok(());
        if let Some(keys) = &self.keys {
            let [left] = keys.take(caller.key.id, now);
            outcome = judge(Of::Key, keys.limits[0], left);
        }
        if outcome.is_ok()
            && let Some(orgs) = &self.orgs
        {
            let [left] = orgs.take(caller.scope, now);
            outcome = judge(Of::Org, orgs.limits[0], left);
        }
        (quotas, outcome)
    }
}

#[cfg(test)]
#[path = "rate_tests.rs"]
mod tests;
