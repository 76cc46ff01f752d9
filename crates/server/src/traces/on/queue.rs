//! [`Queue`]: the spans that wait for their export, within limits. [`Losses`] counts those that are
//! dropped.

use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use tokio::sync::mpsc;

use super::span::Span;

/// Maximum memory of the spans that wait and of those that are being exported, in bytes. Only content
/// reaches it.
const MAX_BYTES: usize = 32 << 20;

/// Minimum time between two log lines about spans that were dropped.
const LOG_INTERVAL: Duration = Duration::from_secs(60);

/// The spans that were dropped.
#[derive(Debug, Default)]
pub(super) struct Losses {
    dropped: AtomicU64,
    logged: Mutex<Option<Instant>>,
}

impl Losses {
    /// Returns the number of spans that were dropped.
    pub(super) fn count(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// Counts spans. `reason` must not contain secrets.
    pub(super) fn add(&self, spans: usize, reason: &str) {
        let spans = u64::try_from(spans).unwrap_or(u64::MAX);
        let total = self.dropped.fetch_add(spans, Ordering::Relaxed) + spans;
        let mut logged = self.logged.lock().unwrap_or_else(PoisonError::into_inner);
        if logged.is_none_or(|last| last.elapsed() >= LOG_INTERVAL) {
            *logged = Some(Instant::now());
            tracing::warn!(total, reason, "spans were dropped");
        }
    }
}

/// The memory that spans take, in bytes.
#[derive(Debug, Default)]
pub(super) struct Memory(AtomicUsize);

impl Memory {
    /// Returns `false` if the limit does not allow it.
    fn take(&self, bytes: usize) -> bool {
        let take = |used: usize| used.checked_add(bytes).filter(|sum| *sum <= MAX_BYTES);
        let (set, fetch) = (Ordering::Relaxed, Ordering::Relaxed);
        self.0.fetch_update(set, fetch, take).is_ok()
    }

    pub(super) fn give_back(&self, bytes: usize) {
        self.0.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// The end of the queue for spans that have ended. Adding one never waits.
#[derive(Debug)]
pub(super) struct Queue {
    sender: mpsc::Sender<(Span, usize)>,
    memory: Arc<Memory>,
    losses: Arc<Losses>,
}

/// The other end. Each span has its size with it.
#[derive(Debug)]
pub(super) struct Waiting {
    pub(super) spans: mpsc::Receiver<(Span, usize)>,
    pub(super) memory: Arc<Memory>,
    pub(super) losses: Arc<Losses>,
}

/// Returns the ends of a queue of this number of spans.
pub(super) fn queue(max: usize) -> (Queue, Waiting) {
    let (sender, spans) = mpsc::channel(max.min(tokio::sync::Semaphore::MAX_PERMITS));
    let (memory, losses) = (Arc::<Memory>::default(), Arc::<Losses>::default());
    let queue = Queue {
        sender,
        memory: Arc::clone(&memory),
        losses: Arc::clone(&losses),
    };
    let waiting = Waiting {
        spans,
        memory,
        losses,
    };
    (queue, waiting)
}

impl Queue {
    /// Adds a span, or drops it if the queue is full.
    pub(super) fn add(&self, span: Span) {
        let size = span.size();
        if !self.memory.take(size) {
            self.losses
                .add(1, "the spans that wait take too much memory");
        } else if self.sender.try_send((span, size)).is_err() {
            self.memory.give_back(size);
            self.losses.add(1, "the queue is full");
        }
    }

    pub(super) fn losses(&self) -> &Losses {
        &self.losses
    }
}

#[cfg(test)]
mod tests {
    use super::super::context::TraceContext;
    use super::super::span::{Clock, Kind};
    use super::*;

    fn span(text: usize) -> Span {
        let context = TraceContext::root(|_| true);
        let mut span = Span::start("x".to_owned(), Kind::Server, context, Clock::start());
        span.set("text", "x".repeat(text));
        span
    }

    #[test]
    fn spans_beyond_the_limits_are_dropped_and_counted() {
        let (queue, mut waiting) = queue(2);
        for _ in 0..5 {
            queue.add(span(0));
        }
        assert_eq!(queue.losses().count(), 3);
        let (_, size) = waiting.spans.try_recv().unwrap();
        waiting.memory.give_back(size);
        queue.add(span(MAX_BYTES));
        assert_eq!(queue.losses().count(), 4, "too large");
        queue.add(span(0));
        assert_eq!(queue.losses().count(), 4);
    }
}
