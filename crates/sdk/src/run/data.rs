//! [`RunData`]: the state of a run, which the loop changes and which is stored.

use std::collections::HashSet;

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
    /// Input that the caller added and that is not yet part of the request's.
    pub(crate) next_input: Option<Input>,
    /// True from the start of a final turn until its response.
    pub(crate) is_final_turn: bool,
    /// Number of steps before the last input of the caller. Stop conditions do not count them.
    pub(crate) earlier_steps: u64,
    /// The tools that were registered, in their last version, to detect changes.
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
        self.is_final_turn = false;
        self.steps.push(Step::new(response));
    }

    /// Returns true if every call of the last step has an output.
    pub(crate) fn calls_are_done(&self) -> bool {
        self.calls.iter().all(CallRecord::is_done)
    }

    /// Ends the last step. A step with open calls stays open.
    pub(crate) fn end_step(&mut self) {
        self.copy_outputs();
        self.step_is_open = !self.calls_are_done();
    }

    /// Copies the outputs of the calls of an open step to the step.
    pub(crate) fn copy_outputs(&mut self) {
        if let Some(step) = self.steps.last_mut().filter(|_| self.step_is_open) {
            let outputs = self.calls.iter().filter_map(|call| call.output.clone());
            step.outputs = outputs.collect();
        }
    }

    /// Adds input for the next request.
    pub(crate) fn add_next_input(&mut self, input: Input) {
        match &mut self.next_input {
            Some(earlier) => earlier.extend(input.into_items()),
            None => self.next_input = Some(input),
        }
    }

    /// Appends input to the request's.
    pub(crate) fn add_input(&mut self, input: Input) {
        self.request
            .input
            .get_or_insert_with(|| Input::Items(Vec::new()))
            .extend(input.into_items());
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

    /// Returns the items of the conversation, with those of the last step and the next input.
    pub(crate) fn conversation(&self) -> Vec<Item> {
        let mut items = self
            .request
            .input
            .clone()
            .map_or_else(Vec::new, Input::into_items);
        if let Some(step) = self.steps.last().filter(|_| !self.continued) {
            items.extend(step.response.output.iter().chain(&step.outputs).cloned());
        }
        items.extend(
            self.next_input
                .clone()
                .map_or_else(Vec::new, Input::into_items),
        );
        items
    }

    /// Returns the sum of the usage of all steps.
    pub(crate) fn usage(&self) -> Usage {
        usage_of(&self.steps)
    }

    /// Returns the reason why no run can have this state. With it, calls could be lost or run twice.
    pub(crate) fn contradiction(&self) -> Option<&'static str> {
        let output = self.last_output();
        let mut earlier = None;
        for record in &self.calls {
            if !record.call(output).is_some_and(is_answered_here) {
                return Some("a call in /run/calls is not one of the last response");
            }
            if earlier.is_some_and(|earlier| earlier >= record.index) {
                return Some("the calls in /run/calls are not in order");
            }
            if record.is_done() != record.output.is_some() {
                return Some("a call in /run/calls is done without an output, or has one before");
            }
            earlier = Some(record.index);
        }
        if self.step_is_open && (self.steps.is_empty() || self.continued) {
            return Some("/run/step_is_open contradicts the steps");
        }
        if !self.step_is_open && !self.calls_are_done() {
            return Some("/run/step_is_open contradicts /run/calls");
        }
        if self.continued && !self.calls.is_empty() {
            return Some("/run/continued contradicts /run/calls");
        }
        if self.earlier_steps > self.steps.len() as u64 {
            return Some("/run/earlier_steps is larger than the number of steps");
        }
        None
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
    let answered: HashSet<&str> = output.iter().filter_map(Item::answered_call_id).collect();
    let is_open = |item: &Item| {
        is_answered_here(item) && !item.call_id().is_some_and(|id| answered.contains(id))
    };
    let calls = output.iter().enumerate().filter(|(_, item)| is_open(item));
    calls.map(|(index, _)| CallRecord::new(index)).collect()
}

/// Returns true for items that need an output or a decision from outside the service.
fn is_answered_here(item: &Item) -> bool {
    matches!(item, Item::McpApprovalRequest(_)) || item.client_call_id().is_some()
}
