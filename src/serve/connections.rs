//! How many connections are open, and how many one client may have.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};

/// Counts open connections against two limits.
#[derive(Debug)]
pub(super) struct Connections {
    max: usize,
    max_per_client: usize,
    open: Mutex<Open>,
}

#[derive(Debug, Default)]
struct Open {
    total: usize,
    per_client: HashMap<IpAddr, usize>,
}

/// Which limit was reached.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Full {
    Server,
    Client,
}

impl Full {
    /// The value of the metric's `limit` label.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Client => "client",
        }
    }
}

/// One open connection; it is counted until this is dropped.
#[derive(Debug)]
pub(super) struct Permit {
    connections: Arc<Connections>,
    client: Option<IpAddr>,
}

impl Connections {
    pub(super) fn new(max: usize, max_per_client: usize) -> Arc<Self> {
        Arc::new(Self { max, max_per_client, open: Mutex::default() })
    }

    /// Counts one more from `peer`. An `exempt` one (this machine, a proxy that speaks for many) counts
    /// against the server's limit alone.
    pub(super) fn admit(self: &Arc<Self>, peer: IpAddr, exempt: bool) -> Result<Permit, Full> {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if open.total >= self.max {
            return Err(Full::Server);
        }
        let client = (!exempt).then(|| client_of(peer));
        if let Some(client) = client {
            let held = open.per_client.entry(client).or_default();
            if *held >= self.max_per_client {
                return Err(Full::Client);
            }
            *held += 1;
        }
        open.total += 1;
        metrics::gauge!("quarterdeck_connections_open").increment(1.0);
        Ok(Permit { connections: Arc::clone(self), client })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut open = self.connections.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.total -= 1;
        metrics::gauge!("quarterdeck_connections_open").decrement(1.0);
        let Some(client) = self.client else { return };
        if let Some(held) = open.per_client.get_mut(&client) {
            *held -= 1;
            if *held == 0 {
                open.per_client.remove(&client);
            }
        }
    }
}

/// One client has one IPv4 address, and 2⁶⁴ of IPv6.
fn client_of(peer: IpAddr) -> IpAddr {
    match peer {
        IpAddr::V4(_) => peer,
        IpAddr::V6(address) => {
            let network = u128::from(address) & !u128::from(u64::MAX);
            IpAddr::V6(Ipv6Addr::from(network))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn a_closed_connection_makes_room() {
        let connections = Connections::new(2, 1);
        let first = connections.admit(address("192.0.2.1"), false).unwrap();
        let _second = connections.admit(address("192.0.2.2"), false).unwrap();
        assert_eq!(connections.admit(address("192.0.2.3"), false).unwrap_err(), Full::Server);
        drop(first);
        assert!(connections.admit(address("192.0.2.1"), false).is_ok());
        assert_eq!(connections.open.lock().unwrap().per_client.len(), 1);
    }

    #[test]
    fn a_client_is_an_address_or_a_network_of_ipv6() {
        let connections = Connections::new(100, 1);
        let _held = connections.admit(address("2001:db8:0:1::1"), false).unwrap();
        assert_eq!(connections.admit(address("2001:db8:0:1::2"), false).unwrap_err(), Full::Client);
        assert!(connections.admit(address("2001:db8:0:2::1"), false).is_ok());
    }

    #[test]
    fn an_exempt_client_is_only_limited_by_the_server() {
        let connections = Connections::new(3, 1);
        let held: Vec<_> = (0..3).map(|_| connections.admit(address("127.0.0.1"), true)).collect();
        assert!(held.iter().all(Result::is_ok));
        assert_eq!(connections.admit(address("127.0.0.1"), true).unwrap_err(), Full::Server);
    }
}
