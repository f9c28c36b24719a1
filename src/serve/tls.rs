//! TLS by rustls, with ring.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::ServerConfig;
use rustls::pki_types::pem::{self, PemObject};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio_rustls::TlsAcceptor;

/// Why a certificate cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    /// A file cannot be read, or is not PEM of the right kind.
    #[error("could not read {what} from {}", file.display())]
    File {
        /// `certificates` or `a private key`.
        what: &'static str,
        /// The file.
        file: PathBuf,
        /// What was wrong with it.
        source: pem::Error,
    },
    /// The file holds no certificate.
    #[error("there is no certificate in {}", _0.display())]
    NoCertificate(PathBuf),
    /// The key does not belong to the certificate, or is of a kind that is not supported.
    #[error("the certificate and its key cannot be used")]
    Pair(#[source] rustls::Error),
}

/// A server's certificate and key, ready for TLS 1.2 and 1.3, and HTTP/2 and 1.1.
#[derive(Clone)]
pub struct Tls(TlsAcceptor);

impl Tls {
    /// Reads the certificate with the chain above it, and its key, both PEM.
    ///
    /// # Errors
    ///
    /// If a file cannot be read, or the two do not fit.
    pub fn from_files(certificate: &Path, key: &Path) -> Result<Self, TlsError> {
        let unreadable = |what, file: &Path| {
            let file = file.to_path_buf();
            move |source| TlsError::File { what, file, source }
        };
        let chain = CertificateDer::pem_file_iter(certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(unreadable("certificates", certificate))?;
        if chain.is_empty() {
            return Err(TlsError::NoCertificate(certificate.to_path_buf()));
        }
        let key = PrivateKeyDer::from_pem_file(key).map_err(unreadable("a private key", key))?;
        Self::from_der(chain, key)
    }

    /// From a chain, the server's own certificate first, and its key.
    ///
    /// # Errors
    ///
    /// If the two do not fit.
    pub fn from_der(
        chain: Vec<CertificateDer<'static>>,
        key: PrivateKeyDer<'static>,
    ) -> Result<Self, TlsError> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(TlsError::Pair)?
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .map_err(TlsError::Pair)?;
        config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        Ok(Self(TlsAcceptor::from(Arc::new(config))))
    }

    /// Does the handshake.
    pub(super) async fn accept<Stream>(
        &self,
        stream: Stream,
    ) -> io::Result<tokio_rustls::server::TlsStream<Stream>>
    where
        Stream: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin,
    {
        self.0.accept(stream).await
    }
}

impl std::fmt::Debug for Tls {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str("Tls")
    }
}
