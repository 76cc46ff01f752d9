//! Why a text could not be decoded, and where.
//!
//! Only text that is not JSON, or whose root is of another JSON type than what was asked for,
//! is an error. A member of the wrong type is not: it is kept raw.

use std::fmt::{self, Write as _};

use super::token::{Segment, Token};

/// Why decoding failed, and where in the text.
///
/// Its `Display` is one line and repeats nothing of the text, so that it can be logged:
///
/// ```
/// let error = orouter_wire::from_str::<Vec<f64>>("[1,\n 2,, 3]").unwrap_err();
/// assert_eq!(error.to_string(), "expected a value at line 2 column 4, in [2]");
/// assert_eq!((error.offset(), error.line(), error.column()), (7, 2, 4));
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct DecodeError(Box<Inner>);

#[derive(Clone, PartialEq, Eq)]
struct Inner {
    fault: Fault,
    offset: usize,
    line: usize,
    column: usize,
    path: String,
}

/// What kind of failure a [`DecodeError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DecodeErrorKind {
    /// The text breaks JSON's grammar.
    Syntax,
    /// The text ends in the middle of a value: it may have been cut off.
    UnexpectedEnd,
    /// The bytes are not UTF-8.
    Utf8,
    /// The text is JSON, but its root is of another JSON type than what was asked for.
    Root,
}

/// The exact reason.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    End,
    Value,
    Key,
    Colon,
    ObjectEnd,
    ArrayEnd,
    Literal,
    Number,
    Escape,
    Control,
    Trailing,
    Utf8,
    Root {
        expected: &'static str,
        found: Token,
    },
}

impl DecodeError {
    pub(crate) fn new(fault: Fault, text: &str, offset: usize, path: &[Segment]) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        Self::at(fault, before, path)
    }

    /// The bytes are not UTF-8; all before the first bad one are given as text.
    pub(crate) fn utf8(before: &str) -> Self {
        Self::at(Fault::Utf8, before, &[])
    }

    fn at(fault: Fault, before: &str, path: &[Segment]) -> Self {
        let line_start = memchr::memrchr(b'\n', before.as_bytes()).map_or(0, |at| at + 1);
        DecodeError(Box::new(Inner {
            fault,
            offset: before.len(),
            line: memchr::memchr_iter(b'\n', before.as_bytes()).count() + 1,
            column: before
                .get(line_start..)
                .map_or(0, |line| line.chars().count())
                + 1,
            path: path_text(path),
        }))
    }

    /// What kind of failure this is.
    #[must_use]
    pub fn kind(&self) -> DecodeErrorKind {
        match self.0.fault {
            Fault::End => DecodeErrorKind::UnexpectedEnd,
            Fault::Utf8 => DecodeErrorKind::Utf8,
            Fault::Root { .. } => DecodeErrorKind::Root,
            _ => DecodeErrorKind::Syntax,
        }
    }

    /// Where in the text, in bytes from its start.
    #[must_use]
    pub fn offset(&self) -> usize {
        self.0.offset
    }

    /// The line, counted from 1.
    #[must_use]
    pub fn line(&self) -> usize {
        self.0.line
    }

    /// The column in characters, counted from 1.
    #[must_use]
    pub fn column(&self) -> usize {
        self.0.column
    }

    /// The path to the innermost typed member around the failure, as in
    /// `output[2].content[0].text`; empty at the root. Members whose names came from the
    /// input and not from our types are shown as `*`.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.0.path
    }
}

fn path_text(path: &[Segment]) -> String {
    let mut out = String::new();
    for segment in path {
        if !out.is_empty() && !matches!(segment, Segment::Index(_)) {
            out.push('.');
        }
        match segment {
            Segment::Field(name) => out.push_str(name),
            // Writing to a String does not fail.
            Segment::Index(index) => drop(write!(out, "[{index}]")),
            Segment::Any => out.push('*'),
        }
    }
    out
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner {
            fault,
            line,
            column,
            path,
            ..
        } = &*self.0;
        match fault {
            Fault::End => f.write_str("the text ends too early")?,
            Fault::Value => f.write_str("expected a value")?,
            Fault::Key => f.write_str("expected a member name in quotes")?,
            Fault::Colon => f.write_str("expected a colon")?,
            Fault::ObjectEnd => f.write_str("expected a comma or the end of the object")?,
            Fault::ArrayEnd => f.write_str("expected a comma or the end of the array")?,
            Fault::Literal => f.write_str("expected true, false or null")?,
            Fault::Number => f.write_str("malformed number")?,
            Fault::Escape => f.write_str("malformed escape in a string")?,
            Fault::Control => f.write_str("control character in a string")?,
            Fault::Trailing => f.write_str("more text after the end of the value")?,
            Fault::Utf8 => f.write_str("not UTF-8")?,
            Fault::Root { expected, found } => {
                write!(f, "expected {expected}, found {}", found.name())?;
            }
        }
        write!(f, " at line {line} column {column}")?;
        if path.is_empty() {
            Ok(())
        } else {
            write!(f, ", in {path}")
        }
    }
}

impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeError")
            .field("kind", &self.kind())
            .field("reason", &self.to_string())
            .field("offset", &self.offset())
            .finish()
    }
}

impl std::error::Error for DecodeError {}
