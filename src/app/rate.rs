//! How often the public may ask: so often a minute and so often an hour, for each network it asks from.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};
use values::Timestamp;

/// A second, in microseconds.
const SECOND: i64 = 1_000_000;
/// The most networks that are remembered.
const MOST: usize = 50_000;

/// One limit: so many in a period, all at once if need be.
#[derive(Clone, Copy, Debug)]
struct Limit {
    period: i64,
    most: i64,
}

/// What the public may do: five times a minute, fifty times an hour.
const LIMITS: [Limit; 2] =
    [Limit { period: 60 * SECOND, most: 5 }, Limit { period: 3_600 * SECOND, most: 50 }];

/// How often each network has asked lately.
///
/// For each limit the moment is kept at which the network's allowance would be whole again (the generic cell rate
/// algorithm: a token bucket in one number).
#[derive(Debug, Default)]
pub struct PublicRate(Mutex<HashMap<IpAddr, [i64; LIMITS.len()]>>);

impl PublicRate {
    /// Takes one from the allowance of the network that this address is in.
    ///
    /// # Errors
    /// It is used up: the seconds after which there is one again.
    pub fn take(&self, address: IpAddr, now: Timestamp) -> Result<(), u32> {
        let now = now.as_micros();
        let mut networks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= MOST {
            networks.retain(|_, whole_at| whole_at.iter().any(|at| *at > now));
            if networks.len() >= MOST {
                networks.clear();
            }
        }
        let whole_at = networks.entry(network(address)).or_default();
        let mut after = *whole_at;
        let mut wait = 0;
        for (limit, at) in LIMITS.iter().zip(&mut after) {
            let each = limit.period / limit.most;
            *at = (*at).max(now) + each;
            wait = wait.max(*at - limit.period - now);
        }
        if wait > 0 {
            return Err(u32::try_from((wait + SECOND - 1) / SECOND).unwrap_or(u32::MAX));
        }
        *whole_at = after;
        Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clock::at_micros;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn five_a_minute_are_let_and_then_one_every_twelve_seconds() {
        let rate = PublicRate::default();
        let ada = address("192.0.2.1");
        for _ in 0..5 {
            assert_eq!(rate.take(ada, at_micros(0)), Ok(()));
        }
        assert_eq!(rate.take(ada, at_micros(0)), Err(12));
        assert_eq!(rate.take(ada, at_micros(11 * SECOND)), Err(1));
        assert_eq!(rate.take(address("192.0.2.2"), at_micros(0)), Ok(()));
        assert_eq!(rate.take(ada, at_micros(12 * SECOND)), Ok(()));
        assert_eq!(rate.take(ada, at_micros(12 * SECOND)), Err(12));
    }

    #[test]
    fn fifty_an_hour_are_let_however_they_are_spread() {
        let rate = PublicRate::default();
        let ada = address("2001:db8::1");
        let let_in = (0..240).filter(|turn| rate.take(ada, at_micros(turn * 12 * SECOND)).is_ok()).count();
        // 50 at once, and one more every 72 s of 48 minutes.
        assert_eq!(let_in, 89);
        assert!(rate.take(address("2001:db8::2"), at_micros(240 * 12 * SECOND - 1)).is_err());
    }
}
