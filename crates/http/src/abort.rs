//! Ending a call from outside.

use std::{
    fmt,
    num::NonZeroUsize,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Waker},
};

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
/// let of_the_call = abort.clone();
/// abort.abort();
/// assert!(of_the_call.is_aborted());
/// ```
#[derive(Clone, Default)]
pub struct AbortHandle(Arc<State>);

#[derive(Default)]
struct State {
    aborted: AtomicBool,
    waiting: Mutex<Waiting>,
}

/// Those to be woken, each at a place of its own, so that coming, being polled and leaving cost the
/// same however many there are.
#[derive(Default)]
struct Waiting {
    places: Vec<Place>,
    /// The place that was left last: the start of a chain through all that are free.
    free: Option<usize>,
}

enum Place {
    Taken(Waker),
    /// With the next one that is free.
    Free(Option<usize>),
}

impl AbortHandle {
    /// A handle that has not been used.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Ends every call that holds this handle, and every later one before it starts.
    pub fn abort(&self) {
        let mut waiting = self.0.lock();
        // Under the lock: whoever holds it knows whether the places still stand.
        self.0.aborted.store(true, Ordering::SeqCst);
        let places = std::mem::take(&mut *waiting).places;
        drop(waiting);
        for place in places {
            if let Place::Taken(waker) = place {
                waker.wake();
            }
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

impl Waiting {
    fn enter(&mut self, waker: Waker) -> usize {
        let Some(index) = self.free else {
            self.places.push(Place::Taken(waker));
            return self.places.len() - 1;
        };
        if let Some(place) = self.places.get_mut(index) {
            if let Place::Free(next) = *place {
                self.free = next;
            }
            *place = Place::Taken(waker);
        }
        index
    }

    /// Gives the waker back, to be dropped without the lock: its last clone may take a task with it,
    /// and what that task held may want to leave too.
    fn leave(&mut self, index: usize) -> Option<Waker> {
        let place = self.places.get_mut(index)?;
        match std::mem::replace(place, Place::Free(self.free)) {
            Place::Taken(waker) => {
                self.free = Some(index);
                Some(waker)
            }
            free @ Place::Free(_) => {
                *place = free;
                None
            }
        }
    }

    /// Puts `waker` in the place of another one, and gives that back for the same reason.
    fn update(&mut self, index: usize, waker: &Waker) -> Option<Waker> {
        match self.places.get_mut(index) {
            Some(Place::Taken(known)) if !known.will_wake(waker) => {
                Some(std::mem::replace(known, waker.clone()))
            }
            _ => None,
        }
    }
}

impl fmt::Debug for AbortHandle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "AbortHandle(aborted: {})", self.is_aborted())
    }
}

/// One call's place among those to be woken.
#[derive(Debug)]
pub(crate) struct Aborted {
    handle: AbortHandle,
    /// Counted from 1, so that it takes no more room than a number.
    place: Option<NonZeroUsize>,
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
        // It may have been used since, and the places be gone.
        if self.is_aborted() {
            return Poll::Ready(());
        }
        let replaced = match self.place {
            Some(place) => waiting.update(place.get() - 1, cx.waker()),
            None => {
                let index = waiting.enter(cx.waker().clone());
                self.place = NonZeroUsize::MIN.checked_add(index);
                None
            }
        };
        drop(waiting);
        drop(replaced);
        Poll::Pending
    }
}

impl Drop for Aborted {
    fn drop(&mut self) {
        if let Some(place) = self.place {
            let mut waiting = self.handle.0.lock();
            // Once it was used the places are gone, and nobody comes after.
            let left = waiting.leave(place.get() - 1);
            drop(waiting);
            drop(left);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::atomic::AtomicUsize, task::Wake};

    use super::*;

    fn places(handle: &AbortHandle) -> usize {
        handle.0.lock().places.len()
    }

    #[test]
    fn wakes_those_who_wait_and_forgets_those_who_left() {
        struct Counted(AtomicUsize);
        impl Wake for Counted {
            fn wake(self: Arc<Self>) {
                self.0.fetch_add(1, Ordering::SeqCst);
            }
        }
        let counted = Arc::new(Counted(AtomicUsize::new(0)));
        let waker = Waker::from(Arc::clone(&counted));
        let mut cx = Context::from_waker(&waker);
        let handle = AbortHandle::new();
        let mut first = Aborted::new(handle.clone());
        let mut second = Aborted::new(handle.clone());
        assert!(first.poll(&mut cx).is_pending() && first.poll(&mut cx).is_pending());
        assert!(second.poll(&mut cx).is_pending());
        assert_eq!(places(&handle), 2);
        drop(second);
        handle.abort();
        assert_eq!(counted.0.load(Ordering::SeqCst), 1);
        assert!(first.poll(&mut cx).is_ready());
        drop(first);
        assert!(Aborted::new(handle).poll(&mut cx).is_ready());
    }

    #[test]
    fn places_that_were_left_are_taken_again() {
        let handle = AbortHandle::new();
        let mut cx = Context::from_waker(Waker::noop());
        let mut enter = || {
            let mut aborted = Aborted::new(handle.clone());
            assert!(aborted.poll(&mut cx).is_pending());
            aborted
        };
        let mut waiting: Vec<_> = (0..10).map(|_| enter()).collect();
        for round in 0..10 {
            // From the middle, in an order of their own.
            for index in [7, 2, 5] {
                drop(waiting.remove((index + round) % waiting.len()));
            }
            waiting.extend((0..3).map(|_| enter()));
        }
        let mut taken: Vec<_> = waiting.iter().map(|aborted| aborted.place).collect();
        taken.sort_unstable();
        taken.dedup();
        assert_eq!((taken.len(), places(&handle)), (10, 10));
    }

    #[test]
    fn a_task_that_moved_is_woken_where_it_is() {
        let handle = AbortHandle::new();
        let mut aborted = Aborted::new(handle.clone());
        let wakes = [(); 2].map(|()| Arc::new(Flag::default()));
        for flag in &wakes {
            let waker = Waker::from(Arc::clone(flag));
            assert!(aborted.poll(&mut Context::from_waker(&waker)).is_pending());
        }
        handle.abort();
        assert!(!wakes[0].0.load(Ordering::SeqCst) && wakes[1].0.load(Ordering::SeqCst));
    }

    #[test]
    fn a_waker_may_take_others_who_wait_with_it() {
        struct Holds(#[expect(dead_code, reason = "held to be dropped")] Mutex<Option<Aborted>>);
        impl Wake for Holds {
            fn wake(self: Arc<Self>) {}
        }
        let handle = AbortHandle::new();
        let mut inner = Aborted::new(handle.clone());
        let mut outer = Aborted::new(handle.clone());
        assert!(
            inner
                .poll(&mut Context::from_waker(Waker::noop()))
                .is_pending()
        );
        let waker = Waker::from(Arc::new(Holds(Mutex::new(Some(inner)))));
        assert!(outer.poll(&mut Context::from_waker(&waker)).is_pending());
        drop(waker);
        // The last clone of the waker goes, and with it the other.
        drop(outer);
        assert!(!handle.is_aborted());
    }

    #[test]
    fn a_place_is_no_burden() {
        assert_eq!(size_of::<Aborted>(), 2 * size_of::<usize>());
    }

    #[derive(Default)]
    struct Flag(AtomicBool);

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::SeqCst);
        }
    }
}
