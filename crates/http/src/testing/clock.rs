//! A clock on which time passes only while somebody waits for it.

use std::{
    collections::BTreeMap,
    fmt,
    future::Future,
    pin::Pin,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    task::{Context, Poll, Waker},
    time::{Duration, SystemTime},
};

use crate::{clock::Clock, send::BoxFuture, timestamp::Timestamp};

/// A [`Clock`] for tests: waits end at once, in the order of their deadlines, and the time that they
/// would have taken is on the clock.
///
/// A minute of backoff passes in no time, and of a backoff and a shorter limit the limit wins, as in
/// life. For tests in memory: beside a real socket, use real time.
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<State>>);

struct State {
    calendar: SystemTime,
    passed: Duration,
    next: u64,
    /// Those who wait, by deadline and order of arrival.
    waiting: BTreeMap<(Duration, u64), Option<Waker>>,
    slept: Vec<Duration>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl TestClock {
    /// A clock that has not run yet. Its calendar starts at 1 January 2030.
    #[must_use]
    pub fn new() -> Self {
        const CALENDAR: Duration = Duration::from_secs(1_893_456_000);
        Self(Arc::new(Mutex::new(State {
            calendar: SystemTime::UNIX_EPOCH + CALENDAR,
            passed: Duration::ZERO,
            next: 0,
            waiting: BTreeMap::new(),
            slept: Vec::new(),
        })))
    }

    /// How much time has passed on it.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.lock().passed
    }

    /// The waits that ended because their time had come, in order. Those given up are not in it.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.lock().slept.clone()
    }

    /// Lets time pass without anybody waiting.
    pub fn advance(&self, time: Duration) {
        self.lock().passed += time;
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_origin(self.lock().passed)
    }

    fn system_time(&self) -> SystemTime {
        let state = self.lock();
        state.calendar + state.passed
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        let mut state = self.lock();
        state.next += 1;
        let place = (state.passed.saturating_add(duration), state.next);
        Box::pin(Sleep {
            clock: self.clone(),
            duration,
            place,
            polled: false,
        })
    }
}

impl fmt::Debug for TestClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TestClock({:?})", self.elapsed())
    }
}

struct Sleep {
    clock: TestClock,
    duration: Duration,
    place: (Duration, u64),
    polled: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut state = clock.lock();
        state.waiting.insert(self.place, Some(cx.waker().clone()));
        if !self.polled {
            // Others may be about to wait for something that comes earlier: let them line up.
            self.polled = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if state.waiting.keys().next() != Some(&self.place) {
            return Poll::Pending;
        }
        state.waiting.remove(&self.place);
        state.passed = state.passed.max(self.place.0);
        state.slept.push(self.duration);
        wake_first(&mut state);
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let mut state = self.clock.lock();
        if state.waiting.remove(&self.place).is_some() {
            wake_first(&mut state);
        }
    }
}

fn wake_first(state: &mut State) {
    if let Some(waker) = state.waiting.values_mut().next().and_then(Option::take) {
        waker.wake();
    }
}
