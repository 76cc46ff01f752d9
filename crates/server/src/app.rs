//! What all requests share.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};

use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};

use crate::access::Access;
use crate::budget::Budget;
use crate::config::Limits;
use crate::decoders::Decoders;
use crate::endpoint::{Endpoint, Model};

/// What all requests share: the endpoints, the limits, the memory, and word of the end.
pub(crate) struct App {
    pub(crate) endpoints: Vec<Arc<dyn Endpoint>>,
    pub(crate) limits: Limits,
    pub(crate) deadline: Deadline,
    /// Memory for the bodies of requests in flight.
    pub(crate) budget: Arc<Budget>,
    /// Threads that decode large bodies.
    pub(crate) decoders: Decoders,
    /// Origins and hosts that are served.
    pub(crate) access: Access,
    /// Whether a shutdown has begun.
    pub(crate) stopping: AtomicBool,
    /// One permit per connection that may be open.
    pub(crate) slots: Arc<Semaphore>,
    /// Number of open connections.
    pub(crate) connections: AtomicUsize,
    /// Number of log lines that the program could not write, where it counts them.
    pub(crate) dropped_log_lines: Option<Arc<AtomicU64>>,
}

impl App {
    pub(crate) fn new(endpoints: Vec<Arc<dyn Endpoint>>, limits: Limits, access: Access) -> Self {
        let slots = limits.max_connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            endpoints,
            budget: Budget::new(limits.bodies_in_flight),
            decoders: Decoders::new(),
            access,
            limits,
            deadline: Deadline::new(),
            stopping: AtomicBool::new(false),
            slots: Arc::new(Semaphore::new(slots)),
            connections: AtomicUsize::new(0),
            dropped_log_lines: None,
        }
    }

    /// Begins a shutdown: from now on the server is not ready.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }

    /// All models of all endpoints, in order.
    pub(crate) fn models(&self) -> impl Iterator<Item = &Model> {
        self.endpoints.iter().flat_map(|endpoint| endpoint.models())
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let models: Vec<&str> = self.models().map(|model| model.id.as_str()).collect();
        f.debug_struct("App")
            .field("models", &models)
            .field("limits", &self.limits)
            .finish()
    }
}

/// A connection that counts as open until this is dropped.
pub(crate) struct OpenConnection {
    app: Arc<App>,
    _slot: OwnedSemaphorePermit,
}

impl OpenConnection {
    pub(crate) fn new(app: Arc<App>, slot: OwnedSemaphorePermit) -> Self {
        app.connections.fetch_add(1, Ordering::Relaxed);
        Self { app, _slot: slot }
    }
}

impl Drop for OpenConnection {
    fn drop(&mut self) {
        self.app.connections.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Tells running answers that the time a shutdown gave them is over.
#[derive(Clone)]
pub(crate) struct Deadline(watch::Sender<bool>);

impl Deadline {
    pub(crate) fn new() -> Self {
        Self(watch::Sender::new(false))
    }

    /// The time is over, for everyone.
    pub(crate) fn pass(&self) {
        self.0.send_replace(true);
    }

    /// Done once the time is over.
    pub(crate) fn passed(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut receiver = self.0.subscribe();
        async move {
            // An error means that the server itself is gone, which is the end as well.
            let _ = receiver.wait_for(|passed| *passed).await;
        }
    }
}
