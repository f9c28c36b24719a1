//! Connecting to an address outside.
//!
//! A name is resolved once; each address that it has is judged; and the connection goes to one of the addresses that
//! were judged, by its number. Whoever answers for the name cannot change its mind in between.

use super::egress::is_public;
use super::network::Network;
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, RootCertStore};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use values::HttpUrl;

/// The most addresses of a name that are tried.
const MOST_ADDRESSES: usize = 4;

/// What bytes go over.
pub trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}

impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// Why there is no connection.
#[derive(Debug, thiserror::Error)]
pub enum NotConnected {
    /// It is not one to connect to.
    #[error("{0}")]
    Blocked(&'static str),
    /// The name has no address.
    #[error("the host's name has no address: {0}")]
    Unresolved(std::io::Error),
    /// Nobody takes the connection.
    #[error("could not connect: {0}")]
    Unreachable(std::io::Error),
    /// The other side is not who it should be, or speaks no TLS.
    #[error("TLS failed: {0}")]
    Tls(std::io::Error),
    /// It took too long.
    #[error("could not connect in time")]
    TimedOut,
}

/// A connection.
pub struct Connected {
    /// What bytes go over.
    pub stream: Box<dyn Stream>,
    /// To which address.
    pub address: SocketAddr,
}

/// Connects to addresses that may be connected to.
pub struct Connector {
    network: Arc<dyn Network>,
    tls: TlsConnector,
    allows_private: bool,
}

impl Connector {
    /// A connector that trusts these roots. With `allows_private` it connects to any address, and without TLS.
    ///
    /// # Errors
    /// The cryptography that it is built with cannot speak TLS: a defect.
    pub fn new(
        network: Arc<dyn Network>,
        roots: RootCertStore,
        allows_private: bool,
    ) -> Result<Self, rustls::Error> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { network, tls: TlsConnector::from(Arc::new(config)), allows_private })
    }

    /// Connects to where a URL leads, within so long.
    ///
    /// # Errors
    /// See [`NotConnected`].
    pub async fn connect(&self, url: &HttpUrl, within: Duration) -> Result<Connected, NotConnected> {
        if !url.is_https() && !self.allows_private {
            return Err(NotConnected::Blocked("events are sent over https only"));
        }
        timeout(within, self.connect_now(url, within)).await.unwrap_or(Err(NotConnected::TimedOut))
    }

    async fn connect_now(&self, url: &HttpUrl, within: Duration) -> Result<Connected, NotConnected> {
        let addresses = self.addresses(url.host()).await?;
        let port = url.port().unwrap_or(if url.is_https() { 443 } else { 80 });
        let (stream, address) = self.first_that_answers(&addresses, port, within).await?;
        if !url.is_https() {
            return Ok(Connected { stream: Box::new(stream), address });
        }
        let name = ServerName::try_from(url.host().to_owned())
            .map_err(|error| NotConnected::Tls(std::io::Error::other(error)))?;
        let stream = self.tls.connect(name, stream).await.map_err(NotConnected::Tls)?;
        Ok(Connected { stream: Box::new(stream), address })
    }

    /// The addresses of a host that may be connected to. What others it has is said to nobody: that would tell whoever
    /// made the webhook what names mean inside.
    async fn addresses(&self, host: &str) -> Result<Vec<IpAddr>, NotConnected> {
        let mut addresses = match host.parse() {
            Ok(address) => vec![address],
            Err(_) => self.network.resolve(host).await.map_err(NotConnected::Unresolved)?,
        };
        if addresses.is_empty() {
            return Err(NotConnected::Unresolved(std::io::ErrorKind::NotFound.into()));
        }
        if !self.allows_private {
            addresses.retain(|address| is_public(*address));
        }
        addresses.truncate(MOST_ADDRESSES);
        if addresses.is_empty() {
            return Err(NotConnected::Blocked(
                "the host has no public address: events are sent to public addresses only",
            ));
        }
        Ok(addresses)
    }
    /// One after the other; each has its share of the time.
    async fn first_that_answers(
        &self,
        addresses: &[IpAddr],
        port: u16,
        within: Duration,
    ) -> Result<(TcpStream, SocketAddr), NotConnected> {
        let share = within / u32::try_from(addresses.len().max(1)).unwrap_or(u32::MAX);
        let mut last = NotConnected::TimedOut;
        for address in addresses {
            let address = SocketAddr::new(*address, port);
            match timeout(share, self.network.connect(address)).await {
                Ok(Ok(stream)) => {
                    // Without it, a small event would wait for the answer to its head.
                    stream.set_nodelay(true).map_err(NotConnected::Unreachable)?;
                    return Ok((stream, address));
                }
                Ok(Err(error)) => last = NotConnected::Unreachable(error),
                Err(_) => last = NotConnected::TimedOut,
            }
        }
        Err(last)
    }
}

impl std::fmt::Debug for Connector {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Connector").field("allows_private", &self.allows_private).finish_non_exhaustive()
    }
}
