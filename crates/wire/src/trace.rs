//! What to record of a request elsewhere, and what to show of it for debugging.

use crate::setters::{open_setter, setters};
use crate::{Extra, Wire};

/// Names for a request in the traces that the service sends on. Spec: `TraceConfig`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct TraceConfig {
    /// The id of the trace that the request belongs to.
    pub trace_id: Option<String>,
    /// The trace's name.
    pub trace_name: Option<String>,
    /// The name of the request's span.
    pub span_name: Option<String>,
    /// The name of the model's answer.
    pub generation_name: Option<String>,
    /// The id of the span that the request is part of.
    pub parent_span_id: Option<String>,
    /// Whatever else there is: any member is allowed here.
    pub extra: Extra,
}

impl TraceConfig {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(TraceConfig {
    into trace_id: String;
    into trace_name: String;
    into span_name: String;
    into generation_name: String;
    into parent_span_id: String;
});

open_setter!(TraceConfig);

/// What to show for debugging. Spec: `ChatDebugOptions`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugOptions {
    /// Whether a stream starts with what was sent to each provider. Default: `false`.
    pub echo_upstream_body: Option<bool>,
    /// Members that no field takes.
    pub extra: Extra,
}

impl DebugOptions {
    /// Nothing set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DebugOptions {
    copy echo_upstream_body: bool;
});
