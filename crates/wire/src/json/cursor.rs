//! [`Parser`]: the cursor, its position and the token under it.
//!
//! The files that use it add methods: arrays and objects are in `walk.rs`, strings in `string.rs`,
//! numbers in `number.rs`, skipped values in `skip.rs`.

use super::error::Fault;
use super::token::{Segment, Token};

/// The reason why no value was parsed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The value is not of the type that was asked for. The cursor may stand anywhere in it:
    /// go back with [`Parser::rewind`] and keep it raw.
    Mismatch,
    /// The text is not JSON. The parser holds the reason.
    Fault,
}

/// The result of parsing a piece of the text.
pub type Parsed<T> = Result<T, Stop>;

/// A place in the text to which the cursor can go back.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    at: usize,
    depth: u32,
    lossy: bool,
}

/// A cursor over one JSON text.
///
/// It hands out nothing but what is asked for: a caller looks at [`token`](Parser::token), then
/// takes a value of that type. Methods that take a value give [`Stop::Mismatch`] when another
/// type stands there.
///
/// ```
/// use orouter_wire::json::{Parser, Token};
///
/// let mut parser = Parser::new(r#"  "hi\n" "#);
/// assert_eq!(parser.token(), Token::String);
/// assert_eq!(parser.string().unwrap(), "hi\n");
/// ```
#[derive(Debug)]
pub struct Parser<'a> {
    pub(super) text: &'a str,
    pub(super) bytes: &'a [u8],
    pub(super) at: usize,
    pub(super) depth: u32,
    /// A string was taken whose exact text cannot be a Rust string.
    pub(crate) lossy: bool,
    pub(super) fault: Option<Fault>,
    /// The path to the fault, innermost first.
    pub(super) path: Vec<Segment>,
}

impl Mark {
    /// The place itself.
    #[inline]
    pub(crate) fn at(self) -> usize {
        self.at
    }
}

impl<'a> Parser<'a> {
    /// A cursor at the start of the text. A byte order mark there is passed over.
    #[must_use]
    pub fn new(text: &'a str) -> Self {
        let at = if text.starts_with('\u{feff}') {
            '\u{feff}'.len_utf8()
        } else {
            0
        };
        Parser {
            text,
            bytes: text.as_bytes(),
            at,
            depth: 0,
            lossy: false,
            fault: None,
            path: Vec::new(),
        }
    }

    /// Passes over white space and gives the next byte, or 0 at the end of the text.
    #[inline]
    pub(crate) fn peek(&mut self) -> u8 {
        loop {
            match self.bytes.get(self.at) {
                Some(b' ' | b'\n' | b'\r' | b'\t') => self.at += 1,
                Some(byte) => return *byte,
                None => return 0,
            }
        }
    }

    /// The byte under the cursor, or 0 at the end of the text.
    #[inline]
    pub(super) fn byte(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or(0)
    }

    /// The text from one place to another, both at character boundaries.
    #[inline]
    pub(super) fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The type of the value that comes next, by its first character.
    pub fn token(&mut self) -> Token {
        match self.peek() {
            b'n' => Token::Null,
            b't' | b'f' => Token::Bool,
            b'-' | b'0'..=b'9' => Token::Number,
            b'"' => Token::String,
            b'[' => Token::Array,
            b'{' => Token::Object,
            _ => Token::Other,
        }
    }

    /// The place of the value that comes next.
    #[inline]
    pub fn mark(&mut self) -> Mark {
        self.peek();
        Mark {
            at: self.at,
            depth: self.depth,
            lossy: self.lossy,
        }
    }

    /// Goes back to a place marked before.
    #[inline]
    pub fn rewind(&mut self, mark: Mark) {
        self.at = mark.at;
        self.depth = mark.depth;
        self.lossy = mark.lossy;
    }

    /// The text from the cursor on.
    #[inline]
    pub(crate) fn rest(&self) -> &'a [u8] {
        self.bytes.get(self.at..).unwrap_or_default()
    }

    /// Passes over a part of the text that the caller has read.
    #[inline]
    pub(crate) fn advance(&mut self, length: usize) {
        self.at += length;
    }

    /// Returns the offset of the cursor in the text.
    #[inline]
    pub(crate) fn offset(&self) -> usize {
        self.at
    }

    /// Puts the cursor where the members of an object begin, and says whether the first of them
    /// does or a comma before the next.
    pub(crate) fn go_to(&mut self, offset: usize) -> bool {
        self.at = offset;
        self.peek() != b','
    }

    /// The text in a range of offsets, without the white space in front.
    pub(crate) fn between(&self, range: std::ops::Range<usize>) -> &'a str {
        self.slice(range.start, range.end)
            .trim_start_matches([' ', '\t', '\n', '\r'])
    }

    /// The exact text from a mark up to the cursor.
    pub fn since(&self, mark: Mark) -> &'a str {
        self.slice(mark.at, self.at)
    }

    /// Takes `true` or `false`.
    pub fn bool(&mut self) -> Parsed<bool> {
        match self.peek() {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(Stop::Mismatch),
        }
    }

    /// Takes `null` if it comes next, and says whether it did.
    #[inline]
    pub fn null(&mut self) -> Parsed<bool> {
        if self.peek() == b'n' {
            self.word("null").map(|()| true)
        } else {
            Ok(false)
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Parsed<()> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        if rest.starts_with(word.as_bytes()) {
            self.at += word.len();
            return Ok(());
        }
        self.at += rest
            .iter()
            .zip(word.as_bytes())
            .take_while(|(a, b)| a == b)
            .count();
        Err(self.fault(Fault::Literal))
    }

    /// Checks that only white space is left.
    pub(crate) fn end(&mut self) -> Parsed<()> {
        self.peek();
        if self.at == self.bytes.len() {
            Ok(())
        } else {
            Err(self.fault(Fault::Trailing))
        }
    }

    /// Remembers why the text under the cursor is not JSON.
    #[cold]
    #[inline(never)]
    pub(crate) fn fault(&mut self, fault: Fault) -> Stop {
        let ended = self.at >= self.bytes.len() && fault != Fault::Trailing;
        self.fault = Some(if ended { Fault::End } else { fault });
        self.path.clear();
        Stop::Fault
    }

    /// Adds the place that a fault came from, from the inside out.
    #[cold]
    #[inline(never)]
    pub(crate) fn trace(&mut self, segment: Segment) {
        self.path.push(segment);
    }

    /// The stop of an element or member that began at the mark: a mismatch where no value stands
    /// at all is a fault, and a fault gets its place.
    #[cold]
    #[inline(never)]
    pub(crate) fn stopped(&mut self, mut stop: Stop, mark: Mark, segment: Segment) -> Stop {
        if stop == Stop::Mismatch {
            self.rewind(mark);
            if self.token() == Token::Other {
                stop = self.fault(Fault::Value);
            }
        }
        if stop == Stop::Fault {
            self.trace(segment);
        }
        stop
    }
}
