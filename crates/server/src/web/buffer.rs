//! [`Buffer`]: the bytes of a request body, within the size limit and the memory budget.

use crate::failure::{Failure, FailureKind};
use crate::memory_budget::Share;

/// Initial capacity of a buffer, in bytes.
const FIRST_CAPACITY: usize = 4 * 1024;

/// The bytes of a body. Each allocation is taken from the memory budget first.
pub(super) struct Buffer {
    bytes: Vec<u8>,
    share: Share,
    /// Maximum size, in bytes.
    limit: usize,
    /// The size that the client announced; the maximum if it announced none.
    announced: usize,
}

impl Buffer {
    pub(super) fn new(share: Share, limit: usize, announced: Option<usize>) -> Self {
        Self {
            bytes: Vec::new(),
            share,
            limit,
            announced: announced.unwrap_or(usize::MAX),
        }
    }

    /// Appends bytes.
    ///
    /// # Errors
    /// A 413 beyond the limit, a 503 if the budget is used up.
    pub(super) fn push(&mut self, data: &[u8]) -> Result<(), Failure> {
        let (length, capacity) = (self.bytes.len(), self.bytes.capacity());
        let needed = length.saturating_add(data.len());
        if needed > self.limit {
            return Err(too_large(self.limit));
        }
        if needed > capacity {
            let doubled = (capacity * 2)
                .max(FIRST_CAPACITY)
                .min(self.announced.min(self.limit));
            let target = doubled.max(needed);
            self.share.take(target - capacity)?;
            self.bytes.reserve_exact(target - length);
        }
        self.bytes.extend_from_slice(data);
        Ok(())
    }

    pub(super) fn len(&self) -> usize {
        self.bytes.len()
    }

    /// Returns an empty buffer with the same limit and share, and the bytes of this one.
    pub(super) fn emptied(self) -> (Self, Vec<u8>) {
        let empty = Self::new(self.share, self.limit, None);
        (empty, self.bytes)
    }

    /// Returns memory to the budget after `bytes` have been dropped.
    pub(super) fn give_back(&mut self, bytes: usize) {
        self.share.give_back(bytes);
    }

    /// Returns the bytes and the share of the budget that they take.
    pub(super) fn into_parts(self) -> (Vec<u8>, Share) {
        (self.bytes, self.share)
    }
}

/// Returns the failure of a body larger than `limit` bytes.
pub(super) fn too_large(limit: usize) -> Failure {
    Failure::new(
        FailureKind::PayloadTooLarge,
        format!("the body exceeds this server's limit of {limit} bytes"),
    )
}
