//! `Connection`: one HTTP/1.1 connection, driven by the task that uses it.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    task::{Context, Poll},
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

use super::{
    driver::Driver,
    socket::{Socket, Written},
};
use crate::transport::error::TransportError;
#[cfg(feature = "rustls")]
use crate::transport::tls::is_client_rejected;

/// Maximum size of the read buffer of a connection, and so of a response head.
const MAX_BUFFER_BYTES: usize = 128 << 10;

pub(super) type Outgoing = http::Request<Full<Bytes>>;

/// One HTTP/1.1 connection.
pub(super) struct Connection {
    handle: SendRequest<Full<Bytes>>,
    driver: Driver,
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
            driver: Driver::new(driver),
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
            driver.poll(cx, |cx, ended| match response.as_mut().poll(cx) {
                Poll::Ready(outcome) => Poll::Ready(Some(outcome)),
                Poll::Pending if ended => Poll::Ready(None),
                Poll::Pending => Poll::Pending,
            })
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

    /// Reads and writes until `outcome` is ready, as [`Driver::poll`].
    #[inline]
    pub(super) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        outcome: impl FnMut(&mut Context<'_>, bool) -> Poll<T>,
    ) -> Poll<T> {
        self.driver.poll(cx, outcome)
    }

    /// Returns `true` if the connection can take another request.
    pub(super) fn is_reusable(&mut self) -> bool {
        !self.driver.advance() && self.handle.is_ready()
    }
}
