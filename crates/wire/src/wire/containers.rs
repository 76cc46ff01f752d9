//! [`Wire`] for what holds other values: options, boxes, lists, maps.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use crate::Wire;
use crate::glue::Pointers;
use crate::json::{Key, Parser, Segment, Step, Stop, Writer, unescape};

impl<T: Wire> Wire for Option<T> {
    const EXPECTS: &'static str = T::EXPECTS;

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        if parser.null()? {
            Ok(None)
        } else {
            T::decode(parser).map(Some)
        }
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.encode(writer),
            None => writer.null(),
        }
    }

    fn look(&self, pointers: &mut Pointers) {
        if let Some(value) = self {
            value.look(pointers);
        }
    }
}

impl<T: Wire> Wire for Box<T> {
    const EXPECTS: &'static str = T::EXPECTS;
    const MEMBERS: &'static [&'static str] = T::MEMBERS;

    #[inline]
    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        T::decode_boxed(parser)
    }

    #[inline]
    fn encode(&self, writer: &mut Writer) {
        T::encode(self, writer);
    }

    fn look(&self, pointers: &mut Pointers) {
        T::look(self, pointers);
    }
}

/// One element of the wrong type makes the whole list a mismatch: a list with a hole in it
/// would be another list.
impl<T: Wire> Wire for Vec<T> {
    const EXPECTS: &'static str = "an array";

    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        parser.array()?;
        let mut list = Vec::new();
        while parser.element(list.is_empty())? {
            let mark = parser.mark();
            match T::decode(parser) {
                Ok(value) => {
                    make_room(&mut list, parser);
                    list.push(value);
                }
                Err(stop) => return Err(parser.stopped(stop, mark, Segment::Index(list.len()))),
            }
        }
        Ok(list)
    }

    fn encode(&self, writer: &mut Writer) {
        writer.open_array();
        for value in self {
            writer.element();
            value.encode(writer);
        }
        writer.close_array();
    }

    fn look(&self, pointers: &mut Pointers) {
        for (index, value) in self.iter().enumerate() {
            pointers.element(index, value);
        }
    }
}

/// Length from which the rest of a list is counted before it is decoded.
const LONG: usize = 32;

/// Makes room for one more element; `parser` stands behind it. `Vec` alone would start with room for
/// four and then double: for large values, several times the size of the text.
#[inline]
fn make_room<T>(list: &mut Vec<T>, parser: &mut Parser<'_>) {
    if list.len() == list.capacity() {
        list.reserve_exact(match list.len() {
            0 => 1,
            1 => 3,
            length if length < LONG => length / 2,
            _ => 1 + elements_left(parser),
        });
    }
}

/// Number of elements from the cursor to the end of the list, or to the first mistake.
#[inline(never)]
fn elements_left(parser: &mut Parser<'_>) -> usize {
    let mark = parser.mark();
    let mut count = 0;
    while parser.element(false) == Ok(true) && parser.skip().is_ok() {
        count += 1;
    }
    parser.rewind(mark);
    count
}

/// A repeated name, a name that is no Rust string, or one value of the wrong type makes the
/// whole map a mismatch.
impl<T: Wire> Wire for BTreeMap<String, T> {
    const EXPECTS: &'static str = "an object";

    fn decode(parser: &mut Parser<'_>) -> Step<Self> {
        parser.object()?;
        let mut map = BTreeMap::new();
        let mut first = true;
        loop {
            let name = match parser.key(first)? {
                Key::End => return Ok(map),
                Key::Plain(name) => Cow::Borrowed(name),
                Key::Escaped(text) => match unescape(text) {
                    (name, false) => Cow::Owned(name),
                    (_, true) => return Err(Stop::Mismatch),
                },
            };
            first = false;
            let mark = parser.mark();
            let value = match T::decode(parser) {
                Ok(value) => value,
                Err(stop) => return Err(parser.stopped(stop, mark, Segment::Any)),
            };
            match map.entry(name.into_owned()) {
                Entry::Vacant(place) => place.insert(value),
                Entry::Occupied(_) => return Err(Stop::Mismatch),
            };
        }
    }

    fn encode(&self, writer: &mut Writer) {
        writer.open_object();
        for (name, value) in self {
            writer.member(name);
            value.encode(writer);
        }
        writer.close_object();
    }

    fn look(&self, pointers: &mut Pointers) {
        for (name, value) in self {
            pointers.member(name, value);
        }
    }
}
