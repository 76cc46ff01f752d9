//! `Driver`: the half of a connection that reads and writes, polled by the task that waits for it.
//!
//! hyper expects the driver to run in a task of its own, and wakes that task for each step of the other
//! half. Here both halves belong to one task. Such a wake-up would run the whole task once more, and on a
//! runtime with several threads also unpark another thread, without any work to do. So wake-ups are only
//! recorded while the task is busy, and reach it while it waits.

use std::{
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll, Wake, Waker},
};

use bytes::Bytes;
use http_body_util::Full;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;

use super::socket::Socket;

/// Maximum number of rounds in one poll. Other tasks of the thread then get their turn.
const MAX_ROUNDS: usize = 16;

/// The half of a connection that reads and writes.
pub(super) struct Driver {
    connection: http1::Connection<TokioIo<Socket>, Full<Bytes>>,
    wakeups: Arc<Wakeups>,
    /// The waker of `wakeups`.
    waker: Waker,
    ended: bool,
}

impl Driver {
    pub(super) fn new(connection: http1::Connection<TokioIo<Socket>, Full<Bytes>>) -> Self {
        let wakeups = Arc::new(Wakeups::default());
        Self {
            connection,
            waker: Waker::from(Arc::clone(&wakeups)),
            wakeups,
            ended: false,
        }
    }

    /// Reads and writes until `outcome` is ready or the socket is not. Only the driver can complete
    /// `outcome`, which is called with `true` if the connection has ended.
    pub(super) fn poll<T>(
        &mut self,
        cx: &mut Context<'_>,
        mut outcome: impl FnMut(&mut Context<'_>, bool) -> Poll<T>,
    ) -> Poll<T> {
        for _ in 0..MAX_ROUNDS {
            self.wakeups.record();
            let ended = self.advance();
            let mut unused = Context::from_waker(Waker::noop());
            if let Poll::Ready(value) = outcome(&mut unused, ended) {
                return Poll::Ready(value);
            }
            if self.wakeups.forward_to(cx.waker()) {
                return Poll::Pending;
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    /// Reads and writes as far as possible without waiting. Returns `true` if the connection has ended.
    pub(super) fn advance(&mut self) -> bool {
        if !self.ended {
            let mut cx = Context::from_waker(&self.waker);
            // An error reaches the other half as well.
            self.ended = self.connection.poll_without_shutdown(&mut cx).is_ready();
        }
        self.ended
    }
}

/// The wake-ups of a driver.
#[derive(Default)]
struct Wakeups {
    /// `true` if a wake-up was recorded.
    woken: AtomicBool,
    /// `true` while wake-ups reach the task.
    forwards: AtomicBool,
    task: Mutex<Option<Waker>>,
}

impl Wakeups {
    /// Only records wake-ups from now on, and forgets those so far.
    fn record(&self) {
        self.forwards.store(false, Ordering::SeqCst);
        self.woken.store(false, Ordering::SeqCst);
    }

    /// Forwards wake-ups from now on. Returns `false` if one was recorded before; the driver may then
    /// have work to do.
    fn forward_to(&self, waker: &Waker) -> bool {
        {
            let mut task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            match &mut *task {
                Some(known) => known.clone_from(waker),
                None => *task = Some(waker.clone()),
            }
        }
        self.forwards.store(true, Ordering::SeqCst);
        !self.woken.load(Ordering::SeqCst)
    }
}

impl Wake for Wakeups {
    fn wake(self: Arc<Self>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Self>) {
        self.woken.store(true, Ordering::SeqCst);
        if self.forwards.load(Ordering::SeqCst) {
            let task = self.task.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(task) = &*task {
                task.wake_by_ref();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::AtomicUsize;

    use super::*;

    #[derive(Default)]
    struct Counter(AtomicUsize);

    impl Wake for Counter {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::SeqCst);
        }
    }

    #[test]
    fn no_wakeup_is_lost() {
        let wakeups = Arc::new(Wakeups::default());
        let driver = Waker::from(Arc::clone(&wakeups));
        let counter = Arc::new(Counter::default());
        let task = Waker::from(Arc::clone(&counter));
        let count = || counter.0.load(Ordering::SeqCst);

        wakeups.record();
        driver.wake_by_ref();
        assert_eq!(count(), 0, "the task is busy");
        assert!(
            !wakeups.forward_to(&task),
            "the wake-up is seen before the task waits"
        );
        wakeups.record();
        assert!(wakeups.forward_to(&task));
        driver.wake_by_ref();
        assert_eq!(count(), 1, "the task waits");

        let other = Arc::new(Counter::default());
        wakeups.record();
        assert!(wakeups.forward_to(&Waker::from(Arc::clone(&other))));
        driver.wake_by_ref();
        assert_eq!(
            (count(), other.0.load(Ordering::SeqCst)),
            (1, 1),
            "the last task waits"
        );
    }
}
