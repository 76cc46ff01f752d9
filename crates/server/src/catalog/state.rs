//! [`EndpointState`]: what the server knows about an endpoint from earlier requests. It outlives
//! reloads of the configuration.

use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::StatusCode;
use orouter_wire::Response;
use tokio::time::Instant;

use super::breaker::{Breaker, Gate, Row};
use super::figures::{Figures, Percentiles};
use super::outage::{Counted, Outages};
use super::slots::Slots;
use crate::failure::{Failure, Fallback};
use crate::metrics::{EndpointSeries, ErrorType};
use crate::traces::AttemptSpan;

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
    figures: Figures,
}

impl EndpointState {
    /// Creates the state of an endpoint with this maximum number of running requests.
    pub(super) fn new(max_concurrent: Option<usize>) -> Arc<Self> {
        Arc::new(Self {
            history: Mutex::new(History {
                breaker: Breaker::default(),
                outages: Outages::new(Instant::now()),
                figures: Figures::default(),
            }),
            slots: Slots::new(max_concurrent),
            unpriced: AtomicBool::new(false),
        })
    }

    /// Returns the attempts and failures that were counted since the last call.
    pub(crate) fn take_counts(&self) -> (u32, u32) {
        self.history().outages.take()
    }

    /// Replaces what other servers counted.
    pub(crate) fn set_counts_of_others(&self, counted: Vec<Counted>) {
        self.history().outages.set_others(counted);
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

    /// Starts an attempt, which is recorded in `series` and ends `span`. While the circuit breaker is
    /// half-open, it is the probe.
    pub(super) fn begin(
        self: &Arc<Self>,
        now: Instant,
        series: &Arc<EndpointSeries>,
        span: AttemptSpan,
    ) -> Trial {
        let mut history = self.history();
        let probe = history.breaker.gate(now) == Gate::HalfOpen;
        if probe {
            history.breaker.probe();
        }
        drop(history);
        Trial {
            state: Arc::clone(self),
            series: Arc::clone(series),
            span,
            began: now,
            first_content: None,
            probe,
            ended_row: None,
            recorded: false,
        }
    }

    /// Returns the state of the circuit breaker.
    pub(crate) fn gate(&self, now: Instant) -> Gate {
        self.history().breaker.gate(now)
    }

    /// Returns the latency of the endpoint in the last 5 minutes, in seconds.
    pub(crate) fn latency(&self, now: Instant) -> Option<Percentiles> {
        self.history().figures.latency(now)
    }

    /// Returns the throughput of the endpoint in the last 5 minutes, in tokens per second.
    pub(crate) fn throughput(&self, now: Instant) -> Option<Percentiles> {
        self.history().figures.throughput(now)
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
    series: Arc<EndpointSeries>,
    span: AttemptSpan,
    began: Instant,
    first_content: Option<Instant>,
    probe: bool,
    /// The row of failures that the success of this attempt ended.
    ended_row: Option<Row>,
    /// `true` once the attempt is in the figures.
    recorded: bool,
}

impl Trial {
    /// Counts a success: the attempt sends content.
    pub(crate) fn succeeded(&mut self, now: Instant) {
        self.first_content = Some(now);
        self.span.first_content();
        self.series.served();
        let mut history = self.state.history();
        // The success may not close the breaker: another attempt can have opened it again.
        if mem::take(&mut self.probe) {
            history.breaker.end_probe();
        }
        self.ended_row = Some(history.breaker.succeeded(self.began));
        history.outages.count(now, false);
        let latency = now.saturating_duration_since(self.began);
        history.figures.add_latency(now, latency);
    }

    /// Adds the facts about a response that has ended to the span.
    pub(crate) fn response(&mut self, response: &Response) {
        self.span.response(response);
    }

    /// Counts the end of a response with this number of output tokens. `whole`: it arrived as one
    /// body, whose content cannot be timed.
    pub(crate) fn completed(&mut self, now: Instant, tokens: u64, whole: bool) {
        let since = match self.first_content {
            Some(first) if !whole => first,
            _ => self.began,
        };
        let time: Duration = now.saturating_duration_since(since);
        self.record(now, None, Some(StatusCode::OK.as_u16()));
        let mut history = self.state.history();
        history.figures.add_throughput(now, tokens, time);
    }

    /// Counts a failure if it is the endpoint's, also after a success.
    pub(crate) fn failed(&mut self, now: Instant, failure: &Failure) {
        let row = failure.fallback_row();
        if row == Fallback::Unsupported {
            self.recorded = true; // nothing was sent, so that the attempt has no span either
        }
        let error = ErrorType::of_failure(failure);
        self.record(now, Some(error), failure.upstream_status());
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

    /// Adds the attempt to the figures and ends its span, once. `status` is that of the upstream.
    fn record(&mut self, now: Instant, error: Option<ErrorType>, status: Option<u16>) {
        if !mem::replace(&mut self.recorded, true) {
            self.span.end(error.as_ref(), status);
            let time = now.saturating_duration_since(self.began);
            self.series
                .metrics()
                .measures()
                .attempts
                .record(error, time);
        }
    }
}

impl Drop for Trial {
    fn drop(&mut self) {
        self.record(Instant::now(), Some(ErrorType::Cancelled), None);
        if self.probe {
            self.state.history().breaker.end_probe();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::failure::FailureKind;

    #[test]
    fn a_probe_ends_with_its_success_also_if_another_attempt_has_failed_since() {
        let state = EndpointState::new(None);
        let series = Arc::new(EndpointSeries::listed("a/b", "acme"));
        let failure =
            Failure::new(FailureKind::ProviderUnavailable, "").fallback(Fallback::Unavailable);
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut older = state.begin(start, &series, AttemptSpan::default());
        older.succeeded(start);
        for _ in 0..5 {
            state
                .begin(start, &series, AttemptSpan::default())
                .failed(start, &failure);
        }
        assert_eq!(state.standing(start), Standing::Open);
        let half_open = start + 5 * second;
        assert_eq!(state.history().breaker.gate(half_open), Gate::HalfOpen);
        let mut probe = state.begin(half_open, &series, AttemptSpan::default());
        older.failed(half_open + second, &failure);
        probe.succeeded(half_open + 2 * second);
        let gate = |now: Instant| state.history().breaker.gate(now);
        assert_eq!(
            gate(half_open + 2 * second),
            Gate::Open,
            "the later failure"
        );
        assert_eq!(gate(half_open + 61 * second), Gate::HalfOpen);
        // The attempt goes on, and is no probe any more.
        let next = state.begin(half_open + 61 * second, &series, AttemptSpan::default());
        drop(probe);
        assert_eq!(
            gate(half_open + 61 * second),
            Gate::Open,
            "the next probe runs"
        );
        drop(next);
        assert_eq!(gate(half_open + 61 * second), Gate::HalfOpen);
    }
}
