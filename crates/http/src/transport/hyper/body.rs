//! `ResponseBody`: the chunks of a response, read from a connection that the body owns.

use std::{
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, Waker, ready},
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
        loop {
            // Chunks that the driver has read before.
            let mut unused = Context::from_waker(Waker::noop());
            let frame = match Pin::new(&mut body.incoming).poll_frame(&mut unused) {
                Poll::Ready(frame) => frame,
                Poll::Pending => {
                    let Some(connection) = &mut body.connection else {
                        return Poll::Ready(Some(Err(cut_off())));
                    };
                    let incoming = &mut body.incoming;
                    let polled = connection.poll(cx, |cx, ended| {
                        match Pin::new(&mut *incoming).poll_frame(cx) {
                            Poll::Ready(frame) => Poll::Ready(Ok(frame)),
                            Poll::Pending if ended => Poll::Ready(Err(cut_off())),
                            Poll::Pending => Poll::Pending,
                        }
                    });
                    match ready!(polled) {
                        Ok(frame) => frame,
                        Err(error) => {
                            body.connection = None;
                            return Poll::Ready(Some(Err(error)));
                        }
                    }
                }
            };
            return Poll::Ready(match frame {
                Some(Ok(frame)) => {
                    let Ok(data) = frame.into_data() else {
                        continue;
                    };
                    body.release_at_end();
                    Some(Ok(data))
                }
                Some(Err(error)) => {
                    body.connection = None;
                    Some(Err(TransportError::exchange(error)))
                }
                None => {
                    body.release();
                    None
                }
            });
        }
    }
}

fn cut_off() -> TransportError {
    TransportError::exchange("the connection ended before the body")
}
