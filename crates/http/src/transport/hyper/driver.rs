//! `Driver`: the half of a connection that reads and writes, polled by the task that waits for it.
//!
//! hyper expects the driver to run in a task of its own, and wakes that task for each step of the other
//! half. Here both halves belong to one task. Such a wake-up would run the whole task once more, and on a
//! runtime with several threads also unpark another thread, without any work to do.

use std::task::{Context, Poll, Waker};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::socket::Socket;
use crate::recording_waker::RecordingWaker;

/// A connection of hyper.
type Http1 = http1::Connection<TokioIo<Socket>, Full<Bytes>>;

/// The half of a connection that reads and writes.
pub(super) struct Driver {
    /// `None` once it has ended.
    connection: Option<Http1>,
    waker: RecordingWaker,
}

impl Driver {
    pub(super) fn new(connection: Http1) -> Self {
        Self {
            connection: Some(connection),
            waker: RecordingWaker::new(),
        }
    }

    /// Reads and writes until `outcome` is ready or the socket is not. Only the driver can complete
    /// `outcome`, which is called with `true` if the connection has ended.
    pub(super) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut outcome: impl FnMut(&mut Context<'_>, bool) -> Poll<T>,
    ) -> Poll<T> {
        let Self { connection, waker } = self;
        waker.poll(cx, |cx| {
            let ended = advance(connection, cx);
            outcome(&mut Context::from_waker(Waker::noop()), ended)
        })
    }

    /// Reads and writes as far as possible without waiting. Returns `true` if the connection has ended.
    pub(super) fn advance(&mut self) -> bool {
        let mut unused = Context::from_waker(Waker::noop());
        advance(&mut self.connection, &mut unused)
    }
}

/// Returns `true` if the connection has ended.
fn advance(connection: &mut Option<Http1>, cx: &mut Context<'_>) -> bool {
    if let Some(running) = connection {
        if running.poll_without_shutdown(cx).is_ready() {
            // An error reaches the other half as well. A request that waits in a connection which the
            // server has closed comes back only when the connection is dropped.
            *connection = None;
        }
    }
    connection.is_none()
}
