//! What the network is asked for: the addresses of a name, and a connection to an address.

use std::fmt::Debug;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use tokio::net::TcpStream;

/// What the network answers, once it does.
pub type Asked<'a, T> = Pin<Box<dyn Future<Output = io::Result<T>> + Send + 'a>>;

/// The network, as a parameter.
pub trait Network: Debug + Send + Sync + 'static {
    /// The addresses of a name. It is asked once for each connection, and whatever it answers is judged.
    fn resolve<'a>(&'a self, host: &'a str) -> Asked<'a, Vec<IpAddr>>;

    /// A connection to an address that was judged.
    fn connect(&self, address: SocketAddr) -> Asked<'_, TcpStream>;
}

/// The system's: `/etc/hosts`, DNS, and whatever else it is told to ask; TCP.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemNetwork;

impl Network for SystemNetwork {
    fn resolve<'a>(&'a self, host: &'a str) -> Asked<'a, Vec<IpAddr>> {
        Box::pin(async move {
            let found = tokio::net::lookup_host((host, 0)).await?;
            Ok(found.map(|address: SocketAddr| address.ip()).collect())
        })
    }

    fn connect(&self, address: SocketAddr) -> Asked<'_, TcpStream> {
        Box::pin(TcpStream::connect(address))
    }
}
