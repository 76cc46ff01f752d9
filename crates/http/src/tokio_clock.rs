//! The clock over tokio's timer.

use std::{
    future::pending,
    sync::OnceLock,
    thread,
    time::{Duration, Instant, SystemTime},
};

use tokio::runtime::{Builder, Handle};

use crate::{clock::Clock, send::BoxFuture, timestamp::Timestamp};

/// Tokio's timer and the system's clock.
///
/// Waits use the timer of the surrounding runtime. Outside of any runtime, such as in a stream that
/// another executor polls, they use a timer thread named `orouter-timer`, which starts on first use.
#[derive(Clone, Copy, Debug, Default)]
pub struct TokioClock;

impl Clock for TokioClock {
    #[expect(
        clippy::disallowed_methods,
        reason = "this clock is the one source of time"
    )]
    fn now(&self) -> Timestamp {
        static ORIGIN: OnceLock<Instant> = OnceLock::new();
        let now = Instant::now();
        let origin = *ORIGIN.get_or_init(|| now);
        Timestamp::from_origin(now.saturating_duration_since(origin))
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this clock is the one source of time"
    )]
    fn system_time(&self) -> SystemTime {
        SystemTime::now()
    }

    #[expect(
        clippy::disallowed_methods,
        reason = "this clock is the one source of time"
    )]
    fn sleep(&self, duration: Duration) -> BoxFuture<'static, ()> {
        if Handle::try_current().is_ok() {
            return Box::pin(tokio::time::sleep(duration));
        }
        match timer_thread() {
            Some(timer) => {
                let _context = timer.enter();
                Box::pin(tokio::time::sleep(duration))
            }
            // No thread could be started, so nothing can end the wait.
            None => Box::pin(pending()),
        }
    }
}

/// Returns the runtime of the timer thread. `None` if the thread cannot be started.
fn timer_thread() -> Option<&'static Handle> {
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
