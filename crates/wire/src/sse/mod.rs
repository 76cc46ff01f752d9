//! Server-sent events without I/O: a decoder from bytes to events and an encoder from events to
//! bytes.
//!
//! [`Decoder`] follows the WHATWG algorithm and borrows events from its input. [`Encoder`] writes
//! frames into a buffer of the caller. Neither interprets the data: [`from_str`](crate::from_str)
//! decodes JSON, and [`assemble`](crate::assemble) builds a response from a stream.

mod decoder;
mod encoder;
mod event;
mod line;
mod pending;

pub use decoder::Decoder;
pub use encoder::Encoder;
pub use event::{Event, SseError};

#[cfg(test)]
mod tests;
