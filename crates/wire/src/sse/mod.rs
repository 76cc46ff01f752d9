//! Server-sent events without I/O: bytes in, events out, and the other way round.
//!
//! [`Decoder`] follows the WHATWG algorithm and lends what it finds; [`Encoder`] writes frames
//! into a buffer that the caller owns. Neither knows what the data means: JSON is decoded by
//! [`from_str`](crate::from_str), and streams are put together by
//! [`assemble`](crate::assemble).

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
