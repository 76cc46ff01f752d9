//! Finding the tag of a union, wherever in the object it stands.

use std::borrow::Cow;

use crate::json::{Key, Parsed, Parser, Stop, unescape};

/// The start of the payload of a variant.
#[derive(Clone, Copy, Debug)]
pub struct PayloadStart {
    /// The name of the tag of the union around it.
    pub(super) tag: &'static str,
    pub(super) found: Found,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The tag came first: the cursor stands behind it, in the object.
    First,
    /// The tag comes later: the cursor stands before the object.
    Later,
    /// There is none: the cursor stands before the object.
    Nowhere,
}

/// What was found in the place of a union's tag.
#[derive(Debug)]
pub enum Tag<'a> {
    /// The tag.
    Named(Cow<'a, str>, PayloadStart),
    /// No tag, in an object.
    Absent(PayloadStart),
    /// No object, or a tag that is no string, or too deep.
    Odd,
}

/// Looks for the tag of the object under the cursor. Where it comes first it is taken; where
/// not, the members before it are walked over, and the cursor goes back.
pub fn find_tag<'a>(parser: &mut Parser<'a>, tag: &'static str) -> Parsed<Tag<'a>> {
    let mark = parser.mark();
    if parser.object().is_err() {
        return Ok(Tag::Odd);
    }
    let mut first = true;
    loop {
        let hit = match parser.key(first)? {
            Key::Plain(name) => name == tag,
            Key::Escaped(text) => unescape(text).0 == tag,
            Key::End => {
                parser.rewind(mark);
                return Ok(Tag::Absent(PayloadStart {
                    tag,
                    found: Found::Nowhere,
                }));
            }
        };
        if hit {
            let lossy = std::mem::take(&mut parser.lossy);
            let name = match parser.string() {
                Ok(name) => name,
                Err(Stop::Mismatch) => return Ok(Tag::Odd),
                Err(stop) => return Err(stop),
            };
            parser.lossy = lossy;
            let found = if first {
                Found::First
            } else {
                parser.rewind(mark);
                Found::Later
            };
            return Ok(Tag::Named(name, PayloadStart { tag, found }));
        }
        parser.skip()?;
        first = false;
    }
}

impl<'a> Parser<'a> {
    /// The value of a member of the object under the cursor, if it is a string.
    pub(crate) fn find_string(&mut self, name: &'static str) -> Parsed<Option<Cow<'a, str>>> {
        match find_tag(self, name)? {
            Tag::Named(value, _) => Ok(Some(value)),
            Tag::Absent(_) | Tag::Odd => Ok(None),
        }
    }
}
