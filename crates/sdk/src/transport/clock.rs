//! Time, as the client sees it.

use std::time::{Duration, Instant, SystemTime};

use super::BoxFuture;

/// Where the client takes its time from: deadlines, backoff and dates in headers.
///
/// The default is tokio's timer. Put another in with
/// [`OpenRouterBuilder::clock`](crate::OpenRouterBuilder::clock) to run on another runtime, or in
/// tests, so that a minute of backoff takes no time at all.
pub trait Clock: Send + Sync + 'static {
    /// The present, for measuring spans.
    fn now(&self) -> Instant;

    /// The present, as the calendar has it: `Retry-After` may be a date.
    fn system_time(&self) -> SystemTime;

    /// A future that is ready once `duration` has passed. Dropping it must cancel the wait.
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()>;
}

/// tokio's timer and the system's clock.
#[cfg(feature = "reqwest")]
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

#[cfg(feature = "reqwest")]
impl Clock for TokioClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where time comes from"
    )]
    fn now(&self) -> Instant {
        Instant::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where time comes from"
    )]
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place where time comes from"
    )]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        Box::pin(tokio::time::sleep(duration))
    }
}
