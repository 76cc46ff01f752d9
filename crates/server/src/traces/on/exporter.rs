//! [`Exporter`]: the task that takes spans from the queue and exports them in batches.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;

use super::delivery::Delivery;
use super::queue::Waiting;
use super::settings::Batches;
use super::span::Span;

/// Maximum memory of the spans of one export, in bytes. Collectors limit the size of a request.
const MAX_BATCH_BYTES: usize = 4 << 20;

/// A request to export all spans so far. Its answer is sent when they are.
pub(super) type Flush = oneshot::Sender<()>;

/// Takes spans from the queue and exports them.
#[derive(Debug)]
pub(super) struct Exporter {
    pub(super) waiting: Waiting,
    pub(super) flushes: mpsc::Receiver<Flush>,
    pub(super) delivery: Arc<Delivery>,
    pub(super) batches: Batches,
    /// `true` once the server stops, so that failed exports are not repeated.
    pub(super) stopping: Arc<AtomicBool>,
}

/// Spans that are exported together.
#[derive(Default)]
struct Batch {
    spans: Vec<Span>,
    bytes: usize,
}

impl Exporter {
    /// Runs until the server is dropped.
    pub(super) async fn run(mut self) {
        let mut batch = Batch::default();
        let mut due = Instant::now();
        loop {
            let is_waiting = !batch.spans.is_empty();
            tokio::select! {
                biased;
                () = tokio::time::sleep_until(due), if is_waiting => self.export(&mut batch).await,
                flush = self.flushes.recv() => {
                    while let Ok(next) = self.waiting.spans.try_recv() {
                        self.add(&mut batch, next).await;
                    }
                    self.export(&mut batch).await;
                    let Some(flush) = flush else {
                        return;
                    };
                    let _ = flush.send(()); // fails only if the server waits no longer
                }
                next = self.waiting.spans.recv() => {
                    let Some(next) = next else {
                        self.export(&mut batch).await;
                        return;
                    };
                    if !is_waiting {
                        due = Instant::now() + self.batches.delay;
                    }
                    self.add(&mut batch, next).await;
                }
            }
        }
    }

    /// Adds a span to the batch, which is exported once it is full.
    async fn add(&self, batch: &mut Batch, (span, size): (Span, usize)) {
        batch.spans.push(span);
        batch.bytes += size;
        if batch.spans.len() >= self.batches.max_spans || batch.bytes >= MAX_BATCH_BYTES {
            self.export(batch).await;
        }
    }

    /// Exports the batch. Spans that the collector does not take are dropped.
    async fn export(&self, batch: &mut Batch) {
        let Batch { spans, bytes } = std::mem::take(batch);
        if spans.is_empty() {
            return;
        }
        let count = spans.len();
        let retries = || !self.stopping.load(Ordering::Relaxed);
        match self.delivery.deliver(spans, retries).await {
            Ok(0) => {}
            Ok(rejected) => {
                let rejected = rejected.min(count);
                self.waiting
                    .losses
                    .add(rejected, "the collector rejected them");
            }
            Err(reason) => self.waiting.losses.add(count, &reason),
        }
        self.waiting.memory.give_back(bytes);
    }
}
