//! Walking over a value that no type takes: checked to the last character, nothing built,
//! no recursion.

use super::bits::Containers;
use super::parser::{Parser, Step};
use crate::decode_error::Fault;

impl Parser<'_> {
    /// Walks over the value that comes next.
    pub fn skip(&mut self) -> Step<()> {
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

    fn skip_key(&mut self) -> Step<()> {
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
}
