//! Waits for a slot of an endpoint that runs as many requests as it may.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::Poll;
use std::time::Duration;

use orouter_wire::AvailabilityCode;
use tokio::time::{Instant, timeout_at};

use crate::catalog::{Endpoint, Slot};
use crate::failure::{Failure, FailureKind, Fallback};

/// Delay before another try, for clients whose request found no slot.
const RETRY_AFTER: Duration = Duration::from_secs(1);

/// Waits in the queues of all these endpoints until one has a slot. Returns its position. `None` if
/// all queues are full, or after `until`.
pub(super) async fn wait(endpoints: &[&Arc<Endpoint>], until: Instant) -> Option<(usize, Slot)> {
    let queues = endpoints.iter().enumerate();
    let mut queues: Vec<_> = queues
        .filter_map(|(position, endpoint)| Some((position, endpoint.state.slots.queue()?)))
        .collect();
    if queues.is_empty() {
        return None;
    }
    let first = poll_fn(|cx| {
        for (position, queue) in &mut queues {
            if let Poll::Ready(slot) = queue.as_mut().poll(cx) {
                return Poll::Ready(slot.map(|slot| (*position, slot)));
            }
        }
        Poll::Pending
    });
    timeout_at(until, first).await.ok().flatten()
}

/// Returns the failure of a request that found no slot.
pub(super) fn exhausted(endpoint: &Endpoint) -> Failure {
    Failure::new(
        FailureKind::RateLimited,
        format!(
            "every endpoint of {} runs as many requests as it may, and the queue is full or did not \
             move in time; try again later",
            crate::quote::quote(&endpoint.model.id)
        ),
    )
    .fallback(Fallback::Busy)
    .retry_after(RETRY_AFTER)
    .availability(
        AvailabilityCode::CapacityExhausted,
        vec![endpoint.model.id.clone()],
        Vec::new(),
    )
}
