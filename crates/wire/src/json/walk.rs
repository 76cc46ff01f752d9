//! Walking over the elements of arrays and the members of objects.

use super::cursor::{Parsed, Parser, Stop};
use super::error::Fault;
use super::scan::plain_end;

/// How many objects and arrays may be open around a typed value. What lies deeper is kept raw.
const MAX_DEPTH: u32 = 128;

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

impl<'a> Parser<'a> {
    /// Goes into an array. Follow with [`element`](Parser::element) until it gives `false`.
    #[inline]
    pub fn array(&mut self) -> Parsed<()> {
        self.open(b'[')
    }

    /// Whether another element comes next; at the end of the array, leaves it.
    /// `first` is true before the first one.
    #[inline]
    pub fn element(&mut self, first: bool) -> Parsed<bool> {
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
    pub(crate) fn object(&mut self) -> Parsed<()> {
        self.open(b'{')
    }

    /// The next member's name, the cursor then before its value; at the end of the object, leaves it.
    pub(crate) fn key(&mut self, first: bool) -> Parsed<Key<'a>> {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let from = match rest {
            [b',', b'"', ..] if !first => self.at + 2,
            [b'"', ..] if first => self.at + 1,
            _ => return self.spaced_key(first),
        };
        let end = plain_end(self.bytes, from);
        if let Some([b'"', b':', ..]) = self.bytes.get(end..) {
            self.at = end + 2;
            return Ok(Key::Plain(self.slice(from, end)));
        }
        self.spaced_key(first)
    }

    /// The same with white space, escapes and mistakes anywhere.
    #[inline(never)]
    fn spaced_key(&mut self, first: bool) -> Parsed<Key<'a>> {
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
        let end = plain_end(self.bytes, from);
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
    fn open(&mut self, bracket: u8) -> Parsed<()> {
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
}
