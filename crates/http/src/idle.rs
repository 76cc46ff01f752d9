//! `IdleTimer`: the limit on silence while a caller waits for the next bytes of a body.

use std::{
    fmt,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    clock::Clock, interrupt::Interrupt, send::BoxFuture, timeouts::TimeoutKind,
    timestamp::Timestamp,
};

/// Maximum length of the grace period before an idle timeout fires.
const MAX_GRACE_PERIOD: Duration = Duration::from_millis(50);

/// The limit on silence while a caller waits.
///
/// The time between two waits belongs to the caller, so silence is measured from the first wait after
/// the last bytes. A thread that was blocked has not read from the connection either, and its timers
/// fire before it sees the bytes that arrived meanwhile. The timeout therefore fires only after a
/// grace period, which starts when the rest of the limit has passed and in which the connection is
/// polled. If nothing was blocked, both parts together take exactly the limit.
pub struct IdleTimer {
    /// The limit that the timeout names.
    kind: TimeoutKind,
    limit: Option<Duration>,
    /// The first wait after the last bytes.
    waiting_since: Option<Timestamp>,
    /// Number of grace periods that started in this wait.
    grace_periods: u8,
    /// The end of the latest grace period.
    grace_end: Timestamp,
    /// May be left from an earlier wait, and then fires early.
    sleep: Option<BoxFuture<'static, ()>>,
}

impl IdleTimer {
    /// Returns a timer that fires after `limit` of silence. `None` never fires.
    #[must_use]
    pub fn new(limit: Option<Duration>, clock: &dyn Clock) -> Self {
        Self::of_kind(TimeoutKind::Idle, limit, clock)
    }

    /// Returns a timer for the time between two events of a stream. [`reset`](Self::reset) it when an
    /// event arrives.
    #[must_use]
    pub fn between_events(limit: Option<Duration>, clock: &dyn Clock) -> Self {
        Self::of_kind(TimeoutKind::EventIdle, limit, clock)
    }

    fn of_kind(kind: TimeoutKind, limit: Option<Duration>, clock: &dyn Clock) -> Self {
        Self {
            kind,
            limit,
            waiting_since: None,
            grace_periods: 0,
            grace_end: clock.now(),
            sleep: None,
        }
    }

    /// Ends the current silence, because bytes arrived.
    #[inline]
    pub fn reset(&mut self) {
        self.waiting_since = None;
        self.grace_periods = 0;
    }

    /// Polls for the end of the limit. Call it while the body has no bytes ready.
    pub fn poll(&mut self, clock: &dyn Clock, cx: &mut Context<'_>) -> Poll<Interrupt> {
        let Some(limit) = self.limit else {
            return Poll::Pending;
        };
        let grace = (limit / 8).min(MAX_GRACE_PERIOD);
        let waiting_since = *self.waiting_since.get_or_insert_with(|| clock.now());
        loop {
            let sleep = self.sleep.get_or_insert_with(|| clock.sleep(limit - grace));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let now = clock.now();
            let silent = now.saturating_duration_since(waiting_since);
            let left = limit.saturating_sub(silent);
            let next = if left > grace {
                left - grace
            } else {
                // A grace period that ended late may have been blocked too, so it is repeated. It is
                // repeated once only: a caller that polls rarely would otherwise never time out.
                let late = now.saturating_duration_since(self.grace_end) > grace;
                match self.grace_periods {
                    0 => {}
                    1 if late => {}
                    _ => return Poll::Ready(Interrupt::Timeout(self.kind, limit)),
                }
                self.grace_periods += 1;
                self.grace_end = now + grace;
                grace
            };
            self.sleep = Some(clock.sleep(next));
        }
    }
}

impl fmt::Debug for IdleTimer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("IdleTimer")
            .field("kind", &self.kind)
            .field("limit", &self.limit)
            .field("waiting_since", &self.waiting_since)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc,
            atomic::{AtomicU64, Ordering},
        },
        time::SystemTime,
    };

    use super::*;

    const LIMIT: Duration = Duration::from_millis(400);

    /// A clock that only the test moves.
    #[derive(Clone, Default)]
    struct ManualClock {
        millis: Arc<AtomicU64>,
    }

    impl ManualClock {
        fn pass(&self, millis: u64) {
            self.millis.fetch_add(millis, Ordering::Relaxed);
        }
    }

    impl Clock for ManualClock {
        fn now(&self) -> Timestamp {
            Timestamp::from_origin(Duration::from_millis(self.millis.load(Ordering::Relaxed)))
        }

        fn system_time(&self) -> SystemTime {
            SystemTime::UNIX_EPOCH
        }

        fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
            let clock = self.clone();
            let end = self.now() + duration;
            Box::pin(std::future::poll_fn(move |_| {
                if clock.now() >= end {
                    Poll::Ready(())
                } else {
                    Poll::Pending
                }
            }))
        }
    }

    /// Polls once; returns `true` if the timeout fired.
    fn fired(idle: &mut IdleTimer, clock: &ManualClock) -> bool {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        idle.poll(clock, &mut cx).is_ready()
    }

    fn new() -> (IdleTimer, ManualClock) {
        let clock = ManualClock::default();
        (IdleTimer::new(Some(LIMIT), &clock), clock)
    }

    #[test]
    fn silence_is_measured_from_the_first_wait() {
        let (mut idle, clock) = new();
        clock.pass(900);
        assert!(!fired(&mut idle, &clock));
        clock.pass(100);
        idle.reset();
        // The caller is busy for longer than the limit, and an old timer has fired meanwhile.
        clock.pass(900);
        for _ in 0..39 {
            assert!(!fired(&mut idle, &clock));
            clock.pass(10);
        }
        assert!(!fired(&mut idle, &clock));
        clock.pass(10);
        assert!(
            fired(&mut idle, &clock),
            "wait and grace period take the limit exactly"
        );
    }

    #[test]
    fn a_blocked_wait_polls_the_connection_again() {
        let (mut idle, clock) = new();
        assert!(!fired(&mut idle, &clock));
        clock.pass(900);
        assert!(!fired(&mut idle, &clock));
        idle.reset();
        assert!(!fired(&mut idle, &clock));
        // Blocked within the grace period.
        clock.pass(360);
        assert!(!fired(&mut idle, &clock));
        clock.pass(900);
        assert!(!fired(&mut idle, &clock));
        clock.pass(50);
        assert!(fired(&mut idle, &clock));
    }

    #[test]
    fn a_caller_that_polls_rarely_times_out_too() {
        let (mut idle, clock) = new();
        let mut polls = 0;
        while !fired(&mut idle, &clock) {
            clock.pass(10_000);
            polls += 1;
            assert!(polls < 5);
        }
    }
}
