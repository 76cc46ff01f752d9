//! Where items stand in the output. Several items may share an `output_index`.

use std::ops::Range;

/// How many later items one that comes late may push back. Without a bound, a stream in reverse
/// order would cost quadratic time.
const MAX_SHIFT: usize = 64;

/// The place of an item: its `output_index`, and its number among the items with that index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    pub(super) index: u32,
    nth: u32,
}

/// The places of the items of the output, in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct Places {
    list: Vec<Place>,
}

impl Places {
    /// The places of `length` items that are numbered from 0.
    pub(super) fn from_length(length: usize) -> Self {
        let indexes = 0..u32::try_from(length).unwrap_or(u32::MAX);
        Places {
            list: indexes.map(|index| Place { index, nth: 0 }).collect(),
        }
    }

    /// The place of the item at this position.
    #[inline]
    pub(super) fn at(&self, position: usize) -> Option<Place> {
        self.list.get(position).copied()
    }

    /// The position of the item with this place.
    pub(super) fn find(&self, place: Place) -> Option<usize> {
        self.list.binary_search(&place).ok()
    }

    /// The positions of the items with this `output_index`.
    pub(super) fn with_index(&self, index: u32) -> Range<usize> {
        let start = self.list.partition_point(|place| place.index < index);
        let later = self.list.get(start..).unwrap_or_default();
        start..start + later.partition_point(|place| place.index == index)
    }

    /// Makes room for an item with this `output_index`, behind those that have it, and returns the
    /// position where to put it into the output.
    pub(super) fn insert(&mut self, index: u32) -> usize {
        let at = self.list.partition_point(|place| place.index <= index);
        if self.list.len() - at > MAX_SHIFT {
            let index = self.next();
            self.list.push(Place { index, nth: 0 });
            return self.list.len() - 1;
        }
        let before = at.checked_sub(1).and_then(|before| self.at(before));
        let nth = match before {
            Some(before) if before.index == index => before.nth.saturating_add(1),
            _ => 0,
        };
        self.list.insert(at, Place { index, nth });
        at
    }

    /// The `output_index` after the last.
    pub(super) fn next(&self) -> u32 {
        self.list
            .last()
            .map_or(0, |last| last.index.saturating_add(1))
    }
}
