use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};

use crate::macros::{displayed_impls, text_schema};
use crate::{Invalid, codes};

/// A network of IPv4 or IPv6 addresses in CIDR notation (RFC 4632, RFC 4291 §2.3), in its canonical form: no bits
/// set beyond the prefix, IPv6 as RFC 5952 writes it, IPv4 never inside IPv6.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Cidr(IpNet);

impl Cidr {
    /// # Errors
    /// `invalid_cidr`; `host_bits_set`, which says the network that was probably meant.
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        if let Ok(address) = text.parse::<IpAddr>() {
            return Err(Invalid::new(
                codes::INVALID_CIDR,
                format!(
                    "A network needs its prefix length: {} for this address alone.",
                    IpNet::from(address)
                ),
            ));
        }
        let net = read(text).ok_or_else(|| {
            Invalid::new(
                codes::INVALID_CIDR,
                "A network is an address, a slash and a prefix length: 192.0.2.0/24 or 2001:db8::/32.",
            )
        })?;
        if net != net.trunc() {
            return Err(Invalid::new(
                codes::HOST_BITS_SET,
                format!(
                    "The address has bits set beyond the prefix; the network is {}.",
                    unmapped(net.trunc())
                ),
            ));
        }
        let canonical = unmapped(net);
        if canonical != net {
            return Err(Invalid::new(
                codes::INVALID_CIDR,
                format!("IPv4 is not written inside IPv6; the network is {canonical}."),
            ));
        }
        Ok(Self(net))
    }

    /// Whether the address is in the network. An IPv4 address that came in over an IPv6 socket
    /// (`::ffff:192.0.2.1`) is taken for what it is.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// The network, for those who calculate.
    #[must_use]
    pub const fn as_net(&self) -> IpNet {
        self.0
    }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

displayed_impls!(Cidr);
text_schema!(Cidr, {
    description: "A network of IPv4 or IPv6 addresses, without bits set beyond the prefix.",
    example: "192.0.2.0/24",
    pattern: "^[0-9A-Fa-f.:]+/[0-9]{1,3}$",
    min: 4,
    max: 49,
});

/// By the address parser of the standard library: the one of `ipnet` reads `010.0.0.0`, which others take for
/// an octal number.
fn read(text: &str) -> Option<IpNet> {
    let (address, prefix) = text.split_once('/')?;
    let digits = prefix.bytes().all(|byte| byte.is_ascii_digit());
    let prefix: u8 = prefix.parse().ok().filter(|_| digits)?;
    IpNet::new(address.parse().ok()?, prefix).ok()
}

/// An IPv4 network that is written inside IPv6 (`::ffff:0:0/96`, RFC 4291 §2.5.5.2) as what it is.
fn unmapped(net: IpNet) -> IpNet {
    let IpNet::V6(v6) = net else { return net };
    let address: Ipv6Addr = v6.addr();
    match (address.to_ipv4_mapped(), v6.prefix_len().checked_sub(96)) {
        (Some(address), Some(prefix)) => Ipv4Net::new(address, prefix).map_or(net, IpNet::V4),
        _ => net,
    }
}
