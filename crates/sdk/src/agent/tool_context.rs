//! [`ToolContext`]: the call that a tool runs for, and its way to report progress.

use std::fmt;

use serde::Serialize;

use super::{events::RunEvent, outlet::Outlet, tool_error::ToolError};

/// The call that a tool runs for.
///
/// [`FnTool::with_context`](crate::FnTool::with_context) and
/// `tool_fn_with_context` (feature `schema`) pass it to the function.
///
/// # Example
///
/// ```
/// use orouter::{FnTool, FunctionTool, ToolContext};
/// use serde_json::{Value, json};
///
/// let definition = FunctionTool::new("index", json!({"type": "object", "properties": {}}));
/// let index = FnTool::with_context(definition, |_: Value, context: ToolContext| async move {
///     for percent in [25, 50, 75] {
///         context.progress(json!({"percent": percent})).await?;
///     }
///     Ok("done")
/// });
/// # let _ = index;
/// ```
#[derive(Clone)]
pub struct ToolContext {
    pub(super) step: usize,
    pub(super) call_id: String,
    pub(super) name: String,
    pub(super) outlet: Option<Outlet>,
}

impl ToolContext {
    /// Returns the number of the step, counted from 1.
    #[must_use]
    pub fn step(&self) -> usize {
        self.step
    }

    /// Returns the id of the call, as the model sent it. Some models repeat ids in other steps and runs, so
    /// that an idempotency key needs an id of the run and the step beside it.
    #[must_use]
    pub fn call_id(&self) -> &str {
        &self.call_id
    }

    /// Returns the name of the tool, as the model called it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Reports progress: the run's stream yields it as
    /// [`RunEvent::ToolProgress`](crate::RunEvent::ToolProgress). The model does not receive it.
    ///
    /// Waits while 64 events wait to be read. A run that is awaited, read as text, or has ended drops the
    /// value.
    ///
    /// # Errors
    ///
    /// Returns an error if the value cannot be converted to JSON.
    pub async fn progress(&self, value: impl Serialize) -> Result<(), ToolError> {
        let Some(outlet) = &self.outlet else {
            return Ok(());
        };
        let value = serde_json::to_value(value)?;
        let event = || RunEvent::ToolProgress {
            step: self.step,
            call_id: self.call_id.clone(),
            value,
        };
        outlet.progress(event).await;
        Ok(())
    }
}

impl fmt::Debug for ToolContext {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ToolContext")
            .field("step", &self.step)
            .field("call_id", &self.call_id)
            .field("name", &self.name)
            .finish_non_exhaustive()
    }
}
