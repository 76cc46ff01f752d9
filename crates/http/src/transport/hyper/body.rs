//! `ResponseBody`: the chunks of a response, read from a connection that the body owns.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker},
};

use bytes::Bytes;
use futures_core::Stream;
use hyper::body::{Body as _, Incoming};

use super::{connection::Connection, pool::Pool};
use crate::transport::error::TransportError;

/// The chunks of a response, without trailers.
///
/// The connection returns to the pool with the last chunk. Dropping the body before closes the
/// connection.
pub(super) struct ResponseBody {
    incoming: Incoming,
    /// `None` once the connection was returned or has ended.
    connection: Option<Box<Connection>>,
    /// Takes the connection; `None` if it serves one exchange only.
    pool: Option<(Arc<Pool>, String)>,
}

impl ResponseBody {
    /// Returns the body of a response, and returns the connection to the pool if the body is empty.
    pub(super) fn new(
        incoming: Incoming,
        connection: Box<Connection>,
        pool: Option<(Arc<Pool>, String)>,
    ) -> Self {
        let mut body = Self {
            incoming,
            connection: Some(connection),
            pool,
        };
        body.release_at_end();
        body
    }

    /// Returns the connection to the pool if nothing of the body is left.
    fn release_at_end(&mut self) {
        if self.incoming.is_end_stream() {
            self.release();
        }
    }

    fn release(&mut self) {
        let Some(mut connection) = self.connection.take() else {
            return;
        };
        if let Some((pool, origin)) = self.pool.take() {
            if connection.is_reusable() {
                pool.put(origin, connection);
            }
        }
    }
}

impl Stream for ResponseBody {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let body = &mut *self;
        // Only the driver adds chunks, and it is polled below.
        let mut unused = Context::from_waker(Waker::noop());
        let mut driven = false;
        loop {
            match Pin::new(&mut body.incoming).poll_frame(&mut unused) {
                Poll::Ready(Some(Ok(frame))) => {
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    body.release_at_end();
                    return Poll::Ready(Some(Ok(data)));
                }
                Poll::Ready(Some(Err(error))) => {
                    body.connection = None;
                    return Poll::Ready(Some(Err(TransportError::exchange(error))));
                }
                Poll::Ready(None) => {
                    body.release();
                    return Poll::Ready(None);
                }
                Poll::Pending if driven => return Poll::Pending,
                Poll::Pending => {}
            }
            let Some(connection) = &mut body.connection else {
                return Poll::Ready(Some(Err(TransportError::exchange(
                    "the connection ended before the body",
                ))));
            };
            match connection.poll_driver(cx) {
                // Bytes that were read before are still in the body.
                Poll::Ready(_) => body.connection = None,
                Poll::Pending => driven = true,
            }
        }
    }
}
