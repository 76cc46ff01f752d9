//! Conversion of events to a response, and of a response to events.
//!
//! * [`Assembler`] builds a response from the events of a stream. It tolerates missing and
//!   contradictory events and returns a snapshot of the response at any time.
//! * [`events_of`] returns the events with which a whole response is streamed, [`events_of_item`]
//!   those of one item.
//!
//! [`crate::event`] holds the events, [`crate::sse`] their framing.

mod apply;
mod assembler;
mod base64;
mod calls;
mod emit;
mod fill;
mod grow;
mod identity;
mod locate;
mod merge;
mod order;
mod parts;
mod places;
mod text;

pub use assembler::Assembler;
pub use emit::{Events, events_of, events_of_item};
