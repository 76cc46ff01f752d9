//! [`RunEvent`]: an event of a run.

use std::fmt;

use orouter_wire::{FunctionCall, StreamEvent, ToolOutput, Usage};
use serde_json::Value;

/// An event of a run, yielded by [`RunStream`](crate::RunStream).
///
/// Steps are counted from 1. A resumed run continues to count.
///
/// For each step, the events of the response come first. For each of its calls then follow
/// `ToolStarted`, any number of `ToolProgress`, and `ToolFinished`; those of concurrent calls are mixed.
/// `StepFinished` is the last event of a step whose calls all have outputs.
///
/// # Example
///
/// ```no_run
/// # async fn example(mut events: orouter::RunStream) -> Result<(), orouter::Error> {
/// use orouter::{RunEvent, StreamEvent};
///
/// while let Some(event) = events.next().await {
///     match event? {
///         RunEvent::Response { event: StreamEvent::OutputTextDelta(delta), .. } => print!("{}", delta.delta),
///         RunEvent::ToolStarted { call, .. } => eprintln!("calling {}", call.name),
///         RunEvent::StepFinished { step, usage, .. } => eprintln!("step {step}: {} tokens", usage.total_tokens),
///         _ => {}
///     }
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[non_exhaustive]
#[allow(
    clippy::large_enum_variant,
    reason = "most events are of the largest variant; a box would hinder matching"
)]
pub enum RunEvent {
    /// An event of the response of a step.
    #[non_exhaustive]
    Response {
        /// Number of the step.
        step: usize,
        /// The event.
        event: StreamEvent,
    },
    /// A tool was started.
    #[non_exhaustive]
    ToolStarted {
        /// Number of the step.
        step: usize,
        /// The call.
        call: FunctionCall,
    },
    /// A tool reported progress with [`ToolContext::progress`](crate::ToolContext::progress).
    #[non_exhaustive]
    ToolProgress {
        /// Number of the step.
        step: usize,
        /// Id of the call.
        call_id: String,
        /// The value that the tool reported.
        value: Value,
    },
    /// A call has its output: the tool ended, failed, or was not run.
    #[non_exhaustive]
    ToolFinished {
        /// Number of the step.
        step: usize,
        /// Id of the call.
        call_id: String,
        /// The output, as the model receives it.
        output: ToolOutput,
        /// True if the output reports a failure: an error, a panic, a timeout, invalid arguments, an
        /// unknown tool, or a rejection.
        failed: bool,
    },
    /// A step ended: its response is complete, and its calls have outputs.
    #[non_exhaustive]
    StepFinished {
        /// Number of the step.
        step: usize,
        /// Usage of the step's response; zero if the server did not report it.
        usage: Usage,
    },
}

/// Shows the kind, the step and ids; no content.
impl fmt::Debug for RunEvent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Response { step, event } => f
                .debug_struct("Response")
                .field("step", step)
                .field("event", &event.kind())
                .finish(),
            Self::ToolStarted { step, call } => f
                .debug_struct("ToolStarted")
                .field("step", step)
                .field("call_id", &call.call_id)
                .field("name", &call.name)
                .finish(),
            Self::ToolProgress { step, call_id, .. } => f
                .debug_struct("ToolProgress")
                .field("step", step)
                .field("call_id", call_id)
                .finish_non_exhaustive(),
            Self::ToolFinished {
                step,
                call_id,
                failed,
                ..
            } => f
                .debug_struct("ToolFinished")
                .field("step", step)
                .field("call_id", call_id)
                .field("failed", failed)
                .finish_non_exhaustive(),
            Self::StepFinished { step, usage } => f
                .debug_struct("StepFinished")
                .field("step", step)
                .field("total_tokens", &usage.total_tokens)
                .finish_non_exhaustive(),
        }
    }
}
