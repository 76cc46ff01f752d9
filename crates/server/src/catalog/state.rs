//! [`EndpointState`]: what the server knows about an endpoint from earlier requests. It outlives
//! reloads of the configuration.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::breaker::{Breaker, Gate, Row};
use super::outage::Outages;
use super::slots::Slots;
use crate::failure::{Failure, Fallback};

/// The place of an endpoint in the order, from its earlier requests. Lower comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Standing {
    /// No significant outage in the last 30 s.
    Healthy,
    /// A significant outage in the last 30 s.
    Outage,
    /// The circuit breaker is open.
    Open,
}

/// The state of an endpoint.
#[derive(Debug)]
pub(crate) struct EndpointState {
    history: Mutex<History>,
    pub(crate) slots: Arc<Slots>,
    /// `true` once the log says that the price is not known.
    unpriced: AtomicBool,
}

#[derive(Debug)]
struct History {
    breaker: Breaker,
    outages: Outages,
}

impl EndpointState {
    /// Creates the state of an endpoint with this maximum number of running requests.
    pub(super) fn new(max_concurrent: Option<usize>) -> Arc<Self> {
        Arc::new(Self {
            history: Mutex::new(History {
                breaker: Breaker::default(),
                outages: Outages::new(Instant::now()),
            }),
            slots: Slots::new(max_concurrent),
            unpriced: AtomicBool::new(false),
        })
    }

    /// Returns the place of the endpoint in the order.
    pub(crate) fn standing(&self, now: Instant) -> Standing {
        let history = self.history();
        match history.breaker.gate(now) {
            Gate::Open => Standing::Open,
            // A probe needs its usual place: behind healthy endpoints it would never run.
            Gate::HalfOpen => Standing::Healthy,
            Gate::Closed if history.outages.is_significant(now) => Standing::Outage,
            Gate::Closed => Standing::Healthy,
        }
    }

    /// Starts an attempt. While the circuit breaker is half-open, it is the probe.
    pub(crate) fn begin(self: &Arc<Self>, now: Instant) -> Trial {
        let mut history = self.history();
        let probe = history.breaker.gate(now) == Gate::HalfOpen;
        if probe {
            history.breaker.probe();
        }
        drop(history);
        Trial {
            state: Arc::clone(self),
            began: now,
            probe,
            ended_row: None,
        }
    }

    /// Returns `true` the first time.
    pub(crate) fn first_unpriced(&self) -> bool {
        !self.unpriced.swap(true, Ordering::Relaxed)
    }

    fn history(&self) -> MutexGuard<'_, History> {
        self.history.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// An attempt whose result is not known. Dropped without a result, it counts neither as a success
/// nor as a failure: the client disconnected, or the request itself was at fault.
#[derive(Debug)]
pub(crate) struct Trial {
    state: Arc<EndpointState>,
    began: Instant,
    probe: bool,
    /// The row of failures that the success of this attempt ended.
    ended_row: Option<Row>,
}

impl Trial {
    /// Counts a success: the attempt sends content.
    pub(crate) fn succeeded(&mut self, now: Instant) {
        self.probe = false;
        let mut history = self.state.history();
        self.ended_row = Some(history.breaker.succeeded(self.began));
        history.outages.count(now, false);
    }

    /// Counts a failure if it is the endpoint's, also after a success.
    pub(crate) fn failed(&mut self, now: Instant, failure: &Failure) {
        let row = failure.fallback_row();
        if !row.counts() {
            return;
        }
        let mut history = self.state.history();
        match self.ended_row.take() {
            Some(ended) => {
                history.breaker.take_back(ended);
                history.outages.count_late_failure(now);
            }
            None => history.outages.count(now, true),
        }
        let delay = failure.delay().filter(|_| row == Fallback::RateLimit);
        history.breaker.failed(now, delay);
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        if self.probe {
            self.state.history().breaker.end_probe();
        }
    }
}
