//! Ending a call from outside.

use std::{
    fmt,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

/// Ends calls from anywhere: hand a clone to the call, keep one, and call [`abort`](Self::abort).
///
/// It takes effect at once, also while the call waits to try again and in the middle of a stream;
/// the call then fails with [`ErrorKind::Aborted`](crate::ErrorKind::Aborted). One handle may end
/// many calls. Dropping a call's future or stream cancels it too, without an error.
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter, request: orouter::ResponsesRequest) {
/// use orouter::{AbortHandle, RequestOptions};
///
/// let abort = AbortHandle::new();
/// let call = client.responses().create(request).options(RequestOptions::new().abort(&abort));
/// // Elsewhere, at any time:
/// abort.abort();
/// assert!(call.await.is_err_and(|error| error.is_aborted()));
/// # }
/// ```
#[doc(alias = "signal")]
#[doc(alias = "AbortController")]
#[derive(Clone, Default)]
pub struct AbortHandle(Arc<State>);

#[derive(Default)]
struct State {
    aborted: AtomicBool,
    waiting: Mutex<Waiting>,
}

#[derive(Default)]
struct Waiting {
    next: u64,
    wakers: Vec<(u64, Waker)>,
}

impl AbortHandle {
    /// A handle that has not been used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that holds this handle, and every later one before it starts.
    pub fn abort(&self) {
        self.0.aborted.store(true, Ordering::SeqCst);
        let wakers = std::mem::take(&mut self.0.lock().wakers);
        for (_, waker) in wakers {
            waker.wake();
        }
    }

    /// Whether [`abort`](Self::abort) was called.
    #[must_use]
    pub fn is_aborted(&self) -> bool {
        self.0.aborted.load(Ordering::SeqCst)
    }
}

impl State {
    fn lock(&self) -> MutexGuard<'_, Waiting> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbortHandle(aborted: {})", self.is_aborted())
    }
}

/// One call's place in the line of those to be woken.
#[derive(Debug)]
pub(crate) struct Aborted {
    handle: AbortHandle,
    place: Option<u64>,
}

impl Aborted {
    pub(crate) fn new(handle: AbortHandle) -> Self {
        Self {
            handle,
            place: None,
        }
    }

    pub(crate) fn is_aborted(&self) -> bool {
        self.handle.is_aborted()
    }

    pub(crate) fn handle(&self) -> &AbortHandle {
        &self.handle
    }

    /// Ready once the handle is used; until then the task is woken when it is.
    pub(crate) fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        if self.is_aborted() {
            return Poll::Ready(());
        }
        let mut waiting = self.handle.0.lock();
        let place = *self.place.get_or_insert_with(|| {
            waiting.next += 1;
            waiting.next
        });
        match waiting.wakers.iter_mut().find(|(known, _)| *known == place) {
            Some((_, waker)) => waker.clone_from(cx.waker()),
            None => waiting.wakers.push((place, cx.waker().clone())),
        }
        drop(waiting);
        // It may have been used between the first look and the registration.
        if self.is_aborted() {
            Poll::Ready(())
        } else {
            Poll::Pending
        }
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            self.handle
                .0
                .lock()
                .wakers
                .retain(|(known, _)| *known != place);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wakes_those_who_wait_and_forgets_those_who_left() {
        let handle = AbortHandle::new();
        let mut cx = Context::from_waker(Waker::noop());
        let mut first = Aborted::new(handle.clone());
        let mut second = Aborted::new(handle.clone());
        assert!(first.poll(&mut cx).is_pending() && first.poll(&mut cx).is_pending());
        assert!(second.poll(&mut cx).is_pending());
        assert_eq!(handle.0.lock().wakers.len(), 2);
        drop(second);
        assert_eq!(handle.0.lock().wakers.len(), 1);
        handle.abort();
        assert!(first.poll(&mut cx).is_ready());
        assert!(Aborted::new(handle).poll(&mut cx).is_ready());
    }
}
