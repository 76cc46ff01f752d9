//! The head of a success, and reading a body whole.

use std::task::Poll;

use bytes::{Bytes, BytesMut};
use orouter_wire::{
    DecodeErrorKind, Extra, Raw, Response, ResponseObject, ResponseStatus, StreamEvent, Wire,
};

use orouter_http::{Deadline, IdleTimer, redact};

use crate::{
    call::Place,
    error::{Error, ErrorKind},
    meta::Meta,
    sniff::{self, Form, Sniffer},
    transport::Body,
};

/// A success whose body is still to be read.
pub(crate) struct Answer {
    pub(crate) meta: Meta,
    pub(crate) body: Body,
    /// The start of the body, if it was read to find out the body's form.
    pub(crate) ahead: Option<Bytes>,
    pub(crate) watch: Deadline,
    pub(crate) idle: IdleTimer,
    pub(crate) place: Place,
    pub(crate) max_response_bytes: usize,
    pub(crate) max_event_bytes: usize,
}

/// How the server says that an answer is to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    Json,
    EventStream,
    /// No content type, or one that this crate does not read.
    Other,
}

impl Answer {
    pub(crate) fn format(&self) -> Format {
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

    pub(crate) fn error(&self, kind: ErrorKind, what: impl Into<String>) -> Error {
        self.locate(Error::new(kind, what))
    }

    pub(crate) fn locate(&self, error: Error) -> Error {
        error.with_meta(&self.meta).at(|| self.place.to_string())
    }

    /// Reads the rest of the body, at most `max_response_bytes` of it.
    pub(crate) async fn read(&mut self) -> Result<Bytes, Error> {
        let limit = self.max_response_bytes;
        self.check_announced()?;
        let mut first: Option<Bytes> = None;
        let mut rest = BytesMut::new();
        while let Some(chunk) = self.chunk().await? {
            let length = first.as_ref().map_or(0, Bytes::len) + rest.len();
            if chunk.len() > limit.saturating_sub(length) {
                return Err(self.too_large());
            }
            // A body that comes in one piece, as most do, is not copied.
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
        let what = format!("the answer is larger than {limit} bytes");
        self.error(ErrorKind::ResponseTooLarge, what)
    }

    /// Refuses a body whose `Content-Length` is above the limit, before any of it is read.
    fn check_announced(&self) -> Result<(), Error> {
        let length = self.meta.header("content-length");
        let length = length.and_then(|length| length.parse::<u64>().ok());
        if length.is_some_and(|length| length > self.max_response_bytes as u64) {
            return Err(self.too_large());
        }
        Ok(())
    }

    /// The next chunk that is not empty, under the limits on silence and on the whole.
    async fn chunk(&mut self) -> Result<Option<Bytes>, Error> {
        std::future::poll_fn(|cx| self.poll_chunk(cx)).await
    }

    pub(crate) fn poll_chunk(
        &mut self,
        cx: &mut std::task::Context<'_>,
    ) -> Poll<Result<Option<Bytes>, Error>> {
        if self.watch.is_aborted() {
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
                    let (kind, what) = if error.is_garbled() {
                        (ErrorKind::Decode, "the answer cannot be decompressed")
                    } else {
                        (ErrorKind::Transport, "the connection broke mid-answer")
                    };
                    let error = Error::new(kind, what).with_source(error.into_source());
                    return Poll::Ready(Err(self.locate(error)));
                }
                Poll::Pending => break,
            }
        }
        let interrupt = match self.watch.poll(cx) {
            Poll::Ready(interrupt) => interrupt,
            Poll::Pending => match self.idle.poll(&**self.watch.clock(), cx) {
                Poll::Ready(interrupt) => interrupt,
                Poll::Pending => return Poll::Pending,
            },
        };
        Poll::Ready(Err(self.locate(interrupt.into())))
    }

    /// True if the body is an event stream: its content type says so, or the content type is
    /// another and the first bytes say so. Reads no more than it takes to decide.
    pub(crate) async fn is_event_stream(&mut self) -> Result<bool, Error> {
        if self.format() == Format::EventStream {
            return Ok(true);
        }
        self.check_announced()?;
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

    /// Reads the body whole, as a response.
    pub(crate) async fn response(mut self) -> Result<Box<Response>, Error> {
        let body = self.json().await?;
        self.whole(body)
    }

    /// What a body is that has come whole and should be a response.
    pub(crate) fn whole(&self, body: Bytes) -> Result<Box<Response>, Error> {
        let response = match self.decode::<Box<Response>>(&body) {
            Ok(response) => response,
            Err(error) => {
                // A failure may be told in words that are damaged, or not as an object.
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
            // Some send what would have been a stream's last event.
            let event = self.decode::<StreamEvent>(&body)?;
            if event.is_failure() {
                let error = self.in_band("the server reported a failure", body);
                return Err(match event.into_response() {
                    Some(partial) => error.with_partial(partial),
                    None => error,
                });
            }
        }
        if let Err(what) = self.recognize(&response, &body) {
            return Err(self.error(ErrorKind::Decode, what).with_body(body));
        }
        Ok(response)
    }

    /// Tells a response from other JSON, such as the answer of another API: nearly everything may be
    /// missing from one, but not all that marks it.
    fn recognize(&self, response: &Response, body: &Bytes) -> Result<(), String> {
        let status = &response.status;
        let said = match &response.object {
            _ if !response.output.is_empty() => return Ok(()),
            ResponseObject::Unknown(object) => Some(object.as_str()),
            _ if status.is_finished() || *status == ResponseStatus::Queued => return Ok(()),
            _ => None,
        };
        let marks = self.decode::<Marks>(body).unwrap_or_default();
        if marks.output.is_some() {
            return Ok(());
        }
        if let Some(object) = said {
            let object = redact::line(object, 60);
            return Err(format!(
                "the answer is no response but calls itself {object}"
            ));
        }
        let in_progress = marks.status.is_some() && *status == ResponseStatus::InProgress;
        if marks.object.is_some() || in_progress {
            Ok(())
        } else {
            Err("the answer is JSON and no response".to_owned())
        }
    }

    /// A compression that the transport has not undone is not to be read as text.
    pub(crate) fn check_encoding(&self) -> Result<(), Error> {
        match self.meta.encoding() {
            None => Ok(()),
            Some(encoding) => {
                let what = format!(
                    "the answer is compressed ({}), which was not asked for; build with the feature that reads it",
                    redact::line(encoding, 20)
                );
                Err(self.error(ErrorKind::Decode, what))
            }
        }
    }

    /// Reads the body whole. A body that is JSON neither by its content type nor by its first
    /// byte is an error.
    pub(crate) async fn json(&mut self) -> Result<Bytes, Error> {
        self.check_encoding()?;
        let format = self.format();
        let body = self.read().await?;
        let looks_like_json = body.get(sniff::blank(&body)) == Some(&b'{');
        match format {
            _ if body.is_empty() => {
                let what = format!("{} without a body", self.meta.status());
                Err(self.error(ErrorKind::Decode, what))
            }
            Format::Json => Ok(body),
            Format::Other if looks_like_json => Ok(body),
            _ => {
                let kind = self.meta.header("content-type").unwrap_or("none");
                let what = format!("the answer is not JSON; its content type is {kind}");
                Err(self
                    .error(ErrorKind::Decode, redact::line(&what, 200))
                    .with_body(body))
            }
        }
    }

    pub(crate) fn decode<T: orouter_wire::Wire>(&self, body: &Bytes) -> Result<T, Error> {
        let json = body.get(sniff::blank(body)..).unwrap_or_default();
        let decoded = orouter_wire::from_slice(json).or_else(|error| match error.kind() {
            // As in a stream, a byte that is no UTF-8 costs a character and not the answer.
            DecodeErrorKind::Utf8 => orouter_wire::from_str(&String::from_utf8_lossy(json)),
            _ => Err(error),
        });
        decoded.map_err(|error| {
            self.error(ErrorKind::Decode, "the answer cannot be read")
                .with_source(error)
                .with_body(body.clone())
        })
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.watch.is_aborted()
    }

    pub(crate) fn in_band(&self, what: &str, body: Bytes) -> Error {
        let now = self.watch.clock().system_time();
        self.locate(Error::reported(ErrorKind::InBand, what, body))
            .with_hints(Some(now))
    }
}

/// What marks an object as a response. The wire's type cannot tell a default from what was said.
#[derive(Clone, Default, PartialEq, Wire)]
struct Marks {
    object: Option<String>,
    status: Option<String>,
    output: Option<Vec<Raw>>,
    extra: Extra,
}
