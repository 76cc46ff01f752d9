//! [`EndedRequest`]: the facts about a request that has ended, for its span.

use http::StatusCode;

use crate::metrics::ErrorType;

/// The facts about a request that has ended.
#[cfg_attr(
    not(feature = "otel"),
    expect(dead_code, reason = "the stub reads none")
)]
pub(crate) struct EndedRequest<'a> {
    pub(crate) method: &'static str,
    /// The prefix of the route's template, and the rest.
    pub(crate) route: Option<(&'static str, &'static str)>,
    /// `None` if the client disconnected before the response began.
    pub(crate) status: Option<StatusCode>,
    /// The reason if the response did not end as its status says.
    pub(crate) error: Option<ErrorType>,
    pub(crate) generation: Option<&'a str>,
    pub(crate) attempts: Option<u64>,
    /// In USD.
    pub(crate) cost: Option<f64>,
}
