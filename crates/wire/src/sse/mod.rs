//! Server-sent events without I/O: bytes in, events out, and the other way round.
//!
//! [`Decoder`] follows the WHATWG algorithm and lends what it finds; [`Encoder`] writes frames
//! into a buffer that the caller owns. Neither knows what the data means: JSON is decoded by
//! [`from_str`](crate::from_str), and streams are put together by
//! [`assemble`](crate::assemble).

mod decoder;
mod encoder;
mod line;

pub use decoder::{Decoder, Event, SseError};
pub use encoder::Encoder;

#[cfg(test)]
mod tests;
