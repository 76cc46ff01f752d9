//! [`Frame`]: one frame of an event stream, decoded. An event that reports a failure becomes an
//! [`Error`] here.

use bytes::Bytes;
use orouter_wire::{EventClass, StreamEvent};

use crate::{
    error::{Error, ErrorKind},
    reader::ResponseReader,
};

/// A frame of an event stream, or the reason why there is none.
pub(super) enum Frame {
    Event(StreamEvent),
    /// An event that reports a failure, and the error made of it.
    FailureEvent(StreamEvent, Error),
    /// `[DONE]`.
    DoneMarker,
    /// An event without data, or a comment.
    Empty,
    /// The bytes received so far do not complete a frame.
    Incomplete,
    /// A frame that cannot be read. It ends the stream.
    Invalid(Error),
}

impl Frame {
    /// Decodes the data of an event. `name` is the event's name on the `event:` line.
    pub(super) fn decode(name: &str, data: &str, reader: &ResponseReader) -> Self {
        if data.is_empty() {
            return Self::Empty;
        }
        let body = || Bytes::copy_from_slice(data.as_bytes());
        let failure = || reader.in_band("the stream reported a failure", body());
        // Some services name a failure only on the `event:` line, not in the data.
        let is_named_error = name == "error";
        match orouter_wire::from_str::<StreamEvent>(data) {
            Ok(event) => {
                let is_unknown = event.class() == EventClass::Unknown;
                if event.is_failure() || (is_named_error && is_unknown) {
                    Self::FailureEvent(event, failure())
                } else {
                    Self::Event(event)
                }
            }
            Err(error) => {
                // The failure may be plain text or damaged JSON.
                let failure = failure();
                Self::Invalid(if is_named_error || failure.has_error_member() {
                    failure
                } else {
                    reader
                        .error(ErrorKind::Decode, "an event of the stream is not JSON")
                        .with_source(error)
                        .with_body(body())
                })
            }
        }
    }
}
