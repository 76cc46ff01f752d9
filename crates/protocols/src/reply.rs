//! [`ReplyReader`], [`StreamTranslator`] and [`UpstreamEvent`]: the reply of an upstream as events of
//! the Responses API.

use std::fmt;

use bytes::Bytes;
use orouter_wire::StreamEvent;

use crate::json_text::Outline;

/// An event of the Responses API, made from the reply of an upstream.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UpstreamEvent {
    /// The event.
    pub event: StreamEvent,
    /// The text from which the event was decoded, if the event says the same as that text. The text
    /// may contain members that the types do not have, in its own order. `None` if the translator
    /// made or changed the event.
    pub original: Option<Original>,
}

/// The text from which an [`UpstreamEvent`] was decoded.
#[derive(Clone, Debug)]
pub enum Original {
    /// The JSON text of the event: the data of one frame.
    Event(Bytes),
    /// A whole response. The event is the terminal event with this response, without the members
    /// that repeat the request: a server knows them.
    Response(Outline),
}

impl UpstreamEvent {
    /// Wraps an event that a translator made.
    #[must_use]
    pub fn new(event: StreamEvent) -> Self {
        Self {
            event,
            original: None,
        }
    }

    /// Wraps an event that says the same as `original`.
    #[must_use]
    pub fn with_original(event: StreamEvent, original: Original) -> Self {
        Self {
            event,
            original: Some(original),
        }
    }
}

impl From<StreamEvent> for UpstreamEvent {
    fn from(event: StreamEvent) -> Self {
        Self::new(event)
    }
}

/// Turns the reply to one request into events. Created with the request by
/// [`Protocol::request`](crate::Protocol::request), because the names and kinds of tools in the reply
/// depend on it.
pub trait ReplyReader: fmt::Debug + Send + Sync {
    /// Returns a translator for the frames of a stream.
    fn stream(&self) -> Box<dyn StreamTranslator>;

    /// Turns a whole body of a success into the terminal event of its response:
    /// `response.completed`, `response.incomplete` or `response.failed`, or into an `error` event if
    /// the body reports a failure.
    ///
    /// # Errors
    /// If the body is not a reply of the protocol.
    fn body(&self, body: &Bytes) -> Result<UpstreamEvent, UnreadableReply>;
}

/// Turns the frames of one stream into events.
///
/// The events are items with their parts and deltas, then one terminal event or one `error` event.
/// The items have stable ids and `output_index`es, each content event belongs to an open item, and
/// the deltas of a text concatenate to its final value. `response.created` and
/// `response.in_progress` may be among the events. Sequence numbers have no meaning: the server sets
/// them last.
pub trait StreamTranslator: Send {
    /// Takes the data of one server-sent event and appends the events that it yields to `events`.
    /// `name` is the value of the frame's `event:` line, or empty. Data that cannot be read adds no
    /// content, and does not make a reply complete.
    fn frame(&mut self, name: &str, data: &str, events: &mut Vec<UpstreamEvent>);

    /// The stream has ended. Appends the events that are left. If the reply is not complete, no
    /// terminal event is among them. `cut` is `true` if the connection was lost: then the reply is
    /// complete only if nothing can be missing.
    fn end(&mut self, cut: bool, events: &mut Vec<UpstreamEvent>);
}

/// A body that is not a reply of the protocol.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnreadableReply {
    reason: String,
}

impl UnreadableReply {
    /// Creates the error. The reason must not contain text of the body.
    #[must_use]
    pub fn new(reason: impl Into<String>) -> Self {
        Self {
            reason: reason.into(),
        }
    }
}

impl fmt::Display for UnreadableReply {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.reason)
    }
}

impl std::error::Error for UnreadableReply {}
