//! [`RecordingWaker`]: keeps a task from waking itself.

use std::{
    fmt, mem,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU8, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

/// Maximum number of polls in a row. A future that always wakes itself must not occupy its thread.
const MAX_POLLS: u32 = 16;

/// The future is not being polled: a wake reaches the task.
const IDLE: u8 = 0;
/// The future is being polled.
const POLLING: u8 = 1;
/// The future was woken while it was polled.
const WOKEN: u8 = 2;

/// Polls a future whose parts wake each other, such as the two ends of a channel.
///
/// A task that polls both ends would wake itself: it would be scheduled again, and another thread woken
/// to run it. Here a wake during a poll is recorded, and the future is polled again at once.
///
/// ```
/// use std::task::{Context, Poll, Waker};
/// use orouter_http::RecordingWaker;
///
/// let waker = RecordingWaker::new();
/// let mut polls = 0;
/// let polled: Poll<()> = waker.poll(&Context::from_waker(Waker::noop()), |cx| {
///     polls += 1;
///     if polls == 1 {
///         cx.waker().wake_by_ref();
///     }
///     Poll::Pending
/// });
/// assert!(polled.is_pending() && polls == 2);
/// ```
pub struct RecordingWaker {
    shared: Arc<Shared>,
    /// A waker for `shared`.
    waker: Waker,
}

struct Shared {
    state: AtomicU8,
    task: Mutex<Waker>,
}

impl RecordingWaker {
    /// Creates a waker for one future.
    #[must_use]
    pub fn new() -> Self {
        let shared = Arc::new(Shared {
            state: AtomicU8::new(IDLE),
            task: Mutex::new(Waker::noop().clone()),
        });
        Self {
            waker: Waker::from(Arc::clone(&shared)),
            shared,
        }
    }

    /// Polls a future for the task of `cx`, again if it was woken meanwhile, and at most 16 times.
    ///
    /// The future must be polled with the context that `poll` gets.
    pub fn poll<T>(
        &self,
        cx: &Context<'_>,
        mut poll: impl FnMut(&mut Context<'_>) -> Poll<T>,
    ) -> Poll<T> {
        self.set_task(cx.waker());
        for _ in 0..MAX_POLLS {
            self.forget_wakes();
            let polled = poll(&mut Context::from_waker(&self.waker));
            let woken = self.shared.state.swap(IDLE, Ordering::AcqRel) == WOKEN;
            if polled.is_ready() || !woken {
                return polled;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Forgets the wakes so far. For a part of a poll that is certain to see what the future was woken
    /// for.
    pub fn forget_wakes(&self) {
        self.shared.state.store(POLLING, Ordering::Release);
    }

    fn set_task(&self, waker: &Waker) {
        let mut task = self.shared.lock();
        let replaced = match task.will_wake(waker) {
            true => None,
            false => Some(mem::replace(&mut *task, waker.clone())),
        };
        drop(task);
        // Dropping a waker may run any code.
        drop(replaced);
    }
}

impl Default for RecordingWaker {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for RecordingWaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RecordingWaker")
    }
}

impl Shared {
    fn lock(&self) -> std::sync::MutexGuard<'_, Waker> {
        self.task.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Wake for Shared {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        let record = |state| (state != IDLE).then_some(WOKEN);
        let recorded = self
            .state
            .fetch_update(Ordering::AcqRel, Ordering::Acquire, record);
        if recorded.is_err() {
            let task = self.lock().clone();
            task.wake();
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Count(AtomicUsize);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    fn task() -> (Arc<Count>, Waker) {
        let count = Arc::new(Count::default());
        (Arc::clone(&count), Waker::from(count))
    }

    #[test]
    fn a_wake_reaches_the_task_only_between_polls() {
        let (count, task) = task();
        let cx = Context::from_waker(&task);
        let waker = RecordingWaker::new();
        let mut kept = None;
        let mut polls = 0;
        let polled: Poll<()> = waker.poll(&cx, |cx| {
            polls += 1;
            if polls < 3 {
                cx.waker().wake_by_ref();
            }
            kept = Some(cx.waker().clone());
            Poll::Pending
        });
        assert!(polled.is_pending());
        assert_eq!((polls, count.0.load(Ordering::SeqCst)), (3, 0));
        kept.unwrap().wake();
        assert_eq!(count.0.load(Ordering::SeqCst), 1);
    }

    #[test]
    fn a_wake_that_was_handled_is_forgotten() {
        let (count, task) = task();
        let waker = RecordingWaker::new();
        let mut polls = 0;
        let _: Poll<()> = waker.poll(&Context::from_waker(&task), |cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            waker.forget_wakes();
            Poll::Pending
        });
        assert_eq!((polls, count.0.load(Ordering::SeqCst)), (1, 0));
    }

    #[test]
    fn a_future_that_always_wakes_itself_yields() {
        let (count, task) = task();
        let waker = RecordingWaker::new();
        let mut polls = 0;
        let _: Poll<()> = waker.poll(&Context::from_waker(&task), |cx| {
            polls += 1;
            cx.waker().wake_by_ref();
            Poll::Pending
        });
        assert_eq!((polls, count.0.load(Ordering::SeqCst)), (MAX_POLLS, 1));
    }

    #[test]
    fn wakes_of_other_threads_are_not_lost() {
        let (count, task) = task();
        let cx = Context::from_waker(&task);
        let waker = RecordingWaker::new();
        let ready = Arc::new(AtomicUsize::new(0));
        for round in 1..2000 {
            let before = count.0.load(Ordering::SeqCst);
            let mut thread = None;
            let polled = waker.poll(&cx, |cx| {
                if ready.load(Ordering::SeqCst) == round {
                    return Poll::Ready(());
                }
                if thread.is_none() {
                    let (ready, waker) = (Arc::clone(&ready), cx.waker().clone());
                    thread = Some(std::thread::spawn(move || {
                        ready.store(round, Ordering::SeqCst);
                        waker.wake();
                    }));
                }
                Poll::Pending
            });
            thread.unwrap().join().unwrap();
            let woken = count.0.load(Ordering::SeqCst) > before;
            assert!(polled.is_ready() || woken);
        }
    }
}
