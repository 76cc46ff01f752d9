//! What the decoder gives: an event that is lent, or the reason why there is none.

use std::fmt;

/// An event, lent by the [`Decoder`](super::Decoder) until it is asked for the next one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event<'a> {
    /// The value of the `event` field; `"message"` where the stream gave none or an empty one.
    pub event: &'a str,
    /// The values of the `data` fields, joined by line feeds. May be empty.
    pub data: &'a str,
    /// The last `id` that the stream has set so far; empty when it never did.
    pub id: &'a str,
}

impl Event<'_> {
    /// Whether this is the `[DONE]` with which some servers end a stream.
    #[must_use]
    pub fn is_done(&self) -> bool {
        self.data.len() < 16 && self.data.trim() == "[DONE]"
    }
}

/// Why an event could not be given. The stream goes on after it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SseError {
    /// One event is larger than the limit. It is dropped up to its end; the next call goes on with
    /// the event after it.
    TooLarge {
        /// The limit that it went over, in bytes.
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
