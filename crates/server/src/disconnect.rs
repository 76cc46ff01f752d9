//! Detects clients that have disconnected, and stops the work of their requests. A client that has
//! only closed its half of the connection still gets its response.
//!
//! Both begin with the end of input. The socket of a client that has disconnected responds to the
//! next byte with a reset. A stream sends bytes anyway. Before a response begins, an interim
//! response (`100 Continue`, which HTTP/1.1 clients skip) is sent one second after the end of
//! input, and again at growing intervals.

use std::convert::Infallible;
use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Request, Response, Version};
use hyper::body::{Frame, Incoming};
use hyper::service::Service;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::net::tcp::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::sleep;

use crate::conflicting_lengths::{ConflictingLengths, RequestHead};

/// Time from the end of input to the first interim response. Most responses are complete by then.
const FIRST_PROBE: Duration = Duration::from_secs(1);

/// Interval between checks of the socket of a client that has closed its half.
const CHECK_INTERVAL: Duration = Duration::from_millis(250);

/// Interval between checks of a socket with unread input. Pipelined requests hide the end of input.
const UNREAD_CHECK_INTERVAL: Duration = Duration::from_secs(1);

const INTERIM_RESPONSE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// Returns the socket for hyper, and a service that stops the work of requests whose client has
/// disconnected.
pub(crate) fn watch<S>(stream: TcpStream, inner: S) -> (Io, Watched<S>) {
    let (read, write) = stream.into_split();
    let peer = Arc::new(Peer {
        write,
        unflushed: AtomicBool::new(false),
        conflicting: AtomicBool::new(false),
    });
    let io = Io {
        read,
        peer: Arc::clone(&peer),
        head: RequestHead::default(),
    };
    (io, Watched { inner, peer })
}

struct Peer {
    write: OwnedWriteHalf,
    /// `true` while hyper may hold a part of a response that it has begun to write.
    unflushed: AtomicBool,
    /// `true` if the last request head has conflicting lengths.
    conflicting: AtomicBool,
}

impl Peer {
    fn stream(&self) -> &TcpStream {
        self.write.as_ref()
    }

    /// Waits until the client has disconnected. `probe`: no response has begun, so that an interim
    /// one may be sent.
    async fn disconnected(&self, probe: bool) {
        let mut byte = [0];
        loop {
            match self.stream().peek(&mut byte).await {
                Ok(0) => break,
                Ok(_) => sleep(UNREAD_CHECK_INTERVAL).await,
                Err(_) => return,
            }
        }
        let (mut waited, mut next) = (Duration::ZERO, FIRST_PROBE);
        loop {
            sleep(CHECK_INTERVAL).await;
            waited += CHECK_INTERVAL;
            if !matches!(self.stream().take_error(), Ok(None)) {
                return;
            }
            if probe && waited >= next && !self.unflushed.load(Ordering::Relaxed) {
                next *= 2;
                match self.stream().try_write(INTERIM_RESPONSE) {
                    Ok(written) if written == INTERIM_RESPONSE.len() => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    _ => return,
                }
            }
        }
    }
}

/// The error of a request whose client has disconnected. It ends the connection.
#[derive(Debug)]
pub(crate) struct Disconnected;

impl std::fmt::Display for Disconnected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the client has disconnected")
    }
}

impl std::error::Error for Disconnected {}

/// The routes, for one connection.
pub(crate) struct Watched<S> {
    inner: S,
    peer: Arc<Peer>,
}

impl<S> Service<Request<Incoming>> for Watched<S>
where
    S: Service<Request<Incoming>, Response = Response<Body>, Error = Infallible>,
    S::Future: Send + 'static,
{
    type Response = Response<Body>;
    type Error = Disconnected;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Disconnected>> + Send>>;

    fn call(&self, mut request: Request<Incoming>) -> Self::Future {
        if self.peer.conflicting.swap(false, Ordering::Relaxed) {
            request.extensions_mut().insert(ConflictingLengths);
        }
        let probe = request.version() >= Version::HTTP_11;
        let peer = Arc::clone(&self.peer);
        let response = self.inner.call(request);
        Box::pin(async move {
            let Ok(response) = tokio::select! {
                biased;
                response = response => response,
                () = peer.disconnected(probe) => return Err(Disconnected),
            };
            Ok(response.map(|body| {
                if body.size_hint().exact().is_some() {
                    body
                } else {
                    Body::new(WatchedBody {
                        body,
                        disconnected: Box::pin(async move { peer.disconnected(false).await }),
                    })
                }
            }))
        })
    }
}

/// A body that ends when its client disconnects.
struct WatchedBody {
    body: Body,
    disconnected: Pin<Box<dyn Future<Output = ()> + Send>>,
}

impl HttpBody for WatchedBody {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, axum::Error>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        ready!(self.disconnected.as_mut().poll(cx));
        Poll::Ready(Some(Err(axum::Error::new(Disconnected))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// The connection's socket, as hyper reads and writes it.
pub(crate) struct Io {
    read: OwnedReadHalf,
    peer: Arc<Peer>,
    head: RequestHead,
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.read).poll_read(cx, buffer))?;
        let new = buffer.filled().get(before..).unwrap_or_default();
        if self.head.push(new) {
            self.peer.conflicting.store(true, Ordering::Relaxed);
        }
        Poll::Ready(Ok(()))
    }
}

impl Io {
    fn poll_written(
        &mut self,
        cx: &mut Context<'_>,
        mut write: impl FnMut(&TcpStream) -> io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        self.peer.unflushed.store(true, Ordering::Relaxed);
        self.head.restart();
        loop {
            ready!(self.peer.stream().poll_write_ready(cx))?;
            match write(self.peer.stream()) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                written => return Poll::Ready(written),
            }
        }
    }
}

impl AsyncWrite for Io {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(cx, |stream| stream.try_write(bytes))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_written(cx, |stream| stream.try_write_vectored(slices))
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper flushes when its own buffer is empty.
        self.peer.unflushed.store(false, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper drops the socket next, which closes it.
        Poll::Ready(Ok(()))
    }
}
