//! Events to a response, a response to events, and whether a stream keeps the rules.
//!
//! * [`Assembler`] puts the events of a stream together, tolerantly; what it has is there at any
//!   moment.
//! * [`events_of`] gives the events with which a whole response is streamed, [`events_of_item`]
//!   those of one item.
//! * [`Auditor`] names every rule that a stream breaks.
//!
//! How events are framed is in [`crate::sse`], what they hold in [`crate::event`].

mod apply;
mod assembler;
mod audit;
mod base64;
mod calls;
mod emit;
mod fill;
mod finding;
mod grow;
mod identity;
mod locate;
mod merge;
mod order;
mod parts;
mod places;
mod seen;
mod text;
mod touch;

pub use assembler::Assembler;
pub use audit::Auditor;
pub use emit::{Events, events_of, events_of_item};
pub use finding::{Finding, Violation};

#[cfg(test)]
mod new_text_tests;
#[cfg(test)]
mod shared_index_tests;
#[cfg(test)]
mod tests;
