//! The figures that `GET /metrics` exposes, as the stages of a request record them. Recording takes
//! no lock that requests share, except for failures, which are recorded per endpoint or route.
//!
//! Label values are constants and names of the catalog, so that clients cannot add series: the names
//! that clients choose are counted up to a limit ([`OpenModels`]).

mod endpoint;
mod histogram;
mod http;
mod open_models;
mod outcomes;

use std::time::Duration;

pub(crate) use endpoint::{EndpointLabels, EndpointMetrics, Measures};
pub(crate) use histogram::{Content, Histogram};
pub(crate) use http::{HttpMetrics, HttpSeries, KnownMethod};
pub(crate) use open_models::{EndpointSeries, OpenModels};
pub(crate) use outcomes::{ErrorType, Outcomes};

use crate::failure::Failure;

/// The figures that are not those of an endpoint.
#[derive(Debug)]
pub(crate) struct Metrics {
    pub(crate) http: HttpMetrics,
    /// Generations that were refused before an endpoint was chosen, such as for an unknown model.
    pub(crate) unplanned: EndpointMetrics,
}

impl Metrics {
    /// Creates the figures of a server whose routes have `routes` templates.
    pub(crate) fn new(routes: usize) -> Self {
        Self {
            http: HttpMetrics::new(routes),
            unplanned: EndpointMetrics::new(EndpointLabels::unknown()),
        }
    }

    /// Records a generation that failed before an endpoint was chosen.
    pub(crate) fn unplanned(&self, failure: &Failure, time: Duration) {
        let error = ErrorType::of_failure(failure);
        self.unplanned.measures().requests.record(Some(error), time);
    }
}
