//! Tells a client that has closed its half of the connection, and still gets its response, from one
//! that is gone, whose work must stop.
//!
//! Both look the same at first: the end of input. A client that is gone answers any byte sent to it
//! with a reset. A stream sends bytes anyway. While there is no response yet, an interim response
//! (`100 Continue`, which HTTP/1.1 clients skip) is sent a second after the end of input, and
//! again at growing intervals.

use std::future::Future;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::Router;
use axum::body::{Body, HttpBody};
use bytes::Bytes;
use http::{Request, Response, Version};
use hyper::body::{Frame, Incoming};
use hyper::service::Service;
use hyper_util::service::TowerToHyperService;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::sleep;

use crate::lengths::{ConflictingLengths, Head};

/// Time from the end of input to the first interim response. Most responses are complete by then.
const FIRST_PROBE: Duration = Duration::from_secs(1);

/// Interval at which the socket of a client that has closed its half is looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(250);

/// Interval at which a socket with unread input is looked at: pipelined requests hide its end.
const UNREAD_INTERVAL: Duration = Duration::from_secs(1);

const INTERIM_RESPONSE: &[u8] = b"HTTP/1.1 100 Continue\r\n\r\n";

/// The socket for hyper, and a service that stops the work of requests whose client is gone.
pub(crate) fn watch(stream: TcpStream, router: Router) -> (Io, Watched) {
    let peer = Arc::new(Peer {
        stream,
        unflushed: AtomicBool::new(false),
        conflicting: AtomicBool::new(false),
    });
    let io = Io {
        peer: Arc::clone(&peer),
        head: Head::default(),
    };
    let inner = TowerToHyperService::new(router);
    (io, Watched { inner, peer })
}

struct Peer {
    stream: TcpStream,
    /// Whether hyper may hold a part of what it has begun to write.
    unflushed: AtomicBool,
    /// Whether the head that was read last has conflicting lengths.
    conflicting: AtomicBool,
}

impl Peer {
    /// Waits until the client is gone. `probe`: no response has begun, and an interim one may be
    /// sent.
    async fn gone(&self, probe: bool) {
        let mut byte = [0];
        loop {
            match self.stream.peek(&mut byte).await {
                Ok(0) => break,
                Ok(_) => sleep(UNREAD_INTERVAL).await,
                Err(_) => return,
            }
        }
        let (mut waited, mut next) = (Duration::ZERO, FIRST_PROBE);
        loop {
            sleep(LOOK_INTERVAL).await;
            waited += LOOK_INTERVAL;
            if !matches!(self.stream.take_error(), Ok(None)) {
                return;
            }
            if probe && waited >= next && !self.unflushed.load(Ordering::Relaxed) {
                next *= 2;
                match self.stream.try_write(INTERIM_RESPONSE) {
                    Ok(written) if written == INTERIM_RESPONSE.len() => {}
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    _ => return,
                }
            }
        }
    }
}

/// The error of a request whose client is gone; it ends the connection.
#[derive(Debug)]
pub(crate) struct Gone;

impl std::fmt::Display for Gone {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the client closed the connection")
    }
}

impl std::error::Error for Gone {}

/// The routes, for one connection.
pub(crate) struct Watched {
    inner: TowerToHyperService<Router>,
    peer: Arc<Peer>,
}

impl Service<Request<Incoming>> for Watched {
    type Response = Response<Body>;
    type Error = Gone;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Body>, Gone>> + Send>>;

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
                () = peer.gone(probe) => return Err(Gone),
            };
            Ok(response.map(|body| {
                if body.size_hint().exact().is_some() {
                    body
                } else {
                    Body::new(WatchedBody {
                        body,
                        gone: Box::pin(async move { peer.gone(false).await }),
                    })
                }
            }))
        })
    }
}

/// A stream that ends once its client is gone.
struct WatchedBody {
    body: Body,
    gone: Pin<Box<dyn Future<Output = ()> + Send>>,
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
        ready!(self.gone.as_mut().poll(cx));
        Poll::Ready(Some(Err(axum::Error::new(Gone))))
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }
}

/// The connection's socket, as hyper reads and writes it.
pub(crate) struct Io {
    peer: Arc<Peer>,
    head: Head,
}

impl AsyncRead for Io {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        loop {
            ready!(self.peer.stream.poll_read_ready(cx))?;
            match self.peer.stream.try_read(buffer.initialize_unfilled()) {
                Ok(read) => {
                    buffer.advance(read);
                    let filled = buffer.filled();
                    let new = filled.get(filled.len() - read..).unwrap_or_default();
                    if self.head.push(new) {
                        self.peer.conflicting.store(true, Ordering::Relaxed);
                    }
                    return Poll::Ready(Ok(()));
                }
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                Err(error) => return Poll::Ready(Err(error)),
            }
        }
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
            ready!(self.peer.stream.poll_write_ready(cx))?;
            match write(&self.peer.stream) {
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
        // hyper flushes once its own buffer is empty.
        self.peer.unflushed.store(false, Ordering::Relaxed);
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        // hyper drops the socket next, which closes it.
        Poll::Ready(Ok(()))
    }
}
