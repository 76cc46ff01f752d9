//! Access to events of all kinds, beside the methods that the table defines; and the reading of
//! events of unknown kinds.

use super::class::EventClass;
use super::failure::ErrorEvent;
use super::table::StreamEvent;
use crate::error::{ErrorResponse, ErrorValue};
use crate::extra::Extra;
use crate::unknown::Unknown;
use crate::wire::from_str;

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

/// The class of an event without a known type.
pub(super) fn class_of_unknown(unknown: &Unknown) -> EventClass {
    if error_of_unknown(unknown).is_some() {
        EventClass::Error
    } else {
        EventClass::Unknown
    }
}

/// The number of an event without a known type.
pub(super) fn number_of_unknown(unknown: &Unknown) -> Option<u32> {
    let numbered: Numbered = from_str(unknown.raw().get()).ok()?;
    numbered.sequence_number
}

/// The error that a frame without a `type` reports.
pub(super) fn error_of_unknown(unknown: &Unknown) -> Option<ErrorEvent> {
    if unknown.kind().is_some() {
        return None;
    }
    let body: ErrorResponse = from_str(unknown.raw().get()).ok()?;
    match body.error {
        Some(ErrorValue::Unknown(_)) | None => None,
        error => Some(ErrorEvent {
            error,
            code: body.code,
            openrouter_metadata: body.openrouter_metadata,
            request_id: body.request_id,
            ..ErrorEvent::default()
        }),
    }
}

/// The one member that an event of an unknown kind is read for.
#[derive(CloneEq, Debug, Default, Wire)]
struct Numbered {
    sequence_number: Option<u32>,
    extra: Extra,
}
