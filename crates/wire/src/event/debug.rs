//! [`DebugEvent`]: the request that was sent to a provider.

use crate::{Extra, Raw, UnknownValue, Wire};

/// The request that was sent to a provider: one event for each attempt, before all other events.
/// Sent if the request streams and sets `debug.echo_upstream_body`. Stands for `DebugEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugEvent {
    /// The details of the attempt.
    pub debug: DebugInfo,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// Details of an attempt at a provider.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugInfo {
    /// The body that the provider was sent, in that provider's own form.
    pub echo_upstream_body: Option<Raw>,
    /// The time of a step of an attempt.
    pub timings: Option<DebugTimings>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// The time of a step of an attempt.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugTimings {
    /// The step.
    pub event: Option<TimingPoint>,
    /// When, in milliseconds since 1970 (Unix time).
    pub epoch_ms: u64,
    /// When, in milliseconds since the request began.
    pub start_ms: u64,
    /// Members that no field takes.
    pub extra: Extra,
}

/// A point in an attempt's life.
#[derive(CloneEq, Debug, Eq, Hash, Wire)]
#[non_exhaustive]
pub enum TimingPoint {
    /// The provider was asked.
    AdapterRequest,
    /// Its response's head arrived.
    UpstreamHeadersReceived,
    /// Its first token arrived.
    FirstTokenReceived,
    /// Its response ended.
    UpstreamBodyEnded,
    /// A point that this version does not know.
    Unknown(UnknownValue),
}
