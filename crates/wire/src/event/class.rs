//! [`EventClass`]: groups of events, for code that has to decide about every event.

/// The class of a [`StreamEvent`](super::StreamEvent), as
/// [`StreamEvent::class`](super::StreamEvent::class) returns it.
///
/// The enum is exhaustive on purpose. A new event belongs to one of these classes, so code that
/// matches on the class keeps deciding about every event. A new class is a breaking change.
///
/// ```
/// use orouter_wire::{EventClass, StreamEvent, TextDelta};
///
/// let event = StreamEvent::OutputTextDelta(TextDelta::new("msg_1", 0, 0, "Hi"));
/// assert_eq!(event.class(), EventClass::ContentDelta);
/// assert!(event.class().is_content() && !event.class().is_terminal());
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum EventClass {
    /// The response exists, waits or is in progress: `response.created`, `response.queued`,
    /// `response.in_progress`.
    Lifecycle,
    /// The response ended: `response.completed`, `response.incomplete`, `response.failed`,
    /// `response.cancelled`, `response.done`.
    Terminal,
    /// The stream failed: `error`, `response.error`, and a frame without a `type` whose `error` is
    /// an object or a string.
    Error,
    /// Shows only that the connection is alive: `keepalive`, `ping`, `response.keep_alive`.
    KeepAlive,
    /// Reports on the handling of the request and does not change the response: an attempt at a
    /// provider (`response.debug`), or input that the client sent meanwhile
    /// (`response.steer.accepted`, `response.steer.pending`, `response.steer.failed`).
    Debug,
    /// An item begins: `response.output_item.added`.
    ItemAdded,
    /// An item is complete: `response.output_item.done`.
    ItemDone,
    /// A part of an item begins: a content part, a part of a summary, a command, a panel model.
    PartAdded,
    /// A part of an item is complete. The part ends with this event.
    PartDone,
    /// Adds to an item's content: text, a refusal, reasoning, arguments, code, sound, an image, an
    /// annotation.
    ContentDelta,
    /// Repeats content as a whole, after its deltas.
    ContentDone,
    /// A tool that the provider runs changed its status.
    Progress,
    /// A type that this version does not know, or a frame that is not an event.
    Unknown,
}

impl EventClass {
    /// Returns `true` if the event is the last of its stream: [`Terminal`](Self::Terminal) and
    /// [`Error`](Self::Error).
    #[must_use]
    pub const fn is_terminal(self) -> bool {
        match self {
            Self::Terminal | Self::Error => true,
            Self::Lifecycle
            | Self::KeepAlive
            | Self::Debug
            | Self::ItemAdded
            | Self::ItemDone
            | Self::PartAdded
            | Self::PartDone
            | Self::ContentDelta
            | Self::ContentDone
            | Self::Progress
            | Self::Unknown => false,
        }
    }

    /// Returns `true` if the event carries output: it is about an item, or of an
    /// [`Unknown`](Self::Unknown) type and may be. A server that has sent such an event cannot
    /// fall back to another provider without a break that the client sees.
    #[must_use]
    pub const fn is_content(self) -> bool {
        match self {
            Self::ItemAdded
            | Self::ItemDone
            | Self::PartAdded
            | Self::PartDone
            | Self::ContentDelta
            | Self::ContentDone
            | Self::Progress
            | Self::Unknown => true,
            Self::Lifecycle | Self::Terminal | Self::Error | Self::KeepAlive | Self::Debug => false,
        }
    }
}
