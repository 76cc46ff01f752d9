//! [`DebugEvent`]: the request that was sent to a provider.

use crate::{Extra, Raw, ThinString, UnknownValue, Wire};

/// The request that was sent to a provider: one event for each attempt, before all other events.
/// Sent if the request streams and sets `debug.echo_upstream_body`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugEvent {
    /// The details of the attempt.
    pub debug: DebugInfo,
    /// Position of the event in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Id of the response. Not in the specification; OpenRouter's guide shows it on events.
    pub response_id: Option<ThinString>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// Details of an attempt at a provider.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugInfo {
    /// The body that was sent to the provider, in the form of the provider's API.
    pub echo_upstream_body: Option<Raw>,
    /// The time of a step of an attempt.
    pub timings: Option<DebugTimings>,
    /// Members without a typed field.
    pub extra: Extra,
}

/// The time of a step of an attempt.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugTimings {
    /// The step.
    pub event: Option<TimingPoint>,
    /// The time in milliseconds since 1970 (Unix time).
    pub epoch_ms: u64,
    /// The time in milliseconds since the start of the request.
    pub start_ms: u64,
    /// Members without a typed field.
    pub extra: Extra,
}

/// A step of an attempt.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum TimingPoint {
    /// The request was sent to the provider.
    AdapterRequest,
    /// The head of the response arrived.
    UpstreamHeadersReceived,
    /// The first token arrived.
    FirstTokenReceived,
    /// The response ended.
    UpstreamBodyEnded,
    /// A step that this version does not know.
    Unknown(UnknownValue),
}
