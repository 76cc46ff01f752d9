//! [`App`]: the state that all requests share.

use std::fmt;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use orouter_store::Accounts;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use crate::access::Access;
use crate::account::Rules;
use crate::catalog::Catalog;
use crate::decoders::Decoders;
use crate::drain_deadline::DrainDeadline;
use crate::limits::Limits;
use crate::memory_budget::MemoryBudget;
use crate::metrics::Metrics;
use crate::route_names;
use crate::traces::Tracer;

/// The state that all requests share.
pub(crate) struct App {
    /// The current catalog. A reload replaces it; requests keep the one that they began with.
    catalog: RwLock<Arc<Catalog>>,
    /// The current rules of admission, with the static keys.
    rules: RwLock<Arc<Rules>>,
    /// Keys, credits, limits and records; `None` without a store.
    pub(crate) accounts: Option<Accounts>,
    pub(crate) limits: Limits,
    pub(crate) metrics: Arc<Metrics>,
    pub(crate) tracer: Tracer,
    pub(crate) drain_deadline: DrainDeadline,
    /// Memory for the bodies of requests in flight.
    pub(crate) memory: Arc<MemoryBudget>,
    /// Threads that decode large bodies.
    pub(crate) decoders: Decoders,
    /// Allowed origins and hosts.
    pub(crate) access: Access,
    /// `true` once a shutdown has begun.
    pub(crate) stopping: AtomicBool,
    /// One permit for each connection that may be open.
    pub(crate) slots: Arc<Semaphore>,
    /// Number of open connections.
    pub(crate) connections: AtomicUsize,
    /// Number of log lines that the program could not write, if it counts them.
    pub(crate) dropped_log_lines: Option<Arc<AtomicU64>>,
}

impl App {
    pub(crate) fn new(catalog: Catalog, rules: Rules, limits: Limits, access: Access) -> Self {
        let slots = limits.max_connections.clamp(1, Semaphore::MAX_PERMITS);
        Self {
            catalog: RwLock::new(Arc::new(catalog)),
            rules: RwLock::new(Arc::new(rules)),
            accounts: None,
            memory: MemoryBudget::new(limits.bodies_in_flight),
            decoders: Decoders::new(),
            access,
            limits,
            metrics: Arc::new(Metrics::new(route_names::COUNT)),
            tracer: Tracer::default(),
            drain_deadline: DrainDeadline::new(),
            stopping: AtomicBool::new(false),
            slots: Arc::new(Semaphore::new(slots)),
            connections: AtomicUsize::new(0),
            dropped_log_lines: None,
        }
    }

    /// Returns the current catalog.
    pub(crate) fn catalog(&self) -> Arc<Catalog> {
        Arc::clone(&self.catalog.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the catalog.
    pub(crate) fn set_catalog(&self, catalog: Catalog) {
        *self.catalog.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(catalog);
    }

    /// Returns the current rules.
    pub(crate) fn rules(&self) -> Arc<Rules> {
        Arc::clone(&self.rules.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Replaces the rules.
    pub(crate) fn set_rules(&self, rules: Rules) {
        *self.rules.write().unwrap_or_else(PoisonError::into_inner) = Arc::new(rules);
    }

    /// Begins a shutdown: the server becomes not ready.
    pub(crate) fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }

    pub(crate) fn is_stopping(&self) -> bool {
        self.stopping.load(Ordering::Relaxed)
    }
}

impl fmt::Debug for App {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let catalog = self.catalog();
        let models = catalog.models().map(|known| known.model.id.as_str());
        let models: Vec<&str> = models.collect();
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
