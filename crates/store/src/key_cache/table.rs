//! [`Table`]: a bounded table in two generations. When the newer one is full, it becomes the older one,
//! whose entries are dropped unless they were used since.

use std::collections::HashMap;
use std::mem;

use crate::secret::KeyHash;

/// A table of at most twice `capacity` entries.
#[derive(Debug)]
pub(super) struct Table<T> {
    newer: HashMap<KeyHash, T>,
    older: HashMap<KeyHash, T>,
    capacity: usize,
}

impl<T> Table<T> {
    pub(super) fn new(capacity: usize) -> Self {
        Self {
            newer: HashMap::new(),
            older: HashMap::new(),
            capacity: capacity.max(1),
        }
    }

    /// Returns an entry, and keeps it with the newer ones.
    pub(super) fn get(&mut self, hash: &KeyHash) -> Option<&mut T> {
        if let Some(entry) = self.older.remove(hash) {
            self.insert(*hash, entry);
        }
        self.newer.get_mut(hash)
    }

    pub(super) fn insert(&mut self, hash: KeyHash, entry: T) {
        self.older.remove(&hash);
        if self.newer.len() >= self.capacity && !self.newer.contains_key(&hash) {
            self.older = mem::take(&mut self.newer);
        }
        self.newer.insert(hash, entry);
    }

    pub(super) fn remove(&mut self, hash: &KeyHash) {
        self.newer.remove(hash);
        self.older.remove(hash);
    }

    pub(super) fn entries(&mut self) -> impl Iterator<Item = &mut T> {
        self.newer.values_mut().chain(self.older.values_mut())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_that_are_used_stay() {
        let hash = |number: u32| KeyHash::of(&number.to_le_bytes());
        let mut table = Table::new(10);
        for number in 0..1000 {
            table.insert(hash(number), number);
            assert_eq!(table.get(&hash(0)), Some(&mut 0), "{number}");
            assert!(table.entries().count() <= 20);
        }
        assert_eq!(table.get(&hash(500)), None);
        assert_eq!(table.get(&hash(999)), Some(&mut 999));
        table.remove(&hash(999));
        assert_eq!(table.get(&hash(999)), None);
    }
}
