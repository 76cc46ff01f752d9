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

/// The half of a connection that reads and writes.
pub(super) struct Driver {
    connection: http1::Connection<TokioIo<Socket>, Full<Bytes>>,
    waker: RecordingWaker,
    ended: bool,
}

impl Driver {
    pub(super) fn new(connection: http1::Connection<TokioIo<Socket>, Full<Bytes>>) -> Self {
        Self {
            connection,
            waker: RecordingWaker::new(),
            ended: false,
        }
    }

    /// Reads and writes until `outcome` is ready or the socket is not. Only the driver can complete
    /// `outcome`, which is called with `true` if the connection has ended.
    pub(super) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut outcome: impl FnMut(&mut Context<'_>, bool) -> Poll<T>,
    ) -> Poll<T> {
        let Self {
            connection,
            waker,
            ended,
        } = self;
        waker.poll(cx, |cx| {
            advance(connection, ended, cx);
            outcome(&mut Context::from_waker(Waker::noop()), *ended)
        })
    }

    /// Reads and writes as far as possible without waiting. Returns `true` if the connection has ended.
    pub(super) fn advance(&mut self) -> bool {
        let mut unused = Context::from_waker(Waker::noop());
        advance(&mut self.connection, &mut self.ended, &mut unused);
        self.ended
    }
}

fn advance(
    connection: &mut http1::Connection<TokioIo<Socket>, Full<Bytes>>,
    ended: &mut bool,
    cx: &mut Context<'_>,
) {
    if !*ended {
        // An error reaches the other half as well.
        *ended = connection.poll_without_shutdown(cx).is_ready();
    }
}
