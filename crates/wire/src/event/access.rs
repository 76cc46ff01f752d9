//! Access to events of all kinds, beside the methods that the table defines.

use super::class::EventClass;
use super::table::StreamEvent;

impl StreamEvent {
    /// Sets the event's number in the stream and returns the event.
    #[must_use]
    pub fn numbered(mut self, number: u32) -> Self {
        self.set_sequence_number(number);
        self
    }

    /// Returns `true` if the event is the last of its stream: the response completed, was cut
    /// short, failed or was cancelled, or the stream itself failed.
    pub fn is_terminal(&self) -> bool {
        self.class().is_terminal()
    }

    /// Returns `true` if the event shows only that the connection is alive.
    pub fn is_keepalive(&self) -> bool {
        self.class() == EventClass::KeepAlive
    }

    /// Returns the text of `response.output_text.delta` and `response.content_part.delta`.
    ///
    /// Some servers send text only in other events, and a content part may be a refusal:
    /// [`Assembler::new_text`](crate::assemble::Assembler::new_text) handles both and misses no
    /// text.
    pub fn text_delta(&self) -> Option<&str> {
        if let Self::OutputTextDelta(event) = self {
            return Some(&event.delta);
        }
        if let Self::ContentPartDelta(event) = self {
            return Some(&event.delta);
        }
        None
    }
}
