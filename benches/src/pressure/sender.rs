//! Connections that send what they are told, when they are told.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, Instant};

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::JoinHandle;
use tokio::time::{sleep, sleep_until};

use crate::Failure;
use crate::load::Target;
use crate::statistics::{as_f64, percentile};

/// What is sent: something new for every request.
#[derive(Clone, Debug)]
pub(super) struct Post {
    pub(super) whom: Target,
    pub(super) path: String,
    /// Names are this and a number.
    pub(super) prefix: String,
}

/// When.
#[derive(Clone, Copy, Debug)]
pub(super) enum Pace {
    /// The next when the last is answered.
    AtOnce,
    /// So many a second over all connections, each when it is due, and told from then on.
    PerSecond(f64),
}

/// What came of it.
#[derive(Debug, Default)]
pub(super) struct Tally {
    next: Cell<usize>,
    /// How long those took that were done, and those that were turned away.
    done: RefCell<Vec<u32>>,
    turned_away: RefCell<Vec<u32>>,
    others: Cell<usize>,
    first_other: RefCell<Option<String>>,
}

impl Tally {
    pub(super) fn done(&self) -> usize {
        self.done.borrow().len()
    }

    pub(super) fn turned_away(&self) -> usize {
        self.turned_away.borrow().len()
    }

    /// Answers that were neither: there should be none.
    pub(super) fn others(&self) -> usize {
        self.others.get()
    }

    pub(super) fn first_other(&self) -> Option<String> {
        self.first_other.borrow().clone()
    }

    pub(super) fn p99_millis_of_done(&self) -> f64 {
        f64::from(percentile(&mut self.done.borrow_mut(), 0.99)) / 1e3
    }

    pub(super) fn p99_millis_of_turned_away(&self) -> f64 {
        f64::from(percentile(&mut self.turned_away.borrow_mut(), 0.99)) / 1e3
    }

    fn note(&self, (due, sent): (Instant, Instant), status: StatusCode, body: &Bytes) {
        let micros = |since: Instant| u32::try_from(since.elapsed().as_micros()).unwrap_or(u32::MAX);
        match status {
            StatusCode::CREATED => self.done.borrow_mut().push(micros(due)),
            // Whoever is turned away is so from when it was sent: before that all connections may have been busy.
            StatusCode::SERVICE_UNAVAILABLE => self.turned_away.borrow_mut().push(micros(sent)),
            other => {
                self.others.set(self.others.get() + 1);
                let told = || format!("{other}: {}", String::from_utf8_lossy(body));
                self.first_other.borrow_mut().get_or_insert_with(told);
            }
        }
    }
}

/// The connections at work.
pub(super) type Workers = Vec<JoinHandle<Result<(), Failure>>>;

/// Sends over this many connections for so long. The connections are made first, a few at a time.
///
/// # Errors
///
/// A connection could not be made.
pub(super) async fn send(
    post: Post,
    connections: usize,
    pace: Pace,
    length: Duration,
) -> Result<(Rc<Tally>, Workers), Failure> {
    let mut senders = Vec::with_capacity(connections);
    for _ in 0..connections {
        senders.push(connect(&post.whom).await?);
    }
    let tally = Rc::new(Tally::default());
    let post = Rc::new(post);
    let begin = Instant::now();
    let workers = senders
        .into_iter()
        .map(|sender| {
            let (post, tally) = (Rc::clone(&post), Rc::clone(&tally));
            tokio::task::spawn_local(work(sender, post, pace, begin, begin + length, tally))
        })
        .collect();
    Ok((tally, workers))
}

async fn connect(whom: &Target) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(whom.address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    // An end before its time is seen by whoever sends.
    tokio::task::spawn_local(async move { drop(connection.await) });
    Ok(sender)
}

async fn work(
    mut sender: SendRequest<Full<Bytes>>,
    post: Rc<Post>,
    pace: Pace,
    begin: Instant,
    end: Instant,
    tally: Rc<Tally>,
) -> Result<(), Failure> {
    let host = HeaderValue::from_str(&post.whom.address.to_string())?;
    loop {
        let number = tally.next.replace(tally.next.get() + 1);
        let due = match pace {
            Pace::AtOnce => Instant::now(),
            Pace::PerSecond(rate) => begin + Duration::from_secs_f64(as_f64(number) / rate),
        };
        if due >= end {
            return Ok(());
        }
        sleep_until(due.into()).await;
        let body = format!("{{\"metadata\":{{\"name\":\"{}-{number}\"}},\"spec\":{{}}}}", post.prefix);
        let mut request = Request::post(&post.path)
            .header(HOST, &host)
            .header(CONTENT_TYPE, "application/json")
            .body(Full::from(body))?;
        if let Some(authorization) = &post.whom.authorization {
            request.headers_mut().insert(AUTHORIZATION, authorization.clone());
        }
        let sent = Instant::now();
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        tally.note((due, sent), status, &body);
        sender.ready().await?;
    }
}

/// Waits for all of them.
///
/// # Errors
///
/// The service closed a connection.
pub(super) async fn finish(workers: Workers) -> Result<(), Failure> {
    for worker in workers {
        worker.await??;
    }
    Ok(())
}

/// How many a second the service does over 64 connections, measured for two seconds after half a one.
///
/// # Errors
///
/// The service refuses.
pub(super) async fn capacity(post: Post) -> Result<f64, Failure> {
    let (tally, workers) = send(post, 64, Pace::AtOnce, Duration::from_millis(2_500)).await?;
    sleep(Duration::from_millis(500)).await;
    let before = tally.done();
    sleep(Duration::from_secs(2)).await;
    let rate = as_f64(tally.done() - before) / 2.0;
    finish(workers).await?;
    match tally.first_other() {
        Some(other) => Err(format!("the service refuses: {other}").into()),
        None => Ok(rate),
    }
}
