//! Sending one event once, to receivers of all kinds.

use bytes::Bytes;
use quarterdeck::clock::{Clock, SystemClock};
use quarterdeck::webhooks::connect::Connector;
use quarterdeck::webhooks::network::{Network, SystemNetwork};
use quarterdeck::webhooks::sender::{Attempted, Limits, Outcome, Outgoing, Sender};
use quarterdeck::webhooks::signature::SigningSecrets;
use rustls::RootCertStore;
use rustls::pki_types::CertificateDer;
use std::sync::Arc;
use std::time::Duration;
use testing::{Answer, FakeNetwork, Question, Receiver};
use uuid::Uuid;
use values::HttpUrl;

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const OTHER: &str = "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD";
const BODY: &[u8] = br#"{"specversion":"1.0"}"#;

/// Short enough for a test to wait for.
const SHORT: Limits = Limits {
    connect: Duration::from_secs(2),
    answer: Duration::from_millis(2_500),
    body: Duration::from_millis(200),
};

fn roots(certificates: impl IntoIterator<Item = CertificateDer<'static>>) -> RootCertStore {
    let mut roots = RootCertStore::empty();
    roots.add_parsable_certificates(certificates);
    roots
}

async fn send_over(
    network: Arc<dyn Network>,
    roots: RootCertStore,
    allows_private: bool,
    url: &str,
) -> Attempted {
    let mut secrets = SigningSecrets::default();
    assert!(secrets.add(SECRET.as_bytes()) && secrets.add(OTHER.as_bytes()));
    let sender = Sender::new(Connector::new(network, roots, allows_private).unwrap(), SHORT);
    let outgoing = Outgoing {
        url: &HttpUrl::parse(url).unwrap(),
        id: Uuid::from_u128(7),
        body: Bytes::from_static(BODY),
        // What holds it against another clock is another implementation.
        at: SystemClock.now(),
        secrets: &secrets,
    };
    sender.send(&outgoing).await
}

/// What comes of sending to a receiver on this machine.
async fn send(to: &Receiver) -> Attempted {
    send_over(Arc::new(SystemNetwork), roots([]), true, &to.url()).await
}

async fn answered(answer: Answer) -> Attempted {
    let receiver = Receiver::start().await;
    receiver.then([answer]);
    send(&receiver).await
}

fn outcome_of(attempted: &Attempted) -> (Outcome, Option<u16>) {
    (attempted.outcome, attempted.status)
}

#[tokio::test]
async fn an_event_is_sent_as_it_is_and_signed_by_every_secret() {
    let receiver = Receiver::start().await;
    let headers = vec![("x-seen", "yes".to_owned()), ("set-cookie", "session=1".to_owned())];
    receiver.then([Answer::With(202, headers, "thank you".to_owned())]);
    let attempted = send(&receiver).await;
    assert_eq!(outcome_of(&attempted), (Outcome::Delivered, Some(202)), "{attempted:?}");
    assert_eq!(attempted.address, Some(receiver.address));
    assert_eq!(attempted.response_body.as_deref(), Some("thank you"));
    assert!(attempted.response_headers.contains(&("x-seen".to_owned(), "yes".to_owned())));
    assert!(attempted.response_headers.contains(&("set-cookie".to_owned(), "[cookie]".to_owned())));

    let [request] = &receiver.received()[..] else { panic!("one request") };
    assert_eq!((request.line.as_str(), request.body.as_slice()), ("POST /in HTTP/1.1", BODY));
    assert_eq!(request.header("content-type"), "application/cloudevents+json");
    assert_eq!(request.header("host"), receiver.address.to_string());
    assert_eq!(request.header("webhook-id"), Uuid::from_u128(7).to_string());
    for secret in [SECRET, OTHER] {
        let mut headers = axum::http::HeaderMap::new();
        for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
            headers.insert(name, request.header(name).parse().unwrap());
        }
        let theirs = standardwebhooks::Webhook::new(secret).unwrap();
        theirs.verify(BODY, &headers).unwrap();
        theirs.verify(b"{}", &headers).unwrap_err();
    }
    let logged: Vec<&str> = attempted.request_headers.iter().map(|(name, _)| name.as_str()).collect();
    assert!(logged.contains(&"webhook-id") && !logged.contains(&"webhook-signature"), "{logged:?}");
}

#[tokio::test]
async fn a_status_decides() {
    for (status, outcome) in [
        (200, Outcome::Delivered),
        (204, Outcome::Delivered),
        (400, Outcome::Refused),
        (404, Outcome::Refused),
        (410, Outcome::Gone),
        (429, Outcome::Throttled),
        (500, Outcome::Refused),
        (503, Outcome::Throttled),
    ] {
        let attempted = answered(Answer::Status(status)).await;
        assert_eq!(outcome_of(&attempted), (outcome, Some(status)));
    }
    let headers = vec![("retry-after", "120".to_owned())];
    let throttled = answered(Answer::With(429, headers.clone(), String::new())).await;
    assert_eq!(throttled.retry_after, Some(120_000_000));
    let refused = answered(Answer::With(500, headers, String::new())).await;
    assert_eq!(refused.retry_after, None, "only where it means something");
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let (receiver, elsewhere) = (Receiver::start().await, Receiver::start().await);
    for status in [301, 302, 303, 307, 308] {
        receiver.then([Answer::With(status, vec![("location", elsewhere.url())], String::new())]);
        let attempted = send(&receiver).await;
        assert_eq!(outcome_of(&attempted), (Outcome::Redirected, Some(status)));
        assert!(attempted.detail.contains("not followed"), "{}", attempted.detail);
    }
    assert!(elsewhere.received().is_empty());
}

#[tokio::test]
async fn whoever_does_not_answer_in_time_is_left() {
    for answer in [Answer::Silence, Answer::Drip] {
        let attempted = answered(answer.clone()).await;
        assert_eq!(outcome_of(&attempted), (Outcome::TimedOut, None), "{answer:?}");
        assert!(attempted.took >= SHORT.answer && attempted.took < SHORT.answer * 4, "{attempted:?}");
    }
}

#[tokio::test]
async fn of_a_body_only_the_beginning_is_read() {
    let flooded = answered(Answer::Flood(1_000_000_000)).await;
    assert_eq!(outcome_of(&flooded), (Outcome::Delivered, Some(200)));
    assert_eq!(flooded.response_body.as_deref(), Some("x".repeat(1_024).as_str()));
    assert!(flooded.took < Duration::from_secs(2), "a gigabyte was read in {:?}", flooded.took);
    let dripped = answered(Answer::DripBody).await;
    assert_eq!(outcome_of(&dripped), (Outcome::Delivered, Some(200)), "the head said so");
    assert!(dripped.took < SHORT.answer, "{dripped:?}");
}

#[tokio::test]
async fn what_is_no_answer_is_none() {
    let endless_head = [b"HTTP/1.1 200 OK\r\nx-long: ".to_vec(), vec![b'x'; 1_000_000]].concat();
    for bytes in
        [b"SSH-2.0-OpenSSH_9.2\r\n".to_vec(), b"HTTP/1.1 200".to_vec(), vec![0xff; 100], endless_head]
    {
        let attempted = answered(Answer::Bytes(bytes)).await;
        assert_eq!(outcome_of(&attempted), (Outcome::Broken, None), "{attempted:?}");
    }
    assert_eq!(outcome_of(&answered(Answer::HangUp).await), (Outcome::Broken, None));
    let attempted = send_over(Arc::new(SystemNetwork), roots([]), true, "http://127.0.0.1:1/").await;
    assert_eq!(attempted.outcome, Outcome::Unreachable, "{attempted:?}");
}

#[tokio::test]
async fn a_secret_that_comes_back_is_not_kept() {
    let said = format!("your secret is {SECRET}, and it was {}", &OTHER[6..]);
    let attempted = answered(Answer::With(400, vec![("x-echo", SECRET.to_owned())], said)).await;
    let kept = format!("{attempted:?}");
    assert!(kept.contains("your secret is [secret], and it was [secret]"), "{kept}");
    assert!(!kept.contains(&SECRET[6..]) && !kept.contains(&OTHER[6..]), "{kept}");
}

const NAME: &str = "hooks.acme.test";
const URL: &str = "https://hooks.acme.test/in";

#[tokio::test]
async fn over_tls_the_other_side_must_be_who_it_should_be() {
    let receiver = Receiver::with_tls(NAME).await;
    let trusted = || roots(receiver.certificate.clone());
    let network = || {
        let network = FakeNetwork::leading_to(receiver.address);
        network.then(&["1.1.1.1"]);
        Arc::new(network)
    };
    let delivered = send_over(network(), trusted(), false, URL).await;
    assert_eq!(outcome_of(&delivered), (Outcome::Delivered, Some(204)), "{delivered:?}");
    assert_eq!(receiver.received()[0].header("host"), NAME);
    let unknown = send_over(network(), roots([]), false, URL).await;
    assert_eq!(outcome_of(&unknown), (Outcome::Tls, None), "{unknown:?}");
    let other_name = send_over(network(), trusted(), false, "https://other.acme.test/in").await;
    assert_eq!(outcome_of(&other_name), (Outcome::Tls, None), "{other_name:?}");
    let plain = Receiver::start().await;
    let no_tls = FakeNetwork::leading_to(plain.address);
    no_tls.then(&["1.1.1.1"]);
    let no_tls = send_over(Arc::new(no_tls), trusted(), false, URL).await;
    assert!(matches!(no_tls.outcome, Outcome::Tls | Outcome::TimedOut), "{no_tls:?}");
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn the_address_that_was_judged_is_the_one_that_is_connected_to() {
    let receiver = Receiver::with_tls(NAME).await;
    let network = Arc::new(FakeNetwork::leading_to(receiver.address));
    // Whoever answers for the name says something else each time.
    network.then(&["93.184.216.34"]);
    network.then(&["127.0.0.1"]);
    let send =
        async || send_over(Arc::clone(&network) as _, roots(receiver.certificate.clone()), false, URL).await;
    let first = send().await;
    assert_eq!(first.outcome, Outcome::Delivered, "{first:?}");
    assert_eq!(first.address.map(|it| it.to_string()).as_deref(), Some("93.184.216.34:443"));
    let second = send().await;
    assert_eq!(outcome_of(&second), (Outcome::Blocked, None));
    assert!(!second.detail.contains("127."), "what names mean inside is said to nobody: {}", second.detail);
    let name = || Question::Name(NAME.to_owned());
    let connected = Question::Address("93.184.216.34:443".parse().unwrap());
    assert_eq!(
        network.asked(),
        [name(), connected, name()],
        "asked once each time, and never connected inside"
    );
    assert_eq!(receiver.received().len(), 1);
}

#[tokio::test]
async fn only_public_addresses_are_connected_to_and_only_over_tls() {
    let receiver = Receiver::start().await;
    let network = Arc::new(FakeNetwork::leading_to(receiver.address));
    network.then(&[
        "10.0.0.7",
        "169.254.169.254",
        "::ffff:127.0.0.1",
        "64:ff9b::a00:1",
        "2002:a00:1::1",
        "fd00:ec2::254",
    ]);
    let send = async |url: &str| send_over(Arc::clone(&network) as _, roots([]), false, url).await;
    for url in [
        URL,
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://169.254.169.254/latest/meta-data",
        "https://168.63.129.16/",
        "http://hooks.acme.test/in",
        "http://1.1.1.1/",
    ] {
        let attempted = send(url).await;
        assert_eq!((attempted.outcome, attempted.address), (Outcome::Blocked, None), "{url}: {attempted:?}");
    }
    let connected = network.asked().into_iter().any(|asked| matches!(asked, Question::Address(_)));
    assert!(!connected && receiver.received().is_empty());
    let nothing = FakeNetwork::leading_to(receiver.address);
    let unresolved = send_over(Arc::new(nothing), roots([]), false, URL).await;
    assert_eq!(unresolved.outcome, Outcome::Unresolved);
}

#[tokio::test]
async fn of_several_addresses_the_public_ones_are_tried() {
    let receiver = Receiver::with_tls(NAME).await;
    let network = Arc::new(FakeNetwork::leading_to(receiver.address));
    network.then(&["10.0.0.7", "2606:4700::1111", "93.184.216.34"]);
    let attempted =
        send_over(Arc::clone(&network) as _, roots(receiver.certificate.clone()), false, URL).await;
    assert_eq!(attempted.outcome, Outcome::Delivered, "{attempted:?}");
    assert_eq!(attempted.address.map(|it| it.to_string()).as_deref(), Some("[2606:4700::1111]:443"));
}
