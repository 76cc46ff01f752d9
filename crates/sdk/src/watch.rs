//! What may end a wait: an abort, a limit on this step, or the limit on the whole call.

use std::{
    future::Future,
    pin::pin,
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
    /// No timer is made before the future has been asked once: what is ready at once costs none.
    pub(crate) async fn run<F: Future>(
        &mut self,
        limit: Option<StepLimit>,
        future: F,
    ) -> Result<F::Output, Interrupt> {
        if self.is_aborted() {
            return Err(Interrupt::Aborted);
        }
        let mut future = pin!(future);
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

/// A limit on silence: started anew by every sign of life, at the cost of one look at the clock.
pub(crate) struct Idle {
    limit: Option<Duration>,
    last: Instant,
    sleep: Option<BoxFuture<'static, ()>>,
}

impl Idle {
    pub(crate) fn new(limit: Option<Duration>, clock: &dyn Clock) -> Self {
        Self {
            limit,
            last: clock.now(),
            sleep: None,
        }
    }

    /// Something came.
    pub(crate) fn alive(&mut self, clock: &dyn Clock) {
        if self.limit.is_some() {
            self.last = clock.now();
        }
    }

    /// Ready when it was silent for too long.
    pub(crate) fn poll(&mut self, clock: &dyn Clock, cx: &mut Context<'_>) -> Poll<Interrupt> {
        let Some(limit) = self.limit else {
            return Poll::Pending;
        };
        loop {
            let sleep = self.sleep.get_or_insert_with(|| clock.sleep(limit));
            if sleep.as_mut().poll(cx).is_pending() {
                return Poll::Pending;
            }
            // The timer was set at some earlier sign of life: see how long it really was silent.
            let silent = clock.now().saturating_duration_since(self.last);
            if silent >= limit {
                return Poll::Ready(Interrupt::Timeout(TimeoutKind::Idle, limit));
            }
            self.sleep = Some(clock.sleep(limit - silent));
        }
    }
}
