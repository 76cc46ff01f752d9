//! [`Config`]: the settings of a run, collected by [`RunCall`](crate::RunCall).

use std::{fmt, future::Future, sync::Arc, time::Duration};

use orouter_wire::{FunctionCall, Input, Item, ResponsesRequest, ToolOutput, Usage};

use super::tool::FnTool;
use crate::{
    error::Error, options::RequestOptions, run::Step, stop::StopWhen, transport::BoxFuture,
};

/// Default limit on the calls of a step that run at the same time.
pub(super) const MAX_CONCURRENT_TOOLS: usize = 8;

/// Default limit on the time of one call of a tool.
pub(super) const TOOL_TIMEOUT: Duration = Duration::from_secs(300);

/// The settings of a run.
pub(super) struct Config {
    pub(super) tools: Vec<FnTool>,
    /// `None` is the default condition.
    pub(super) stop: Option<StopWhen>,
    pub(super) final_turn: bool,
    pub(super) final_instruction: Option<String>,
    pub(super) on_tool_error: OnToolError,
    pub(super) max_concurrent_tools: usize,
    pub(super) tool_timeout: Option<Duration>,
    pub(super) timeout: Option<Duration>,
    pub(super) step_timeout: Option<Duration>,
    pub(super) options: RequestOptions,
    pub(super) before_step: Vec<BeforeStep>,
    pub(super) after_step: Vec<AfterStep>,
    pub(super) decisions: Vec<Decision>,
    /// Items to add to the conversation before the next request.
    pub(super) input: Option<Input>,
    pub(super) allow_changed_tools: bool,
}

/// The effect of an error, a panic or a timeout of a tool; see
/// [`RunCall::on_tool_error`](crate::RunCall::on_tool_error).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum OnToolError {
    /// The model receives the message as the output of the call, and the run continues.
    #[default]
    TellModel,
    /// The run ends with an error of kind [`ErrorKind::Tool`](crate::ErrorKind::Tool).
    EndRun,
}

/// The caller's decision on a call of a stored run.
pub(super) struct Decision {
    pub(super) call_id: String,
    pub(super) kind: DecisionKind,
}

pub(super) enum DecisionKind {
    Approve,
    Reject(String),
    Output(ToolOutput),
    OutputItem(Box<Item>),
    Rerun,
}

/// A step that is about to start, passed to [`RunCall::before_step`](crate::RunCall::before_step).
#[derive(Clone)]
#[non_exhaustive]
pub struct StepStart {
    /// Number of the step, counted from 1.
    pub number: usize,
    /// The request of the step.
    pub request: ResponsesRequest,
    /// The sum of the usage of all steps so far.
    pub usage: Usage,
}

pub(super) type BeforeStep =
    Arc<dyn Fn(StepStart) -> BoxFuture<'static, Result<ResponsesRequest, Error>> + Send + Sync>;

pub(super) type AfterStep =
    Arc<dyn Fn(Step) -> BoxFuture<'static, Result<(), Error>> + Send + Sync>;

impl Default for Config {
    fn default() -> Self {
        Self {
            tools: Vec::new(),
            stop: None,
            final_turn: true,
            final_instruction: None,
            on_tool_error: OnToolError::default(),
            max_concurrent_tools: MAX_CONCURRENT_TOOLS,
            tool_timeout: Some(TOOL_TIMEOUT),
            timeout: None,
            step_timeout: None,
            options: RequestOptions::default(),
            before_step: Vec::new(),
            after_step: Vec::new(),
            decisions: Vec::new(),
            input: None,
            allow_changed_tools: false,
        }
    }
}

impl Config {
    pub(super) fn tool(&self, name: &str) -> Option<&FnTool> {
        self.tools.iter().find(|tool| tool.name() == name)
    }

    /// Returns the tool that runs this call.
    pub(super) fn tool_of(&self, call: &FunctionCall) -> Option<&FnTool> {
        self.tool(&call.name).filter(|_| is_top_level(call))
    }

    pub(super) fn add_before_step<Fut>(
        &mut self,
        hook: impl Fn(StepStart) -> Fut + Send + Sync + 'static,
    ) where
        Fut: Future<Output = Result<ResponsesRequest, Error>> + Send + 'static,
    {
        self.before_step
            .push(Arc::new(move |step| Box::pin(hook(step))));
    }

    pub(super) fn add_after_step<Fut>(&mut self, hook: impl Fn(Step) -> Fut + Send + Sync + 'static)
    where
        Fut: Future<Output = Result<(), Error>> + Send + 'static,
    {
        self.after_step
            .push(Arc::new(move |step| Box::pin(hook(step))));
    }
}

/// Returns true for a call of a function outside of namespaces. Those in namespaces are other functions,
/// which the caller runs.
pub(super) fn is_top_level(call: &FunctionCall) -> bool {
    match call.namespace.as_deref() {
        None | Some("") => true,
        // Some services send the name of a function that a tool search found as its namespace.
        Some(namespace) => namespace == call.name,
    }
}

/// Shows numbers, no content.
impl fmt::Debug for StepStart {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("StepStart")
            .field("number", &self.number)
            .field("model", &self.request.model)
            .field("total_tokens", &self.usage.total_tokens)
            .finish_non_exhaustive()
    }
}
