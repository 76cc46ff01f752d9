//! [`Connection`]: the frames of a stream, read from its connection.

use std::{
    task::{Context, Poll},
    time::Duration,
};

use bytes::Bytes;
use orouter_wire::{
    Response,
    sse::{Decoder, SseError},
};

use super::{
    body_start::{BodyStart, TooLarge},
    frame::Frame,
};
use crate::{
    error::{Error, ErrorKind},
    reader::ResponseReader,
    spans::CallSpan,
    transport::BoxFuture,
};

/// Ratio of the size limit of a stream to that of a body: a stream repeats the content of its deltas
/// when a part, an item and the response are done.
const STREAM_PER_BODY: usize = 4;

/// Maximum number of bytes, and maximum time, that are spent after the last event to read the end of
/// the body, so that the connection can be reused. A new connection takes longer.
const REST_BYTES: usize = 64 << 10;
const REST_TIME: Duration = Duration::from_millis(50);

/// An open stream.
pub(super) struct Connection {
    pub(super) reader: ResponseReader,
    decoder: Decoder,
    start: BodyStart,
    pub(super) span: CallSpan,
    /// The last event was returned.
    pub(super) finished: bool,
    /// Remaining bytes and time for the end of the body.
    rest_bytes: usize,
    rest_time: Option<BoxFuture<'static, ()>>,
}

impl Connection {
    pub(super) fn new(reader: ResponseReader, span: CallSpan) -> Self {
        let decoder = Decoder::with_limit(reader.max_event_bytes);
        Self {
            reader,
            decoder,
            start: BodyStart::default(),
            span,
            finished: false,
            rest_bytes: REST_BYTES,
            rest_time: None,
        }
    }

    /// Decodes the next frame of the bytes received so far.
    pub(super) fn next_frame(&mut self) -> Frame {
        let limit = self.reader.max_event_bytes;
        match self.decoder.next() {
            Ok(None) => Frame::Incomplete,
            Ok(Some(event)) if event.is_done() => Frame::DoneMarker,
            Ok(Some(event)) => {
                let frame = Frame::decode(event.event, event.data, &self.reader);
                // The caller may keep the stream waiting for long; free the buffer before.
                self.decoder.release();
                frame
            }
            Err(SseError::TooLarge { .. } | _) => Frame::Invalid(self.reader.error(
                ErrorKind::EventTooLarge,
                format!("an event is larger than {limit} bytes"),
            )),
        }
    }

    /// Decodes a last frame without the blank line that should follow it.
    pub(super) fn unfinished_frame(&mut self) -> Frame {
        match self.decoder.take_unfinished() {
            Ok(Some(event)) => Frame::decode(event.event, event.data, &self.reader),
            Ok(None) | Err(_) => Frame::Empty,
        }
    }

    /// Returns the next bytes, within the limit on the time between two events.
    pub(super) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Error>> {
        let chunk = self.reader.poll_chunk(cx);
        if chunk.is_pending() && !self.is_json() {
            return self.reader.poll_event_idle(cx).map(Err);
        }
        chunk
    }

    /// Takes bytes from the connection. They become frames, or part of a body that is not an event
    /// stream.
    pub(super) fn push(&mut self, chunk: Bytes) -> Result<(), Error> {
        let sorted = self.start.sort(chunk, self.reader.max_response_bytes);
        match sorted {
            Ok(Some(chunk)) => self.decoder.push(chunk),
            Ok(None) => return Ok(()),
            Err(TooLarge) => return Err(self.reader.too_large()),
        }
        let limit = self
            .reader
            .max_response_bytes
            .saturating_mul(STREAM_PER_BODY);
        if self.decoder.received() > limit as u64 {
            let summary = format!(
                "the stream is larger than {limit} bytes, {STREAM_PER_BODY} times max_response_bytes"
            );
            return Err(self.reader.error(ErrorKind::ResponseTooLarge, summary));
        }
        Ok(())
    }

    /// Returns `true` if the body is JSON and not an event stream.
    pub(super) fn is_json(&self) -> bool {
        self.start.is_json()
    }

    /// Decodes a complete body that is JSON.
    pub(super) fn response(&mut self) -> Result<Box<Response>, Error> {
        match self.start.take_json() {
            Some(body) => self.reader.decode_response(body),
            None => Err(self.truncated("the stream ended")),
        }
    }

    pub(super) fn truncated(&self, end: &str) -> Error {
        self.reader.error(
            ErrorKind::Truncated,
            format!("{end} before the response's last event"),
        )
    }

    /// Notes that the last event was received. The span is completed now, because the caller may not
    /// poll the stream again.
    pub(super) fn finish(&mut self, response: &Response) {
        self.finished = true;
        let elapsed = self.reader.deadline.elapsed();
        self.span.response(response, &self.reader.meta, elapsed);
    }

    /// Reads up to the end of the body, within the limits on bytes and time. Data after the last event
    /// has no effect.
    pub(super) fn poll_drain(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            match self.reader.body.poll_chunk(cx) {
                Poll::Ready(Some(Ok(chunk))) if chunk.len() <= self.rest_bytes => {
                    self.rest_bytes -= chunk.len();
                }
                Poll::Ready(_) => return Poll::Ready(()),
                Poll::Pending => break,
            }
        }
        let clock = self.reader.deadline.clock();
        let time = self.rest_time.get_or_insert_with(|| clock.sleep(REST_TIME));
        time.as_mut().poll(cx)
    }
}
