//! Decoding objects and unions: which member goes where, and what is remembered of it.

use std::ops::Range;

use super::tag::{Found, Start};
use super::{Encode, NO_OWN_TAG, NO_UNION_TAG, Object, Shape, Slots};
use crate::extra::{Entry, Extra};
use crate::json::{Key, Mark, Parser, Segment, Step, Stop, Writer, unescape};
use crate::{Raw, Unknown, Wire};

/// The number of no field.
pub const NO_FIELD: u32 = u32::MAX;

/// Keeps the value that began at the mark raw, as what a union does not know.
#[cold]
pub fn unknown(parser: &mut Parser<'_>, mark: Mark, kind: Option<&str>) -> Step<Unknown> {
    parser.rewind(mark);
    let raw = Raw::checked(parser.raw()?);
    Ok(Unknown::new(raw, kind))
}

/// Decodes the payload of a variant that was chosen by JSON type; what does not fit is kept raw.
pub fn shaped<T: Wire, U>(
    parser: &mut Parser<'_>,
    known: fn(T) -> U,
    other: fn(Unknown) -> U,
) -> Step<U> {
    let mark = parser.mark();
    match T::decode(parser) {
        Ok(value) => Ok(known(value)),
        Err(Stop::Mismatch) => unknown(parser, mark, None).map(other),
        Err(stop) => Err(stop),
    }
}

/// Decodes an object that stands by itself, into one that has its defaults.
pub fn object(this: &mut dyn Slots, parser: &mut Parser<'_>) -> Step<()> {
    parser.object()?;
    let state = Members::new(None, true, this.shape());
    members(this, parser, state, true)
}

/// Decodes the object of a tagged union's variant.
#[inline]
pub fn payload<T: Object>(parser: &mut Parser<'_>, start: Start) -> Step<T> {
    let mut this = T::default();
    fill_payload(&mut this, parser, start)?;
    Ok(this)
}

#[inline(never)]
fn fill_payload(this: &mut dyn Slots, parser: &mut Parser<'_>, start: Start) -> Step<()> {
    let shape = this.shape();
    let own = shape.tag.as_ref().is_none_or(|own| own.name != start.tag);
    let mut state = Members::new(Some(start.tag), own, shape);
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
) -> Step<()> {
    state.from = parser.place();
    // Strings that were lossy before this object, in a list around it, are not its own.
    let lossy_before = std::mem::take(&mut parser.lossy);
    loop {
        match parser.key(first)? {
            Key::Plain(name) => state.member(this, parser, name)?,
            Key::Escaped(text) => match unescape(text) {
                (name, true) => state.other(parser, &name, Some(text))?,
                (name, false) => state.member(this, parser, &name)?,
            },
            Key::End => break,
        }
        first = false;
    }
    parser.lossy = lossy_before;
    *this.extra_mut() = state.finish();
    Ok(())
}

/// Takes the `null` of a field.
#[inline(never)]
fn null(parser: &mut Parser<'_>, name: &'static str) -> Step<()> {
    match parser.null() {
        Ok(_) => Ok(()),
        Err(stop) => {
            parser.trace(Segment::Field(name));
            Err(stop)
        }
    }
}

/// What is remembered while the members of one object are decoded.
///
/// The methods for fields are never inlined: there are thousands of calls and few types.
#[allow(missing_debug_implementations)]
pub struct Members {
    shape: &'static Shape,
    /// Where the first member begins, or the comma before it.
    from: usize,
    /// Where the last value of each field was. Empty until a field comes a second time.
    places: Vec<Range<usize>>,
    /// Fields that were seen.
    seen: u64,
    /// Fields for which an entry is kept.
    kept: u64,
    /// Options that were `null`.
    none: u64,
    /// Options that were `null` after they had been something else: that `null` counts.
    none_again: u64,
    odd: u64,
    null: u64,
    entries: Vec<Entry>,
    union_tag: Option<&'static str>,
    /// The union's tag is known to come later in this object.
    tag_ahead: bool,
    /// The struct's own tag has a place of its own and was not seen yet.
    own_tag_ahead: bool,
}

impl Members {
    fn new(union_tag: Option<&'static str>, own_tag_ahead: bool, shape: &'static Shape) -> Self {
        Members {
            shape,
            from: 0,
            places: Vec::new(),
            seen: 0,
            kept: 0,
            none: 0,
            none_again: 0,
            odd: 0,
            null: 0,
            entries: Vec::new(),
            union_tag,
            tag_ahead: false,
            own_tag_ahead,
        }
    }

    fn is_tag(&self, name: &str) -> bool {
        self.union_tag == Some(name)
    }

    /// The member under the cursor, wherever it belongs.
    #[inline]
    fn member(&mut self, this: &mut dyn Slots, parser: &mut Parser<'_>, name: &str) -> Step<()> {
        if self.tag_ahead && self.is_tag(name) {
            self.tag_ahead = false;
            return parser.skip();
        }
        let from = parser.place();
        match this.take(name, self, parser)? {
            NO_FIELD => self.other(parser, name, None)?,
            index if !self.places.is_empty() => self.place(index, from..parser.place()),
            _ => {}
        }
        Ok(())
    }

    /// A field that has a default and is always written.
    #[inline(never)]
    pub fn plain<T: Wire + Default>(
        &mut self,
        parser: &mut Parser<'_>,
        index: u32,
        name: &'static str,
        slot: &mut T,
    ) -> Step<()> {
        let bit = self.see(parser, index, name, slot);
        if parser.peek() == b'n' {
            return self.null(parser, bit, name);
        }
        self.value(parser, bit, name, slot)
    }

    /// A field that is an `Option`.
    #[inline(never)]
    pub fn option<T: Wire>(
        &mut self,
        parser: &mut Parser<'_>,
        index: u32,
        name: &'static str,
        slot: &mut Option<T>,
    ) -> Step<()> {
        let before = self.seen;
        let bit = self.see(parser, index, name, slot);
        if parser.peek() == b'n' {
            self.none |= bit;
            self.none_again |= bit & before;
            return null(parser, name);
        }
        let mark = parser.mark();
        match T::decode(parser) {
            Ok(value) => *slot = Some(value),
            Err(stop) => return self.stopped(parser, stop, mark, bit, name),
        }
        if parser.lossy {
            self.lossy(parser, mark, bit, name, slot);
        }
        Ok(())
    }

    /// A field that is left out while it has its default.
    #[inline(never)]
    pub fn optional<T: Wire + Default + PartialEq>(
        &mut self,
        parser: &mut Parser<'_>,
        index: u32,
        name: &'static str,
        slot: &mut T,
    ) -> Step<()> {
        let bit = self.see(parser, index, name, slot);
        if parser.peek() == b'n' {
            return self.null(parser, bit, name);
        }
        self.value(parser, bit, name, slot)?;
        if self.kept & bit == 0 && *slot == T::default() {
            self.odd |= bit;
        }
        Ok(())
    }

    #[inline]
    fn see<T: Default>(
        &mut self,
        parser: &mut Parser<'_>,
        index: u32,
        name: &'static str,
        slot: &mut T,
    ) -> u64 {
        let bit = 1 << index;
        if self.seen & bit != 0 {
            *slot = T::default();
            self.repeated(parser, index, name);
        }
        self.seen |= bit;
        bit
    }

    #[inline]
    fn value<T: Wire>(
        &mut self,
        parser: &mut Parser<'_>,
        bit: u64,
        name: &'static str,
        slot: &mut T,
    ) -> Step<()> {
        let mark = parser.mark();
        match T::decode(parser) {
            Ok(value) => *slot = value,
            Err(stop) => return self.stopped(parser, stop, mark, bit, name),
        }
        if parser.lossy {
            self.lossy(parser, mark, bit, name, slot);
        }
        Ok(())
    }

    /// The field's value had another type, or there is no JSON.
    #[cold]
    #[inline(never)]
    fn stopped(
        &mut self,
        parser: &mut Parser<'_>,
        stop: Stop,
        mark: Mark,
        bit: u64,
        name: &'static str,
    ) -> Step<()> {
        if stop == Stop::Mismatch {
            parser.rewind(mark);
            if let Ok(text) = parser.raw() {
                self.entries.push(Entry::new(name, Raw::checked(text)));
                self.kept |= bit;
                return Ok(());
            }
        }
        parser.trace(Segment::Field(name));
        Err(Stop::Fault)
    }

    #[cold]
    #[inline(never)]
    fn null(&mut self, parser: &mut Parser<'_>, bit: u64, name: &'static str) -> Step<()> {
        null(parser, name)?;
        self.null |= bit;
        Ok(())
    }

    /// The exact text of what the field holds cannot be a Rust string.
    #[cold]
    #[inline(never)]
    fn lossy(
        &mut self,
        parser: &mut Parser<'_>,
        mark: Mark,
        bit: u64,
        name: &'static str,
        value: &dyn Encode,
    ) {
        parser.lossy = false;
        let mut writer = Writer::new();
        value.put(&mut writer);
        let mut entry = Entry::new(name, Raw::checked(parser.since(mark)));
        entry.stands_for = Some(writer.into_text().into());
        self.entries.push(entry);
        self.kept |= bit;
    }

    /// A field came before: the exact text of what it had is kept, the one to come counts.
    #[cold]
    #[inline(never)]
    fn repeated(&mut self, parser: &mut Parser<'_>, index: u32, name: &'static str) {
        let bit = 1 << index;
        if self.places.is_empty() {
            self.find_places(parser);
        }
        if self.kept & bit != 0 {
            let last = self
                .entries
                .iter_mut()
                .rev()
                .find(|e| !e.repeat && &*e.name == name);
            if let Some(entry) = last {
                entry.repeat = true;
                entry.stands_for = None;
            }
        } else if let Some(place) = self.places.get(index as usize) {
            self.entries.push(Entry {
                repeat: true,
                ..Entry::new(name, Raw::checked(parser.between(place.clone())))
            });
        }
        self.kept &= !bit;
        self.null &= !bit;
        self.none_again &= !bit;
        self.odd &= !bit;
    }

    /// Walks once more over the members before the cursor, which stands behind a name.
    fn find_places(&mut self, parser: &mut Parser<'_>) {
        let here = parser.mark();
        self.places.resize(self.shape.names.len(), 0..0);
        let mut first = parser.go_to(self.from);
        loop {
            // All of this was read before, so there is no fault in it.
            let index = match parser.key(first) {
                Ok(Key::Plain(name)) => self.shape.index(name),
                Ok(Key::Escaped(text)) => match unescape(text) {
                    (name, false) => self.shape.index(&name),
                    (_, true) => None,
                },
                Ok(Key::End) | Err(_) => break,
            };
            first = false;
            let from = parser.mark();
            if from.at() >= here.at() || parser.skip().is_err() {
                break;
            }
            if let Some(place) = index.and_then(|index| self.places.get_mut(index)) {
                *place = from.at()..parser.place();
            }
        }
        parser.rewind(here);
    }

    /// Notes where a field's value was, once one has come a second time.
    #[cold]
    #[inline(never)]
    fn place(&mut self, index: u32, place: Range<usize>) {
        if let Some(last) = self.places.get_mut(index as usize) {
            *last = place;
        }
    }

    /// A member that belongs to no field.
    #[cold]
    #[inline(never)]
    fn other(&mut self, parser: &mut Parser<'_>, name: &str, exact: Option<&str>) -> Step<()> {
        let text = match parser.raw() {
            Ok(text) => text,
            Err(stop) => {
                parser.trace(Segment::Any);
                return Err(stop);
            }
        };
        let mut repeat = false;
        if exact.is_none() {
            let own = self.shape.tag.as_ref().filter(|own| own.name == name);
            if let (Some(own), true) = (own, self.own_tag_ahead) {
                self.own_tag_ahead = false;
                if crate::from_str::<String>(text).is_ok_and(|value| value == own.value) {
                    return Ok(());
                }
            } else {
                repeat = own.is_some() || self.is_tag(name);
            }
        }
        self.entries.push(Entry {
            exact: exact.map(Into::into),
            repeat,
            ..Entry::new(name, Raw::checked(text))
        });
        Ok(())
    }

    fn finish(self) -> Extra {
        let shape = self.shape;
        let mut odd = self.odd | (shape.required & !self.seen);
        odd |= self.none_again & !shape.required;
        if self.own_tag_ahead && shape.tag.is_some() {
            odd |= NO_OWN_TAG;
        }
        // An object that holds nulls and nothing else says more than an empty one.
        if self.seen == self.none | self.null && self.entries.is_empty() {
            odd |= self.none & !shape.required;
        }
        Extra::from_parts(odd, self.null, self.entries)
    }
}
