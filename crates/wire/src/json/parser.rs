//! The cursor: where it stands, what it sees next, and how it walks objects and arrays.
//!
//! Strings are in `string.rs`, numbers in `number.rs`, walking over whole values in `skip.rs`.

use crate::DecodeError;
use crate::decode_error::Fault;

/// How many objects and arrays may be open around a typed value. What lies deeper is kept raw.
const MAX_DEPTH: u32 = 128;

/// Why a step did not give a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// The value is not of the type that was asked for. The cursor may stand anywhere in it:
    /// go back with [`Parser::rewind`] and keep it raw.
    Mismatch,
    /// The text is not JSON. The parser holds the reason.
    Fault,
}

/// What a step over the text gives.
pub type Step<T> = Result<T, Stop>;

/// A place in the text to which the cursor can go back.
#[derive(Clone, Copy, Debug)]
pub struct Mark {
    at: usize,
    depth: u32,
    lossy: bool,
}

/// The JSON type of a value, told by its first character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Token {
    /// `null`
    Null,
    /// `true` or `false`
    Bool,
    /// A number of any size.
    Number,
    /// A string.
    String,
    /// An array.
    Array,
    /// An object.
    Object,
    /// Not the start of any value, or the end of the text.
    Other,
}

impl Token {
    /// The type in words, with its article: `an object`.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Token::Null => "null",
            Token::Bool => "a boolean",
            Token::Number => "a number",
            Token::String => "a string",
            Token::Array => "an array",
            Token::Object => "an object",
            Token::Other => "something that is not JSON",
        }
    }
}

/// One step of the path to a place in a value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Segment {
    Field(&'static str),
    Index(usize),
    /// A member whose name came from the input, which errors do not repeat.
    Any,
}

/// A member's name as it stands in the text.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Key<'a> {
    /// The object ended.
    End,
    /// A name without escapes.
    Plain(&'a str),
    /// A name with escapes, still escaped, without its quotes.
    Escaped(&'a str),
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
    depth: u32,
    /// Whether a string was taken whose exact text cannot be a Rust string.
    pub(crate) lossy: bool,
    fault: Option<Fault>,
    /// The path to the fault, innermost first.
    path: Vec<Segment>,
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

    /// Where the cursor stands.
    #[inline]
    pub(crate) fn place(&self) -> usize {
        self.at
    }

    /// Puts the cursor where the members of an object begin, and says whether the first of them
    /// does or a comma before the next.
    pub(crate) fn go_to(&mut self, place: usize) -> bool {
        self.at = place;
        self.peek() != b','
    }

    /// The text between two places, without the white space in front.
    pub(crate) fn between(&self, place: std::ops::Range<usize>) -> &'a str {
        self.slice(place.start, place.end)
            .trim_start_matches([' ', '\t', '\n', '\r'])
    }

    /// The exact text from a mark up to the cursor.
    pub fn since(&self, mark: Mark) -> &'a str {
        self.slice(mark.at, self.at)
    }

    /// Walks over the value that comes next, whatever it is, and gives its exact text.
    /// The text is checked to the end: it is JSON, or this is a [`Stop::Fault`].
    pub fn raw(&mut self) -> Step<&'a str> {
        let mark = self.mark();
        self.skip()?;
        Ok(self.since(mark))
    }

    /// Takes `true` or `false`.
    pub fn bool(&mut self) -> Step<bool> {
        match self.peek() {
            b't' => self.word("true").map(|()| true),
            b'f' => self.word("false").map(|()| false),
            _ => Err(Stop::Mismatch),
        }
    }

    /// Takes `null` if it comes next, and says whether it did.
    #[inline]
    pub fn null(&mut self) -> Step<bool> {
        if self.peek() == b'n' {
            self.word("null").map(|()| true)
        } else {
            Ok(false)
        }
    }

    pub(super) fn word(&mut self, word: &str) -> Step<()> {
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

    /// Goes into an array. Follow with [`element`](Parser::element) until it gives `false`.
    #[inline]
    pub fn array(&mut self) -> Step<()> {
        self.open(b'[')
    }

    /// Whether another element comes next; at the end of the array, leaves it.
    /// `first` is true before the first one.
    #[inline]
    pub fn element(&mut self, first: bool) -> Step<bool> {
        match self.peek() {
            b']' => {
                self.close();
                Ok(false)
            }
            _ if first => Ok(true),
            b',' => {
                self.at += 1;
                if self.peek() == b']' {
                    Err(self.fault(Fault::Value))
                } else {
                    Ok(true)
                }
            }
            _ => Err(self.fault(Fault::ArrayEnd)),
        }
    }

    /// Goes into an object, without reading its first member.
    #[inline]
    pub(crate) fn object(&mut self) -> Step<()> {
        self.open(b'{')
    }

    /// The next member's name, the cursor then before its value; at the end of the object, leaves it.
    pub(crate) fn key(&mut self, first: bool) -> Step<Key<'a>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let from = match rest {
            [b',', b'"', ..] if !first => self.at + 2,
            [b'"', ..] if first => self.at + 1,
            _ => return self.spaced_key(first),
        };
        let end = super::string::plain_end(self.bytes, from);
        if let Some([b'"', b':', ..]) = self.bytes.get(end..) {
            self.at = end + 2;
            return Ok(Key::Plain(self.slice(from, end)));
        }
        self.spaced_key(first)
    }

    /// The same with white space, escapes and mistakes anywhere.
    #[inline(never)]
    fn spaced_key(&mut self, first: bool) -> Step<Key<'a>> {
        let mut byte = self.peek();
        if byte == b'}' {
            self.close();
            return Ok(Key::End);
        }
        if !first {
            if byte != b',' {
                return Err(self.fault(Fault::ObjectEnd));
            }
            self.at += 1;
            byte = self.peek();
        }
        if byte != b'"' {
            return Err(self.fault(Fault::Key));
        }
        let from = self.at + 1;
        let end = super::string::plain_end(self.bytes, from);
        let key = if self.bytes.get(end) == Some(&b'"') {
            self.at = end + 1;
            Key::Plain(self.slice(from, end))
        } else {
            self.skip_string()?;
            Key::Escaped(self.slice(from, self.at - 1))
        };
        if self.peek() != b':' {
            return Err(self.fault(Fault::Colon));
        }
        self.at += 1;
        Ok(key)
    }

    #[inline]
    fn open(&mut self, bracket: u8) -> Step<()> {
        if self.peek() != bracket || self.depth >= MAX_DEPTH {
            return Err(Stop::Mismatch);
        }
        self.at += 1;
        self.depth += 1;
        Ok(())
    }

    #[inline]
    fn close(&mut self) {
        self.at += 1;
        self.depth -= 1;
    }

    /// Whether nothing but white space is left.
    pub(crate) fn end(&mut self) -> Step<()> {
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

    /// The error for a step that stopped at the root.
    #[cold]
    pub(crate) fn into_error(
        mut self,
        stop: Stop,
        start: Mark,
        expected: &'static str,
    ) -> DecodeError {
        if stop == Stop::Mismatch {
            self.rewind(start);
            let found = self.token();
            if self.skip().is_ok() && self.end().is_ok() {
                self.rewind(start);
                self.fault = Some(Fault::Root { expected, found });
            }
        }
        let fault = self.fault.unwrap_or(Fault::Value);
        self.path.reverse();
        DecodeError::new(fault, self.text, self.at, &self.path)
    }
}
