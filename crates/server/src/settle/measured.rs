//! [`Measured`]: the times and the usage of a generation, for the metrics.

use std::sync::Arc;
use std::time::{Duration, Instant};

use orouter_wire::Usage;

use crate::catalog::Endpoint;
use crate::metrics::ErrorType;

/// The times and the usage of a generation, which are added to the metrics once it has ended.
pub(super) struct Measured {
    /// Arrival of the request.
    started: Instant,
    first_token: Option<Instant>,
    /// The first endpoint of the plan, for generations that no endpoint started.
    first: Arc<Endpoint>,
    streamed: bool,
    usage: Option<Usage>,
    /// `true` once the generation is in the metrics.
    ended: bool,
}

impl Measured {
    pub(super) fn new(started: Instant, first: Arc<Endpoint>, streamed: bool) -> Self {
        Self {
            started,
            first_token: None,
            first,
            streamed,
            usage: None,
            ended: false,
        }
    }

    /// Sets the time of the first token.
    pub(super) fn first_token(&mut self) {
        self.first_token = Some(Instant::now());
    }

    /// Sets tokens and cost.
    pub(super) fn usage(&mut self, usage: &Usage) {
        let mut counts = Usage::new(usage.input_tokens, usage.output_tokens);
        counts.cost = usage.cost;
        self.usage = Some(counts);
    }

    /// Adds the generation to the metrics of the endpoint that generated, once. `error` is the
    /// reason if it did not succeed.
    pub(super) fn end(&mut self, endpoint: Option<&Arc<Endpoint>>, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let now = Instant::now();
        let endpoint = endpoint.unwrap_or(&self.first);
        let measures = endpoint.series.metrics().measures();
        let tokens = self.usage.as_ref().map_or(0, |usage| usage.output_tokens);
        // A body that arrives as a whole does not tell when its content began.
        let timed = self.streamed || endpoint.upstream.is_none();
        if let Some(first) = self.first_token.filter(|_| timed && error.is_none()) {
            let since =
                |start: Instant, end: Instant| -> Duration { end.saturating_duration_since(start) };
            measures.stream(since(self.started, first), since(first, now), tokens);
        }
        if let Some(usage) = &self.usage {
            measures.usage(usage);
        }
        let time = now.saturating_duration_since(self.started);
        measures.requests.record(error, time);
    }
}
