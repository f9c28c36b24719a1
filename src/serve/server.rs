//! The HTTP server: connections in, requests to the router, an orderly end.
//!
//! What the router never sees: a connection over a limit is closed at once. A request line and headers over
//! [`Limits::max_header_bytes`] or 100 headers are answered by hyper with an empty 431 (HTTP/2: by a 431 from
//! h2), a malformed one with an empty 400, and a head that does not come in time with a closed connection.
//! A URI that fits these but is over [`Limits::max_uri_bytes`] is answered here with 414.

use std::convert::Infallible;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::http::{Request, StatusCode};
use axum::response::{IntoResponse, Response};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::{sleep, timeout};
use tokio_util::task::TaskTracker;
use tower::Service;
use tower_http::timeout::TimeoutBody;

use super::client_address::TrustedProxies;
use super::connections::Connections;
use super::guarded::Guarded;
use super::stop::Stop;
use super::tls::Tls;

/// How much, how many, how long.
#[derive(Clone, Copy, Debug)]
pub struct Limits {
    /// Until a request's head is complete, counted from the connection or the reply before; also until the TLS
    /// handshake is.
    pub header_read: Duration,
    /// Without a byte of a request's body: the body ends with [`tower_http::timeout::TimeoutError`].
    pub body_idle: Duration,
    /// Without the client taking a byte of the reply: the connection is closed.
    pub stalled_write: Duration,
    /// Of the request line and headers together. At least 8,192, which is hyper's least.
    pub max_header_bytes: u32,
    /// Of the request's path and query.
    pub max_uri_bytes: usize,
    /// Open connections.
    pub max_connections: usize,
    /// Open connections of one client: an IPv4 address, or a /64 of IPv6. This machine and trusted proxies are
    /// exempt.
    pub max_connections_per_client: usize,
    /// For what is in flight when the server is told to stop.
    pub stop: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            header_read: Duration::from_secs(10),
            body_idle: Duration::from_secs(30),
            stalled_write: Duration::from_secs(30),
            max_header_bytes: 32 * 1024,
            max_uri_bytes: 8 * 1024,
            max_connections: 2_000,
            max_connections_per_client: 200,
            stop: Duration::from_secs(30),
        }
    }
}

/// Makes the reply to a request that never reaches the router; the only status is 414.
pub type Refuse = fn(StatusCode) -> Response;

/// A server that listens, and serves once [`run`](Self::run).
#[derive(Debug)]
pub struct Server {
    listener: TcpListener,
    tls: Option<Tls>,
    proxies: TrustedProxies,
    limits: Limits,
    refuse: Refuse,
}

impl Server {
    /// Listens on `address`, with TLS if given.
    ///
    /// # Errors
    ///
    /// If the address cannot be had.
    pub async fn bind(
        address: SocketAddr,
        tls: Option<Tls>,
        proxies: TrustedProxies,
        limits: Limits,
    ) -> io::Result<Self> {
        let listener = TcpListener::bind(address).await?;
        Ok(Self { listener, tls, proxies, limits, refuse: |status| status.into_response() })
    }

    /// Answers what never reaches the router with `refuse` instead of an empty body.
    #[must_use]
    pub fn refuse_with(mut self, refuse: Refuse) -> Self {
        self.refuse = refuse;
        self
    }

    /// The address it listens on, with the port that the system chose if 0 was asked for.
    ///
    /// # Errors
    ///
    /// If the system does not know.
    pub fn local_address(&self) -> io::Result<SocketAddr> {
        self.listener.local_addr()
    }

    /// Serves `router` until `stop`; then accepts nothing more, finishes what is in flight within
    /// [`Limits::stop`], and returns.
    pub async fn run(self, router: Router, stop: Stop) {
        let connections =
            Connections::new(self.limits.max_connections, self.limits.max_connections_per_client);
        let tasks = TaskTracker::new();
        let shared = Arc::new(Shared {
            http: http_builder(&self.limits),
            router,
            tls: self.tls,
            proxies: self.proxies,
            limits: self.limits,
            refuse: self.refuse,
            stop: stop.clone(),
        });
        loop {
            let accepted = tokio::select! {
                accepted = self.listener.accept() => accepted,
                () = stop.asked() => break,
            };
            let (stream, peer) = match accepted {
                Ok((stream, peer)) => (stream, peer.ip().to_canonical()),
                Err(error) => {
                    wait_out(&error).await;
                    continue;
                }
            };
            let exempt = peer.is_loopback() || shared.proxies.contains(peer);
            match connections.admit(peer, exempt) {
                Ok(permit) => {
                    let shared = Arc::clone(&shared);
                    tasks.spawn(async move {
                        shared.serve(stream, peer).await;
                        drop(permit);
                    });
                }
                Err(full) => {
                    metrics::counter!("quarterdeck_connections_refused_total", "limit" => full.as_str())
                        .increment(1);
                }
            }
        }
        drop(self.listener);
        tasks.close();
        if timeout(self.limits.stop, tasks.wait()).await.is_err() {
            tracing::warn!(connections = tasks.len(), "Closing connections that did not finish in time");
            stop.at_once();
            tasks.wait().await;
        }
    }
}

/// What all connections have in common.
struct Shared {
    http: auto::Builder<TokioExecutor>,
    router: Router,
    tls: Option<Tls>,
    proxies: TrustedProxies,
    limits: Limits,
    refuse: Refuse,
    stop: Stop,
}

impl Shared {
    async fn serve(&self, stream: TcpStream, peer: IpAddr) {
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(error = %error, "Could not switch off delays on a connection");
        }
        let Some(tls) = &self.tls else { return self.serve_http(stream, peer).await };
        let handshake = tokio::select! {
            handshake = timeout(self.limits.header_read, tls.accept(stream)) => handshake,
            () = self.stop.asked() => return,
        };
        match handshake {
            Ok(Ok(stream)) => self.serve_http(stream, peer).await,
            Ok(Err(error)) => tracing::debug!(error = %error, "A TLS handshake failed"),
            Err(_) => tracing::debug!("A TLS handshake took too long"),
        }
    }

    async fn serve_http<Stream>(&self, stream: Stream, peer: IpAddr)
    where
        Stream: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let stream = Guarded::new(stream, self.limits.header_read, self.limits.stalled_write);
        let service = service_fn(|request| self.answer(request, peer));
        let connection = self.http.serve_connection(TokioIo::new(stream), service);
        let mut connection = std::pin::pin!(connection);
        let result = tokio::select! {
            result = connection.as_mut() => result,
            () = self.stop.asked() => {
                connection.as_mut().graceful_shutdown();
                tokio::select! {
                    result = connection => result,
                    () = self.stop.asked_at_once() => return,
                }
            }
        };
        if let Err(error) = result {
            tracing::debug!(error, "A connection ended early");
        }
    }

    /// The reply's future borrows nothing, as HTTP/2 answers requests in tasks of their own.
    fn answer(
        &self,
        request: Request<Incoming>,
        peer: IpAddr,
    ) -> impl Future<Output = Result<Response, Infallible>> + Send + 'static {
        let uri_bytes = request.uri().path_and_query().map_or(0, |it| it.as_str().len());
        let refusal =
            (uri_bytes > self.limits.max_uri_bytes).then(|| (self.refuse)(StatusCode::URI_TOO_LONG));
        let client = self.proxies.client_address(peer, request.headers());
        let idle = self.limits.body_idle;
        let mut request = request.map(|body| Body::new(TimeoutBody::new(idle, body)));
        request.extensions_mut().insert(client);
        let mut router = self.router.clone();
        async move {
            match refusal {
                Some(refusal) => Ok(refusal),
                None => router.call(request).await,
            }
        }
    }
}

fn http_builder(limits: &Limits) -> auto::Builder<TokioExecutor> {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.header_read)
        .max_buf_size(limits.max_header_bytes as usize);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(limits.max_header_bytes)
        .max_concurrent_streams(200)
        .keep_alive_interval(Duration::from_secs(20))
        .keep_alive_timeout(Duration::from_secs(20));
    builder
}

/// A client that left before it was accepted is nobody's problem; when the process has no file descriptors
/// left, trying again at once would only burn time.
async fn wait_out(error: &io::Error) {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    if !matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset) {
        tracing::error!(error = %error, "Could not accept a connection");
        sleep(Duration::from_millis(100)).await;
    }
}
