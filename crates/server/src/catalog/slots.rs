//! [`Slots`]: the requests that an endpoint runs at the same time, and the queue for more.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore};

/// The requests that an endpoint runs at the same time, and the queue for more.
#[derive(Debug)]
pub(crate) struct Slots {
    permits: Arc<Semaphore>,
    /// Maximum number of running requests; [`Semaphore::MAX_PERMITS`] if it is not limited. The
    /// queue has the same limit.
    limit: AtomicUsize,
    /// Number of permits to remove when they are returned, after the limit was lowered.
    surplus: AtomicUsize,
    active: AtomicUsize,
    queued: AtomicUsize,
}

impl Slots {
    /// Creates the slots of an endpoint with this maximum number of running requests.
    pub(super) fn new(limit: Option<usize>) -> Arc<Self> {
        let limit = usable(limit);
        Arc::new(Self {
            permits: Arc::new(Semaphore::new(limit)),
            limit: AtomicUsize::new(limit),
            surplus: AtomicUsize::new(0),
            active: AtomicUsize::new(0),
            queued: AtomicUsize::new(0),
        })
    }

    /// Changes the maximum number of running requests. Running requests are not affected.
    pub(super) fn set_limit(&self, limit: Option<usize>) {
        let limit = usable(limit);
        let before = self.limit.swap(limit, Ordering::Relaxed);
        if limit > before {
            let mut more = limit - before;
            let _ = self
                .surplus
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |surplus| {
                    more = (limit - before).saturating_sub(surplus);
                    Some(surplus.saturating_sub(limit - before))
                });
            self.permits.add_permits(more);
        } else {
            let less = before - limit;
            let removed = self.permits.forget_permits(less);
            self.surplus.fetch_add(less - removed, Ordering::Relaxed);
        }
    }

    /// Takes a slot, if one is free and no request waits for it.
    pub(crate) fn try_take(self: &Arc<Self>) -> Option<Slot> {
        let permit = Arc::clone(&self.permits).try_acquire_owned().ok()?;
        Some(self.slot(permit))
    }

    /// Joins the queue. Returns `None` if it is full. Dropping the future leaves the queue.
    pub(crate) fn queue(
        self: &Arc<Self>,
    ) -> Option<Pin<Box<dyn Future<Output = Option<Slot>> + Send>>> {
        let limit = self.limit.load(Ordering::Relaxed);
        self.queued
            .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |queued| {
                (queued < limit).then_some(queued + 1)
            })
            .ok()?;
        let place = Place(Arc::clone(self));
        Some(Box::pin(async move {
            let permit = Arc::clone(&place.0.permits).acquire_owned().await.ok()?;
            Some(place.0.slot(permit))
        }))
    }

    /// Returns the numbers of running and of queued requests.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (
            self.active.load(Ordering::Relaxed),
            self.queued.load(Ordering::Relaxed),
        )
    }

    fn slot(self: &Arc<Self>, permit: OwnedSemaphorePermit) -> Slot {
        self.active.fetch_add(1, Ordering::Relaxed);
        Slot {
            slots: Arc::clone(self),
            permit: Some(permit),
        }
    }
}

/// Returns a limit that a semaphore supports.
fn usable(limit: Option<usize>) -> usize {
    limit.map_or(Semaphore::MAX_PERMITS, |limit| {
        limit.clamp(1, Semaphore::MAX_PERMITS)
    })
}

/// A place in the queue.
struct Place(Arc<Slots>);

impl Drop for Place {
    fn drop(&mut self) {
        self.0.queued.fetch_sub(1, Ordering::Relaxed);
    }
}

/// A running request's slot, returned when it is dropped.
#[derive(Debug)]
pub(crate) struct Slot {
    slots: Arc<Slots>,
    permit: Option<OwnedSemaphorePermit>,
}

impl Drop for Slot {
    fn drop(&mut self) {
        self.slots.active.fetch_sub(1, Ordering::Relaxed);
        let lowered =
            self.slots
                .surplus
                .fetch_update(Ordering::Relaxed, Ordering::Relaxed, |surplus| {
                    surplus.checked_sub(1)
                });
        if let (Ok(_), Some(permit)) = (lowered, self.permit.take()) {
            permit.forget();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_queue_is_bounded_and_first_come_first_served() {
        let slots = Slots::new(Some(1));
        let first = slots.try_take().expect("a slot");
        assert!(slots.try_take().is_none());
        let mut waiting = slots.queue().expect("a place");
        assert!(slots.queue().is_none(), "the queue is full");
        let polled = std::future::poll_fn(|cx| std::task::Poll::Ready(waiting.as_mut().poll(cx)));
        assert!(polled.await.is_pending());
        assert_eq!(slots.counts(), (1, 1));
        drop(first);
        assert!(slots.try_take().is_none(), "the queued request is next");
        let second = waiting.await.expect("a slot");
        assert_eq!(slots.counts(), (1, 0));
        drop(second);
        drop(slots.queue().expect("a place"));
        assert_eq!(slots.counts(), (0, 0));
    }

    #[test]
    fn the_limit_changes_while_requests_run() {
        let slots = Slots::new(None);
        let running: Vec<Slot> = (0..4).filter_map(|_| slots.try_take()).collect();
        slots.set_limit(Some(2));
        assert!(slots.try_take().is_none());
        let mut running = running.into_iter();
        drop((running.next(), running.next()));
        assert!(slots.try_take().is_none(), "2 still run");
        drop(running.next());
        assert!(slots.try_take().is_some());
        slots.set_limit(Some(3));
        let more: Vec<Slot> = (0..4).filter_map(|_| slots.try_take()).collect();
        assert_eq!(more.len(), 2);
        drop((more, running));
        let all: Vec<Slot> = (0..9).filter_map(|_| slots.try_take()).collect();
        assert_eq!(all.len(), 3);
    }
}
