//! Time, as the client sees it.

use std::time::{Duration, Instant, SystemTime};
#[cfg(feature = "reqwest")]
use std::{future::pending, sync::OnceLock, thread};

#[cfg(feature = "reqwest")]
use tokio::runtime::{Builder, Handle};

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
///
/// The timer is that of the runtime around it. A stream may also be read outside of any, by another
/// executor: then a thread of this crate's own, started when it is first needed, keeps the time.
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
        if Handle::try_current().is_ok() {
            return Box::pin(tokio::time::sleep(duration));
        }
        match elsewhere() {
            Some(timer) => {
                let _context = timer.enter();
                Box::pin(tokio::time::sleep(duration))
            }
            // Without a thread for it there is no time.
            None => Box::pin(pending()),
        }
    }
}

/// A runtime for the timers of those who wait outside of any; `None` where no thread can be had.
#[cfg(feature = "reqwest")]
fn elsewhere() -> Option<&'static Handle> {
    static TIMER: OnceLock<Option<Handle>> = OnceLock::new();
    let start = || {
        let runtime = Builder::new_current_thread().enable_time().build().ok()?;
        let handle = runtime.handle().clone();
        thread::Builder::new()
            .name("orouter-timer".to_owned())
            .spawn(move || runtime.block_on(pending::<()>()))
            .ok()?;
        Some(handle)
    };
    TIMER.get_or_init(start).as_ref()
}
