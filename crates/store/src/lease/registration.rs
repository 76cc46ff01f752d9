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
    /// The same by this machine's clock. Unlike the monotonic clock, it goes on while the machine is
    /// suspended.
    valid_until_time: AtomicI64,
    /// The database's clock minus the time since `start`, in milliseconds; `UNKNOWN` before the first
    /// answer.
    clock_offset: AtomicI64,
}

/// The offset before the first answer.
const UNKNOWN: i64 = i64::MIN;

impl Registration {
    pub(super) fn new(process: ProcessId) -> Self {
        Self {
            process,
            start: Instant::now(),
            number: AtomicI64::new(0),
            valid_until: AtomicU64::new(0),
            valid_until_time: AtomicI64::new(0),
            clock_offset: AtomicI64::new(UNKNOWN),
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
    /// finds that they are no longer valid, because one of the clocks went on.
    pub(super) fn is_valid(&self, now: Instant) -> bool {
        self.is_valid_at(now, Timestamp::now())
    }

    fn is_valid_at(&self, now: Instant, time: Timestamp) -> bool {
        self.millis(now) < self.valid_until.load(Ordering::Acquire)
            && time.to_millis() < self.valid_until_time.load(Ordering::Acquire)
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
        let until_time = Timestamp::now().minus(sent.elapsed()).plus(lifetime);
        self.valid_until_time
            .store(until_time.to_millis(), Ordering::Release);
        self.valid_until.store(until, Ordering::Release);
        let asked = i64::try_from(self.millis(sent + sent.elapsed() / 2)).unwrap_or(i64::MAX);
        self.clock_offset.store(
            database.to_millis().saturating_sub(asked),
            Ordering::Relaxed,
        );
    }

    /// Returns the time of the database's clock, as far as it is known. A change of this machine's
    /// clock does not change it.
    pub(super) fn database_now(&self) -> Timestamp {
        let offset = self.clock_offset.load(Ordering::Relaxed);
        if offset == UNKNOWN {
            return Timestamp::now();
        }
        let since = i64::try_from(self.millis(Instant::now())).unwrap_or(i64::MAX);
        Timestamp::from_millis(since.saturating_add(offset))
    }

    fn millis(&self, at: Instant) -> u64 {
        let since = at.saturating_duration_since(self.start);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leases_are_invalid_when_either_clock_says_so() {
        let registration = Registration::new(ProcessId::stored("a"));
        let (now, time) = (Instant::now(), Timestamp::now());
        let lifetime = Duration::from_secs(60);
        registration.renewed(now, lifetime, Timestamp::from_millis(5_000), true);
        assert!(registration.is_valid_at(now, time));
        assert!(!registration.is_valid_at(now + lifetime, time));
        // The machine was suspended, so that the monotonic clock did not move.
        assert!(!registration.is_valid_at(now, time.plus(Duration::from_secs(61))));
        let database = registration.database_now().to_millis();
        assert!((5_000..60_000).contains(&database), "{database}");
    }
}
