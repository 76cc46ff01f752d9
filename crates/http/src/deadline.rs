//! `Deadline`: ends the waits of one call, from its start to the end of its body.

use std::{
    future::Future,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use crate::{
    abort::{AbortHandle, Aborted},
    clock::Clock,
    interrupt::{Interrupt, StepLimit},
    send::BoxFuture,
    timeouts::TimeoutKind,
    timestamp::Timestamp,
};

/// The total limit and the abort handle of one call.
///
/// Runs from the start of the call to the end of the response body, and ends each wait in between with
/// an [`Interrupt`].
///
/// # Example
///
/// ```
/// use std::{pin::pin, sync::Arc, time::Duration};
/// use orouter_http::{Deadline, Interrupt, StepLimit, TimeoutKind, testing::TestClock};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let mut deadline = Deadline::new(Arc::new(TestClock::new()), None, None);
/// let limit = StepLimit::new(TimeoutKind::FirstByte, Duration::from_secs(30));
/// let silence = pin!(std::future::pending::<()>());
/// let outcome = deadline.run(Some(limit), silence).await;
/// assert_eq!(outcome, Err(limit.timeout()));
/// # }
/// ```
pub struct Deadline {
    clock: Arc<dyn Clock>,
    aborted: Option<Aborted>,
    total: Option<Total>,
    started: Timestamp,
}

struct Total {
    limit: Duration,
    sleep: Option<BoxFuture<'static, ()>>,
}

impl Deadline {
    /// Starts the time of a call now. `None` is no abort handle or no total limit.
    #[must_use]
    pub fn new(clock: Arc<dyn Clock>, abort: Option<AbortHandle>, total: Option<Duration>) -> Self {
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

    /// Returns the clock that times the call.
    #[must_use]
    pub fn clock(&self) -> &Arc<dyn Clock> {
        &self.clock
    }

    /// Returns the time since the start of the call.
    #[must_use]
    pub fn elapsed(&self) -> Duration {
        self.clock.now().saturating_duration_since(self.started)
    }

    /// Returns the rest of the total limit. `None` if the call has none.
    #[must_use]
    pub fn remaining(&self) -> Option<Duration> {
        self.total
            .as_ref()
            .map(|total| total.limit.saturating_sub(self.elapsed()))
    }

    /// Returns `true` if the call was aborted.
    #[inline]
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.aborted.as_ref().is_some_and(Aborted::is_aborted)
    }

    /// Returns the handle that aborts the call. `None` if the call has none.
    #[must_use]
    pub fn abort_handle(&self) -> Option<AbortHandle> {
        Some(self.aborted.as_ref()?.handle().clone())
    }

    /// Polls for the end of the call: an abort or the total limit.
    ///
    /// Call it after the awaited value was polled and is not ready, so that a value that is ready wins.
    #[inline]
    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Interrupt> {
        if let Some(aborted) = &mut self.aborted {
            if aborted.poll(cx).is_ready() {
                return Poll::Ready(Interrupt::Aborted);
            }
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

    /// Waits for `future`, at most as long as `limit` allows and until the call ends.
    ///
    /// Creates a timer only if the future is not ready at once. The caller pins the future, because an
    /// async function that takes a future by value stores it twice.
    ///
    /// # Errors
    ///
    /// The [`Interrupt`] that ended the wait. The future is not polled if the call is already aborted.
    pub async fn run<F: Future + ?Sized>(
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
                let sleep = sleep.get_or_insert_with(|| self.clock.sleep(limit.remaining()));
                if sleep.as_mut().poll(cx).is_ready() {
                    return Poll::Ready(Err(limit.timeout()));
                }
            }
            Poll::Pending
        })
        .await
    }
}

impl std::fmt::Debug for Deadline {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Deadline")
            .field("started", &self.started)
            .field("total", &self.total.as_ref().map(|total| total.limit))
            .field("aborted", &self.is_aborted())
            .finish_non_exhaustive()
    }
}
