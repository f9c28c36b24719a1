//! A receiver of webhooks, as good or as bad as a test wants it: HTTP/1.1 by hand, so that every byte is the test's.

use rustls::ServerConfig;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use serde_json::Value;
use std::collections::VecDeque;
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// What a test waits for comes well within this.
const SOON: Duration = Duration::from_secs(30);

/// What a receiver does with a request that it has read.
#[derive(Clone, Debug)]
pub enum Answer {
    /// Answers with this status and nothing else.
    Status(u16),
    /// Answers with this status, these headers and this body.
    With(u16, Vec<(&'static str, String)>, String),
    /// Answers with exactly these bytes, and closes.
    Bytes(Vec<u8>),
    /// Never answers.
    Silence,
    /// Sends a head that never ends, a byte now and then.
    Drip,
    /// Answers with success at once, and with a body that comes a byte now and then.
    DripBody,
    /// Answers with success, and with a body of so many bytes.
    Flood(u64),
    /// Closes the connection.
    HangUp,
    /// Waits until it is let go ([`Receiver::let_go`]), and answers with this status then.
    Held(u16),
}

/// A request that was received.
#[derive(Clone, Debug)]
pub struct Received {
    /// `POST /in HTTP/1.1`.
    pub line: String,
    /// Its headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Received {
    /// A header.
    ///
    /// # Panics
    /// When there is none.
    #[must_use]
    pub fn header(&self, name: &str) -> &str {
        match self.headers.iter().find(|(known, _)| known == name) {
            Some((_, value)) => value,
            None => panic!("there is no {name} in {:?}", self.headers),
        }
    }

    /// The event.
    ///
    /// # Panics
    /// When the body is no JSON.
    #[must_use]
    pub fn event(&self) -> Value {
        match serde_json::from_slice(&self.body) {
            Ok(event) => event,
            Err(error) => panic!("the body is no JSON: {error}"),
        }
    }

    /// The event's position in its org.
    ///
    /// # Panics
    /// When it has none.
    #[must_use]
    pub fn position(&self) -> i64 {
        match self.event()["orgposition"].as_i64() {
            Some(position) => position,
            None => panic!("the event has no position"),
        }
    }
}

#[derive(Debug, Default)]
struct State {
    answers: VecDeque<Answer>,
    otherwise: Option<Answer>,
    received: Vec<Received>,
}

/// What a receiver and its connections share.
#[derive(Debug)]
struct Shared {
    state: Mutex<State>,
    count: watch::Sender<usize>,
    let_go: Notify,
}

/// A receiver on this machine. Without being told, it answers 204.
#[derive(Debug)]
pub struct Receiver {
    /// Where it listens.
    pub address: SocketAddr,
    /// Its certificate, where it speaks TLS: what a sender has to trust.
    pub certificate: Option<CertificateDer<'static>>,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Receiver {
    /// One that speaks plain HTTP.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn start() -> Self {
        Self::listen(None, None).await
    }

    /// One that speaks TLS, with a certificate for this name.
    ///
    /// # Panics
    /// When it cannot listen.
    pub async fn with_tls(name: &str) -> Self {
        let made = match rcgen::generate_simple_self_signed([name.to_owned()]) {
            Ok(made) => made,
            Err(error) => panic!("cannot make a certificate: {error}"),
        };
        let certificate = made.cert.der().clone();
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|config| config.with_no_client_auth().with_single_cert(vec![certificate.clone()], key));
        match config {
            Ok(config) => Self::listen(Some(TlsAcceptor::from(Arc::new(config))), Some(certificate)).await,
            Err(error) => panic!("cannot speak TLS: {error}"),
        }
    }

    async fn listen(tls: Option<TlsAcceptor>, certificate: Option<CertificateDer<'static>>) -> Self {
        let listening = TcpListener::bind(("127.0.0.1", 0)).await;
        let listening = listening.and_then(|listener| Ok((listener.local_addr()?, listener)));
        let (address, listener) = match listening {
            Ok(listening) => listening,
            Err(error) => panic!("cannot listen: {error}"),
        };
        let shared =
            Arc::new(Shared { state: Mutex::default(), count: watch::Sender::new(0), let_go: Notify::new() });
        let task = tokio::spawn(serve(listener, tls, Arc::clone(&shared)));
        Self { address, certificate, shared, task }
    }

    /// Its URL.
    #[must_use]
    pub fn url(&self) -> String {
        let scheme = if self.certificate.is_some() { "https" } else { "http" };
        format!("{scheme}://{}/in", self.address)
    }

    /// What it does with the next requests, one after the other.
    pub fn then(&self, answers: impl IntoIterator<Item = Answer>) {
        self.state().answers.extend(answers);
    }

    /// What it does with all others.
    pub fn otherwise(&self, answer: Answer) {
        self.state().otherwise = Some(answer);
    }

    /// Lets go whatever it holds.
    pub fn let_go(&self) {
        self.shared.let_go.notify_waiters();
    }

    /// Everything it has received, oldest first.
    #[must_use]
    pub fn received(&self) -> Vec<Received> {
        self.state().received.clone()
    }

    /// The positions of the events that it has received, oldest first.
    #[must_use]
    pub fn positions(&self) -> Vec<i64> {
        self.received().iter().map(Received::position).collect()
    }

    /// Waits until it has received so many requests.
    ///
    /// # Panics
    /// When they do not come.
    pub async fn has_received(&self, many: usize) {
        let mut count = self.shared.count.subscribe();
        let there = count.wait_for(|count| *count >= many);
        let came = matches!(tokio::time::timeout(SOON, there).await, Ok(Ok(_)));
        assert!(came, "{} of {many} requests came", self.received().len());
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state()
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(listener: TcpListener, tls: Option<TlsAcceptor>, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            // Who goes away in the middle is no concern of ours.
            let _ = match tls {
                None => receive(stream, &shared).await,
                Some(tls) => match tls.accept(stream).await {
                    Ok(stream) => receive(stream, &shared).await,
                    Err(error) => Err(error),
                },
            };
        });
    }
}

async fn receive(mut stream: impl AsyncRead + AsyncWrite + Unpin, shared: &Shared) -> std::io::Result<()> {
    let received = read(&mut stream).await?;
    // Registered before anybody can be told that the request is there.
    let let_go = shared.let_go.notified();
    let answer = {
        let mut state = shared.state();
        state.received.push(received);
        let next = state.answers.pop_front().or_else(|| state.otherwise.clone());
        next.unwrap_or(Answer::Status(204))
    };
    shared.count.send_modify(|count| *count += 1);
    match answer {
        Answer::Status(status) => respond(&mut stream, status, &[], "").await,
        Answer::With(status, headers, body) => respond(&mut stream, status, &headers, &body).await,
        Answer::Bytes(bytes) => {
            stream.write_all(&bytes).await?;
            stream.shutdown().await
        }
        Answer::Silence => std::future::pending().await,
        Answer::Drip => drip(&mut stream, b"HTTP/1.1 200 OK\r\nx-drip: ").await,
        Answer::DripBody => drip(&mut stream, b"HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n").await,
        Answer::Flood(bytes) => flood(&mut stream, bytes).await,
        Answer::HangUp => Ok(()),
        Answer::Held(status) => {
            let_go.await;
            respond(&mut stream, status, &[], "").await
        }
    }
}

async fn read(stream: &mut (impl AsyncRead + Unpin)) -> std::io::Result<Received> {
    let mut bytes = vec![];
    let head = loop {
        if let Some(end) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let text = String::from_utf8_lossy(&bytes[..head]).into_owned();
    let mut lines = text.split("\r\n");
    let line = lines.next().unwrap_or_default().to_owned();
    let headers: Vec<(String, String)> = lines
        .filter_map(|line| line.split_once(": "))
        .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
        .collect();
    let length = headers.iter().find(|(name, _)| name == "content-length");
    let length = length.and_then(|(_, value)| value.parse().ok()).unwrap_or(0);
    let mut body = bytes.split_off(head + 4);
    while body.len() < length {
        if stream.read_buf(&mut body).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    }
    Ok(Received { line, headers, body })
}

async fn respond(
    stream: &mut (impl AsyncWrite + Unpin),
    status: u16,
    headers: &[(&str, String)],
    body: &str,
) -> std::io::Result<()> {
    let mut lines = vec![format!("HTTP/1.1 {status} Said"), "connection: close".to_owned()];
    lines.extend(headers.iter().map(|(name, value)| format!("{name}: {value}")));
    if status != 204 {
        lines.push(format!("content-length: {}", body.len()));
    }
    let head = format!("{}\r\n\r\n{body}", lines.join("\r\n"));
    stream.write_all(head.as_bytes()).await?;
    stream.shutdown().await
}

/// A beginning, and then a byte now and then, until nobody takes them any more.
async fn drip(stream: &mut (impl AsyncWrite + Unpin), beginning: &[u8]) -> std::io::Result<()> {
    stream.write_all(beginning).await?;
    let mut now_and_then = tokio::time::interval(Duration::from_millis(20));
    loop {
        now_and_then.tick().await;
        stream.write_all(b"x").await?;
        stream.flush().await?;
    }
}

async fn flood(stream: &mut (impl AsyncWrite + Unpin), bytes: u64) -> std::io::Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {bytes}\r\n\r\n");
    stream.write_all(head.as_bytes()).await?;
    let chunk = vec![b'x'; 64 * 1024];
    let mut left = bytes;
    while left > 0 {
        let some = usize::try_from(left).map_or(chunk.len(), |left| left.min(chunk.len()));
        stream.write_all(&chunk[..some]).await?;
        left -= some as u64;
    }
    stream.shutdown().await
}
