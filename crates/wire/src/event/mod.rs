//! [`StreamEvent`]: one event of a streamed response.
//!
//! The variants are defined in one table (`table.rs`), their payloads in the files beside it;
//! events of the same form share one payload type. [`EventClass`] groups the events for code that
//! has to decide about each, [`ItemChange`] reads an event about an item in one form.
//! [`crate::assemble`] turns a sequence of events into a response, [`crate::sse`] frames events.

mod access;
mod change;
mod class;
mod columns;
mod debug;
mod failure;
mod fusion;
pub(crate) mod kind;
mod lifecycle;
mod part;
pub(crate) mod payload;
mod progress;
mod reported_failure;
mod shell;
mod steer;
mod table;
mod untyped;

#[cfg(test)]
mod tests;

pub use change::{Change, ItemChange, PartChange, PartList};
pub use class::EventClass;
pub use debug::{DebugEvent, DebugInfo, DebugTimings, TimingPoint};
pub use failure::ErrorEvent;
pub use fusion::{
    FusionAnalysisCompleted, FusionAnalysisStarted, FusionPanelAdded, FusionPanelCompleted,
    FusionPanelDelta, FusionPanelFailed,
};
pub use lifecycle::{ItemEvent, Keepalive, ResponseEvent};
pub use part::{
    AnnotationEvent, PartDelta, PartEvent, RefusalDone, SummaryPartEvent, SummaryTextDelta,
    SummaryTextDone, TextDelta, TextDone,
};
pub use progress::{
    ArgumentsDone, AudioDelta, AudioDone, CodeDone, DiffDone, InputDone, ItemDelta, ItemProgress,
    PartialImage, TranscriptDelta,
};
pub use shell::{
    ShellCommandDelta, ShellCommandEvent, ShellOutputChunk, ShellOutputDelta, ShellOutputDone,
};
pub use steer::{
    Steer, SteerAccepted, SteerError, SteerErrorCode, SteerFailed, SteerPending, SteerPendingReason,
};
pub use table::StreamEvent;
