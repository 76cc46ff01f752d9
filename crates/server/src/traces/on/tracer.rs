//! [`Tracer`]: starts the spans of requests, and their exporter.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use http::{HeaderMap, Method};
use tokio::sync::{mpsc, oneshot};

use super::delivery::Delivery;
use super::exporter::{Exporter, Flush};
use super::queue::queue;
use super::request::RequestSpan;
use super::settings::Traces;
use super::source::Source;

/// Maximum time for the export of the last spans, when a server has stopped.
const FLUSH_TIMEOUT: Duration = Duration::from_secs(2);

/// Starts the spans of requests. The default starts none.
#[derive(Clone, Debug, Default)]
pub(crate) struct Tracer(Option<Arc<Enabled>>);

#[derive(Debug)]
struct Enabled {
    source: Arc<Source>,
    /// `None` once the exporter runs.
    exporter: Mutex<Option<Exporter>>,
    flushes: mpsc::Sender<Flush>,
    stopping: Arc<AtomicBool>,
}

impl Tracer {
    pub(crate) fn new(traces: Traces) -> Self {
        let Traces {
            collector,
            transport,
            spans: settings,
            batches,
        } = traces;
        let (queue, waiting) = queue(batches.max_queue);
        let (flushes, requests) = mpsc::channel(1);
        let stopping = Arc::<AtomicBool>::default();
        let exporter = Exporter {
            waiting,
            flushes: requests,
            delivery: Arc::new(Delivery::new(transport, collector)),
            batches,
            stopping: Arc::clone(&stopping),
        };
        Self(Some(Arc::new(Enabled {
            source: Arc::new(Source { settings, queue }),
            exporter: Mutex::new(Some(exporter)),
            flushes,
            stopping,
        })))
    }

    /// Starts the exporter on the present runtime, unless it runs.
    pub(crate) fn start(&self) {
        if let Some(enabled) = &self.0 {
            let exporter = &enabled.exporter;
            let mut exporter = exporter.lock().unwrap_or_else(PoisonError::into_inner);
            if let Some(exporter) = exporter.take() {
                tokio::spawn(exporter.run());
            }
        }
    }

    /// Starts the span of a request.
    pub(crate) fn request(&self, method: &Method, path: &str, headers: &HeaderMap) -> RequestSpan {
        match &self.0 {
            Some(enabled) => RequestSpan::start(&enabled.source, method, path, headers),
            None => RequestSpan::default(),
        }
    }

    /// Returns the number of spans that were dropped. `None` without an exporter.
    pub(crate) fn dropped(&self) -> Option<u64> {
        let enabled = self.0.as_ref()?;
        Some(enabled.source.queue.losses().count())
    }

    /// Exports the spans so far, for a limited time. The server stops.
    pub(crate) async fn flush(&self) {
        let Some(enabled) = &self.0 else {
            return;
        };
        enabled.stopping.store(true, Ordering::Relaxed);
        let flush = async {
            let (done, exported) = oneshot::channel();
            if enabled.flushes.send(done).await.is_ok() {
                let _ = exported.await; // fails only if the exporter has ended
            }
        };
        if tokio::time::timeout(FLUSH_TIMEOUT, flush).await.is_err() {
            tracing::warn!("the collector did not take the last spans in time; they are lost");
        }
    }
}
