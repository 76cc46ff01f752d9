//! [`RunData`]: the state of a run, which the loop changes and which is stored.

use orouter_wire::{Extra, FunctionTool, Input, Item, Response, ResponsesRequest, Usage, Wire};

use super::{CallRecord, CallStatus, Step, usage_of};

/// The state of a run.
#[derive(Clone, Default, PartialEq, Wire)]
pub(crate) struct RunData {
    /// The next request. Its input holds the conversation, without the items of the last step unless
    /// `continued` is set.
    pub(crate) request: ResponsesRequest,
    pub(crate) steps: Vec<Step>,
    /// The calls of the last step that this side answers.
    pub(crate) calls: Vec<CallRecord>,
    /// True from the last response until its calls have outputs and the step has ended.
    pub(crate) step_is_open: bool,
    /// True if the items of the last step are part of the request's input.
    pub(crate) continued: bool,
    /// Number of steps before the last input of the caller. Stop conditions do not count them.
    pub(crate) earlier_steps: u64,
    /// The tools that were registered when the run stopped, to detect changes.
    pub(crate) tools: Vec<FunctionTool>,
    pub(crate) extra: Extra,
}

impl RunData {
    pub(crate) fn new(request: ResponsesRequest) -> Self {
        Self {
            request,
            ..Self::default()
        }
    }

    pub(crate) fn last_response(&self) -> Option<&Response> {
        Some(&self.steps.last()?.response)
    }

    /// Returns the steps since the last input of the caller.
    pub(crate) fn recent_steps(&self) -> &[Step] {
        let earlier = usize::try_from(self.earlier_steps).unwrap_or(usize::MAX);
        self.steps.get(earlier..).unwrap_or_default()
    }

    /// Returns the items of the last response.
    pub(crate) fn last_output(&self) -> &[Item] {
        self.last_response()
            .map_or(&[], |response| &response.output)
    }

    /// Adds a step for this response. Its calls wait, except those that the server ran itself.
    pub(crate) fn push_step(&mut self, response: Response) {
        self.calls = calls_of(&response.output);
        self.continued = false;
        self.step_is_open = true;
        self.steps.push(Step::new(response));
    }

    /// Returns true if every call of the last step has an output.
    pub(crate) fn calls_are_done(&self) -> bool {
        self.calls.iter().all(CallRecord::is_done)
    }

    /// Ends the last step: copies the outputs of its calls. A step with open calls stays open.
    pub(crate) fn end_step(&mut self) {
        self.step_is_open = !self.calls_are_done();
        if let Some(step) = self.steps.last_mut() {
            let outputs = self.calls.iter().filter_map(|call| call.output.clone());
            step.outputs = outputs.collect();
        }
    }

    /// Appends the items of the last step to the request's input.
    pub(crate) fn continue_conversation(&mut self) {
        if self.continued {
            return;
        }
        let Some(step) = self.steps.last() else {
            return;
        };
        let items = step.response.output.iter().chain(&step.outputs).cloned();
        self.request
            .input
            .get_or_insert_with(|| Input::Items(Vec::new()))
            .extend(items);
        self.calls.clear();
        self.continued = true;
    }

    /// Returns the sum of the usage of all steps.
    pub(crate) fn usage(&self) -> Usage {
        usage_of(&self.steps)
    }

    /// Returns true if each record refers to a call of the last response.
    pub(crate) fn is_consistent(&self) -> bool {
        let output = self.last_output();
        self.calls
            .iter()
            .all(|record| record.call(output).is_some())
    }

    /// Returns the calls that have no output, with their items.
    pub(crate) fn open_calls(&self) -> impl Iterator<Item = (&CallStatus, &Item)> {
        let output = self.last_output();
        let open = self.calls.iter().filter(|call| !call.is_done());
        open.filter_map(|call| Some((&call.status, call.call(output)?)))
    }
}

/// Returns the calls among these items that have no output among them.
fn calls_of(output: &[Item]) -> Vec<CallRecord> {
    let answered = |id: &str| {
        let mut outputs = output.iter().filter(|item| is_output(item));
        outputs.any(|item| item.call_id() == Some(id))
    };
    let calls = output.iter().enumerate().filter(|(_, item)| match item {
        Item::McpApprovalRequest(_) => true,
        item if is_call(item) => !item.call_id().is_some_and(answered),
        _ => false,
    });
    calls.map(|(index, _)| CallRecord::new(index)).collect()
}

/// Returns true for calls of tools that run outside the service.
fn is_call(item: &Item) -> bool {
    matches!(
        item,
        Item::FunctionCall(_)
            | Item::CustomToolCall(_)
            | Item::ComputerCall(_)
            | Item::LocalShellCall(_)
            | Item::ShellCall(_)
            | Item::ApplyPatchCall(_)
    )
}

fn is_output(item: &Item) -> bool {
    matches!(
        item,
        Item::FunctionCallOutput(_)
            | Item::CustomToolCallOutput(_)
            | Item::ComputerCallOutput(_)
            | Item::LocalShellCallOutput(_)
            | Item::ShellCallOutput(_)
            | Item::ApplyPatchCallOutput(_)
    )
}
