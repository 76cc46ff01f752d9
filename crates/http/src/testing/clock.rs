//! `TestClock`: a clock on which waits end at once.

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

/// A [`Clock`] for tests. Waits end at once, in the order of their deadlines, and advance the clock by
/// the time that they would have taken.
///
/// If a timeout and a longer backoff run at once, the timeout ends first, as on a real clock. Use this
/// clock only for tests in memory: a test with a real socket needs real time.
///
/// # Example
///
/// ```
/// use std::time::Duration;
/// use orouter_http::{Clock, testing::TestClock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let clock = TestClock::new();
/// clock.sleep(Duration::from_secs(60)).await;
/// assert_eq!(clock.elapsed(), Duration::from_secs(60));
/// # }
/// ```
#[derive(Clone)]
pub struct TestClock(Arc<Mutex<State>>);

struct State {
    calendar: SystemTime,
    passed: Duration,
    next: u64,
    /// The waits, by deadline and number.
    waiting: BTreeMap<(Duration, u64), Option<Waker>>,
    slept: Vec<Duration>,
}

impl Default for TestClock {
    fn default() -> Self {
        Self::new()
    }
}

impl TestClock {
    /// Returns a clock that has not advanced yet. Its calendar starts at 1 January 2030.
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

    /// Returns the time that has passed on this clock.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.lock().passed
    }

    /// Returns the lengths of the waits that reached their deadline, in order. Excludes dropped waits.
    #[must_use]
    pub fn slept(&self) -> Vec<Duration> {
        self.lock().slept.clone()
    }

    /// Advances the clock by `time` without a wait.
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
        let key = (state.passed.saturating_add(duration), state.next);
        Box::pin(Sleep {
            clock: self.clone(),
            duration,
            key,
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
    key: (Duration, u64),
    polled: bool,
}

impl Future for Sleep {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let clock = self.clock.clone();
        let mut state = clock.lock();
        state.waiting.insert(self.key, Some(cx.waker().clone()));
        if !self.polled {
            // Other waits with an earlier deadline may be about to start.
            self.polled = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        if state.waiting.keys().next() != Some(&self.key) {
            return Poll::Pending;
        }
        state.waiting.remove(&self.key);
        state.passed = state.passed.max(self.key.0);
        state.slept.push(self.duration);
        wake_first(&mut state);
        Poll::Ready(())
    }
}

impl Drop for Sleep {
    fn drop(&mut self) {
        let mut state = self.clock.lock();
        if state.waiting.remove(&self.key).is_some() {
            wake_first(&mut state);
        }
    }
}

fn wake_first(state: &mut State) {
    if let Some(waker) = state.waiting.values_mut().next().and_then(Option::take) {
        waker.wake();
    }
}
