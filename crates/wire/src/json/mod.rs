//! JSON as text: a cursor that reads it and a writer that makes it.
//!
//! Nothing here knows of any wire type. [`Parser`] walks over a borrowed text once, without
//! building a tree; [`Writer`] appends compact text to a buffer. Both exist so that a value of
//! the wrong type can be taken back and kept as the exact text it was, which no visitor-style
//! reader allows.

mod bits;
mod cursor;
mod error;
mod lines;
mod number;
mod scan;
mod skip;
mod string;
mod token;
mod walk;
mod writer;

pub use cursor::{Mark, Parsed, Parser, Stop};
pub use error::{DecodeError, DecodeErrorKind};
pub use token::Token;
pub use writer::Writer;

pub(crate) use lines::in_one_line;
pub(crate) use string::unescape;
pub(crate) use token::Segment;
pub(crate) use walk::Key;
