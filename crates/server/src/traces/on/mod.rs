//! Traces over OTLP. [`settings`] reads the variables, [`request`] and [`attempt`] have the spans,
//! [`queue`] bounds those that wait, and [`exporter`] sends them to the collector.

mod attempt;
mod content;
mod context;
mod delivery;
mod exporter;
mod headers;
mod json;
mod protobuf;
mod queue;
mod rejected;
mod request;
mod sampler;
mod settings;
mod source;
mod span;
mod tracer;
mod variables;

#[cfg(test)]
mod encoding_tests;

pub(crate) use attempt::AttemptSpan;
pub(crate) use request::{ParentSpan, RequestSpan};
pub use settings::Traces;
pub(crate) use tracer::Tracer;
pub use variables::TracesError;

/// Name of the instrumentation in traces.
const SCOPE: &str = "orouter-server";

/// Version of the instrumentation.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// The number of `STATUS_CODE_ERROR` in OTLP.
const STATUS_ERROR: u64 = 2;

/// Returns the `flags` of a span in OTLP: those of its trace, and the place of its parent.
fn flags(span: &span::Span) -> u32 {
    const HAS_IS_REMOTE: u32 = 0x100;
    const IS_REMOTE: u32 = 0x200;
    let remote = if span.remote { IS_REMOTE } else { 0 };
    u32::from(span.context.sampled) | HAS_IS_REMOTE | remote
}
