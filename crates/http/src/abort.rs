//! `AbortHandle`: aborts calls from another task or thread.

use std::{
    fmt,
    future::Future,
    pin::Pin,
    task::{Context, Poll},
};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

/// Aborts calls from another task or thread.
///
/// Give a clone to the call, keep one, and call [`abort`](Self::abort). The call ends at once, also
/// while it waits for a retry or reads a stream, and fails with an error that says so. One handle can
/// abort many calls. Dropping a call's future or stream cancels it as well, without an error.
///
/// # Example
///
/// ```
/// use orouter_http::AbortHandle;
///
/// let abort = AbortHandle::new();
/// let clone = abort.clone();
/// abort.abort();
/// assert!(clone.is_aborted());
/// ```
#[derive(Clone, Default)]
pub struct AbortHandle(CancellationToken);

impl AbortHandle {
    /// Returns a new handle, which aborts nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Aborts every call that has a clone of this handle, and every later one before it starts.
    pub fn abort(&self) {
        self.0.cancel();
    }

    /// Returns `true` if [`abort`](Self::abort) was called on this handle or a clone.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.0.is_cancelled()
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbortHandle(aborted: {})", self.is_aborted())
    }
}

/// The wait of one call for its handle.
pub(crate) struct Aborted {
    handle: AbortHandle,
    /// Created by the first poll, because most calls with a handle are ready when they are polled.
    waiting: Option<Pin<Box<WaitForCancellationFutureOwned>>>,
}

impl Aborted {
    pub(crate) fn new(handle: AbortHandle) -> Self {
        Self {
            handle,
            waiting: None,
        }
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.handle.is_aborted()
    }

    pub(crate) fn handle(&self) -> &AbortHandle {
        &self.handle
    }

    /// Returns `Ready` once the call is aborted. Until then, an abort wakes the task.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        self.waiting
            .get_or_insert_with(|| Box::pin(self.handle.0.clone().cancelled_owned()))
            .as_mut()
            .poll(cx)
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::{
            Arc, Mutex,
            atomic::{AtomicUsize, Ordering},
        },
        task::{Wake, Waker},
    };

    use super::*;

    #[derive(Default)]
    struct CountingWaker(AtomicUsize);

    impl CountingWaker {
        fn wakes(&self) -> usize {
            self.0.load(Ordering::SeqCst)
        }
    }

    impl Wake for CountingWaker {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn waiting_calls_are_woken_and_dropped_ones_are_not() {
        let wakes = Arc::new(CountingWaker::default());
        let waker = Waker::from(Arc::clone(&wakes));
        let mut cx = Context::from_waker(&waker);
        let handle = AbortHandle::new();
        let mut first = Aborted::new(handle.clone());
        let mut second = Aborted::new(handle.clone());
        assert!(first.poll(&mut cx).is_pending() && first.poll(&mut cx).is_pending());
        assert!(second.poll(&mut cx).is_pending());
        drop(second);
        handle.abort();
        assert_eq!(wakes.wakes(), 1);
        assert!(first.poll(&mut cx).is_ready());
        drop(first);
        assert!(Aborted::new(handle).poll(&mut cx).is_ready());
    }

    #[test]
    fn a_task_that_moved_is_woken_by_its_latest_waker() {
        let handle = AbortHandle::new();
        let mut aborted = Aborted::new(handle.clone());
        let wakes = [(); 2].map(|()| Arc::new(CountingWaker::default()));
        for counting in &wakes {
            let waker = Waker::from(Arc::clone(counting));
            assert!(aborted.poll(&mut Context::from_waker(&waker)).is_pending());
        }
        handle.abort();
        assert_eq!(wakes.map(|counting| counting.wakes()), [0, 1]);
    }

    #[test]
    fn a_dropped_waker_may_drop_another_wait_for_the_same_handle() {
        struct Holds(#[expect(dead_code, reason = "held to be dropped")] Mutex<Option<Aborted>>);
        impl Wake for Holds {
            fn wake(self: Arc<Self>) {}
        }
        let handle = AbortHandle::new();
        let mut inner = Aborted::new(handle.clone());
        let mut outer = Aborted::new(handle.clone());
        let mut noop = Context::from_waker(Waker::noop());
        assert!(inner.poll(&mut noop).is_pending());
        let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(inner)))));
        assert!(outer.poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        // Drops the last clone of the waker, and with it `inner`.
        drop(outer);
        assert!(!handle.is_aborted());
    }

    #[test]
    fn a_wait_takes_two_words() {
        assert_eq!(size_of::<Aborted>(), 2 * size_of::<usize>());
    }
}
