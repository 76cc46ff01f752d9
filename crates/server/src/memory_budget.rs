//! [`MemoryBudget`]: the memory that the bodies of all requests in flight may take together.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use crate::failure::{Failure, FailureKind};

/// Maximum size of a body that may use the reserved part, in bytes.
const SMALL_BODY_BYTES: usize = 256 * 1024;

/// The part of the budget that is reserved for small bodies: one in this number.
const RESERVED_PART: usize = 8;

/// Delay before another try, for clients whose request does not fit.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Memory for the bodies of requests in flight, in bytes.
#[derive(Debug)]
pub(crate) struct MemoryBudget {
    limit: usize,
    used: AtomicUsize,
}

impl MemoryBudget {
    pub(crate) fn new(limit: usize) -> Arc<Self> {
        Arc::new(Self {
            limit,
            used: AtomicUsize::new(0),
        })
    }

    /// Returns the maximum size of a body, in bytes.
    pub(crate) fn largest(&self) -> usize {
        self.limit - self.limit / RESERVED_PART
    }

    /// Returns the memory that is taken, in bytes.
    pub(crate) fn used(&self) -> usize {
        self.used.load(Ordering::Relaxed)
    }

    /// Returns an empty share.
    pub(crate) fn share(self: &Arc<Self>) -> Share {
        Share {
            budget: Arc::clone(self),
            bytes: 0,
        }
    }
}

/// One request's share of the budget, returned when it is dropped.
#[derive(Debug)]
pub(crate) struct Share {
    budget: Arc<MemoryBudget>,
    bytes: usize,
}

impl Share {
    /// Checks that `bytes` fit at present, without taking them.
    pub(crate) fn check(&self, bytes: usize) -> Result<(), Failure> {
        let more = bytes.saturating_sub(self.bytes);
        let used = self.budget.used.load(Ordering::Relaxed);
        self.fits(bytes, used.saturating_add(more))
    }

    /// Takes `bytes` more from the budget.
    ///
    /// # Errors
    /// A 503 while other requests use the budget; a 413 if the request exceeds the whole budget.
    pub(crate) fn take(&mut self, bytes: usize) -> Result<(), Failure> {
        let wanted = self.bytes.saturating_add(bytes);
        let mut refused = Ok(());
        let budget = &self.budget;
        let _ = budget
            .used
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |used| {
                let all = used.saturating_add(bytes);
                refused = self.fits(wanted, all);
                refused.is_ok().then_some(all)
            });
        refused?;
        self.bytes = wanted;
        Ok(())
    }

    /// Returns `bytes` to the budget.
    pub(crate) fn give_back(&mut self, bytes: usize) {
        let bytes = bytes.min(self.bytes);
        self.bytes -= bytes;
        self.budget.used.fetch_sub(bytes, Ordering::Relaxed);
    }

    /// Checks the resulting sizes of this share (`own`) and of all shares (`all`).
    fn fits(&self, own: usize, all: usize) -> Result<(), Failure> {
        let allowed = if own <= SMALL_BODY_BYTES {
            self.budget.limit
        } else {
            self.budget.largest()
        };
        if all <= allowed {
            Ok(())
        } else if own > allowed {
            Err(Failure::new(
                FailureKind::PayloadTooLarge,
                format!(
                    "the request takes more memory than this server's limit of {} bytes for \
                     requests in flight",
                    self.budget.limit
                ),
            ))
        } else {
            Err(Failure::new(
                FailureKind::ProviderOverloaded,
                "the requests in flight use all memory that this server has for them; try again \
                 later",
            )
            .retry_after(RETRY_AFTER))
        }
    }
}

impl Drop for Share {
    fn drop(&mut self) {
        self.budget.used.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIB: usize = 1 << 20;

    #[test]
    fn a_dropped_share_is_returned() {
        let budget = MemoryBudget::new(16 * MIB);
        let mut first = budget.share();
        first.take(10 * MIB).expect("room");
        let mut second = budget.share();
        let refused = second.take(10 * MIB).expect_err("no room");
        assert_eq!(refused.kind(), FailureKind::ProviderOverloaded);
        first.give_back(5 * MIB);
        second.take(9 * MIB).expect("room");
        drop((first, second));
        assert_eq!(budget.used.load(Ordering::Relaxed), 0);
    }

    #[test]
    fn a_part_is_reserved_for_small_bodies() {
        let budget = MemoryBudget::new(16 * MIB);
        let mut large = budget.share();
        large.take(14 * MIB).expect("room");
        assert!(budget.share().take(MIB).is_err());
        let mut small = budget.share();
        small.take(SMALL_BODY_BYTES).expect("the reserved share");
        assert!(small.take(1).is_err(), "the body is no longer small");
    }

    #[test]
    fn a_body_beyond_the_budget_is_a_413() {
        let budget = MemoryBudget::new(16 * MIB);
        let kind = |bytes| budget.share().check(bytes).map_err(|f| f.kind());
        assert_eq!(kind(14 * MIB), Ok(()));
        assert_eq!(kind(15 * MIB), Err(FailureKind::PayloadTooLarge));
    }
}
