//! Walking over a value that no type takes: checked to the last character, nothing built,
//! no recursion.

use super::bits::Containers;
use super::cursor::{Mark, Parsed, Parser, Stop};
use super::error::{DecodeError, Fault};

impl<'a> Parser<'a> {
    /// Walks over the value that comes next, whatever it is, and gives its exact text.
    /// The text is checked to the end: it is JSON, or this is a [`Stop::Fault`].
    pub fn raw(&mut self) -> Parsed<&'a str> {
        let mark = self.mark();
        self.skip()?;
        Ok(self.since(mark))
    }

    /// Walks over the value that comes next.
    pub fn skip(&mut self) -> Parsed<()> {
        let mut open = Containers::default();
        loop {
            match self.peek() {
                b'"' => self.skip_string()?,
                b'-' | b'0'..=b'9' => {
                    self.number()?;
                }
                b'{' => {
                    self.at += 1;
                    if self.peek() == b'}' {
                        self.at += 1;
                    } else {
                        open.push(true);
                        self.skip_key()?;
                        continue;
                    }
                }
                b'[' => {
                    self.at += 1;
                    if self.peek() == b']' {
                        self.at += 1;
                    } else {
                        open.push(false);
                        continue;
                    }
                }
                b't' => self.word("true")?,
                b'f' => self.word("false")?,
                b'n' => self.word("null")?,
                _ => return Err(self.fault(Fault::Value)),
            }
            loop {
                match (open.innermost(), self.after_value(&open)) {
                    (None, _) => return Ok(()),
                    (Some(true), b',') => {
                        self.at += 1;
                        self.skip_key()?;
                        break;
                    }
                    (Some(false), b',') => {
                        self.at += 1;
                        break;
                    }
                    (Some(true), b'}') | (Some(false), b']') => {
                        self.at += 1;
                        open.pop();
                    }
                    (Some(true), _) => return Err(self.fault(Fault::ObjectEnd)),
                    (Some(false), _) => return Err(self.fault(Fault::ArrayEnd)),
                }
            }
        }
    }

    /// The byte after a value; the cursor stays right behind an outermost value.
    #[inline]
    fn after_value(&mut self, open: &Containers) -> u8 {
        if open.innermost().is_some() {
            self.peek()
        } else {
            0
        }
    }

    fn skip_key(&mut self) -> Parsed<()> {
        if self.peek() != b'"' {
            return Err(self.fault(Fault::Key));
        }
        self.skip_string()?;
        if self.peek() != b':' {
            return Err(self.fault(Fault::Colon));
        }
        self.at += 1;
        Ok(())
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
