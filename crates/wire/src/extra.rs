//! [`Extra`]: what an object holds beside its typed fields, and what is remembered of how they came.

use std::{collections::HashSet, fmt, hash::Hash};

use crate::raw::Raw;

/// What an object held that none of its typed fields took: members this version does not know,
/// and members whose value was of another type than the field's.
///
/// One pointer wide; it allocates nothing while there is nothing to hold.
///
/// A member kept here for a typed field counts only while that field still has its default:
/// once the field is assigned, the field wins, and no name is written twice.
///
/// ```
/// use orouter_wire::{Extra, Raw};
///
/// let mut extra = Extra::default();
/// extra.insert("vendor_hint", Raw::from_value(&7)?);
/// assert_eq!(extra.get("vendor_hint").map(Raw::get), Some("7"));
/// # Ok::<(), serde_json::Error>(())
/// ```
///
/// It also remembers, without showing it, which fields were absent, `null` or spelled out
/// although empty, so that an object is written back as it came. That memory plays no part in
/// equality, and [`clear`](Extra::clear) drops it.
#[derive(Clone, Default)]
pub struct Extra(Option<Box<Inner>>);

const _: () = assert!(size_of::<Extra>() == size_of::<usize>());

#[derive(Clone, Default)]
pub(crate) struct Inner {
    /// One bit for each field: it was absent although required, or spelled out although it has
    /// its default and is not required. A field is one or the other, so one bit serves both.
    pub(crate) odd: u64,
    /// One bit for each field that was `null` and cannot hold that.
    pub(crate) null: u64,
    pub(crate) entries: Vec<Entry>,
}

#[derive(Clone)]
pub(crate) struct Entry {
    pub(crate) name: Box<str>,
    /// The name as it was written, without its quotes, where it holds a lone surrogate.
    pub(crate) exact: Option<Box<str>>,
    pub(crate) raw: Raw,
    /// For a string that Rust cannot hold: what the field would write in its place.
    pub(crate) stands_for: Option<Box<str>>,
    /// An earlier member of the same name as a field, or a later one of the same name as the tag.
    pub(crate) repeat: bool,
}

impl Entry {
    pub(crate) fn new(name: impl Into<Box<str>>, raw: Raw) -> Self {
        Entry {
            name: name.into(),
            exact: None,
            raw,
            stands_for: None,
            repeat: false,
        }
    }
}

impl Extra {
    /// Nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    pub(crate) fn from_parts(odd: u64, null: u64, entries: Vec<Entry>) -> Self {
        if odd == 0 && null == 0 && entries.is_empty() {
            Extra(None)
        } else {
            Extra(Some(Box::new(Inner { odd, null, entries })))
        }
    }

    #[inline]
    pub(crate) fn inner(&self) -> Option<&Inner> {
        self.0.as_deref()
    }

    fn entries(&self) -> &[Entry] {
        self.inner().map_or(&[], |inner| &inner.entries)
    }

    /// The value kept under a name; the last one if the name came more than once.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Raw> {
        self.entries()
            .iter()
            .rev()
            .find(|entry| &*entry.name == name)
            .map(|entry| &entry.raw)
    }

    /// Keeps a value under a name, after all others. Replaces the values that are kept under the name,
    /// and returns the last of them.
    ///
    /// This looks at every member: to add many, use [`extend`](Extend::extend).
    ///
    /// Under the name of a typed field, it is written in place of the field as long as that has
    /// its default.
    pub fn insert(&mut self, name: impl Into<String>, raw: Raw) -> Option<Raw> {
        let name = name.into();
        let old = self.remove(&name);
        let inner = self.0.get_or_insert_default();
        inner.entries.push(Entry::new(name, raw));
        old
    }

    /// Takes what is kept under a name out; the last one if the name came more than once.
    pub fn remove(&mut self, name: &str) -> Option<Raw> {
        let inner = self.0.as_deref_mut()?;
        let mut last = None;
        inner.entries.retain_mut(|entry| {
            let hit = &*entry.name == name;
            if hit {
                last = Some(std::mem::take(&mut entry.raw));
            }
            !hit
        });
        last
    }

    /// Names and values in the order they came in.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Raw)> {
        self.entries()
            .iter()
            .map(|entry| (&*entry.name, &entry.raw))
    }

    /// How many members are kept.
    #[must_use]
    pub fn len(&self) -> usize {
        self.entries().len()
    }

    /// Whether no member is kept.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.entries().is_empty()
    }

    /// Drops everything, and with it what was remembered of how the typed fields came: they are
    /// then written as if the object had been made here.
    pub fn clear(&mut self) {
        self.0 = None;
    }
}

/// Equal when the same members are kept; the order of different names does not count.
impl PartialEq for Extra {
    fn eq(&self, other: &Self) -> bool {
        let (a, b) = (self.entries(), other.entries());
        if a.len() != b.len() {
            return false;
        }
        let same =
            |(a, b): (&Entry, &Entry)| a.name == b.name && a.exact == b.exact && a.raw == b.raw;
        if a.iter().zip(b).all(same) {
            return true;
        }
        let sorted = |entries| {
            let mut all: Vec<&Entry> = Vec::from_iter(entries);
            all.sort_by(|a, b| (&a.name, &a.exact).cmp(&(&b.name, &b.exact)));
            all
        };
        sorted(a).into_iter().zip(sorted(b)).all(same)
    }
}

impl Eq for Extra {}

/// Shows the members as a map.
impl fmt::Debug for Extra {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.iter()).finish()
    }
}

impl<N: Into<String>> FromIterator<(N, Raw)> for Extra {
    fn from_iter<I: IntoIterator<Item = (N, Raw)>>(members: I) -> Self {
        let mut extra = Extra::default();
        extra.extend(members);
        extra
    }
}

/// Does what [`insert`](Extra::insert) does for each member in turn, in time proportional to the number
/// of all members.
impl<N: Into<String>> Extend<(N, Raw)> for Extra {
    fn extend<I: IntoIterator<Item = (N, Raw)>>(&mut self, members: I) {
        let members = members.into_iter();
        let added: Vec<Entry> = members
            .map(|(name, raw)| Entry::new(name.into(), raw))
            .collect();
        if added.is_empty() {
            return;
        }
        let entries = &mut self.0.get_or_insert_default().entries;
        let kept = kept(
            entries.iter().map(|entry| &*entry.name),
            added.iter().map(|entry| &*entry.name),
        );
        entries.extend(added);
        let mut kept = kept.into_iter();
        entries.retain(|_| kept.next().unwrap_or(true));
    }
}

/// Tells which of `old` and then `added` stay when each of `added` replaces what has its name and comes
/// before it.
fn kept<K: Hash + Eq>(
    old: impl Iterator<Item = K>,
    added: impl DoubleEndedIterator<Item = K>,
) -> Vec<bool> {
    let mut names = HashSet::new();
    let mut added: Vec<bool> = added.rev().map(|name| names.insert(name)).collect();
    added.reverse();
    let mut kept: Vec<bool> = old.map(|name| !names.contains(&name)).collect();
    kept.append(&mut added);
    kept
}

#[cfg(test)]
mod tests {
    use std::{cell::Cell, hash::Hasher};

    use super::*;

    /// A name that counts the operations on it.
    struct Counted<'a>(u64, &'a Cell<u64>);

    impl Hash for Counted<'_> {
        fn hash<H: Hasher>(&self, state: &mut H) {
            self.1.set(self.1.get() + 1);
            self.0.hash(state);
        }
    }

    impl PartialEq for Counted<'_> {
        fn eq(&self, other: &Self) -> bool {
            self.1.set(self.1.get() + 1);
            self.0 == other.0
        }
    }

    impl Eq for Counted<'_> {}

    #[test]
    fn members_are_added_with_few_operations_for_each() {
        for size in [1_000, 100_000] {
            let operations = Cell::new(0);
            let name = |number| Counted(number, &operations);
            // Half of the old names are replaced, and every new name comes twice.
            let added = (0..size).map(|number| name(size / 2 + number % (size / 2)));
            let kept = kept((0..size).map(name), added);
            let count = |kept: &[bool]| kept.iter().filter(|kept| **kept).count() as u64;
            let (old, added) = kept.split_at(kept.len() / 2);
            assert_eq!((count(old), count(added)), (size / 2, size / 2));
            // A table hashes a name again each time it grows, which doubles its size.
            assert!(operations.get() <= 6 * 2 * size, "{}", operations.get());
        }
    }

    #[test]
    fn extending_is_inserting_one_by_one() {
        let raw = |number: u32| Raw::from_value(&number).unwrap();
        let names = ["a", "b", "a", "c", "d", "b", "", "a"];
        let members = || (0..).zip(names).map(|(number, name)| (name, raw(number)));
        for split in 0..=names.len() {
            let mut one_by_one = Extra::new();
            for (name, raw) in members() {
                one_by_one.insert(name, raw);
            }
            let mut extended: Extra = members().take(split).collect();
            extended.extend(members().skip(split));
            assert!(extended.iter().eq(one_by_one.iter()), "{extended:?}");
        }
        let mut repeated =
            Extra::from_parts(0, 0, vec![Entry::new("x", raw(1)), Entry::new("x", raw(2))]);
        repeated.extend([("y", raw(3))]);
        assert_eq!(format!("{repeated:?}"), r#"{"x": 1, "x": 2, "y": 3}"#);
        repeated.extend([("x", raw(4))]);
        assert_eq!(format!("{repeated:?}"), r#"{"y": 3, "x": 4}"#);
    }
}
