//! Checks of whole, recorded streams.

use std::fmt;

use bytes::Bytes;
use orouter_wire::assemble::Assembler;
use orouter_wire::sse::{Decoder, SseError};
use orouter_wire::{DecodeError, Response, StreamEvent};

use super::auditor::Auditor;
use super::finding::Finding;

/// The reason why the body of a recorded stream cannot be read.
#[derive(Debug)]
pub enum ReadError {
    /// The body is not an event stream.
    Frame(SseError),
    /// The data of an event is not JSON.
    Event(DecodeError),
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Frame(error) => write!(f, "not an event stream: {error}"),
            Self::Event(error) => write!(f, "an event is not JSON: {error}"),
        }
    }
}

impl std::error::Error for ReadError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Frame(error) => Some(error),
            Self::Event(error) => Some(error),
        }
    }
}

/// Reads the events of a recorded body. `[DONE]` is not an event; an event without the empty line
/// that ends it is, since recordings are cut there.
///
/// # Errors
///
/// The first frame or event that cannot be read.
pub fn read_events(body: impl Into<Bytes>) -> Result<Vec<StreamEvent>, ReadError> {
    let mut decoder = Decoder::new();
    decoder.push(body.into());
    let mut events = Vec::new();
    while let Some(event) = decoder.next().map_err(ReadError::Frame)? {
        if !event.is_done() {
            events.push(orouter_wire::from_str(event.data).map_err(ReadError::Event)?);
        }
    }
    if let Some(event) = decoder.take_unfinished().map_err(ReadError::Frame)? {
        if !event.is_done() {
            events.push(orouter_wire::from_str(event.data).map_err(ReadError::Event)?);
        }
    }
    Ok(events)
}

/// Returns every rule that a whole stream breaks; see [`Auditor`] for the rules.
#[must_use]
pub fn audit<'a>(events: impl IntoIterator<Item = &'a StreamEvent>) -> Vec<Finding> {
    let mut auditor = Auditor::new();
    for event in events {
        auditor.push(event);
    }
    auditor.finish()
}

/// Returns the response that a stream describes. `None` if the assembler makes different responses
/// of borrowed and of owned events, which is a defect of the assembler.
#[must_use]
pub fn assemble(events: impl IntoIterator<Item = StreamEvent>) -> Option<Response> {
    let (mut borrowed, mut owned) = (Assembler::new(), Assembler::new());
    for event in events {
        borrowed.push(&event);
        owned.push_owned(event);
    }
    let response = borrowed.into_response();
    (response == owned.into_response()).then_some(response)
}
