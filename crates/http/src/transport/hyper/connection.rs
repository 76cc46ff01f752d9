//! `Connection`: one HTTP/1.1 connection, driven by the task that uses it.
//!
//! hyper splits a connection into a handle and a driver, and expects the driver to run in a task of its
//! own. Here both are polled by the task that waits for the response: no bytes cross tasks, and dropping
//! the connection closes its socket.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::{
    body::Incoming,
    client::conn::{
        TrySendError,
        http1::{self, SendRequest},
    },
};
use hyper_util::rt::TokioIo;
use tokio::runtime;

use super::socket::{Socket, Written};
use crate::transport::error::TransportError;
#[cfg(feature = "rustls")]
use crate::transport::tls::is_client_rejected;

/// Maximum size of the read buffer of a connection, and so of a response head.
const MAX_BUFFER_BYTES: usize = 128 << 10;

pub(super) type Outgoing = http::Request<Full<Bytes>>;

/// One HTTP/1.1 connection.
pub(super) struct Connection {
    handle: SendRequest<Full<Bytes>>,
    driver: http1::Connection<TokioIo<Socket>, Full<Bytes>>,
    written: Written,
    runtime: runtime::Id,
}

/// The failure of an exchange before the response head.
pub(super) enum ExchangeError {
    /// Nothing was sent. The request can be sent on another connection.
    NotStarted(Box<Outgoing>, hyper::Error),
    /// No byte of the request was written.
    NotWritten(hyper::Error),
    /// The server may have received the request.
    Broken(hyper::Error),
}

impl From<ExchangeError> for TransportError {
    fn from(error: ExchangeError) -> Self {
        match error {
            ExchangeError::NotStarted(_, error) | ExchangeError::NotWritten(error) => {
                Self::unprocessed(error)
            }
            ExchangeError::Broken(error) if is_client_rejected(&error) => Self::connect(error),
            ExchangeError::Broken(error) => Self::exchange(error),
        }
    }
}

/// Without TLS, no server rejects a certificate.
#[cfg(not(feature = "rustls"))]
fn is_client_rejected(_: &hyper::Error) -> bool {
    false
}

impl Connection {
    /// Takes over an open socket of the current runtime.
    pub(super) async fn new(
        socket: Socket,
        written: Written,
        runtime: runtime::Id,
    ) -> hyper::Result<Self> {
        let (handle, driver) = http1::Builder::new()
            .max_buf_size(MAX_BUFFER_BYTES)
            .handshake(TokioIo::new(socket))
            .await?;
        Ok(Self {
            handle,
            driver,
            written,
            runtime,
        })
    }

    /// Returns the runtime whose I/O driver serves the socket.
    pub(super) fn runtime(&self) -> runtime::Id {
        self.runtime
    }

    /// Sends a request and waits for the response head.
    ///
    /// A connection that the server has closed is noticed before the request is written.
    pub(super) async fn exchange(
        &mut self,
        request: Outgoing,
    ) -> Result<http::Response<Incoming>, ExchangeError> {
        self.written.reset();
        let mut response = pin!(self.handle.try_send_request(request));
        let driver = &mut self.driver;
        let outcome = poll_fn(|cx| {
            let driven = driver.poll_without_shutdown(cx);
            // Only the driver can complete the response, and it has just been polled.
            let mut unused = Context::from_waker(Waker::noop());
            match response.as_mut().poll(&mut unused) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending if driven.is_ready() => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            }
        })
        .await;
        match outcome {
            Some(Ok(response)) => Ok(response),
            Some(Err(error)) => Err(self.classify(error)),
            // The driver has ended, so the response is decided.
            None => match response.await {
                Ok(response) => Ok(response),
                Err(error) => Err(self.classify(error)),
            },
        }
    }

    fn classify(&self, mut error: TrySendError<Outgoing>) -> ExchangeError {
        match error.take_message() {
            Some(request) => ExchangeError::NotStarted(Box::new(request), error.into_error()),
            None if !self.written.get() => ExchangeError::NotWritten(error.into_error()),
            None => ExchangeError::Broken(error.into_error()),
        }
    }

    /// Reads and writes as far as possible without waiting. Ready: the connection has ended.
    #[inline]
    pub(super) fn poll_driver(&mut self, cx: &mut Context<'_>) -> Poll<hyper::Result<()>> {
        self.driver.poll_without_shutdown(cx)
    }

    /// Returns `true` if the connection can take another request.
    pub(super) fn is_reusable(&mut self) -> bool {
        let mut unused = Context::from_waker(Waker::noop());
        self.driver.poll_without_shutdown(&mut unused).is_pending() && self.handle.is_ready()
    }
}
