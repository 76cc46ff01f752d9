//! [`Breaker`]: the circuit breaker of an endpoint. Pure: the caller passes the time.

use std::time::Duration;

use tokio::time::Instant;

/// Number of failures in a row that open the breaker.
const FAILURES: u32 = 5;

/// Maximum time between two failures of one row.
const WINDOW: Duration = Duration::from_secs(30);

/// Time for which the breaker stays open first. It doubles each time a probe fails.
const COOL_DOWN: Duration = Duration::from_secs(5);

/// Maximum time for which the breaker stays open, also if the upstream asks for more.
const MAX_COOL_DOWN: Duration = Duration::from_secs(60);

/// Minimum time for which a delay that an upstream asks for opens the breaker.
const MIN_HINT: Duration = Duration::from_secs(1);

/// The state of a breaker at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Gate {
    /// Requests pass.
    Closed,
    /// One request may pass, as a probe.
    HalfOpen,
    /// Other endpoints are tried first.
    Open,
}

/// The circuit breaker of an endpoint.
///
/// Five failures in a row, each within 30 s of the one before, open it for 5 s. A rate limit with a
/// delay opens it at once for that delay, between 1 s and 60 s. After that time one request at a
/// time is a probe: a success closes the breaker, a failure opens it for twice the time, up to 60 s.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    /// Number of failures in a row.
    failures: u32,
    last_failure: Option<Instant>,
    /// Number of times that the breaker opened since it was closed.
    opened: u32,
    /// End of the time for which the breaker is open; `None` while it is closed.
    until: Option<Instant>,
    /// `true` while a probe runs.
    probing: bool,
}

impl Breaker {
    pub(super) fn gate(&self, now: Instant) -> Gate {
        match self.until {
            None => Gate::Closed,
            Some(until) if now < until || self.probing => Gate::Open,
            Some(_) => Gate::HalfOpen,
        }
    }

    /// Starts a probe.
    pub(super) fn probe(&mut self) {
        self.probing = true;
    }

    /// Ends a probe without a result.
    pub(super) fn end_probe(&mut self) {
        self.probing = false;
    }

    pub(super) fn succeeded(&mut self) {
        *self = Self::default();
    }

    /// Counts a failure. `delay` is the delay that a rate limit asks for.
    pub(super) fn failed(&mut self, now: Instant, delay: Option<Duration>) {
        let recent = |last: Instant| now.saturating_duration_since(last) <= WINDOW;
        if !self.last_failure.is_some_and(recent) {
            self.failures = 0;
        }
        self.last_failure = Some(now);
        self.failures = self.failures.saturating_add(1);
        let was_open = self.until;
        if was_open.is_some_and(|until| now < until) {
            // A request that started before the breaker opened, or a last resort.
        } else if was_open.is_some() || self.failures >= FAILURES {
            let doubled = COOL_DOWN.saturating_mul(1 << self.opened.min(8));
            self.opened = self.opened.saturating_add(1);
            self.until = Some(now + doubled.min(MAX_COOL_DOWN));
        }
        if let Some(delay) = delay {
            let end = now + delay.clamp(MIN_HINT, MAX_COOL_DOWN);
            self.until = Some(self.until.map_or(end, |until| until.max(end)));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn open_after(failures: u32, gap: Duration) -> (Breaker, Instant) {
        let mut breaker = Breaker::default();
        let mut now = Instant::now();
        for _ in 0..failures {
            now += gap;
            breaker.failed(now, None);
        }
        (breaker, now)
    }

    #[test]
    fn a_row_of_failures_opens_it() {
        let second = Duration::from_secs(1);
        let (breaker, now) = open_after(FAILURES - 1, second);
        assert_eq!(breaker.gate(now), Gate::Closed);
        let (breaker, now) = open_after(FAILURES, second);
        assert_eq!(breaker.gate(now), Gate::Open);
        assert_eq!(breaker.gate(now + COOL_DOWN), Gate::HalfOpen);
        let (breaker, now) = open_after(10 * FAILURES, WINDOW + second);
        assert_eq!(breaker.gate(now), Gate::Closed, "the failures are rare");
    }

    #[test]
    fn a_success_ends_the_row() {
        let (mut breaker, now) = open_after(FAILURES - 1, Duration::ZERO);
        breaker.succeeded();
        breaker.failed(now, None);
        assert_eq!(breaker.gate(now), Gate::Closed);
    }

    #[test]
    fn one_probe_runs_at_a_time_and_its_result_decides() {
        let (mut breaker, now) = open_after(FAILURES, Duration::ZERO);
        let later = now + COOL_DOWN;
        breaker.probe();
        assert_eq!(breaker.gate(later), Gate::Open);
        breaker.end_probe();
        assert_eq!(breaker.gate(later), Gate::HalfOpen);
        breaker.failed(later, None);
        assert_eq!(breaker.gate(later + COOL_DOWN), Gate::Open, "twice as long");
        assert_eq!(breaker.gate(later + COOL_DOWN * 2), Gate::HalfOpen);
        breaker.succeeded();
        assert_eq!(breaker.gate(later), Gate::Closed);
    }

    #[test]
    fn the_time_is_bounded() {
        let (mut breaker, mut now) = open_after(FAILURES, Duration::ZERO);
        for _ in 0..100 {
            now += MAX_COOL_DOWN;
            assert_eq!(breaker.gate(now), Gate::HalfOpen);
            breaker.failed(now, None);
        }
    }

    #[test]
    fn the_delay_of_a_rate_limit_opens_it_within_bounds() {
        for (asked, lasts) in [
            (Duration::ZERO, MIN_HINT),
            (Duration::from_secs(20), Duration::from_secs(20)),
            (Duration::from_secs(86_400), MAX_COOL_DOWN),
        ] {
            let (mut breaker, now) = open_after(0, Duration::ZERO);
            breaker.failed(now, Some(asked));
            let before = lasts - Duration::from_millis(1);
            assert_eq!(breaker.gate(now + before), Gate::Open, "{asked:?}");
            assert_eq!(breaker.gate(now + lasts), Gate::HalfOpen, "{asked:?}");
        }
    }
}
