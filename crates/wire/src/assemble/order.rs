//! Where an element stands in a list, when senders number them as they like.

/// How many later elements one that comes late may push back. Honest streams have a few items
/// open at once; without a bound, a stream in reverse order would cost quadratic time.
const MAX_SHIFT: usize = 64;

/// The numbers of the elements of a list that is kept beside it, in ascending order.
#[derive(Clone, Debug, Default)]
pub(super) struct Order {
    keys: Vec<u32>,
}

impl Order {
    /// The order of a list of `length` elements that are numbered from 0.
    pub(super) fn from_length(length: usize) -> Self {
        Order {
            keys: (0..u32::try_from(length).unwrap_or(u32::MAX)).collect(),
        }
    }

    /// The position of the element with this number.
    #[inline]
    pub(super) fn find(&self, key: u32) -> Option<usize> {
        let dense = key as usize;
        if self.keys.get(dense) == Some(&key) {
            return Some(dense);
        }
        self.keys.binary_search(&key).ok()
    }

    /// The number of the element at this position.
    #[inline]
    pub(super) fn key(&self, at: usize) -> Option<u32> {
        self.keys.get(at).copied()
    }

    /// Makes room for an element with this number, which must be a new one, and gives the
    /// position where to put it into the list.
    pub(super) fn insert(&mut self, key: u32) -> usize {
        let at = self.keys.partition_point(|other| *other < key);
        if self.keys.len() - at <= MAX_SHIFT {
            self.keys.insert(at, key);
            return at;
        }
        self.keys.push(self.next());
        self.keys.len() - 1
    }

    /// The number of elements.
    pub(super) fn len(&self) -> usize {
        self.keys.len()
    }

    /// The number after the last.
    pub(super) fn next(&self) -> u32 {
        self.keys.last().map_or(0, |last| last.saturating_add(1))
    }
}
