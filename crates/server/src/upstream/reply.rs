//! [`Reply`]: the body of a success as events.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;
use http::HeaderMap;
use http::header::CONTENT_TYPE;
use orouter_http::redact::Secrets;
use orouter_http::transport::Body;
use orouter_http::{IdleTimer, TokioClock};
use orouter_protocols::{ReplyReader, StreamTranslator, UpstreamEvent};
use orouter_wire::sse::Decoder;

use super::body_form::BodyForm;
use super::encrypted::Issuers;
use super::error_reply;
use crate::failure::Failure;

/// Maximum size of a whole body and of one event, in bytes.
const MAX_BODY_BYTES: usize = 32 << 20;
const MAX_EVENT_BYTES: usize = 16 << 20;

/// Maximum number of blank bytes before the first byte that tells the form of the body.
const MAX_BLANK_BYTES: usize = 64 << 10;

/// Maximum number of bytes, and maximum time, that are spent after the last event to read the end
/// of the body, so that the connection can be reused.
const REST_BYTES: usize = 64 << 10;
const REST_TIME: Duration = Duration::from_millis(100);

/// The party that a reply comes from.
#[derive(Clone)]
pub(super) struct Source {
    /// Name of the provider.
    pub(super) provider: Arc<str>,
    /// Name of the endpoint, for [`Issuers`].
    pub(super) endpoint: Arc<str>,
    /// The credentials of the request, which no failure may quote.
    pub(super) secrets: Arc<Secrets>,
    pub(super) issuers: Arc<Issuers>,
}

/// The body of a success as events.
///
/// Reads from the connection when it is polled. Dropping it before the last event closes the
/// connection, which stops the upstream.
pub(super) struct Reply {
    source: Source,
    /// `None` once the end was read or the body failed.
    body: Option<Body>,
    idle: IdleTimer,
    idle_limit: Duration,
    announced: Option<BodyForm>,
    reader: Arc<dyn ReplyReader>,
    state: State,
    /// Events that were not returned yet, the next one last.
    ready: Vec<UpstreamEvent>,
}

#[expect(
    clippy::large_enum_variant,
    reason = "the large variant is the usual one, and a reply has one state"
)]
enum State {
    /// The form of the body is not known. Holds its first bytes.
    Start(BytesMut),
    Events(Decoder, Box<dyn StreamTranslator>),
    Whole(BytesMut),
    /// All events are in `ready`.
    Complete,
    /// The last event or a failure was returned.
    Ended,
}

impl Reply {
    pub(super) fn new(
        source: Source,
        headers: &HeaderMap,
        body: Body,
        reader: Arc<dyn ReplyReader>,
        idle_limit: Duration,
    ) -> Self {
        let content_type = headers.get(CONTENT_TYPE);
        let content_type = content_type.and_then(|value| value.to_str().ok());
        let limit = Some(idle_limit).filter(|limit| !limit.is_zero());
        Self {
            source,
            body: Some(body),
            idle: IdleTimer::new(limit, &TokioClock),
            idle_limit,
            announced: content_type.and_then(BodyForm::from_content_type),
            reader,
            state: State::Start(BytesMut::new()),
            ready: Vec::new(),
        }
    }

    /// Puts back an event that was taken: it is the next one. Several are put back in reverse order.
    pub(super) fn put_back(&mut self, event: UpstreamEvent) {
        self.ready.push(event);
    }

    /// Takes the bytes that have arrived.
    fn push(&mut self, chunk: Bytes) -> Result<(), Failure> {
        match &mut self.state {
            State::Start(start) => {
                // Nearly always the first chunk decides, and is not copied.
                let chunk = match start.is_empty() {
                    true => chunk,
                    false => {
                        start.extend_from_slice(&chunk);
                        start.split().freeze()
                    }
                };
                match BodyForm::from_start(self.announced, &chunk) {
                    Some(BodyForm::Events) => {
                        let mut decoder = Decoder::with_limit(MAX_EVENT_BYTES);
                        let blank = chunk.iter().take_while(|byte| byte.is_ascii_whitespace());
                        decoder.push(chunk.slice(blank.count()..));
                        self.state = State::Events(decoder, self.reader.stream());
                    }
                    Some(BodyForm::Whole) => {
                        self.state = State::Whole(BytesMut::new());
                        return self.push(chunk);
                    }
                    None if chunk.len() > MAX_BLANK_BYTES => {
                        return Err(self.failure("the provider's reply has no content"));
                    }
                    None => self.state = State::Start(BytesMut::from(&*chunk)),
                }
            }
            State::Events(decoder, _) => decoder.push(chunk),
            State::Whole(body) => {
                if chunk.len() > MAX_BODY_BYTES.saturating_sub(body.len()) {
                    return Err(self.failure("the provider's reply is too large"));
                }
                body.extend_from_slice(&chunk);
            }
            State::Complete | State::Ended => {}
        }
        Ok(())
    }

    /// Translates the events that have arrived, until one yields something. Returns `true` if more
    /// bytes are needed.
    fn translate(&mut self) -> Result<bool, Failure> {
        let State::Events(decoder, translator) = &mut self.state else {
            return Ok(!matches!(self.state, State::Complete | State::Ended));
        };
        while self.ready.is_empty() {
            match decoder.next() {
                Ok(Some(event)) if event.is_done() => {
                    translator.frame("", event.data, &mut self.ready);
                    translator.end(false, &mut self.ready);
                    self.state = State::Complete;
                    break;
                }
                Ok(Some(event)) => {
                    let name = Some(event.event).filter(|name| *name != "message");
                    translator.frame(name.unwrap_or_default(), event.data, &mut self.ready);
                    // The receiver may take its time; the buffer is free before.
                    decoder.release();
                }
                Ok(None) => return Ok(true),
                Err(_) => return Err(self.failure("an event of the provider is too large")),
            }
        }
        self.ready.reverse();
        Ok(false)
    }

    /// The body has ended, cleanly or not.
    fn finish(&mut self, cut: bool) -> Result<(), Failure> {
        match std::mem::replace(&mut self.state, State::Complete) {
            State::Events(mut decoder, mut translator) => {
                // The last event may lack its blank line.
                if !cut && let Ok(Some(event)) = decoder.take_unfinished() {
                    let name = Some(event.event).filter(|name| *name != "message");
                    translator.frame(name.unwrap_or_default(), event.data, &mut self.ready);
                }
                translator.end(cut, &mut self.ready);
                self.ready.reverse();
                Ok(())
            }
            State::Whole(body) if !cut => {
                let event = self.reader.body(&body.freeze());
                let event = event.map_err(|error| {
                    self.failure(&format!("the provider's reply cannot be read: {error}"))
                })?;
                self.ready.push(event);
                Ok(())
            }
            State::Whole(_) | State::Start(_) if cut => {
                Err(self.failure("the connection to the provider was lost during its reply"))
            }
            State::Whole(_) | State::Start(_) => {
                Err(self.failure("the provider's reply has no content"))
            }
            ended @ (State::Complete | State::Ended) => {
                self.state = ended;
                Ok(())
            }
        }
    }

    fn failure(&self, message: &str) -> Failure {
        error_reply::of_reply(&self.source.provider, message)
    }

    /// Polls for the next event or the failure.
    fn poll_event(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<UpstreamEvent, Failure>>> {
        loop {
            if let Some(event) = self.ready.pop() {
                let source = &self.source;
                let (provider, secrets) = (&*source.provider, &*source.secrets);
                let quoted = error_reply::of_quoted_secrets(provider, secrets, &event.event);
                if let Some(failure) = quoted {
                    return Poll::Ready(Some(Err(failure)));
                }
                source.issuers.record(&event.event, &source.endpoint);
                if event.event.is_terminal() {
                    self.state = State::Ended;
                    self.ready.clear();
                    self.read_rest();
                }
                return Poll::Ready(Some(Ok(event)));
            }
            match self.state {
                State::Ended => return Poll::Ready(None),
                State::Complete => {
                    let message = "the provider's stream ended before the response was complete";
                    return Poll::Ready(Some(Err(self.failure(message))));
                }
                State::Start(_) | State::Events(..) | State::Whole(_) => {}
            }
            match self.translate() {
                Ok(false) => continue,
                Ok(true) => {}
                Err(failure) => return Poll::Ready(Some(Err(failure))),
            }
            let outcome = match ready!(self.poll_chunk(cx)) {
                Some(Ok(chunk)) => self.push(chunk),
                Some(Err(Cut::Silent)) => {
                    let limit = self.idle_limit;
                    Err(error_reply::of_silence(&self.source.provider, limit))
                }
                Some(Err(Cut::Lost)) => self.finish(true),
                None => self.finish(false),
            };
            if let Err(failure) = outcome {
                return Poll::Ready(Some(Err(failure)));
            }
        }
    }

    /// Polls for the next bytes, at most as long as the idle timeout allows.
    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Cut>>> {
        let Some(body) = &mut self.body else {
            return Poll::Ready(None);
        };
        match body.poll_chunk(cx) {
            Poll::Ready(Some(Ok(chunk))) => {
                self.idle.reset();
                Poll::Ready(Some(Ok(chunk)))
            }
            Poll::Ready(Some(Err(_))) => {
                self.body = None;
                Poll::Ready(Some(Err(Cut::Lost)))
            }
            Poll::Ready(None) => {
                self.body = None;
                Poll::Ready(None)
            }
            Poll::Pending => {
                ready!(self.idle.poll(&TokioClock, cx));
                self.body = None;
                Poll::Ready(Some(Err(Cut::Silent)))
            }
        }
    }

    /// Reads the end of the body, so that the connection can be reused: first what has arrived
    /// already, and the rest in a task.
    fn read_rest(&mut self) {
        let Some(mut body) = self.body.take() else {
            return;
        };
        let mut left = REST_BYTES;
        let mut unused = Context::from_waker(Waker::noop());
        if poll_rest(&mut body, &mut left, &mut unused).is_ready() {
            return;
        }
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            runtime.spawn(async move {
                let rest = std::future::poll_fn(|cx| poll_rest(&mut body, &mut left, cx));
                // In either case the body is dropped, and the connection with it if it is not at
                // its end.
                let _ = tokio::time::timeout(REST_TIME, rest).await;
            });
        }
    }
}

/// Reads a body up to its end, an error, or the limit.
fn poll_rest(body: &mut Body, left: &mut usize, cx: &mut Context<'_>) -> Poll<()> {
    while let Some(Ok(chunk)) = ready!(body.poll_chunk(cx)) {
        let Some(less) = left.checked_sub(chunk.len()) else {
            break;
        };
        *left = less;
    }
    Poll::Ready(())
}

/// The reason why a body ended early.
enum Cut {
    /// The connection was lost.
    Lost,
    /// The idle timeout passed.
    Silent,
}

impl Stream for Reply {
    type Item = Result<UpstreamEvent, Failure>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let next = ready!(self.poll_event(cx));
        if matches!(next, Some(Err(_))) {
            self.state = State::Ended;
            self.ready.clear();
            self.body = None;
        }
        Poll::Ready(next)
    }
}
