//! Decoding objects and unions: each member goes to its field, to a tag or to `extra`.

use std::borrow::Cow;

use super::layout::{NO_OWN_TAG, NO_UNION_TAG};
use super::members::{Members, NO_FIELD};
use super::object::{Object, Slots};
use super::tag::{Found, PayloadStart};
use super::wire::Wire;
use crate::json::{Key, Mark, Parsed, Parser, Stop, unescape};
use crate::raw::Raw;
use crate::unknown::Unknown;

/// Keeps the value that began at the mark raw, as what a union does not know.
#[cold]
pub fn unknown(parser: &mut Parser<'_>, mark: Mark, kind: Option<&str>) -> Parsed<Unknown> {
    parser.rewind(mark);
    let raw = Raw::checked(parser.raw()?);
    Ok(Unknown::new(raw, kind))
}

/// Decodes the payload of a variant that was chosen by JSON type; what does not fit is kept raw.
pub fn shaped<T: Wire, U>(
    parser: &mut Parser<'_>,
    known: fn(T) -> U,
    other: fn(Unknown) -> U,
) -> Parsed<U> {
    let mark = parser.mark();
    match T::decode(parser) {
        Ok(value) => Ok(known(value)),
        Err(Stop::Mismatch) => unknown(parser, mark, None).map(other),
        Err(stop) => Err(stop),
    }
}

/// Decodes an object that stands by itself, into one that has its defaults.
pub fn object(this: &mut dyn Slots, parser: &mut Parser<'_>) -> Parsed<()> {
    parser.object()?;
    let state = Members::new(None, true, this.layout());
    members(this, parser, state, true)
}

/// Decodes the object of a tagged union's variant.
#[inline]
pub fn payload<T: Object>(parser: &mut Parser<'_>, start: PayloadStart) -> Parsed<T> {
    let mut this = T::default();
    fill_payload(&mut this, parser, start)?;
    Ok(this)
}

#[inline(never)]
fn fill_payload(this: &mut dyn Slots, parser: &mut Parser<'_>, start: PayloadStart) -> Parsed<()> {
    let layout = this.layout();
    let own = layout.tag.as_ref().is_none_or(|own| own.name != start.tag);
    let mut state = Members::new(Some(start.tag), own, layout);
    match start.found {
        Found::First => return members(this, parser, state, false),
        Found::Later => state.tag_ahead = true,
        Found::Nowhere if own => state.odd = NO_UNION_TAG,
        Found::Nowhere => state.odd = NO_UNION_TAG | NO_OWN_TAG,
    }
    parser.object()?;
    members(this, parser, state, true)
}

fn members(
    this: &mut dyn Slots,
    parser: &mut Parser<'_>,
    mut state: Members,
    mut first: bool,
) -> Parsed<()> {
    state.from = parser.offset();
    // Strings that were lossy before this object, in a list around it, are not its own.
    let lossy_before = std::mem::take(&mut parser.lossy);
    let keys = state.layout().keys;
    let mut next = 0;
    loop {
        if let Some(index) = parser.expected_key(keys, next) {
            state.field(this, parser, index)?;
            (first, next) = (false, index + 1);
            continue;
        }
        let name = match parser.key(first)? {
            Key::Plain(name) => Cow::Borrowed(name),
            Key::Escaped(text) => match unescape(text) {
                (name, true) => {
                    state.other(parser, &name, Some(text))?;
                    first = false;
                    continue;
                }
                (name, false) => Cow::Owned(name),
            },
            Key::End => break,
        };
        first = false;
        if state.take_tag(&name) {
            parser.skip()?;
            continue;
        }
        match this.find_field(&name) {
            NO_FIELD => state.other(parser, &name, None)?,
            index => {
                state.field(this, parser, index)?;
                next = index + 1;
            }
        }
    }
    parser.lossy = lossy_before;
    *this.extra_mut() = state.finish();
    Ok(())
}

impl Members {
    /// Decodes the value under the cursor into a field.
    #[inline]
    fn field(&mut self, this: &mut dyn Slots, parser: &mut Parser<'_>, index: u32) -> Parsed<()> {
        let from = parser.offset();
        this.decode_field(index, self, parser)?;
        if !self.ranges.is_empty() {
            self.note_range(index, from..parser.offset());
        }
        Ok(())
    }

    /// Returns `true` if the member is the union's tag, which was read before.
    #[inline]
    fn take_tag(&mut self, name: &str) -> bool {
        let is_tag = self.tag_ahead && self.is_tag(name);
        self.tag_ahead &= !is_tag;
        is_tag
    }
}
