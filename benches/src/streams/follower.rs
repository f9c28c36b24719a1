//! Followers: connections that read, and note when what arrives was recorded.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::{Duration, SystemTime};

use memchr::memmem;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};
use tokio::sync::Notify;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};

use super::client::Org;
use super::scan::{Scan, Seen};
use crate::Failure;

/// Everything has arrived well within this.
const SOON: Duration = Duration::from_secs(60);
/// A day, in microseconds.
const DAY: u64 = 24 * 3_600 * 1_000_000;
/// How many connections are made at a time.
const AT_ONCE: usize = 64;

/// What arrived, over all followers.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) arrived: Cell<usize>,
    /// Events that did not come right after the one before them.
    pub(super) misplaced: Cell<usize>,
    /// From being recorded to being received, each.
    pub(super) micros: RefCell<Vec<u32>>,
    more: Notify,
}

/// Followers of some orgs, as many of each.
pub(super) struct Crowd {
    followers: Vec<JoinHandle<()>>,
    slow: Vec<JoinHandle<()>>,
    orgs: usize,
    tally: Rc<Tally>,
}

impl Crowd {
    /// Connects them; each has heard from where on it follows.
    pub(super) async fn of(orgs: &[Org], of_each: usize) -> Result<Self, Failure> {
        let tally = Rc::new(Tally::default());
        let mut crowd = Self { followers: vec![], slow: vec![], orgs: orgs.len(), tally };
        let all: Vec<&Org> = (0..of_each).flat_map(|_| orgs).collect();
        for some in all.chunks(AT_ONCE) {
            let connecting: Vec<_> = some
                .iter()
                .map(|&org| {
                    let org = org.clone();
                    tokio::task::spawn_local(async move { connect(&org, None).await })
                })
                .collect();
            for connected in connecting {
                let stream = connected.await??;
                let follower = read(stream, Rc::clone(&crowd.tally));
                crowd.followers.push(tokio::task::spawn_local(follower));
            }
        }
        Ok(crowd)
    }

    /// One more, that reads a byte a second and is not counted.
    pub(super) async fn add_slow(&mut self, org: &Org) -> Result<(), Failure> {
        let mut stream = connect(org, Some(4_096)).await?;
        self.slow.push(tokio::task::spawn_local(async move {
            let mut byte = [0];
            while let Ok(1..) = stream.read(&mut byte).await {
                sleep(Duration::from_secs(1)).await;
            }
        }));
        Ok(())
    }

    pub(super) fn followers(&self) -> usize {
        self.followers.len()
    }

    /// How often events arrive, if so many happen in one org after the other.
    pub(super) fn expected(&self, events: usize) -> usize {
        // As many orgs have one more as are left over.
        self.followers.len() / self.orgs * events
    }

    /// Waits until everybody has everything, or nothing comes any more.
    pub(super) async fn finish(&self, events: usize) -> Result<Rc<Tally>, Failure> {
        let all = async {
            while self.tally.arrived.get() < self.expected(events) {
                self.tally.more.notified().await;
            }
        };
        // What has not come by then is missing, and told as such.
        drop(timeout(SOON, all).await);
        Ok(Rc::clone(&self.tally))
    }
}

impl Drop for Crowd {
    fn drop(&mut self) {
        self.followers.iter().chain(&self.slow).for_each(JoinHandle::abort);
    }
}

/// Begins to follow an org, and reads the first bookmark.
async fn connect(org: &Org, receive_buffer: Option<u32>) -> Result<TcpStream, Failure> {
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = receive_buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    let address = org.admin.address;
    let mut stream = socket.connect(address).await?;
    let authorization = org.admin.authorization.as_ref().ok_or("nobody follows without a key")?.to_str()?;
    let request = format!(
        "GET /v1/orgs/{}/events/stream HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\r\n",
        org.id
    );
    stream.write_all(request.as_bytes()).await?;
    let (mut seen, mut buffer) = (vec![], [0; 512]);
    while memmem::find(&seen, b"event: bookmark").is_none() {
        let read = stream.read(&mut buffer).await?;
        if read == 0 {
            return Err(format!("following is refused: {}", String::from_utf8_lossy(&seen)).into());
        }
        seen.extend_from_slice(&buffer[..read]);
    }
    Ok(stream)
}

async fn read(mut stream: TcpStream, tally: Rc<Tally>) {
    let (mut scan, mut last) = (Scan::default(), None);
    let mut buffer = vec![0; 8 << 10];
    while let Ok(read @ 1..) = stream.read(&mut buffer).await {
        let now = micros_of_day();
        scan.take(&buffer[..read], |seen| {
            tally.arrived.set(tally.arrived.get() + 1);
            let in_place = seen.is_some_and(|seen| last.is_none_or(|last| seen.position == last + 1));
            tally.misplaced.set(tally.misplaced.get() + usize::from(!in_place));
            let Some(Seen { micros_of_day, position }) = seen else { return };
            last = Some(position);
            let took = (now + DAY - micros_of_day) % DAY;
            tally.micros.borrow_mut().push(u32::try_from(took).unwrap_or(u32::MAX));
        });
        tally.more.notify_one();
    }
}

#[expect(clippy::disallowed_methods, reason = "what the service recorded by this clock is received by it")]
fn micros_of_day() -> u64 {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    (since.as_secs() % (24 * 3_600)) * 1_000_000 + u64::from(since.subsec_micros())
}
