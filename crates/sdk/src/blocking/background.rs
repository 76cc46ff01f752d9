//! The runtime behind the blocking client.

use std::{
    fmt,
    future::Future,
    pin::pin,
    sync::Arc,
    task::{Context, Poll, Wake, Waker},
    thread::{self, Thread},
};

use tokio::{
    runtime::{Builder, Handle},
    sync::oneshot,
    task::coop,
};

use crate::error::Error;

/// A thread that drives connections and timers. The calls themselves run on the threads that make
/// them.
pub(super) struct Background {
    handle: Handle,
    /// Dropped, it ends the thread.
    _alive: oneshot::Sender<()>,
}

impl Background {
    pub(super) fn start() -> Result<Self, Error> {
        let failed = |error: std::io::Error| {
            Error::configuration("the blocking client's thread cannot be started")
                .with_source(error)
        };
        let runtime = Builder::new_current_thread()
            .enable_all()
            .build()
            .map_err(failed)?;
        let handle = runtime.handle().clone();
        let (alive, ended) = oneshot::channel::<()>();
        thread::Builder::new()
            .name("orouter-blocking".to_owned())
            .spawn(move || {
                // Nothing is ever sent: it ends when the other side is dropped.
                let _ = runtime.block_on(ended);
            })
            .map_err(failed)?;
        Ok(Self {
            handle,
            _alive: alive,
        })
    }

    /// Runs `future` on this thread.
    ///
    /// Not with tokio's `block_on`, which panics where this is asked for inside async code that
    /// [`inside_async_code`] does not tell.
    pub(super) fn run<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if inside_async_code() {
            return Err(Error::configuration(
                "the blocking client was called inside async code; use the async client there, or \
                 tokio's `spawn_blocking`",
            ));
        }
        // Timers and connections that it makes are the background thread's.
        let _context = self.handle.enter();
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return Ok(output);
            }
            // May end without reason, and a wake-up that came before ends it at once.
            thread::park();
        }
    }
}

/// Wakes a future by waking the thread that waits for it.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Whether a task of tokio's is being polled on this thread, one that should not be held up.
///
/// That a runtime is at hand says nothing: so it is in `spawn_blocking` and `block_in_place`, where
/// blocking is welcome. What tells them apart is that tasks have a budget, after which they are to
/// yield, and blocking code has none. A task's is used up by asking, so that it yields at its next
/// wait, which is harmless. Tasks that are `unconstrained` are not recognised.
fn inside_async_code() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut cx = Context::from_waker(Waker::noop());
    (0..=MOST_BUDGET).any(|_| pin!(coop::consume_budget()).poll(&mut cx).is_pending())
}

/// More than any task's budget: tokio counts it in a byte.
const MOST_BUDGET: u16 = 256;

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background")
    }
}
