//! The load generator: N keep-alive connections on one thread, each sending its next request when the reply to the
//! last has come whole.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::net::SocketAddr;
use std::rc::Rc;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{self, SendRequest};
use hyper::header::{AUTHORIZATION, CONTENT_TYPE, HOST, HeaderValue};
use hyper::{Method, Request, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tokio::task::LocalSet;

use crate::Failure;
use crate::settings::Body;
use crate::statistics::{as_f64, percentile, scattered};
use crate::streams::client::Org;

/// Who is asked, and as whom.
#[derive(Clone, Debug)]
pub(crate) struct Target {
    pub(crate) address: SocketAddr,
    pub(crate) authorization: Option<HeaderValue>,
}

impl Target {
    pub(crate) fn open(address: SocketAddr) -> Self {
        Self { address, authorization: None }
    }

    pub(crate) fn basic(address: SocketAddr, id: &str, secret: &str) -> Result<Self, Failure> {
        let mut value =
            HeaderValue::from_str(&format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))?;
        value.set_sensitive(true);
        Ok(Self { address, authorization: Some(value) })
    }
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) enum Ask {
    /// A new org for every request, named `<prefix>-<number>`.
    Create { body: Body, prefix: String },
    /// One of these paths after another.
    Get(Rc<[String]>),
    /// One of these paths after another, each as the admin of its org.
    Read(Rc<[(Target, String)]>),
    /// A new group for every request in one of these orgs, named `<prefix>-<number>`.
    Make { orgs: Rc<[Org]>, prefix: String },
    /// A new description for one of these, picked at random.
    Update { paths: Rc<[String]>, prefix: String },
}

/// When it ends.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Until {
    /// Counted for so long, after a quarter of it uncounted.
    Time(Duration),
    /// After so many replies.
    Count(usize),
}

/// What came of it.
#[derive(Debug)]
pub(crate) struct Outcome {
    /// Counted replies in a second.
    pub(crate) rate: f64,
    /// Replies, also those before counting began.
    pub(crate) replies: usize,
    /// Seconds from the first request until every tenth of a [`Until::Count`].
    pub(crate) tenths: Vec<f64>,
    pub(crate) median_micros: u32,
    pub(crate) p99_micros: u32,
    /// Replies that were not 200 or 201.
    pub(crate) errors: usize,
    pub(crate) first_error: Option<String>,
}

/// What the connections share; all of them run on one thread.
struct Shared {
    ask: Ask,
    target: Target,
    host: HeaderValue,
    started: Instant,
    count_from: Instant,
    until: Until,
    end: Option<Instant>,
    begun: Cell<usize>,
    replies: Cell<usize>,
    errors: Cell<usize>,
    first_error: RefCell<Option<String>>,
    micros: RefCell<Vec<u32>>,
    tenths: RefCell<Vec<f64>>,
}

/// Asks until the end, over this many connections.
///
/// # Errors
///
/// A connection could not be made, or was closed by the server.
pub(crate) async fn run(
    target: &Target,
    ask: Ask,
    connections: usize,
    until: Until,
) -> Result<Outcome, Failure> {
    run_over(&[target.address], target, ask, connections, until).await
}

/// As [`run`], the connections spread over these addresses.
///
/// # Errors
///
/// A connection could not be made, or was closed by the server.
pub(crate) async fn run_over(
    addresses: &[SocketAddr],
    target: &Target,
    ask: Ask,
    connections: usize,
    until: Until,
) -> Result<Outcome, Failure> {
    LocalSet::new().run_until(run_here(addresses, target, ask, connections, until)).await
}

async fn run_here(
    addresses: &[SocketAddr],
    target: &Target,
    ask: Ask,
    connections: usize,
    until: Until,
) -> Result<Outcome, Failure> {
    let mut senders = Vec::with_capacity(connections);
    for address in addresses.iter().cycle().take(connections) {
        senders.push(connect(*address).await?);
    }
    let started = Instant::now();
    let (count_from, end) = match until {
        Until::Time(counted) => (started + counted / 4, Some(started + counted / 4 + counted)),
        Until::Count(_) => (started, None),
    };
    let shared = Rc::new(Shared {
        ask,
        target: target.clone(),
        host: HeaderValue::from_str(&target.address.to_string())?,
        started,
        count_from,
        until,
        end,
        begun: Cell::default(),
        replies: Cell::default(),
        errors: Cell::default(),
        first_error: RefCell::default(),
        micros: RefCell::default(),
        tenths: RefCell::default(),
    });
    let workers: Vec<_> = senders
        .into_iter()
        .map(|sender| tokio::task::spawn_local(work(sender, Rc::clone(&shared))))
        .collect();
    for worker in workers {
        worker.await??;
    }
    let elapsed = started.elapsed();
    Ok(shared.outcome(elapsed))
}

async fn connect(address: SocketAddr) -> Result<SendRequest<Full<Bytes>>, Failure> {
    let stream = TcpStream::connect(address).await?;
    stream.set_nodelay(true)?;
    let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
    tokio::task::spawn_local(async move {
        // An end before its time is seen by the worker, whose request fails.
        drop(connection.await);
    });
    Ok(sender)
}

async fn work(mut sender: SendRequest<Full<Bytes>>, shared: Rc<Shared>) -> Result<(), Failure> {
    while let Some(number) = shared.next() {
        let request = shared.request(number)?;
        let sent = Instant::now();
        let response = sender.send_request(request).await?;
        let status = response.status();
        let body = response.into_body().collect().await?.to_bytes();
        shared.note(sent, status, &body);
        sender.ready().await?;
    }
    Ok(())
}

/// One request.
struct Asked<'ask> {
    method: Method,
    path: Cow<'ask, str>,
    /// As the target, unless said.
    as_whom: Option<&'ask Target>,
    body: Option<String>,
}

impl Ask {
    fn asked(&self, number: usize) -> Asked<'_> {
        match self {
            Self::Create { body, prefix } => Asked {
                method: Method::POST,
                path: Cow::Borrowed("/v1/orgs"),
                as_whom: None,
                body: Some(body.json(&format!("{prefix}-{number}"))),
            },
            Self::Get(paths) => Asked::get(&paths[number % paths.len()], None),
            Self::Read(pages) => {
                let (whom, path) = &pages[number % pages.len()];
                Asked::get(path, Some(whom))
            }
            Self::Make { orgs, prefix } => {
                let org = &orgs[number % orgs.len()];
                Asked {
                    method: Method::POST,
                    path: Cow::Owned(format!("/v1/orgs/{}/groups", org.id)),
                    as_whom: Some(&org.admin),
                    body: Some(format!(
                        r#"{{"metadata":{{"name":"{prefix}-{number}","displayName":"Acme Ltd","description":"made over HTTP","labels":{{"env":"prod","tier":"{}"}}}}}}"#,
                        number % 10
                    )),
                }
            }
            Self::Update { paths, prefix } => Asked {
                method: Method::PATCH,
                path: Cow::Borrowed(&paths[scattered(number, paths.len())]),
                as_whom: None,
                body: Some(format!(r#"{{"metadata":{{"description":"{prefix}-{number}"}}}}"#)),
            },
        }
    }
}

impl<'ask> Asked<'ask> {
    fn get(path: &'ask str, as_whom: Option<&'ask Target>) -> Self {
        Self { method: Method::GET, path: Cow::Borrowed(path), as_whom, body: None }
    }
}

impl Shared {
    /// The number of the next request; nothing when it is over.
    fn next(&self) -> Option<usize> {
        let number = self.begun.get();
        let over = match self.until {
            Until::Time(_) => self.end.is_some_and(|end| Instant::now() >= end),
            Until::Count(count) => number >= count,
        };
        self.begun.set(number + 1);
        (!over).then_some(number)
    }

    fn request(&self, number: usize) -> Result<Request<Full<Bytes>>, Failure> {
        let Asked { method, path, as_whom, body } = self.ask.asked(number);
        let kind = if method == Method::PATCH { "application/merge-patch+json" } else { "application/json" };
        let builder = Request::builder().method(method).uri(path.as_ref()).header(HOST, &self.host);
        let builder = match as_whom.unwrap_or(&self.target).authorization.as_ref() {
            Some(authorization) => builder.header(AUTHORIZATION, authorization),
            None => builder,
        };
        Ok(match body {
            Some(body) => builder.header(CONTENT_TYPE, kind).body(Full::from(body))?,
            None => builder.body(Full::default())?,
        })
    }

    fn note(&self, sent: Instant, status: StatusCode, body: &Bytes) {
        let now = Instant::now();
        let replies = self.replies.get() + 1;
        self.replies.set(replies);
        if status != StatusCode::OK && status != StatusCode::CREATED {
            self.errors.set(self.errors.get() + 1);
            self.first_error
                .borrow_mut()
                .get_or_insert_with(|| format!("{status}: {}", String::from_utf8_lossy(body)));
        }
        match self.until {
            Until::Count(count) => {
                let mut tenths = self.tenths.borrow_mut();
                if replies * 10 >= (tenths.len() + 1) * count {
                    tenths.push((now - self.started).as_secs_f64());
                }
            }
            Until::Time(_) if now < self.count_from || self.end.is_some_and(|end| now > end) => return,
            Until::Time(_) => {}
        }
        let micros = u32::try_from((now - sent).as_micros()).unwrap_or(u32::MAX);
        self.micros.borrow_mut().push(micros);
    }

    fn outcome(&self, elapsed: Duration) -> Outcome {
        let mut micros = self.micros.borrow_mut();
        let counted_for = match self.until {
            Until::Time(counted) => counted,
            Until::Count(_) => elapsed,
        };
        Outcome {
            rate: as_f64(micros.len()) / counted_for.as_secs_f64(),
            replies: self.replies.get(),
            tenths: self.tenths.borrow().clone(),
            median_micros: percentile(&mut micros, 0.5),
            p99_micros: percentile(&mut micros, 0.99),
            errors: self.errors.get(),
            first_error: self.first_error.borrow().clone(),
        }
    }
}
