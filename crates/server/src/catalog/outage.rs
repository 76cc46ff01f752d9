//! [`Outages`]: the attempts and failures of an endpoint in the last 30 s. Pure: the caller passes
//! the time.

use tokio::time::Instant;

/// Length of the window, in seconds.
const SECONDS: usize = 30;

/// Minimum number of failures of a significant outage.
const MIN_FAILURES: u32 = 3;

/// The attempts and failures of one second.
#[derive(Clone, Copy, Debug, Default)]
struct Second {
    /// The second, counted from the start of the window's clock.
    number: u64,
    attempts: u32,
    failures: u32,
}

/// The attempts and failures of an endpoint in the last 30 s.
#[derive(Debug)]
pub(super) struct Outages {
    start: Instant,
    seconds: [Second; SECONDS],
    /// The second of the last failure; `None` before the first one.
    last_failure: Option<u64>,
    /// Counts of other servers, with their times.
    others: Vec<Counted>,
    /// Counts of this server since [`Outages::take`].
    new: (u32, u32),
}

/// The attempts and failures that other servers counted at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Counted {
    pub(crate) at: Instant,
    pub(crate) attempts: u32,
    pub(crate) failures: u32,
}

impl Outages {
    pub(super) fn new(start: Instant) -> Self {
        Self {
            start,
            seconds: [Second::default(); SECONDS],
            last_failure: None,
            others: Vec::new(),
            new: (0, 0),
        }
    }

    /// Returns the attempts and failures that were counted since the last call.
    pub(super) fn take(&mut self) -> (u32, u32) {
        std::mem::take(&mut self.new)
    }

    /// Replaces what other servers counted.
    pub(super) fn set_others(&mut self, others: Vec<Counted>) {
        self.others = others;
    }

    /// Counts an attempt.
    pub(super) fn count(&mut self, now: Instant, failed: bool) {
        self.add(now, 1, u32::from(failed));
    }

    /// Counts the failure of an attempt that was counted as a success.
    pub(super) fn count_late_failure(&mut self, now: Instant) {
        self.add(now, 0, 1);
    }

    fn add(&mut self, now: Instant, attempts: u32, failures: u32) {
        self.new.0 = self.new.0.saturating_add(attempts);
        self.new.1 = self.new.1.saturating_add(failures);
        let number = self.number(now);
        if failures > 0 {
            self.last_failure = Some(number);
        }
        let index = usize::try_from(number % SECONDS as u64).unwrap_or_default();
        if let Some(second) = self.seconds.get_mut(index) {
            if second.number != number {
                *second = Second {
                    number,
                    ..Second::default()
                };
            }
            second.attempts = second.attempts.saturating_add(attempts);
            second.failures = second.failures.saturating_add(failures);
        }
    }

    /// Returns `true` after a significant outage: in the last 30 s, at least 3 attempts failed, and
    /// at least half of all.
    pub(super) fn is_significant(&self, now: Instant) -> bool {
        let number = self.number(now);
        let within = |second: u64| number.saturating_sub(second) < SECONDS as u64;
        if !self.last_failure.is_some_and(within) && self.others.is_empty() {
            return false; // the usual case
        }
        let recent = self.seconds.iter().filter(|second| within(second.number));
        let own = recent.map(|second| (second.attempts, second.failures));
        let others = self
            .others
            .iter()
            .filter(|counted| within(self.number(counted.at)));
        let others = others.map(|counted| (counted.attempts, counted.failures));
        let (attempts, failures) = own.chain(others).fold((0u32, 0u32), |sum, counted| {
            (
                sum.0.saturating_add(counted.0),
                sum.1.saturating_add(counted.1),
            )
        });
        failures >= MIN_FAILURES && failures.saturating_mul(2) >= attempts
    }

    /// Returns the second of a time.
    fn number(&self, now: Instant) -> u64 {
        now.saturating_duration_since(self.start).as_secs()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_outage_is_significant_while_half_of_the_attempts_fail() {
        let now = Instant::now();
        let mut outages = Outages::new(now);
        for _ in 0..2 {
            outages.count(now, true);
        }
        assert!(!outages.is_significant(now), "2 failures");
        outages.count(now, true);
        assert!(outages.is_significant(now), "3 of 3");
        for _ in 0..3 {
            outages.count(now, false);
        }
        assert!(outages.is_significant(now), "3 of 6");
        outages.count(now, false);
        assert!(!outages.is_significant(now), "3 of 7");
    }

    #[test]
    fn an_attempt_that_fails_late_is_counted_once() {
        let now = Instant::now();
        let mut outages = Outages::new(now);
        for failed in [true, true, true, false, false, false] {
            outages.count(now, false);
            if failed {
                outages.count_late_failure(now);
            }
        }
        assert!(outages.is_significant(now), "3 of 6");
        outages.count(now, false);
        assert!(!outages.is_significant(now), "3 of 7");
    }

    #[test]
    fn counts_of_other_servers_are_added_while_they_are_recent() {
        let now = Instant::now();
        let mut outages = Outages::new(now);
        let counted = |attempts, failures| Counted {
            at: now,
            attempts,
            failures,
        };
        outages.set_others(vec![counted(2, 1), counted(1, 1)]);
        assert!(!outages.is_significant(now), "2 of 3");
        outages.count(now, true);
        assert!(outages.is_significant(now), "3 of 4");
        assert_eq!(outages.take(), (1, 1), "only its own");
        assert_eq!(outages.take(), (0, 0));
        outages.set_others(vec![counted(5, 3)]);
        let later = now + Duration::from_secs(29);
        assert!(outages.is_significant(later), "4 of 6");
        assert!(!outages.is_significant(later + Duration::from_secs(1)));
        outages.set_others(Vec::new());
        assert!(!outages.is_significant(now), "1 of 1");
    }

    #[test]
    fn outages_are_forgotten_after_30_s() {
        let start = Instant::now();
        let mut outages = Outages::new(start);
        let at = |seconds| start + Duration::from_secs(seconds);
        for second in [100, 101, 102] {
            outages.count(at(second), true);
        }
        assert!(outages.is_significant(at(129)));
        assert!(!outages.is_significant(at(130)), "2 are left");
        outages.count(at(131), true);
        assert!(!outages.is_significant(at(131)), "2 at 102 and 131");
        outages.count(at(131), true);
        assert!(outages.is_significant(at(131)), "3 at 102 and 131");
        assert!(!outages.is_significant(at(1000)));
    }
}
