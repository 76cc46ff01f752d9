//! [`Members`]: decoding the members of one object, field by field. A member of the wrong type is
//! kept as it was sent in [`Extra`], and its field gets the default.

use std::ops::Range;

use super::fields::Encode;
use super::layout::{Layout, NO_OWN_TAG};
use super::wire::{Wire, from_str};
use crate::extra::{Entry, Extra};
use crate::json::{Key, Mark, Parsed, Parser, Segment, Stop, Writer, unescape};
use crate::raw::Raw;

/// The number that stands for no field.
pub const NO_FIELD: u32 = u32::MAX;

/// State while the members of one object are decoded.
///
/// The methods for fields are never inlined: there are thousands of calls and few types.
#[allow(missing_debug_implementations)]
pub struct Members {
    layout: &'static Layout,
    /// Offset of the first member, or of the comma before it.
    pub(super) from: usize,
    /// Range of the last value of each field. Empty until a field comes a second time.
    pub(super) ranges: Vec<Range<usize>>,
    /// Fields that were seen.
    seen: u64,
    /// Fields for which an entry is kept.
    kept: u64,
    /// Options that were `null`.
    none: u64,
    /// Options that were `null` after they had been something else: that `null` counts.
    none_again: u64,
    pub(super) odd: u64,
    null: u64,
    entries: Vec<Entry>,
    union_tag: Option<&'static str>,
    /// The union's tag is known to come later in this object.
    pub(super) tag_ahead: bool,
    /// The struct's own tag has a place of its own and was not seen yet.
    own_tag_ahead: bool,
}

impl Members {
    pub(super) fn new(
        union_tag: Option<&'static str>,
        own_tag_ahead: bool,
        layout: &'static Layout,
    ) -> Self {
        Members {
            layout,
            from: 0,
            ranges: Vec::new(),
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

    pub(super) fn layout(&self) -> &'static Layout {
        self.layout
    }

    pub(super) fn is_tag(&self, name: &str) -> bool {
        self.union_tag == Some(name)
    }

    /// A field that has a default and is always written.
    #[inline(never)]
    pub fn plain<T: Wire + Default>(
        &mut self,
        parser: &mut Parser<'_>,
        index: u32,
        name: &'static str,
        slot: &mut T,
    ) -> Parsed<()> {
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
    ) -> Parsed<()> {
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
    ) -> Parsed<()> {
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
    ) -> Parsed<()> {
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
    ) -> Parsed<()> {
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
    fn null(&mut self, parser: &mut Parser<'_>, bit: u64, name: &'static str) -> Parsed<()> {
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
        if self.ranges.is_empty() {
            self.find_ranges(parser);
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
        } else if let Some(range) = self.ranges.get(index as usize) {
            self.entries.push(Entry {
                repeat: true,
                ..Entry::new(name, Raw::checked(parser.between(range.clone())))
            });
        }
        self.kept &= !bit;
        self.null &= !bit;
        self.none_again &= !bit;
        self.odd &= !bit;
    }

    /// Walks once more over the members before the cursor, which stands behind a name.
    fn find_ranges(&mut self, parser: &mut Parser<'_>) {
        let here = parser.mark();
        self.ranges.resize(self.layout.names.len(), 0..0);
        let mut first = parser.go_to(self.from);
        loop {
            // All of this was read before, so there is no fault in it.
            let index = match parser.key(first) {
                Ok(Key::Plain(name)) => self.layout.index(name),
                Ok(Key::Escaped(text)) => match unescape(text) {
                    (name, false) => self.layout.index(&name),
                    (_, true) => None,
                },
                Ok(Key::End) | Err(_) => break,
            };
            first = false;
            let from = parser.mark();
            if from.at() >= here.at() || parser.skip().is_err() {
                break;
            }
            if let Some(range) = index.and_then(|index| self.ranges.get_mut(index)) {
                *range = from.at()..parser.offset();
            }
        }
        parser.rewind(here);
    }

    /// Notes the range of a field's value, once a field has come a second time.
    #[cold]
    #[inline(never)]
    pub(super) fn note_range(&mut self, index: u32, range: Range<usize>) {
        if let Some(last) = self.ranges.get_mut(index as usize) {
            *last = range;
        }
    }

    /// A member that belongs to no field.
    #[cold]
    #[inline(never)]
    pub(super) fn other(
        &mut self,
        parser: &mut Parser<'_>,
        name: &str,
        exact: Option<&str>,
    ) -> Parsed<()> {
        let text = match parser.raw() {
            Ok(text) => text,
            Err(stop) => {
                parser.trace(Segment::Any);
                return Err(stop);
            }
        };
        let mut repeat = false;
        if exact.is_none() {
            let own = self.layout.tag.as_ref().filter(|own| own.name == name);
            if let (Some(own), true) = (own, self.own_tag_ahead) {
                self.own_tag_ahead = false;
                if from_str::<String>(text).is_ok_and(|value| value == own.value) {
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

    pub(super) fn finish(self) -> Extra {
        let layout = self.layout;
        let mut odd = self.odd | (layout.required & !self.seen);
        odd |= self.none_again & !layout.required;
        if self.own_tag_ahead && layout.tag.is_some() {
            odd |= NO_OWN_TAG;
        }
        // An object that holds nulls and nothing else says more than an empty one.
        if self.seen == self.none | self.null && self.entries.is_empty() {
            odd |= self.none & !layout.required;
        }
        Extra::from_parts(odd, self.null, self.entries)
    }
}

/// Takes the `null` of a field.
#[inline(never)]
fn null(parser: &mut Parser<'_>, name: &'static str) -> Parsed<()> {
    match parser.null() {
        Ok(_) => Ok(()),
        Err(stop) => {
            parser.trace(Segment::Field(name));
            Err(stop)
        }
    }
}
