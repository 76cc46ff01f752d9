//! Results of the decoder: a borrowed event or an error.

use std::fmt;

/// Event, borrowed from the [`Decoder`](super::Decoder) until its next call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// Value of the `event` field, or `"message"` if the field is absent or empty.
    pub event: &'a str,
    /// Values of the `data` fields, joined by line feeds. May be empty.
    pub data: &'a str,
    /// Last `id` in the stream up to this event, or an empty string.
    pub id: &'a str,
}

impl Event<'_> {
    /// Returns `true` for the `[DONE]` event with which some servers end a stream.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.data.len() < 16 && self.data.trim() == "[DONE]"
    }
}

/// Error of the decoder. Decoding can continue after it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SseError {
    /// An event exceeds the size limit. It is skipped; the next call continues with the event after
    /// it.
    TooLarge {
        /// Size limit in bytes.
        limit: usize,
    },
}

impl fmt::Display for SseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SseError::TooLarge { limit } => {
                write!(
                    f,
                    "one event of the stream is larger than the limit of {limit} bytes"
                )
            }
        }
    }
}

impl std::error::Error for SseError {}
