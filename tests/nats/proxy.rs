//! What stands between the service and NATS, and lets through as many bytes as a test says, each way.

use futures::FutureExt;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Notify;

/// No end of bytes.
const ALL: usize = usize::MAX;

pub(crate) struct Proxy {
    pub(crate) port: u16,
    /// To NATS.
    pub(crate) there: Arc<Way>,
    /// From NATS.
    pub(crate) back: Arc<Way>,
}

/// One of the two ways.
pub(crate) struct Way {
    left: Mutex<usize>,
    more: Notify,
    spent: Notify,
}

impl Way {
    fn open() -> Arc<Self> {
        Arc::new(Self { left: Mutex::new(ALL), more: Notify::new(), spent: Notify::new() })
    }

    /// Lets so many bytes more through, and then none.
    pub(crate) fn close_after(&self, bytes: usize) {
        *self.left.lock().unwrap() = bytes;
        // That somebody stood before it the last time is over.
        let _ = self.spent.notified().now_or_never();
        self.more.notify_waiters();
    }

    /// Lets everything through: what was held up first.
    pub(crate) fn clear(&self) {
        self.close_after(ALL);
    }

    /// Waits until it is closed and somebody stands before it.
    pub(crate) async fn spent(&self) {
        self.spent.notified().await;
    }

    /// Lets no more than these bytes through now.
    fn take(&self, want: usize) -> usize {
        let mut left = self.left.lock().unwrap();
        let taken = want.min(*left);
        if *left != ALL {
            *left -= taken;
        }
        taken
    }

    async fn carry(&self, mut from: impl AsyncRead + Unpin, mut to: impl AsyncWrite + Unpin) {
        let mut buffer = vec![0; 16 << 10];
        while let Ok(read @ 1..) = from.read(&mut buffer).await {
            let mut bytes = &buffer[..read];
            while !bytes.is_empty() {
                let more = self.more.notified();
                let taken = self.take(bytes.len());
                if taken == 0 {
                    self.spent.notify_one();
                    more.await;
                    continue;
                }
                if to.write_all(&bytes[..taken]).await.is_err() {
                    return;
                }
                bytes = &bytes[taken..];
            }
        }
    }
}

impl Proxy {
    pub(crate) async fn to(port: u16) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let proxy =
            Self { port: listener.local_addr().unwrap().port(), there: Way::open(), back: Way::open() };
        let (there, back) = (Arc::clone(&proxy.there), Arc::clone(&proxy.back));
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let (there, back) = (Arc::clone(&there), Arc::clone(&back));
                tokio::spawn(connect(client, SocketAddr::from((Ipv4Addr::LOCALHOST, port)), there, back));
            }
        });
        proxy
    }
}

/// Carries one connection; it ends for both when it ends for NATS. What a client that is gone has sent still arrives.
async fn connect(client: TcpStream, target: SocketAddr, there: Arc<Way>, back: Arc<Way>) {
    let Ok(server) = TcpStream::connect(target).await else { return };
    let (from_client, to_client) = client.into_split();
    let (from_server, to_server) = server.into_split();
    let sending = tokio::spawn(async move { there.carry(from_client, to_server).await });
    back.carry(from_server, to_client).await;
    sending.abort();
}
