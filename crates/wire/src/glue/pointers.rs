//! Finding what is kept but untyped.

use super::{Kept, Slots};
use crate::Wire;

/// No more than this many bytes of pointers are collected: each repeats the names above it, so
/// hostile input could otherwise make them far larger than itself.
const MAX_BYTES: usize = 16 << 20;

/// JSON pointers, collected on a walk through a value.
#[derive(Debug, Default)]
pub struct Pointers {
    path: String,
    bytes: usize,
    /// What a schema allows without naming it counts too.
    strict: bool,
    pub(crate) found: Vec<String>,
}

/// As [`Wire::unknown`], and what is untyped although any JSON is allowed there: to tell what a
/// description names from what it merely allows.
pub fn unnamed<T: Wire>(value: &T) -> Vec<String> {
    let mut pointers = Pointers {
        strict: true,
        ..Pointers::default()
    };
    value.look(&mut pointers);
    pointers.found
}

impl Pointers {
    /// The value at the end of the path is untyped.
    pub fn here(&mut self) {
        self.bytes += self.path.len();
        if self.bytes <= MAX_BYTES {
            self.found.push(self.path.clone());
        }
    }

    /// Walks into an element of a list.
    pub(crate) fn element(&mut self, index: usize, value: &impl Wire) {
        let length = self.path.len();
        self.path.push('/');
        self.path.push_str(itoa::Buffer::new().format(index));
        value.look(self);
        self.path.truncate(length);
    }

    /// Walks into a member.
    pub fn member(&mut self, name: &str, value: &impl Wire) {
        let length = self.push(name);
        value.look(self);
        self.path.truncate(length);
    }

    /// Walks into a field, unless it gives way to what is kept for it.
    pub fn field<T>(&mut self, kept: Kept, index: u32, name: &str, value: &T)
    where
        T: Wire + Default + PartialEq,
    {
        if kept.fields & (1 << index) != 0 && *value == T::default() {
            self.untyped(name);
        } else {
            self.member(name, value);
        }
    }

    /// A field that can hold nothing untyped itself.
    pub fn scalar<T>(&mut self, kept: Kept, index: u32, name: &str, value: &T)
    where
        T: Default + PartialEq,
    {
        if kept.fields & (1 << index) != 0 && *value == T::default() {
            self.untyped(name);
        }
    }

    /// A field under which anything is allowed.
    pub fn open(&mut self, look: impl FnOnce(&mut Self)) {
        if self.strict {
            look(self);
        }
    }

    /// Walks into an object.
    pub fn object(&mut self, object: &dyn Slots) {
        let (extra, shape) = (object.extra(), object.shape());
        let fields = extra
            .inner()
            .map_or(0, |inner| super::encode::kept(inner, shape));
        object.look_inside(self, Kept { fields });
        for entry in extra.inner().map_or(&[][..], |inner| &inner.entries) {
            let field =
                !entry.repeat && entry.exact.is_none() && shape.index(&entry.name).is_some();
            if !field && (self.strict || !shape.allows(entry)) {
                self.untyped(&entry.name);
            }
        }
    }

    fn untyped(&mut self, name: &str) {
        let length = self.push(name);
        self.here();
        self.path.truncate(length);
    }

    fn push(&mut self, name: &str) -> usize {
        let length = self.path.len();
        self.path.push('/');
        for char in name.chars() {
            match char {
                '~' => self.path.push_str("~0"),
                '/' => self.path.push_str("~1"),
                other => self.path.push(other),
            }
        }
        length
    }
}
