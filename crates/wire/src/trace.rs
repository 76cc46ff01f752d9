//! Trace and debug settings of a request.

use crate::setters::{open_setter, setters};
use crate::{Extra, Wire};

/// Names of a request in the traces that the service exports.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
#[wire(open)]
pub struct TraceConfig {
    /// Id of the trace that the request belongs to.
    pub trace_id: Option<String>,
    /// Name of the trace.
    pub trace_name: Option<String>,
    /// Name of the request's span.
    pub span_name: Option<String>,
    /// Name of the generation.
    pub generation_name: Option<String>,
    /// Id of the parent span.
    pub parent_span_id: Option<String>,
    /// Members without a typed field; the schema allows any and the service exports them too.
    pub extra: Extra,
}

impl TraceConfig {
    /// Creates a value with no member set.
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

/// Debug output of a request.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugOptions {
    /// Sends the body of each upstream request at the start of the stream. Works only with streams.
    /// Default: `false`.
    pub echo_upstream_body: Option<bool>,
    /// Members without a typed field.
    pub extra: Extra,
}

impl DebugOptions {
    /// Creates a value with no member set.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }
}

setters!(DebugOptions {
    copy echo_upstream_body: bool;
});
