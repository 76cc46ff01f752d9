//! Walking through values to collect [`Pointers`] to what is kept untyped.

use super::fields::kept;
use super::layout::Kept;
use super::object::Slots;
use super::pointers::Pointers;
use super::wire::Wire;

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
        let (extra, layout) = (object.extra(), object.layout());
        let fields = extra.inner().map_or(0, |inner| kept(inner, layout));
        object.visit_untyped(self, Kept { fields });
        for entry in extra.inner().map_or(&[][..], |inner| &inner.entries) {
            let field =
                !entry.repeat && entry.exact.is_none() && layout.index(&entry.name).is_some();
            if !field && (self.strict || !layout.allows(entry)) {
                self.untyped(&entry.name);
            }
        }
    }
}
