//! [`DebugEvent`]: what was sent to a provider, for those who ask.

use crate::{Extra, Raw, UnknownValue, Wire};

/// What was sent to a provider; one event for each that was tried, before all others. Sent when
/// the request streams and sets `debug.echo_upstream_body`. Stands for `DebugEvent`.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugEvent {
    /// What there is to tell.
    pub debug: DebugInfo,
    /// The event's place in the stream, from 0.
    pub sequence_number: Option<u32>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// What there is to tell about an attempt.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugInfo {
    /// The body that the provider was sent, in that provider's own form.
    pub echo_upstream_body: Option<Raw>,
    /// When something happened.
    pub timings: Option<DebugTimings>,
    /// Members that no field takes.
    pub extra: Extra,
}

/// When something happened.
#[derive(CloneEq, Debug, Default, Wire)]
#[non_exhaustive]
pub struct DebugTimings {
    /// What happened.
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
