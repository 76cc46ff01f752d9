//! The background thread of the blocking client.

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

/// A thread that drives connections and timers. Calls run on the threads that make them.
pub(super) struct Background {
    handle: Handle,
    /// The thread ends when this is dropped.
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
                // No message is sent: the wait ends when the sender is dropped.
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
    /// Does not use tokio's `block_on`, which panics inside async code that [`inside_async_code`] does
    /// not recognize.
    pub(super) fn run<F: Future>(&self, future: F) -> Result<F::Output, Error> {
        if inside_async_code() {
            return Err(Error::configuration(
                "the blocking client was called inside async code; use the async client there, or \
                 tokio's `spawn_blocking`",
            ));
        }
        // The background thread drives the timers and connections that the future creates.
        let _context = self.handle.enter();
        let waker = Waker::from(Arc::new(Unpark(thread::current())));
        let mut cx = Context::from_waker(&waker);
        let mut future = pin!(future);
        loop {
            if let Poll::Ready(output) = future.as_mut().poll(&mut cx) {
                return Ok(output);
            }
            // Returns at once if a wake-up came before. It may also return without one.
            thread::park();
        }
    }
}

/// A waker that unparks the waiting thread.
struct Unpark(Thread);

impl Wake for Unpark {
    fn wake(self: Arc<Self>) {
        self.0.unpark();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.0.unpark();
    }
}

/// Returns true if this thread is polling a task of tokio, which must not be blocked.
///
/// A current runtime is no proof: `spawn_blocking` and `block_in_place`, where blocking is allowed, have
/// one too. But only tasks have a budget, after which they must yield. The check consumes the budget of
/// the task, so that the task yields at its next await, which is harmless. Tasks that are
/// `unconstrained` are not recognized.
fn inside_async_code() -> bool {
    if Handle::try_current().is_err() {
        return false;
    }
    let mut cx = Context::from_waker(Waker::noop());
    (0..=MAX_TASK_BUDGET).any(|_| pin!(coop::consume_budget()).poll(&mut cx).is_pending())
}

/// Maximum budget of a task, in operations: tokio counts it in a byte.
const MAX_TASK_BUDGET: u16 = 256;

impl fmt::Debug for Background {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Background")
    }
}
