//! [`Fields`]: encoding the fields of one object.

use super::layout::Layout;
use super::wire::Wire;
use crate::extra::{Entry, Inner};
use crate::json::Writer;

/// A value that can be written, whatever its type: for the rare paths, so that they are compiled
/// once.
pub(super) trait Encode {
    fn put(&self, writer: &mut Writer);
}

impl<T: Wire> Encode for T {
    fn put(&self, writer: &mut Writer) {
        self.encode(writer);
    }
}

/// One bit for each field that an entry is kept for.
pub(super) fn kept(extra: &Inner, layout: &Layout) -> u64 {
    let names = extra
        .entries
        .iter()
        .filter(|e| !e.repeat && e.exact.is_none());
    let fields = names.filter_map(|entry| layout.index(&entry.name));
    fields.fold(0, |bits, index| bits | 1 << index)
}

/// The fields of one object, while they are written.
///
/// The methods for fields are never inlined: there are thousands of calls and few types.
#[allow(missing_debug_implementations)]
pub struct Fields<'w> {
    pub(super) writer: &'w mut Writer,
    pub(super) layout: &'static Layout,
    pub(super) extra: Option<&'w Inner>,
    pub(super) kept: u64,
}

impl<'w> Fields<'w> {
    /// A field that is always written; `name` is its name as JSON between a comma and a colon.
    #[inline(never)]
    pub fn plain<T>(&mut self, index: u32, name: &'static str, value: &T)
    where
        T: Wire + Default + PartialEq,
    {
        if self.extra.is_some() && self.differs(index) {
            let default = *value == T::default();
            if self.exception(index, name, default, value) {
                return;
            }
        }
        self.writer.literal_member(name);
        value.encode(self.writer);
    }

    /// An `Option` that is left out while it is `None`: most of most objects.
    #[inline]
    pub fn option<T: Wire>(&mut self, index: u32, name: &'static str, value: &Option<T>) {
        if value.is_some() || self.extra.is_some() {
            self.present(index, name, value);
        }
    }

    #[inline(never)]
    fn present<T: Wire>(&mut self, index: u32, name: &'static str, value: &Option<T>) {
        if self.extra.is_some() && self.differs(index) {
            let default = value.is_none();
            if self.exception(index, name, default, value) {
                return;
            }
        }
        if let Some(value) = value {
            self.writer.literal_member(name);
            value.encode(self.writer);
        }
    }

    /// An `Option` that is written as `null` while it is `None`.
    #[inline]
    pub fn nullable<T: Wire + PartialEq>(
        &mut self,
        index: u32,
        name: &'static str,
        value: &Option<T>,
    ) {
        self.plain(index, name, value);
    }

    /// A field that is left out while it has its default.
    #[inline(never)]
    pub fn optional<T>(&mut self, index: u32, name: &'static str, value: &T)
    where
        T: Wire + Default + PartialEq,
    {
        let default = *value == T::default();
        if self.extra.is_some()
            && self.differs(index)
            && self.exception(index, name, default, value)
        {
            return;
        }
        if !default {
            self.writer.literal_member(name);
            value.encode(self.writer);
        }
    }

    /// A field under which anything is allowed: what has no type belongs to it too.
    pub fn open(&mut self, give: impl FnOnce(&mut Self)) {
        let typed = std::mem::take(&mut self.writer.typed);
        give(self);
        self.writer.typed = typed;
    }

    /// Whether anything is remembered for the field.
    fn differs(&self, index: u32) -> bool {
        let noted = self.extra.map_or(0, |extra| extra.odd | extra.null);
        (self.kept | noted) & (1 << index) != 0
    }

    /// Writes a field as it came, if it came in an unusual way and was not assigned since.
    #[cold]
    #[inline(never)]
    fn exception(
        &mut self,
        index: u32,
        name: &'static str,
        default: bool,
        value: &dyn Encode,
    ) -> bool {
        let Some(extra) = self.extra else {
            return false;
        };
        let bit = 1 << index;
        let kept = if self.kept & bit == 0 {
            None
        } else {
            self.layout
                .names
                .get(index as usize)
                .and_then(|name| self.last(name))
        };
        let typed = self.writer.typed;
        match kept {
            Some(Entry {
                stands_for: Some(text),
                raw,
                ..
            }) => {
                self.writer.literal_member(name);
                let from = self.writer.out.len();
                value.put(self.writer);
                let unchanged = self.writer.out.get(from..) == Some(text.as_bytes());
                if unchanged && !typed {
                    self.writer.out.truncate(from);
                    self.writer.raw(raw.get());
                }
                true
            }
            Some(entry) if default => {
                if !typed {
                    self.writer.literal_member(name);
                    self.writer.raw(entry.raw.get());
                }
                true
            }
            _ if !default => false,
            _ if extra.null & bit != 0 => {
                self.writer.literal_member(name);
                self.writer.null();
                true
            }
            _ if extra.odd & bit == 0 => false,
            _ => {
                // Absent though required, or spelled out though not required.
                if self.layout.required & bit == 0 {
                    self.writer.literal_member(name);
                    value.put(self.writer);
                }
                true
            }
        }
    }

    pub(super) fn last(&self, name: &str) -> Option<&'w Entry> {
        let mut entries = self.extra?.entries.iter().rev();
        entries.find(|entry| !entry.repeat && entry.exact.is_none() && &*entry.name == name)
    }

    pub(super) fn entry(&mut self, entry: &Entry) {
        match &entry.exact {
            Some(exact) => {
                self.writer.literal_member(",\"");
                self.writer.text(exact);
                self.writer.text("\":");
            }
            None => self.writer.member(&entry.name),
        }
        self.writer.raw(entry.raw.get());
    }

    pub(super) fn end(mut self, tag: Option<(&str, &'static str)>) {
        if let Some(extra) = self
            .extra
            .filter(|_| !self.writer.typed || self.layout.open)
        {
            for entry in extra.entries.iter().filter(|entry| !entry.repeat) {
                let taken = entry.exact.is_none()
                    && (tag.is_some_and(|(tag, _)| tag == &*entry.name)
                        || self
                            .layout
                            .tag
                            .as_ref()
                            .is_some_and(|tag| tag.name == &*entry.name)
                        || self.layout.index(&entry.name).is_some());
                if !taken {
                    self.entry(entry);
                }
            }
        }
        self.writer.close_object();
    }
}
