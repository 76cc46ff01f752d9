//! One connection: HTTP/1.1 over a socket, with time limits for heads and idle time, and a graceful
//! shutdown.

use std::error::Error;
use std::io::{self, IoSlice};
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum::body::Body;
use http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::{Service, service_fn};
use hyper_util::rt::TokioIo;
use orouter_http::RecordingWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::sync::watch;
use tokio::time::Instant;

use crate::app::App;
use crate::limits::Limits;
use crate::{request_log, web};

/// Response to a client whose request head does not arrive in time.
const HEAD_TIMEOUT_RESPONSE: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nconnection: close\r\ncontent-length: 0\r\n\r\n";

/// Serves a connection until the client closes it, a time limit passes, or `closing` is `true` and
/// the running response has ended.
pub(crate) async fn serve<T, S>(
    stream: T,
    service: S,
    app: &Arc<App>,
    mut closing: watch::Receiver<bool>,
) where
    T: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    S: Service<Request<Incoming>, Response = Response<Body>>,
    S::Error: Into<Box<dyn Error + Send + Sync>>,
{
    let activity = Activity::new();
    let io = TokioIo::new(Observed {
        stream,
        activity: activity.clone(),
    });
    let requests = activity.clone();
    let service = service_fn(move |request| web::serve(&service, request, app, requests.serving()));
    let mut connection = http1::Builder::new()
        // hyper counts the wait for a request as part of reading its head.
        .header_read_timeout(None)
        // A client may close its half of the connection after its request. `disconnect`
        // distinguishes it from a client that has disconnected.
        .half_close(true)
        .serve_connection(io, service);

    let mut closing = pin!(async move {
        // An error means that the server is gone.
        let _ = closing.wait_for(|closing| *closing).await;
    });
    let mut closed = false;
    let mut timer = pin!(tokio::time::sleep(Duration::ZERO));
    // A handler that reads its body wakes hyper's side of the connection, which is the same task.
    let waker = RecordingWaker::new();
    let timed_out = std::future::poll_fn(|cx| {
        loop {
            let polled = waker.poll(cx, |cx| Pin::new(&mut connection).poll(cx));
            if let Poll::Ready(ended) = polled {
                return Poll::Ready(Err(ended));
            }
            if closed || closing.as_mut().poll(cx).is_pending() {
                break;
            }
            closed = true;
            Pin::new(&mut connection).graceful_shutdown();
        }
        let Some((phase, deadline)) = activity.deadline(&app.limits) else {
            return Poll::Pending;
        };
        if timer.deadline() != deadline {
            timer.as_mut().reset(deadline);
        }
        timer.as_mut().poll(cx).map(|()| Ok(phase))
    })
    .await;

    match timed_out {
        Ok(Phase::Head) => {
            let since = activity.state().since.into_std();
            request_log::unreadable(408, "the request head did not arrive in time", since);
            app.metrics.http.unreadable(408, since.elapsed());
            let mut stream = connection.into_parts().io.into_inner().stream;
            // One attempt is enough: the bytes fit into the socket's buffer, unless the client does
            // not read.
            std::future::poll_fn(|cx| {
                let _ = Pin::new(&mut stream).poll_write(cx, HEAD_TIMEOUT_RESPONSE);
                Poll::Ready(())
            })
            .await;
        }
        Ok(_) => tracing::debug!("idle connection closed"),
        Err(Err(error)) if error.is_parse() => {
            let reason = error.to_string();
            // The statuses that hyper sends.
            let status = match reason.as_str() {
                "message head is too large" => 431,
                "URI too long" => 414,
                _ => 400,
            };
            let since = activity.state().since.into_std();
            request_log::unreadable(status, &reason, since);
            app.metrics.http.unreadable(status, since.elapsed());
        }
        Err(Err(error)) => tracing::debug!(%error, "connection ended"),
        Err(Ok(())) => {}
    }
}

/// The phase of a connection, as its bytes and its service show it.
#[derive(Clone)]
struct Activity(Arc<Mutex<State>>);

#[derive(Clone, Copy)]
struct State {
    phase: Phase,
    /// Start of the phase; while waiting, the last byte written if that is later.
    since: Instant,
    /// `true` once a request has been served.
    served: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    /// No byte of the next request has arrived.
    Waiting,
    /// The head of a request is arriving.
    Head,
    /// A request is being served.
    Serving,
}

impl Activity {
    fn new() -> Self {
        Self(Arc::new(Mutex::new(State {
            phase: Phase::Waiting,
            since: Instant::now(),
            served: false,
        })))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Enters a phase, if the current phase is `from`, or from any phase if `from` is `None`.
    fn enter(&self, phase: Phase, from: Option<Phase>) {
        let mut state = self.state();
        if from.is_none_or(|from| from == state.phase) {
            state.phase = phase;
            state.since = Instant::now();
            state.served |= phase == Phase::Serving;
        }
    }

    /// Marks the connection as serving a request until the result is dropped.
    fn serving(&self) -> Serving {
        self.enter(Phase::Serving, None);
        Serving(self.clone())
    }

    /// Returns the phase and the time at which it must end; `None` if it is not limited.
    fn deadline(&self, limits: &Limits) -> Option<(Phase, Instant)> {
        let State {
            phase,
            since,
            served,
        } = *self.state();
        let limit = match phase {
            Phase::Serving => return None,
            Phase::Waiting if served => limits.keep_alive_timeout,
            Phase::Waiting | Phase::Head => limits.head_timeout,
        };
        Some((phase, since.checked_add(limit)?))
    }
}

/// A request that is being served.
struct Serving(Activity);

impl Drop for Serving {
    fn drop(&mut self) {
        self.0.enter(Phase::Waiting, None);
    }
}

/// A socket that reports its bytes.
struct Observed<T> {
    stream: T,
    activity: Activity,
}

impl<T> Observed<T> {
    fn wrote(&self, bytes: usize) -> usize {
        if bytes > 0 {
            self.activity.enter(Phase::Waiting, Some(Phase::Waiting));
        }
        bytes
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Observed<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        ready!(Pin::new(&mut self.stream).poll_read(cx, buffer))?;
        if buffer.filled().len() > before {
            self.activity.enter(Phase::Head, Some(Phase::Waiting));
        }
        Poll::Ready(Ok(()))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Observed<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write(cx, bytes))?;
        Poll::Ready(Ok(self.wrote(written)))
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        let written = ready!(Pin::new(&mut self.stream).poll_write_vectored(cx, bytes))?;
        Poll::Ready(Ok(self.wrote(written)))
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}
