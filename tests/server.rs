//! The HTTP server from the socket's side: time, size, number, and the end.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::extract::Extension;
use axum::http::StatusCode;
use axum::response::IntoResponse;
use axum::routing::{get, post};
use futures::StreamExt;
use quarterdeck::serve::{ClientAddress, Limits, Server, Stop, Tls, TrustedProxies};
use rustls::pki_types::{PrivateKeyDer, ServerName};
use rustls::{ClientConfig, RootCertStore};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::{Notify, oneshot};
use tokio::task::JoinHandle;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;

/// What must happen, happens well within this.
const SOON: Duration = Duration::from_secs(10);

/// A limit that a test waits for.
const SHORT: Duration = Duration::from_millis(200);

struct Running {
    address: SocketAddr,
    stop: Stop,
    server: JoinHandle<()>,
}

impl Running {
    async fn new(router: Router, limits: Limits) -> Self {
        Self::with(router, limits, TrustedProxies::default(), None).await
    }

    async fn with(router: Router, limits: Limits, proxies: TrustedProxies, tls: Option<Tls>) -> Self {
        let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let server = Server::bind(any_port, tls, proxies, limits).await.unwrap();
        let address = server.local_address().unwrap();
        let stop = Stop::new();
        let server = tokio::spawn(server.run(router, stop.clone()));
        Self { address, stop, server }
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    /// Sends `text` and returns all that comes until the server closes.
    async fn exchange(&self, text: &str) -> String {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        rest(&mut stream).await
    }

    /// Waits until the server has stopped.
    async fn stopped(self) {
        timeout(SOON, self.server).await.unwrap().unwrap();
    }
}

/// All that comes until the server closes, in order or not.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    let mut chunk = [0; 4096];
    loop {
        match timeout(SOON, stream.read(&mut chunk)).await.unwrap() {
            Ok(0) | Err(_) => return String::from_utf8(bytes).unwrap(),
            Ok(count) => bytes.extend_from_slice(&chunk[..count]),
        }
    }
}

fn get_request(path: &str, headers: &str) -> String {
    format!("GET {path} HTTP/1.1\r\nHost: test\r\nConnection: close\r\n{headers}\r\n")
}

fn hello() -> Router {
    Router::new().route("/", get(async || "hello"))
}

#[tokio::test]
async fn a_head_that_does_not_come_is_not_waited_for() {
    let running = Running::new(hello(), Limits { header_read: SHORT, ..Limits::default() }).await;
    for beginning in ["", "G", "GET / HTTP/1.1\r\nHo", "PRI * HTTP/2.0\r\n", "POST"] {
        let reply = running.exchange(beginning).await;
        assert!(!reply.contains("200 OK"), "{beginning:?} was answered: {reply}");
    }
}

#[tokio::test]
async fn a_request_that_takes_long_to_answer_is_not_cut_by_the_limit_on_heads() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let router = waiting(&asked, &answer);
    let running = Running::new(router, Limits { header_read: SHORT, ..Limits::default() }).await;
    let mut stream = running.connect().await;
    // Shorter than what an HTTP/2 client says first.
    stream.write_all(b"GET / HTTP/1.0\r\n\r\n").await.unwrap();
    asked.notified().await;
    assert!(timeout(SHORT * 2, stream.read_u8()).await.is_err(), "something came before the answer");
    answer.notify_one();
    assert!(rest(&mut stream).await.ends_with("finished"));
}

#[tokio::test]
async fn a_body_that_stops_coming_ends_with_an_error() {
    let router = Router::new().route(
        "/",
        post(async |body: Body| match axum::body::to_bytes(body, 1024).await {
            Ok(_) => StatusCode::OK,
            Err(_) => StatusCode::REQUEST_TIMEOUT,
        }),
    );
    let running = Running::new(router, Limits { body_idle: SHORT, ..Limits::default() }).await;
    let reply = running.exchange("POST / HTTP/1.1\r\nHost: test\r\nContent-Length: 10\r\n\r\nabc").await;
    assert!(reply.starts_with("HTTP/1.1 408 "), "{reply}");
}

#[tokio::test]
async fn a_client_that_takes_nothing_of_the_reply_is_let_go() {
    let (sender, dropped) = oneshot::channel::<()>();
    let sender = Arc::new(std::sync::Mutex::new(Some(sender)));
    let endless = move || {
        let held = sender.lock().unwrap().take();
        let chunk = Bytes::from(vec![0_u8; 64 * 1024]);
        let chunks = futures::stream::repeat(chunk).map(move |chunk| {
            let _held = &held;
            Ok::<_, std::io::Error>(chunk)
        });
        std::future::ready(Body::from_stream(chunks).into_response())
    };
    let router = Router::new().route("/", get(endless));
    let running = Running::new(router, Limits { stalled_write: SHORT, ..Limits::default() }).await;
    let mut stream = running.connect().await;
    stream.write_all(get_request("/", "").as_bytes()).await.unwrap();
    assert!(timeout(SOON, dropped).await.unwrap().is_err(), "the reply is kept for a client that is asleep");
}

#[tokio::test]
async fn long_uris_and_heads_are_refused() {
    let running = Running::new(hello(), Limits::default()).await;
    let fits = running.exchange(&get_request(&format!("/?q={}", "x".repeat(8_000)), "")).await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");
    let long_uri = running.exchange(&get_request(&format!("/?q={}", "x".repeat(9_000)), "")).await;
    assert!(long_uri.starts_with("HTTP/1.1 414 "), "{long_uri}");
    let fits = running.exchange(&get_request("/", &format!("X-Long: {}\r\n", "x".repeat(20_000)))).await;
    assert!(fits.starts_with("HTTP/1.1 200 "), "{fits}");
    let long_head = running.exchange(&get_request("/", &format!("X-Long: {}\r\n", "x".repeat(40_000)))).await;
    assert!(long_head.starts_with("HTTP/1.1 431 "), "{long_head}");
    let many = running.exchange(&get_request("/", &"X-Many: x\r\n".repeat(200))).await;
    assert!(many.starts_with("HTTP/1.1 431 "), "{many}");
}

#[tokio::test]
async fn a_refusal_has_the_form_that_the_service_gives_it() {
    let any_port = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    let server = Server::bind(any_port, None, TrustedProxies::default(), Limits::default()).await.unwrap();
    let server = server.refuse_with(|status| (status, "as the service says it").into_response());
    let address = server.local_address().unwrap();
    let stop = Stop::new();
    let server = tokio::spawn(server.run(hello(), stop.clone()));
    let running = Running { address, stop, server };
    let reply = running.exchange(&get_request(&format!("/{}", "x".repeat(9_000)), "")).await;
    assert!(reply.starts_with("HTTP/1.1 414 ") && reply.ends_with("as the service says it"), "{reply}");
}

#[tokio::test]
async fn the_clients_address_comes_from_a_trusted_proxy_only() {
    let who = async |Extension(ClientAddress(address)): Extension<ClientAddress>| address.to_string();
    let router = Router::new().route("/", get(who));
    let request = get_request("/", "X-Forwarded-For: 203.0.113.1, 198.51.100.9\r\n");

    let trusting = TrustedProxies::new(vec![IpAddr::from(Ipv4Addr::LOCALHOST).into()]);
    let running = Running::with(router.clone(), Limits::default(), trusting, None).await;
    let reply = running.exchange(&request).await;
    assert!(reply.ends_with("\r\n198.51.100.9"), "{reply}");

    let running = Running::new(router, Limits::default()).await;
    let reply = running.exchange(&request).await;
    assert!(reply.ends_with("\r\n127.0.0.1"), "{reply}");
}

#[tokio::test]
async fn one_connection_too_many_is_closed_at_once_and_a_free_place_is_used() {
    let limits = Limits { max_connections: 2, ..Limits::default() };
    let running = Running::new(hello(), limits).await;
    let first = running.connect().await;
    let second = running.connect().await;
    let mut third = running.connect().await;
    assert_eq!(rest(&mut third).await, "");

    drop(first);
    let served =
        async { while !running.exchange(&get_request("/", "")).await.starts_with("HTTP/1.1 200 ") {} };
    timeout(SOON, served).await.unwrap();
    drop(second);
}

/// Notifies `asked` when a request has come in, and answers it after `answer`.
fn waiting(asked: &Arc<Notify>, answer: &Arc<Notify>) -> Router {
    let (asked, answer) = (Arc::clone(asked), Arc::clone(answer));
    let handler = move || async move {
        asked.notify_one();
        answer.notified().await;
        "finished"
    };
    Router::new().route("/", get(handler))
}

#[tokio::test]
async fn stopping_finishes_what_is_in_flight_and_begins_nothing_new() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let running = Running::new(waiting(&asked, &answer), Limits::default()).await;
    let mut in_flight = running.connect().await;
    in_flight.write_all(b"GET / HTTP/1.1\r\nHost: test\r\n\r\n").await.unwrap();
    let mut idle = running.connect().await;
    asked.notified().await;

    running.stop.in_order();
    assert_eq!(rest(&mut idle).await, "");
    assert!(TcpStream::connect(running.address).await.is_err());
    answer.notify_one();
    let reply = rest(&mut in_flight).await;
    assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("finished"), "{reply}");
    running.stopped().await;
}

#[tokio::test]
async fn stopping_does_not_wait_for_ever() {
    let (asked, answer) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let limits = Limits { stop: SHORT, ..Limits::default() };
    let running = Running::new(waiting(&asked, &answer), limits).await;
    let mut in_flight = running.connect().await;
    in_flight.write_all(get_request("/", "").as_bytes()).await.unwrap();
    asked.notified().await;
    running.stop.in_order();
    assert_eq!(rest(&mut in_flight).await, "");
    running.stopped().await;
}

#[tokio::test]
async fn tls_serves_and_offers_http_2() {
    let issued = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let directory = tempfile::tempdir().unwrap();
    let (certificate, key) = (directory.path().join("cert.pem"), directory.path().join("key.pem"));
    std::fs::write(&certificate, issued.cert.pem()).unwrap();
    std::fs::write(&key, issued.signing_key.serialize_pem()).unwrap();
    let tls = Tls::from_files(&certificate, &key).unwrap();
    let limits = Limits { header_read: SHORT, ..Limits::default() };
    let running = Running::with(hello(), limits, TrustedProxies::default(), Some(tls)).await;

    let mut roots = RootCertStore::empty();
    roots.add(issued.cert.der().clone()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    for (protocol, request) in [("http/1.1", get_request("/", "")), ("h2", String::new())] {
        config.alpn_protocols = vec![protocol.into()];
        let name = ServerName::try_from("localhost").unwrap();
        let connector = TlsConnector::from(Arc::new(config.clone()));
        let mut stream = connector.connect(name, running.connect().await).await.unwrap();
        assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol.as_bytes()));
        if !request.is_empty() {
            stream.write_all(request.as_bytes()).await.unwrap();
            let mut reply = String::new();
            stream.read_to_string(&mut reply).await.unwrap();
            assert!(reply.starts_with("HTTP/1.1 200 ") && reply.ends_with("hello"), "{reply}");
        }
    }

    // Neither silence nor plain HTTP holds a connection.
    assert_eq!(running.exchange("").await, "");
    assert!(!running.exchange(&get_request("/", "")).await.contains("200 OK"));
}

#[test]
fn a_key_that_is_anothers_is_refused() {
    let one = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let other = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let key = PrivateKeyDer::try_from(other.signing_key.serialize_der()).unwrap();
    assert!(Tls::from_der(vec![one.cert.der().clone()], key).is_err());
}
