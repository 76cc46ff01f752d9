//! [`ModelRun`]: the result of a run.

use std::{fmt, sync::LazyLock};

use orouter_wire::{Item, Response, Usage};

use super::{CallStatus, RunData, RunState, Step};

/// The result of [`call_model`](crate::OpenRouter::call_model): the steps of the run and the reason why
/// it stopped.
///
/// An [`Error`](crate::Error) of a run holds the run so far, too; see
/// [`Error::model_run`](crate::Error::model_run).
///
/// # Example
///
/// ```no_run
/// # async fn example(client: orouter::OpenRouter) -> Result<(), orouter::Error> {
/// use orouter::{ResponsesRequest, StopReason};
///
/// let request = ResponsesRequest::new("openai/gpt-4o").input("Tell me a joke");
/// let run = client.call_model(request).await?;
/// assert_eq!(run.stop_reason(), StopReason::Finished);
/// println!("{} ({:?} USD)", run.text(), run.usage().cost);
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct ModelRun {
    data: Box<RunData>,
    usage: Box<Usage>,
    stop_reason: StopReason,
    condition: Option<String>,
}

/// The reason why a run stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum StopReason {
    /// The last response calls no tools.
    Finished,
    /// A stop condition was met; [`ModelRun::stop_condition`] describes it. If the run stopped between
    /// tool calls, the last step is the final turn without tools, unless it is turned off.
    StopCondition,
    /// Calls need an approval or an output of the caller; [`ModelRun::pending_calls`] lists them.
    PendingCalls,
    /// An error ended the run.
    Failed,
}

/// A call that a run has not answered.
#[derive(Clone, PartialEq)]
#[non_exhaustive]
pub struct PendingCall {
    /// Id of the call. [`RunCall::approve`](crate::RunCall::approve) and the like take it.
    pub call_id: String,
    /// Name of the tool, or the type of the item if the tool has no name.
    pub name: String,
    /// Arguments, as the model wrote them: JSON text for functions, free text for custom tools, empty
    /// for other items.
    pub arguments: String,
    /// Reason why the call is pending.
    pub reason: PendingReason,
    /// The call itself.
    pub item: Item,
}

/// The reason why a call is pending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum PendingReason {
    /// The tool requires an approval: [`RunCall::approve`](crate::RunCall::approve) or
    /// [`RunCall::reject`](crate::RunCall::reject).
    Approval,
    /// The caller runs this tool: [`RunCall::output`](crate::RunCall::output).
    Caller,
    /// The run ended before the call started. A resumed run starts it.
    NotStarted,
    /// The run ended while the call was running, so that its result is unknown. A resumed run tells the
    /// model so, unless the caller gives an [output](crate::RunCall::output) or
    /// [runs it again](crate::RunCall::rerun).
    Interrupted,
}

impl ModelRun {
    pub(crate) fn new(
        mut data: Box<RunData>,
        stop_reason: StopReason,
        condition: Option<String>,
    ) -> Self {
        data.copy_outputs();
        Self {
            usage: Box::new(data.usage()),
            data,
            stop_reason,
            condition,
        }
    }

    /// Returns the text of the last response; empty if it has none.
    #[must_use]
    pub fn text(&self) -> String {
        self.response().output_text()
    }

    /// Returns the last response. If the run failed before the first one, it is empty.
    #[must_use]
    pub fn response(&self) -> &Response {
        static EMPTY: LazyLock<Response> = LazyLock::new(Response::default);
        self.data.last_response().unwrap_or(&EMPTY)
    }

    /// Returns the steps, one for each response of the model. A resumed run also has the steps from
    /// before it stopped.
    #[must_use]
    pub fn steps(&self) -> &[Step] {
        &self.data.steps
    }

    /// Returns the sum of the usage of all steps, including the cost where the server reports it.
    #[must_use]
    pub fn usage(&self) -> &Usage {
        &self.usage
    }

    /// Returns the reason why the run stopped.
    #[must_use]
    pub fn stop_reason(&self) -> StopReason {
        self.stop_reason
    }

    /// Returns the description of the stop condition that was met, such as `step_count_is(5)`.
    #[must_use]
    pub fn stop_condition(&self) -> Option<&str> {
        self.condition.as_deref()
    }

    /// Returns the calls of the last response that have no output, in order.
    #[must_use]
    pub fn pending_calls(&self) -> Vec<PendingCall> {
        let open = self.data.open_calls();
        open.map(|(status, item)| PendingCall::new(status, item))
            .collect()
    }

    /// Returns the conversation: the input of the request, the output of the model and the outputs of
    /// the tools, and input that was added and not yet sent. It is the input of a request that continues
    /// it, unless calls are [pending](Self::pending_calls): services refuse a call without an output.
    #[must_use]
    pub fn conversation(&self) -> Vec<Item> {
        self.data.conversation()
    }

    /// Returns the state, to store it and to
    /// [resume](crate::OpenRouter::resume_model) the run later.
    #[must_use]
    pub fn into_state(self) -> RunState {
        RunState::new(self.data)
    }
}

impl PendingCall {
    fn new(status: &CallStatus, item: &Item) -> Self {
        let (call_id, name, arguments) = match item {
            Item::FunctionCall(call) => (
                call.call_id.as_str(),
                call.name.as_str(),
                call.arguments.as_str(),
            ),
            Item::CustomToolCall(call) => (
                call.call_id.as_str(),
                call.name.as_str(),
                call.input.as_str(),
            ),
            Item::McpApprovalRequest(call) => (
                call.id.as_deref().unwrap_or_default(),
                call.name.as_str(),
                call.arguments.as_str(),
            ),
            other => (other.call_id().unwrap_or_default(), other.kind(), ""),
        };
        Self {
            call_id: call_id.to_owned(),
            name: name.to_owned(),
            arguments: arguments.to_owned(),
            reason: match status {
                CallStatus::AwaitingApproval => PendingReason::Approval,
                CallStatus::AwaitingCaller => PendingReason::Caller,
                CallStatus::Running | CallStatus::Unknown(_) => PendingReason::Interrupted,
                CallStatus::Waiting | CallStatus::Approved | CallStatus::Done => {
                    PendingReason::NotStarted
                }
            },
            item: item.clone(),
        }
    }
}

/// Shows id, name and reason. The arguments are left out, since they are content.
impl fmt::Debug for PendingCall {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PendingCall")
            .field("call_id", &self.call_id)
            .field("name", &self.name)
            .field("reason", &self.reason)
            .finish_non_exhaustive()
    }
}

/// Shows numbers and the reason for the stop, no content.
impl fmt::Debug for ModelRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ModelRun")
            .field("stop_reason", &self.stop_reason)
            .field("stop_condition", &self.condition)
            .field("steps", &self.steps().len())
            .field("pending_calls", &self.pending_calls())
            .field("total_tokens", &self.usage.total_tokens)
            .field("cost", &self.usage.cost)
            .finish_non_exhaustive()
    }
}
