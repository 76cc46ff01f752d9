//! `Reply`: one scripted outcome of a `ReplayTransport`.

use std::{
    collections::VecDeque,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use futures_core::Stream;
use http::StatusCode;
use orouter_wire::Response;

use super::rendering::{Numbers, frame, render};
use crate::{
    clock::Clock,
    send::BoxFuture,
    transport::{Body, HttpRequest, HttpResponse, TransportError},
};

/// The outcome of one request: a response, a failure, or silence.
///
/// | Constructor | Reply |
/// |---|---|
/// | [`text`](Self::text), [`refusal`](Self::refusal), [`tool_call`](Self::tool_call), [`tool_calls`](Self::tool_calls), [`response`](Self::response) | of a model, as a body or a stream, as the request asks for |
/// | [`json`](Self::json), [`events`](Self::events), [`error`](Self::error), [`status`](Self::status) | of a server, as written |
/// | [`refuse`](Self::refuse), [`reset`](Self::reset), [`never`](Self::never) | none |
///
/// # Example
///
/// A stream that breaks after its first event, and one that hangs:
///
/// ```
/// use orouter_http::testing::Reply;
///
/// let created = r#"{"type":"response.created","response":{"id":"resp_1"}}"#;
/// let broken = Reply::events([created]).then_break();
/// let hanging = Reply::events([created]).then_hang();
/// # let _ = (broken, hanging);
/// ```
///
/// A model that calls a function, and then responds with text:
///
/// ```
/// use orouter_http::testing::{Reply, ReplayTransport};
///
/// let transport = ReplayTransport::new([
///     Reply::tool_call("get_weather", r#"{"city":"Paris"}"#),
///     Reply::text("It is sunny."),
/// ]);
/// # let _ = transport;
/// ```
#[derive(Clone, Debug)]
pub struct Reply(Kind);

#[derive(Clone, Debug)]
enum Kind {
    Respond(Script),
    /// No connection.
    Refuse,
    /// The connection breaks after the request was sent.
    Reset,
    /// Silence.
    Never,
}

#[derive(Clone, Debug)]
struct Script {
    status: StatusCode,
    headers: Vec<(String, String)>,
    chunks: Vec<Chunk>,
    delay: Duration,
}

#[derive(Clone, Debug)]
enum Chunk {
    Bytes(Bytes),
    /// A response of a model, rendered for the request.
    Response(Box<Response>),
    Pause(Duration),
    Break,
    Hang,
}

impl Reply {
    /// Returns a response with this status, without headers and body. An invalid status becomes 500.
    #[must_use]
    pub fn status(status: u16) -> Self {
        Self(Kind::Respond(Script {
            status: StatusCode::from_u16(status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR),
            headers: Vec::new(),
            chunks: Vec::new(),
            delay: Duration::ZERO,
        }))
    }

    /// Returns a 200 response with this JSON.
    #[must_use]
    pub fn json(body: impl Into<Bytes>) -> Self {
        Self::status(200)
            .header("content-type", "application/json")
            .body(body)
    }

    /// Returns a response with an error status and this JSON.
    #[must_use]
    pub fn error(status: u16, body: impl Into<Bytes>) -> Self {
        Self::status(status)
            .header("content-type", "application/json")
            .body(body)
    }

    /// Returns a 200 response with a stream of events, one chunk each. Every item is the JSON of an
    /// event's data.
    #[must_use]
    pub fn events<D: AsRef<str>>(events: impl IntoIterator<Item = D>) -> Self {
        let mut reply = Self::status(200).header("content-type", "text/event-stream");
        for data in events {
            reply = reply.body(frame(data.as_ref()));
        }
        reply
    }

    /// Refuses the connection.
    #[must_use]
    pub fn refuse() -> Self {
        Self(Kind::Refuse)
    }

    /// Breaks the connection after the request was sent and before the response head.
    #[must_use]
    pub fn reset() -> Self {
        Self(Kind::Reset)
    }

    /// Never responds.
    #[must_use]
    pub fn never() -> Self {
        Self(Kind::Never)
    }

    /// Adds a header.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        self.change(|script| script.headers.push((name.to_owned(), value.to_owned())))
    }

    /// Adds a chunk to the body.
    #[must_use]
    pub fn body(self, chunk: impl Into<Bytes>) -> Self {
        let chunk = chunk.into();
        self.change(|script| script.chunks.push(Chunk::Bytes(chunk)))
    }

    /// Waits for `time` on the transport's clock before the response head.
    #[must_use]
    pub fn delay(self, time: Duration) -> Self {
        self.change(|script| script.delay = time)
    }

    /// Waits for `time` on the transport's clock before the next chunk.
    #[must_use]
    pub fn then_pause(self, time: Duration) -> Self {
        self.change(|script| script.chunks.push(Chunk::Pause(time)))
    }

    /// Breaks the connection after the chunks so far.
    #[must_use]
    pub fn then_break(self) -> Self {
        self.change(|script| script.chunks.push(Chunk::Break))
    }

    /// Sends nothing after the chunks so far, and never ends the body.
    #[must_use]
    pub fn then_hang(self) -> Self {
        self.change(|script| script.chunks.push(Chunk::Hang))
    }

    fn change(mut self, change: impl FnOnce(&mut Script)) -> Self {
        if let Kind::Respond(script) = &mut self.0 {
            change(script);
        }
        self
    }

    pub(super) fn with_response(self, response: Response) -> Self {
        let response = Box::new(response);
        self.change(|script| script.chunks.push(Chunk::Response(response)))
    }

    pub(super) fn change_response(self, change: impl FnOnce(&mut Response)) -> Self {
        self.change(|script| {
            let response = script.chunks.iter_mut().find_map(|chunk| match chunk {
                Chunk::Response(response) => Some(response),
                Chunk::Bytes(_) | Chunk::Pause(_) | Chunk::Break | Chunk::Hang => None,
            });
            if let Some(response) = response {
                change(response);
            }
        })
    }

    /// Renders the responses of models in the form that the request asks for.
    pub(super) fn rendered_for(
        self,
        request: &HttpRequest,
        clock: &dyn Clock,
        numbers: &mut Numbers,
    ) -> Self {
        self.change(|script| {
            for chunk in std::mem::take(&mut script.chunks) {
                let Chunk::Response(response) = chunk else {
                    script.chunks.push(chunk);
                    continue;
                };
                let rendered = render(*response, request, clock.system_time(), numbers);
                let mut headers = script.headers.iter();
                if !headers.any(|(name, _)| name.eq_ignore_ascii_case("content-type")) {
                    let header = ("content-type".to_owned(), rendered.content_type.to_owned());
                    script.headers.push(header);
                }
                script
                    .chunks
                    .extend(rendered.chunks.into_iter().map(Chunk::Bytes));
            }
        })
    }

    pub(super) async fn play(self, clock: Arc<dyn Clock>) -> Result<HttpResponse, TransportError> {
        let script = match self.0 {
            Kind::Refuse => return Err(TransportError::connect("connection refused")),
            Kind::Reset => return Err(TransportError::exchange("connection reset")),
            Kind::Never => std::future::pending().await,
            Kind::Respond(script) => script,
        };
        if !script.delay.is_zero() {
            clock.sleep(script.delay).await;
        }
        let mut response = HttpResponse::new(script.status);
        for (name, value) in &script.headers {
            response = response.header(name, value);
        }
        let chunks = Chunks {
            clock,
            left: script.chunks.into(),
            pause: None,
        };
        Ok(response.body(Body::from_stream(chunks)))
    }
}

struct Chunks {
    clock: Arc<dyn Clock>,
    left: VecDeque<Chunk>,
    pause: Option<BoxFuture<'static, ()>>,
}

impl Stream for Chunks {
    type Item = Result<Bytes, TransportError>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        loop {
            if let Some(pause) = &mut self.pause {
                ready!(pause.as_mut().poll(cx));
                self.pause = None;
            }
            return Poll::Ready(match self.left.pop_front() {
                Some(Chunk::Bytes(bytes)) => Some(Ok(bytes)),
                // `rendered_for` has replaced it.
                Some(Chunk::Response(_)) => continue,
                Some(Chunk::Pause(time)) => {
                    self.pause = Some(self.clock.sleep(time));
                    continue;
                }
                Some(Chunk::Break) => Some(Err(TransportError::exchange("connection reset"))),
                Some(Chunk::Hang) => {
                    self.left.push_front(Chunk::Hang);
                    return Poll::Pending;
                }
                None => None,
            });
        }
    }
}
