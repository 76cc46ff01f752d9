//! [`Recent`]: the last settlements that were appended, so that they need not be read from the disk.

use std::collections::VecDeque;

use super::batch::Batch;
use crate::record::Settlement;

/// The last settlements that were appended to files, up to a number of them. Each is taken once; if
/// the database does not take it, it is read from its file.
#[derive(Debug)]
pub(super) struct Recent {
    most: usize,
    entries: VecDeque<Entry>,
}

#[derive(Debug)]
struct Entry {
    /// Bytes that were appended before.
    start: u64,
    /// Length of the frame.
    length: u64,
    /// Number of the file.
    file: u64,
    settlement: Settlement,
}

impl Recent {
    /// Keeps at most `most` settlements.
    pub(super) const fn new(most: usize) -> Self {
        Self {
            most,
            entries: VecDeque::new(),
        }
    }

    /// Keeps a settlement whose frame of this length is in a file, and before which `start` bytes were
    /// appended. The oldest is forgotten if there are too many.
    pub(super) fn push(&mut self, start: u64, length: u64, file: u64, settlement: Settlement) {
        if self.most == 0 {
            return;
        }
        if self.entries.len() >= self.most {
            self.entries.pop_front();
        }
        self.entries.push_back(Entry {
            start,
            length,
            file,
            settlement,
        });
    }

    /// Forgets all settlements.
    pub(super) fn clear(&mut self) {
        self.entries.clear();
    }

    /// Takes the settlements that follow the first `written` bytes: at most `most`, and of one file.
    /// `None` if the first of them is not kept.
    pub(super) fn take(&mut self, written: u64, most: usize) -> Option<Batch> {
        while self
            .entries
            .pop_front_if(|entry| entry.start < written)
            .is_some()
        {}
        let file = self
            .entries
            .front()
            .filter(|first| first.start == written)?
            .file;
        let mut batch = Batch::default();
        while batch.settlements.len() < most
            && let Some(entry) = self.entries.pop_front_if(|entry| entry.file == file)
        {
            batch.bytes += entry.length;
            batch.settlements.push(entry.settlement);
        }
        Some(batch)
    }
}
