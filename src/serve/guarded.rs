//! A connection's bytes, under time limits that hyper does not have.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Sleep, sleep};

/// What a client that speaks HTTP/2 says first: RFC 9113 §3.4.
const PREFACE: &[u8; 24] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

/// Adds two limits to a stream.
///
/// Until it is known which HTTP is spoken, hyper-util waits for ever; after that hyper's own limit on headers
/// counts. So the first bytes have to come within `first_bytes`. And a client that takes nothing of a reply
/// for `stalled_write` loses its connection, where hyper would keep the reply.
#[derive(Debug)]
pub(super) struct Guarded<Stream> {
    stream: Stream,
    /// How many bytes of the preface have come, and until when the rest has to; nothing once it is known.
    opening: Option<(usize, Pin<Box<Sleep>>)>,
    stalled_write: Duration,
    /// Runs while a write makes no progress.
    write_limit: Option<Pin<Box<Sleep>>>,
}

impl<Stream> Guarded<Stream> {
    pub(super) fn new(stream: Stream, first_bytes: Duration, stalled_write: Duration) -> Self {
        let opening = Some((0, Box::pin(sleep(first_bytes))));
        Self { stream, opening, stalled_write, write_limit: None }
    }

    fn note_opening(&mut self, bytes: &[u8]) {
        let Some((seen, _)) = &mut self.opening else { return };
        let expected = &PREFACE[*seen..];
        let common = bytes.iter().zip(expected).take_while(|(byte, expected)| byte == expected).count();
        *seen += common;
        if common < bytes.len() || *seen == PREFACE.len() {
            self.opening = None;
        }
    }

    fn limit_write<T>(
        &mut self,
        context: &mut Context<'_>,
        written: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if written.is_ready() {
            self.write_limit = None;
            return written;
        }
        let stalled_write = self.stalled_write;
        let limit = self.write_limit.get_or_insert_with(|| Box::pin(sleep(stalled_write)));
        ready!(limit.as_mut().poll(context));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<Stream: AsyncRead + Unpin> AsyncRead for Guarded<Stream> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        if let Some((_, deadline)) = &mut self.opening
            && deadline.as_mut().poll(context).is_ready()
        {
            return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
        }
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(context, buffer))?;
        self.note_opening(&buffer.filled()[before..]);
        Poll::Ready(Ok(()))
    }
}

impl<Stream: AsyncWrite + Unpin> AsyncWrite for Guarded<Stream> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write(context, bytes);
        self.limit_write(context, written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = Pin::new(&mut self.stream).poll_write_vectored(context, slices);
        self.limit_write(context, written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(context);
        self.limit_write(context, flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let closed = Pin::new(&mut self.stream).poll_shutdown(context);
        self.limit_write(context, closed)
    }
}
