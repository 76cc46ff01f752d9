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
pub(crate) enum Gate {
    /// Requests pass.
    Closed,
    /// One request may pass, as a probe.
    HalfOpen,
    /// Other endpoints are tried first.
    Open,
}

/// The failures since the last success.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Row {
    /// Number of failures in a row.
    failures: u32,
    /// Number of times that the breaker opened.
    opened: u32,
}

/// The circuit breaker of an endpoint.
///
/// Five failures in a row, each within 30 s of the one before, open it for 5 s. A rate limit with a
/// delay opens it at once for that delay, between 1 s and 60 s. After that time one request at a
/// time is a probe: a success closes the breaker, a failure opens it for twice the time, up to 60 s.
///
/// An attempt succeeds with its first content. If it fails after that, the success is taken back: an
/// endpoint that breaks off every stream has a row of failures too.
#[derive(Debug, Default)]
pub(super) struct Breaker {
    row: Row,
    last_failure: Option<Instant>,
    /// The time at which the breaker was opened last; `None` while it is closed.
    since: Option<Instant>,
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

    /// Counts a success of an attempt that began at `began`, and closes the breaker. Returns the row
    /// of failures that ends, for [`take_back`](Self::take_back).
    ///
    /// An attempt that began before the breaker opened does not close it, because it does not show
    /// that the endpoint has recovered.
    pub(super) fn succeeded(&mut self, began: Instant) -> Row {
        let ended = self.row;
        if self.since.is_none_or(|since| began >= since) {
            *self = Self {
                last_failure: self.last_failure,
                ..Self::default()
            };
        }
        ended
    }

    /// Continues the row of failures that a success ended, because its attempt has failed later.
    pub(super) fn take_back(&mut self, ended: Row) {
        self.row.failures = self.row.failures.max(ended.failures);
        self.row.opened = self.row.opened.max(ended.opened);
    }

    /// Counts a failure. `delay` is the delay that a rate limit asks for.
    pub(super) fn failed(&mut self, now: Instant, delay: Option<Duration>) {
        let recent = |last: Instant| now.saturating_duration_since(last) <= WINDOW;
        if !self.last_failure.is_some_and(recent) {
            self.row.failures = 0;
        }
        self.last_failure = Some(now);
        self.row.failures = self.row.failures.saturating_add(1);
        let was_open = self.until;
        if was_open.is_some_and(|until| now < until) {
            // A request that started before the breaker opened, or a last resort.
        } else if was_open.is_some() || self.row.failures >= FAILURES {
            let doubled = COOL_DOWN.saturating_mul(1 << self.row.opened.min(8));
            self.row.opened = self.row.opened.saturating_add(1);
            self.open(now, doubled.min(MAX_COOL_DOWN));
        }
        if let Some(delay) = delay {
            self.open(now, delay.clamp(MIN_HINT, MAX_COOL_DOWN));
        }
    }

    /// Opens the breaker for this time, or longer if it is open for longer.
    fn open(&mut self, now: Instant, time: Duration) {
        let end = now + time;
        self.since = Some(now);
        self.until = Some(self.until.map_or(end, |until| until.max(end)));
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
        breaker.succeeded(now);
        breaker.failed(now, None);
        assert_eq!(breaker.gate(now), Gate::Closed);
    }

    #[test]
    fn a_success_that_is_taken_back_does_not_end_the_row() {
        let mut breaker = Breaker::default();
        let now = Instant::now();
        let broken_off = |breaker: &mut Breaker, now: Instant| {
            let ended = breaker.succeeded(now);
            breaker.take_back(ended);
            breaker.failed(now, None);
        };
        for _ in 0..FAILURES {
            assert_eq!(breaker.gate(now), Gate::Closed);
            broken_off(&mut breaker, now);
        }
        assert_eq!(breaker.gate(now), Gate::Open);
        // The probe sends content and breaks off.
        let later = now + COOL_DOWN;
        broken_off(&mut breaker, later);
        assert_eq!(breaker.gate(later + COOL_DOWN), Gate::Open, "twice as long");
        // Rare failures are no row.
        let mut breaker = Breaker::default();
        for count in 0..10 * FAILURES {
            broken_off(&mut breaker, now + (WINDOW + COOL_DOWN) * count);
        }
        assert_eq!(breaker.gate(now + WINDOW * 100), Gate::Closed);
        // Other attempts that succeed end the row.
        let mut breaker = Breaker::default();
        for _ in 0..10 * FAILURES {
            broken_off(&mut breaker, now);
            breaker.succeeded(now);
        }
        assert_eq!(breaker.gate(now), Gate::Closed);
    }

    #[test]
    fn a_success_that_began_before_the_breaker_opened_does_not_close_it() {
        let (mut breaker, now) = open_after(0, Duration::ZERO);
        let earlier = now;
        let now = now + Duration::from_secs(1);
        breaker.failed(now, Some(Duration::from_secs(20)));
        breaker.succeeded(earlier);
        assert_eq!(breaker.gate(now), Gate::Open);
        breaker.succeeded(now);
        assert_eq!(breaker.gate(now), Gate::Closed, "a last resort");
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
        breaker.succeeded(later + COOL_DOWN * 2);
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
