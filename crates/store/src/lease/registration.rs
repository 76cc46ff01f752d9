//! [`Registration`]: the time for which this process may use its leases, and the database's clock.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::Instant;

use crate::id::{LeaseId, ProcessId};
use crate::time::Timestamp;

/// The registration of this process in the database.
#[derive(Debug)]
pub(super) struct Registration {
    process: ProcessId,
    start: Instant,
    /// Number of the registration, and so of the leases. The first is 1.
    number: AtomicI64,
    /// End of the time for which the leases are valid, in milliseconds from `start`.
    valid_until: AtomicU64,
    /// The database's clock minus this machine's, in milliseconds.
    clock_offset: AtomicI64,
}

impl Registration {
    pub(super) fn new(process: ProcessId) -> Self {
        Self {
            process,
            start: Instant::now(),
            number: AtomicI64::new(0),
            valid_until: AtomicU64::new(0),
            clock_offset: AtomicI64::new(0),
        }
    }

    pub(super) const fn process(&self) -> &ProcessId {
        &self.process
    }

    pub(super) fn number(&self) -> i64 {
        self.number.load(Ordering::Acquire)
    }

    pub(super) fn lease(&self, number: i64) -> LeaseId {
        LeaseId::new(self.process.clone(), number)
    }

    /// Returns `true` while the database has not let the leases expire. A process that was suspended
    /// finds that they are no longer valid, because the clock went on.
    pub(super) fn is_valid(&self, now: Instant) -> bool {
        self.millis(now) < self.valid_until.load(Ordering::Acquire)
    }

    /// Records a renewal that was sent at `sent`. `lost`: the leases so far have expired.
    pub(super) fn renewed(
        &self,
        sent: Instant,
        lifetime: Duration,
        database: Timestamp,
        lost: bool,
    ) {
        if lost {
            self.number.fetch_add(1, Ordering::AcqRel);
        }
        // The database counts from a later time.
        let until = self.millis(sent + lifetime);
        self.valid_until.store(until, Ordering::Release);
        let half = sent.elapsed() / 2;
        let local = Timestamp::now().minus(half);
        self.clock_offset
            .store(database.millis_since(local), Ordering::Relaxed);
    }

    /// Returns the time of the database's clock, as far as it is known.
    pub(super) fn database_now(&self) -> Timestamp {
        let offset = self.clock_offset.load(Ordering::Relaxed);
        Timestamp::from_millis(Timestamp::now().to_millis().saturating_add(offset))
    }

    fn millis(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.start);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}
