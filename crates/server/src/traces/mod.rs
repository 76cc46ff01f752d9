//! Traces: a span for each request and for each attempt at an endpoint. With the feature `otel`, [`on`]
//! exports them over OTLP; without it, [`off`] has the same types, which do nothing.

mod ended;
#[cfg(not(feature = "otel"))]
mod off;
#[cfg(feature = "otel")]
mod on;

pub(crate) use ended::EndedRequest;
#[cfg(not(feature = "otel"))]
pub(crate) use off::{AttemptSpan, ParentSpan, RequestSpan, Tracer};
#[cfg(feature = "otel")]
pub(crate) use on::{AttemptSpan, ParentSpan, RequestSpan, Tracer};
#[cfg(feature = "otel")]
pub use on::{Traces, TracesError};
