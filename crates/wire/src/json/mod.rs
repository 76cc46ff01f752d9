//! JSON as text: a cursor that reads it and a writer that makes it.
//!
//! Nothing here knows of any wire type. [`Parser`] walks over a borrowed text once, without
//! building a tree; [`Writer`] appends compact text to a buffer. Both exist so that a value of
//! the wrong type can be taken back and kept as the exact text it was, which no visitor-style
//! reader allows.

mod bits;
mod number;
mod parser;
mod skip;
mod string;
mod writer;

pub use parser::{Mark, Parser, Step, Stop, Token};
pub use writer::Writer;

pub(crate) use parser::{Key, Segment};
pub(crate) use string::unescape;
