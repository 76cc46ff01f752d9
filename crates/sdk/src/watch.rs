//! What may end a wait: an abort, a limit on this step, or the limit on the whole call.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::{Duration, Instant},
};

use crate::{
    abort::{AbortHandle, Aborted},
    error::Error,
    timeout::TimeoutKind,
    transport::{BoxFuture, Clock},
};

/// Watches over one call, from its start to the end of its body.
pub(crate) struct Watch {
    clock: Arc<dyn Clock>,
    aborted: Option<Aborted>,
    total: Option<Total>,
    started: Instant,
}

struct Total {
    limit: Duration,
    sleep: Option<BoxFuture<'static, ()>>,
}

/// A limit on one step, some of which may be used up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct StepLimit {
    pub(crate) which: TimeoutKind,
    /// The whole of it, for messages.
    pub(crate) limit: Duration,
    pub(crate) left: Duration,
}

impl StepLimit {
    pub(crate) fn new(which: TimeoutKind, limit: Duration) -> Self {
        Self {
            which,
            limit,
            left: limit,
        }
    }

    /// The same after `passed`; over when nothing of it is left.
    pub(crate) fn after(self, passed: Duration) -> Result<Self, Interrupt> {
        let left = self.limit.saturating_sub(passed);
        if left.is_zero() {
            Err(self.over())
        } else {
            Ok(Self { left, ..self })
        }
    }

    fn over(self) -> Interrupt {
        Interrupt::Timeout(self.which, self.limit)
    }
}

/// Why a wait ended early.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Interrupt {
    Aborted,
    Timeout(TimeoutKind, Duration),
}

impl From<Interrupt> for Error {
    fn from(interrupt: Interrupt) -> Self {
        match interrupt {
            Interrupt::Aborted => Self::aborted(),
            Interrupt::Timeout(which, limit) => Self::timed_out(which, limit),
        }
    }
}

impl Watch {
    pub(crate) fn new(
        clock: Arc<dyn Clock>,
        abort: Option<AbortHandle>,
        total: Option<Duration>,
    ) -> Self {
        let started = clock.now();
        let aborted = abort.map(Aborted::new);
        let total = total.map(|limit| Total { limit, sleep: None });
        Self {
            clock,
            aborted,
            total,
            started,
        }
    }

    pub(crate) fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    pub(crate) fn elapsed(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.started)
    }

    /// How much of the total limit is left; `None` where there is none.
    pub(crate) fn left(&self) -> Option<Duration> {
        self.total
            .as_ref()
            .map(|total| total.limit.saturating_sub(self.elapsed()))
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.aborted.as_ref().is_some_and(Aborted::is_aborted)
    }

    /// What the call can be aborted with.
    pub(crate) fn abort_handle(&self) -> Option<AbortHandle> {
        Some(self.aborted.as_ref()?.handle().clone())
    }

    /// Ready when the call must end. To be asked when what is waited for is not ready.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt> {
        if self
            .aborted
            .as_mut()
            .is_some_and(|aborted| aborted.poll(cx).is_ready())
        {
            return Poll::Ready(Interrupt::Aborted);
        }
        if let Some(total) = &mut self.total {
            let (clock, started) = (&self.clock, self.started);
            let sleep = total.sleep.get_or_insert_with(|| {
                let passed = clock.now().saturating_duration_since(started);
                clock.sleep(total.limit.saturating_sub(passed))
            });
            if sleep.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Interrupt::Timeout(TimeoutKind::Total, total.limit));
            }
        }
        Poll::Pending
    }

    /// Waits for `future`, for at most `limit`, unless the call must end before.
    ///
    /// No timer is made before the future has been asked once: what is ready at once costs none. It is
    /// pinned by the caller, since an async function that takes one by value has room for it twice.
    pub(crate) async fn run<F: Future + ?Sized>(
        &mut self,
        limit: Option<StepLimit>,
        mut future: Pin<&mut F>,
    ) -> Result<F::Output, Interrupt> {
        if self.is_aborted() {
            return Err(Interrupt::Aborted);
        }
        let mut sleep: Option<BoxFuture<'static, ()>> = None;
        std::future::poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(output));
            }
            if let Poll::Ready(interrupt) = self.poll(cx) {
                return Poll::Ready(Err(interrupt));
            }
            if let Some(limit) = limit {
                let sleep = sleep.get_or_insert_with(|| self.clock.sleep(limit.left));
                if sleep.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(limit.over()));
                }
            }
            Poll::Pending
        })
        .await
    }
}

/// The longest last leg of a wait for the verdict that nothing came.
const LAST_LEG: Duration = Duration::from_millis(50);

/// A limit on silence while somebody waits.
///
/// What the caller does between two waits is not the server's silence, so the time runs from the
/// first wait after a sign of life. A thread that was held up meanwhile has kept the connection from
/// being read too, and its timers end before what lies ready is seen. The verdict therefore falls
/// only after a short last leg, which starts when the rest of the time is over and during which the
/// connection has its turn; without a hold-up the legs together take the limit exactly.
pub(crate) struct Idle {
    limit: Option<Duration>,
    /// When somebody first waited after the last sign of life.
    waiting: Option<Instant>,
    /// How many last legs there were in this wait, and when the latest was to end.
    last_legs: u8,
    due: Instant,
    /// May have been set in an earlier wait, and then ends too early.
    sleep: Option<BoxFuture<'static, ()>>,
}

impl Idle {
    pub(crate) fn new(limit: Option<Duration>, clock: &dyn Clock) -> Self {
        Self {
            limit,
            waiting: None,
            last_legs: 0,
            due: clock.now(),
            sleep: None,
        }
    }

    /// Something came.
    pub(crate) fn alive(&mut self) {
        self.waiting = None;
        self.last_legs = 0;
    }

    /// Ready when it was silent for too long. To be asked when nothing is there.
    pub(crate) fn poll(&mut self, clock: &dyn Clock, cx: &mut Context<'_>) -> Poll<Interrupt> {
        let Some(limit) = self.limit else {
            return Poll::Pending;
        };
        let leg = (limit / 8).min(LAST_LEG);
        let waiting = *self.waiting.get_or_insert_with(|| clock.now());
        loop {
            let sleep = self.sleep.get_or_insert_with(|| clock.sleep(limit - leg));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            let now = clock.now();
            let silent = now.saturating_duration_since(waiting);
            let left = limit.saturating_sub(silent);
            let next = if left > leg {
                left - leg
            } else {
                // A last leg that itself ended late proves nothing; but once more is enough, or one
                // who looks seldom would wait for ever.
                let late = now.saturating_duration_since(self.due) > leg;
                match self.last_legs {
                    0 => {}
                    1 if late => {}
                    _ => return Poll::Ready(Interrupt::Timeout(TimeoutKind::Idle, limit)),
                }
                self.last_legs += 1;
                self.due = now + leg;
                leg
            };
            self.sleep = Some(clock.sleep(next));
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::{
        Mutex,
        atomic::{AtomicU64, Ordering},
    };
    use std::time::SystemTime;

    use super::*;

    const LIMIT: Duration = Duration::from_millis(400);

    /// A clock that only the test moves.
    #[derive(Clone)]
    struct Hand {
        start: Arc<Mutex<Instant>>,
        millis: Arc<AtomicU64>,
    }

    impl Hand {
        fn new() -> Self {
            Self {
                start: Arc::new(Mutex::new(crate::transport::TokioClock.now())),
                millis: Arc::default(),
            }
        }

        fn pass(&self, millis: u64) {
            self.millis.fetch_add(millis, Ordering::Relaxed);
        }
    }

    impl Clock for Hand {
        fn now(&self) -> Instant {
            *self.start.lock().unwrap() + Duration::from_millis(self.millis.load(Ordering::Relaxed))
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

    /// Looks; says whether the verdict fell.
    fn ended(idle: &mut Idle, clock: &Hand) -> bool {
        let mut cx = Context::from_waker(std::task::Waker::noop());
        idle.poll(clock, &mut cx).is_ready()
    }

    fn new() -> (Idle, Hand) {
        let clock = Hand::new();
        (Idle::new(Some(LIMIT), &clock), clock)
    }

    #[test]
    fn silence_counts_from_the_first_wait() {
        let (mut idle, clock) = new();
        clock.pass(900);
        assert!(!ended(&mut idle, &clock));
        clock.pass(100);
        idle.alive();
        // The caller is busy for longer than the limit, and an old timer has ended meanwhile.
        clock.pass(900);
        for _ in 0..39 {
            assert!(!ended(&mut idle, &clock));
            clock.pass(10);
        }
        assert!(!ended(&mut idle, &clock));
        clock.pass(10);
        assert!(ended(&mut idle, &clock), "the legs take the limit exactly");
    }

    #[test]
    fn a_wait_that_was_held_up_gives_the_connection_a_turn() {
        let (mut idle, clock) = new();
        assert!(!ended(&mut idle, &clock));
        clock.pass(900);
        assert!(!ended(&mut idle, &clock));
        idle.alive();
        assert!(!ended(&mut idle, &clock));
        // Held up within the last leg.
        clock.pass(360);
        assert!(!ended(&mut idle, &clock));
        clock.pass(900);
        assert!(!ended(&mut idle, &clock));
        clock.pass(50);
        assert!(ended(&mut idle, &clock));
    }

    #[test]
    fn one_who_looks_seldom_learns_of_the_silence_too() {
        let (mut idle, clock) = new();
        let mut looks = 0;
        while !ended(&mut idle, &clock) {
            clock.pass(10_000);
            looks += 1;
            assert!(looks < 5);
        }
    }
}
