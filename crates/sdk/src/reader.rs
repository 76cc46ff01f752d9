//! Reads the body of a successful HTTP response: decodes a response, or finds that the body is an
//! event stream.

use std::{
    future::poll_fn,
    task::{Context, Poll, ready},
};

use bytes::{Bytes, BytesMut};
use orouter_http::{Deadline, EffectiveTimeouts, IdleTimer, redact};
use orouter_wire::{DecodeErrorKind, Response, ResponseStatus, StreamEvent, Wire};

use crate::{
    error::{Error, ErrorKind},
    meta::Meta,
    options::EffectiveOptions,
    request_line::RequestLine,
    sniff::{self, Form, Sniffer},
    transport::Body,
};

/// A response with a 2XX status whose body is not yet read.
pub(crate) struct ResponseReader {
    pub(crate) meta: Meta,
    pub(crate) body: Body,
    /// The start of the body, if it was read to detect the body's form.
    ahead: Option<Bytes>,
    pub(crate) deadline: Deadline,
    idle: IdleTimer,
    /// Boxed, since most streams have no limit on the time between events.
    event_idle: Option<Box<IdleTimer>>,
    request_line: RequestLine,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_event_bytes: usize,
}

/// The form of the body by its content type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Format {
    Json,
    EventStream,
    /// No content type, or one that this crate does not read.
    Other,
}

impl ResponseReader {
    pub(crate) fn new(
        meta: Meta,
        body: Body,
        deadline: Deadline,
        timeouts: &EffectiveTimeouts,
        request_line: RequestLine,
        options: &EffectiveOptions<'_>,
    ) -> Self {
        let clock = &**deadline.clock();
        let idle = IdleTimer::new(timeouts.idle, clock);
        let event_idle = timeouts.event_idle.map(|limit| {
            let timer = IdleTimer::between_events(Some(limit), clock);
            Box::new(timer)
        });
        Self {
            meta,
            body,
            ahead: None,
            deadline,
            idle,
            event_idle,
            request_line,
            max_response_bytes: options.max_response_bytes(),
            max_event_bytes: options.max_event_bytes(),
        }
    }

    fn format(&self) -> Format {
        let value = self.meta.header("content-type").unwrap_or_default();
        let essence = value.split_once(';').map_or(value, |(essence, _)| essence);
        let essence = essence.trim();
        let suffix = || {
            let (kind, rest) = essence.split_once('/')?;
            let (_, suffix) = rest.rsplit_once('+')?;
            Some((kind, suffix))
        };
        let is = |text: &str, other: &str| text.eq_ignore_ascii_case(other);
        if is(essence, "text/event-stream") {
            Format::EventStream
        } else if is(essence, "application/json")
            || suffix().is_some_and(|(kind, suffix)| is(kind, "application") && is(suffix, "json"))
        {
            Format::Json
        } else {
            Format::Other
        }
    }

    /// Reads and decodes a response. Returns `None` if the body is an event stream, of which at most
    /// the start is read.
    pub(crate) async fn response(&mut self) -> Result<Option<Box<Response>>, Error> {
        self.check_encoding()?;
        if self.is_event_stream().await? {
            return Ok(None);
        }
        let body = self.read_json().await?;
        self.decode_response(body).map(Some)
    }

    pub(crate) fn error(&self, kind: ErrorKind, message: impl Into<String>) -> Error {
        self.locate(Error::new(kind, message))
    }

    /// Adds to an error the head of the response (with attempts, time and the credentials to redact)
    /// and the URL.
    pub(crate) fn locate(&self, error: Error) -> Error {
        error
            .with_meta(&self.meta)
            .at(|| self.request_line.to_string())
    }

    /// Returns the error for a failure that the server reported in `body`, although the status is 2XX.
    pub(crate) fn in_band(&self, message: &str, body: Bytes) -> Error {
        let now = self.deadline.clock().system_time();
        self.locate(Error::reported(ErrorKind::InBand, message, body))
            .with_hints(Some(now))
    }

    /// Reads the rest of the body. Fails if it is larger than `max_response_bytes`.
    async fn read(&mut self) -> Result<Bytes, Error> {
        let limit = self.max_response_bytes;
        self.check_content_length()?;
        let mut first: Option<Bytes> = None;
        let mut rest = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            let length = first.as_ref().map_or(0, Bytes::len) + rest.len();
            if chunk.len() > limit.saturating_sub(length) {
                return Err(self.too_large());
            }
            // A body in one chunk, as most are, is not copied.
            match (&first, rest.is_empty()) {
                (None, _) => first = Some(chunk),
                (Some(start), true) => {
                    rest.extend_from_slice(start);
                    rest.extend_from_slice(&chunk);
                    first = Some(Bytes::new());
                }
                (Some(_), false) => rest.extend_from_slice(&chunk),
            }
        }
        Ok(if rest.is_empty() {
            first.unwrap_or_default()
        } else {
            rest.freeze()
        })
    }

    pub(crate) fn too_large(&self) -> Error {
        let limit = self.max_response_bytes;
        let message = format!("the body is larger than max_response_bytes, {limit} bytes");
        self.error(ErrorKind::ResponseTooLarge, message)
    }

    /// Refuses a body whose `Content-Length` is above the limit before reading any of it.
    fn check_content_length(&self) -> Result<(), Error> {
        let length = self.meta.header("content-length");
        let length = length.and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.max_response_bytes as u64) {
            return Err(self.too_large());
        }
        Ok(())
    }

    /// Returns the next chunk that is not empty, within the idle timeout and the total timeout.
    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        poll_fn(|cx| self.poll_chunk(cx)).await
    }

    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Error>> {
        if self.deadline.is_aborted() {
            return Poll::Ready(Err(self.locate(Error::aborted())));
        }
        if let Some(chunk) = self.ahead.take() {
            return Poll::Ready(Ok(Some(chunk)));
        }
        loop {
            match self.body.poll_chunk(cx) {
                Poll::Ready(Some(Ok(chunk))) if chunk.is_empty() => {}
                Poll::Ready(Some(Ok(chunk))) => {
                    self.idle.reset();
                    return Poll::Ready(Ok(Some(chunk)));
                }
                Poll::Ready(None) => return Poll::Ready(Ok(None)),
                Poll::Ready(Some(Err(error))) => {
                    let (kind, message) = if error.is_garbled() {
                        (ErrorKind::Decode, "the body cannot be decompressed")
                    } else {
                        (
                            ErrorKind::Transport,
                            "the connection broke before the end of the body",
                        )
                    };
                    let error = Error::new(kind, message).with_source(error.into_source());
                    return Poll::Ready(Err(self.locate(error)));
                }
                Poll::Pending => break,
            }
        }
        let interrupt = match self.deadline.poll(cx) {
            Poll::Ready(interrupt) => interrupt,
            Poll::Pending => match self.idle.poll(&**self.deadline.clock(), cx) {
                Poll::Ready(interrupt) => interrupt,
                Poll::Pending => return Poll::Pending,
            },
        };
        Poll::Ready(Err(self.locate(interrupt.into())))
    }

    /// Ends the current wait for an event, because one arrived.
    pub(crate) fn event_arrived(&mut self) {
        if let Some(timer) = &mut self.event_idle {
            timer.reset();
        }
    }

    /// Polls for the end of the limit between two events. Call it while the body has no bytes ready.
    pub(crate) fn poll_event_idle(&mut self, cx: &mut Context<'_>) -> Poll<Error> {
        let Some(timer) = &mut self.event_idle else {
            return Poll::Pending;
        };
        let interrupt = ready!(timer.poll(&**self.deadline.clock(), cx));
        Poll::Ready(self.locate(interrupt.into()))
    }

    /// Returns true if the body is an event stream, by its content type or, if that is another, by its
    /// first bytes. Reads no more than necessary to decide.
    async fn is_event_stream(&mut self) -> Result<bool, Error> {
        if self.format() == Format::EventStream {
            return Ok(true);
        }
        self.check_content_length()?;
        let mut sniffer = Sniffer::default();
        let mut undecided = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            let form = sniffer.push(&chunk);
            if form.is_some() && undecided.is_empty() {
                self.ahead = Some(chunk);
                return Ok(form == Some(Form::Events));
            }
            if chunk.len() > self.max_response_bytes.saturating_sub(undecided.len()) {
                return Err(self.too_large());
            }
            undecided.extend_from_slice(&chunk);
            if form.is_some() {
                self.ahead = Some(undecided.freeze());
                return Ok(form == Some(Form::Events));
            }
        }
        self.ahead = (!undecided.is_empty()).then(|| undecided.freeze());
        Ok(false)
    }

    /// Refuses a body that is still compressed.
    fn check_encoding(&self) -> Result<(), Error> {
        match self.meta.encoding() {
            None => Ok(()),
            Some(encoding) => {
                let message = format!(
                    "the server compressed the body ({}) without being asked; build with the feature for this encoding",
                    redact::line(encoding, 20)
                );
                Err(self.error(ErrorKind::Decode, message))
            }
        }
    }

    /// Reads the whole body of a response that cannot be a stream.
    pub(crate) async fn json(&mut self) -> Result<Bytes, Error> {
        self.check_encoding()?;
        self.read_json().await
    }

    /// Reads the whole body. Fails if it is JSON neither by its content type nor by its first byte.
    async fn read_json(&mut self) -> Result<Bytes, Error> {
        let format = self.format();
        let body = self.read().await?;
        let looks_like_json = body.get(sniff::blank(&body)) == Some(&b'{');
        match format {
            _ if body.is_empty() => {
                let message = format!("{} without a body", self.meta.status());
                Err(self.error(ErrorKind::Decode, message))
            }
            Format::Json => Ok(body),
            Format::Other if looks_like_json => Ok(body),
            _ => {
                let kind = self.meta.header("content-type").unwrap_or("none");
                let message = format!("the body is not JSON; its content type is {kind}");
                Err(self
                    .error(ErrorKind::Decode, redact::line(&message, 200))
                    .with_body(body))
            }
        }
    }

    /// Decodes a whole body as a response. Fails if the body reports a failure or is other JSON.
    pub(crate) fn decode_response(&self, body: Bytes) -> Result<Box<Response>, Error> {
        let response = match self.decode::<Box<Response>>(&body) {
            Ok(response) => response,
            Err(error) => {
                // The body of a failure may be damaged, or not an object.
                let reported = self.in_band("the server reported an error", body);
                return Err(if reported.has_error_member() {
                    reported
                } else {
                    error
                });
            }
        };
        if response.status == ResponseStatus::Failed {
            let error = self.in_band("the response failed", body);
            return Err(error.with_partial(*response));
        }
        if response.has_failed() {
            let error = self.in_band("the server reported an error", body);
            let is_begun = !response.id.is_empty() || !response.output.is_empty();
            return Err(if is_begun || response.is_finished() {
                error.with_partial(*response)
            } else {
                error
            });
        }
        if response.extra.get("type").is_some() {
            // Some servers send the event that would end a stream.
            let event = self.decode::<StreamEvent>(&body)?;
            if event.is_failure() {
                let error = self.in_band("the server reported a failure", body);
                return Err(match event.into_response() {
                    Some(partial) => error.with_partial(partial),
                    None => error,
                });
            }
        }
        if let Err(message) = self.recognize(&response, &body) {
            return Err(self.error(ErrorKind::Decode, message).with_body(body));
        }
        Ok(response)
    }

    /// Decodes a JSON body.
    pub(crate) fn decode<T: Wire>(&self, body: &Bytes) -> Result<T, Error> {
        let json = body.get(sniff::blank(body)..).unwrap_or_default();
        let decoded = orouter_wire::from_slice(json).or_else(|error| match error.kind() {
            // As in a stream, bytes that are not UTF-8 are replaced; the rest is decoded.
            DecodeErrorKind::Utf8 => orouter_wire::from_str(&String::from_utf8_lossy(json)),
            _ => Err(error),
        });
        decoded.map_err(|error| {
            self.error(ErrorKind::Decode, "the body cannot be decoded")
                .with_source(error)
                .with_body(body.clone())
        })
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.deadline.is_aborted()
    }
}
