//! The agent loop: [`call_model`](crate::OpenRouter::call_model), its tools and its streams.
//!
//! | File | Holds |
//! |---|---|
//! | `call.rs` | the settings and the start of a run |
//! | `setup.rs` | checks before anything is sent; decisions on stored calls |
//! | `driver.rs` | the loop |
//! | `tool_calls.rs` | the calls of a step, several at a time |
//! | `choice.rs` | the end of a forced tool choice |
//! | `tool.rs`, `tool_context.rs`, `tool_error.rs` | tools |
//! | `events.rs`, `outlet.rs`, `stream.rs` | events, their way to the reader, the streams |
//! | `config.rs` | the settings as data |
//! | `spans.rs` | tracing |
//!
//! The data of a run is in [`crate::run`], stop conditions are in [`crate::stop`].

mod call;
mod choice;
mod config;
mod driver;
mod events;
mod outlet;
mod setup;
mod spans;
mod stream;
mod tool;
mod tool_calls;
mod tool_context;
mod tool_error;

#[cfg(feature = "schema")]
pub use self::tool::{tool_fn, tool_fn_with_context};
pub use self::{
    call::RunCall,
    config::{OnToolError, StepStart},
    events::RunEvent,
    stream::{RunStream, RunTextStream},
    tool::FnTool,
    tool_context::ToolContext,
    tool_error::ToolError,
};
