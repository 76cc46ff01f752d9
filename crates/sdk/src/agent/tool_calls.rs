//! Runs the calls of a step, several at a time.

use std::{
    cell::LazyCell,
    collections::VecDeque,
    future::poll_fn,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::Arc,
    task::{Context, Poll},
    time::Duration,
};

use orouter_wire::{
    FunctionCall, Input, Item, ItemStatus, ResponseStatus, ResponsesRequest, Tool, ToolOutput,
};

use super::{
    config::{Config, OnToolError},
    events::RunEvent,
    outlet::Outlet,
    spans::ToolSpan,
    tool::{FnTool, Running},
    tool_context::ToolContext,
    tool_error::ToolError,
};
use crate::{
    error::{Error, ErrorKind},
    run::{CallRecord, CallStatus, RunData},
    transport::{BoxFuture, Clock},
};

/// Runs the calls of the last step.
pub(super) struct ToolCalls<'a> {
    pub(super) config: &'a Config,
    pub(super) clock: &'a Arc<dyn Clock>,
    pub(super) outlet: Option<&'a Outlet>,
    /// Number of the step.
    pub(super) step: usize,
}

/// A tool that runs.
struct Active {
    /// Index of the call among the records.
    record: usize,
    call: FunctionCall,
    running: Running,
    limit: Option<Duration>,
    sleep: Option<BoxFuture<'static, ()>>,
    span: ToolSpan,
}

/// The reason why a call has no result of its tool.
enum Failure {
    /// The model's fault: it can call again.
    Call(String),
    /// The tool's: the configuration decides if it ends the run.
    Tool(ToolError),
}

impl ToolCalls<'_> {
    /// Runs the calls that are ready to run. The others need the caller afterwards.
    ///
    /// Calls that were started when the future is dropped keep the status `running`.
    pub(super) async fn run(&self, data: &mut RunData) -> Result<(), Error> {
        self.sort(data);
        let RunData { calls, steps, .. } = data;
        let output = steps.last().map_or(&[][..], |step| &step.response.output);
        let mut waiting: VecDeque<usize> = (0..calls.len()).collect();
        let mut active: Vec<Active> = Vec::new();
        poll_fn(|cx| {
            loop {
                while active.len() < self.config.max_concurrent_tools.max(1) {
                    let Some(index) = waiting.pop_front() else {
                        break;
                    };
                    if let Some(record) = calls.get_mut(index) {
                        match self.start(record, index, output) {
                            Some(Ok(started)) => active.push(started),
                            Some(Err(error)) => return Poll::Ready(Err(error)),
                            None => {}
                        }
                    }
                }
                let before = active.len();
                let mut index = 0;
                while let Some(tool) = active.get_mut(index) {
                    let Poll::Ready(result) = tool.poll(&**self.clock, cx) else {
                        index += 1;
                        continue;
                    };
                    let tool = active.swap_remove(index);
                    if let Some(record) = calls.get_mut(tool.record) {
                        if let Err(error) = self.finish(record, &tool.call, &tool.span, result) {
                            return Poll::Ready(Err(error));
                        }
                    }
                }
                if active.is_empty() && waiting.is_empty() {
                    return Poll::Ready(Ok(()));
                }
                // Calls that ended made room for others.
                if active.len() == before || waiting.is_empty() {
                    return Poll::Pending;
                }
            }
        })
        .await
    }

    /// Decides which of the waiting calls can run.
    fn sort(&self, data: &mut RunData) {
        let RunData {
            calls,
            steps,
            request,
            ..
        } = data;
        let Some(step) = steps.last() else {
            return;
        };
        let cut = matches!(
            step.response.status,
            ResponseStatus::Incomplete | ResponseStatus::Cancelled
        );
        let added = LazyCell::new(|| added_tools(request));
        let is_of_caller = |name: &str| {
            // The service knows the tools of a template.
            request.prompt.is_some()
                || offers(&request.tools, name)
                || added.iter().any(|tools| offers(tools, name))
        };
        let waiting = calls
            .iter_mut()
            .filter(|call| call.status == CallStatus::Waiting);
        for record in waiting {
            let call = match record.call(&step.response.output) {
                Some(Item::FunctionCall(call)) => call,
                Some(Item::McpApprovalRequest(_)) => {
                    record.status = CallStatus::AwaitingApproval;
                    continue;
                }
                _ => {
                    record.status = CallStatus::AwaitingCaller;
                    continue;
                }
            };
            let tool = self.config.tool_of(call);
            let was_cut = match &call.status {
                Some(ItemStatus::Completed) => false,
                Some(ItemStatus::Incomplete) => true,
                _ => cut,
            };
            if was_cut {
                let reason = "the response ended before the call was complete";
                self.fail(record, call, reason);
            } else if let Some(tool) = tool {
                match tool.needs_approval(&call.arguments) {
                    Ok(true) => record.status = CallStatus::AwaitingApproval,
                    Ok(false) => {}
                    Err(error) => self.fail(record, call, &invalid(&error)),
                }
            } else if call.namespace.is_some() || is_of_caller(&call.name) {
                record.status = CallStatus::AwaitingCaller;
            } else {
                let names: Vec<&str> = self.config.tools.iter().map(FnTool::name).collect();
                let reason = format!(
                    "unknown tool {:?}; the tools are: {}",
                    call.name,
                    names.join(", ")
                );
                self.fail(record, call, &reason);
            }
        }
    }

    /// Starts a call that is ready to run. Returns `None` for other calls and for calls that ended at
    /// once.
    fn start(
        &self,
        record: &mut CallRecord,
        index: usize,
        output: &[Item],
    ) -> Option<Result<Active, Error>> {
        if !matches!(record.status, CallStatus::Waiting | CallStatus::Approved) {
            return None;
        }
        let Some(Item::FunctionCall(call)) = record.call(output) else {
            return None;
        };
        let tool = self.config.tool_of(call)?;
        record.status = CallStatus::Running;
        self.emit(|step| RunEvent::ToolStarted {
            step,
            call: call.clone(),
        });
        let span = ToolSpan::new(&call.name, &call.call_id, self.step);
        let context = ToolContext {
            step: self.step,
            call_id: call.call_id.clone(),
            name: call.name.clone(),
            outlet: self.outlet.cloned(),
        };
        let started =
            span.enter(|| catch_unwind(AssertUnwindSafe(|| tool.start(&call.arguments, context))));
        let failure = match started {
            Ok(Ok(running)) => {
                return Some(Ok(Active {
                    record: index,
                    call: call.clone(),
                    running,
                    limit: tool.own_timeout().or(self.config.tool_timeout),
                    sleep: None,
                    span,
                }));
            }
            Ok(Err(error)) => Failure::Call(invalid(&error)),
            Err(_) => Failure::Tool(panicked()),
        };
        match self.finish(record, call, &span, Err(failure)) {
            Ok(()) => None,
            Err(error) => Some(Err(error)),
        }
    }

    /// Records the end of a call. Returns the error that ends the run.
    fn finish(
        &self,
        record: &mut CallRecord,
        call: &FunctionCall,
        span: &ToolSpan,
        result: Result<ToolOutput, Failure>,
    ) -> Result<(), Error> {
        let error = match result {
            Ok(output) => {
                span.finished();
                self.record(record, call, output, false);
                return Ok(());
            }
            Err(Failure::Call(reason)) => {
                span.failed("invalid_arguments");
                self.fail(record, call, &reason);
                return Ok(());
            }
            Err(Failure::Tool(error)) => error,
        };
        span.failed("tool_error");
        self.fail(record, call, error.message());
        if !error.ends_run() && self.config.on_tool_error == OnToolError::TellModel {
            return Ok(());
        }
        let (message, source) = error.into_parts();
        let summary = format!("the tool {:?} failed: {message}", call.name);
        let error = Error::custom(ErrorKind::Tool, summary);
        Err(match source {
            Some(source) => error.with_source(source),
            None => error,
        })
    }

    /// Records a failure as the output of a call.
    pub(super) fn fail(&self, record: &mut CallRecord, call: &FunctionCall, reason: &str) {
        let output = serde_json::json!({ "error": reason }).to_string();
        self.record(record, call, ToolOutput::Text(output), true);
    }

    /// Records the output of a call.
    pub(super) fn record(
        &self,
        record: &mut CallRecord,
        call: &FunctionCall,
        output: ToolOutput,
        failed: bool,
    ) {
        self.emit(|step| RunEvent::ToolFinished {
            step,
            call_id: call.call_id.clone(),
            output: output.clone(),
            failed,
        });
        record.finish(call.output(output).into());
    }

    fn emit(&self, event: impl FnOnce(usize) -> RunEvent) {
        if let Some(outlet) = self.outlet {
            outlet.push(|| event(self.step));
        }
    }
}

impl Active {
    fn poll(
        &mut self,
        clock: &dyn Clock,
        cx: &mut Context<'_>,
    ) -> Poll<Result<ToolOutput, Failure>> {
        let running = &mut self.running;
        let poll = AssertUnwindSafe(|| running.as_mut().poll(cx));
        match self.span.enter(|| catch_unwind(poll)) {
            Ok(Poll::Ready(result)) => return Poll::Ready(result.map_err(Failure::Tool)),
            Ok(Poll::Pending) => {}
            Err(_) => return Poll::Ready(Err(Failure::Tool(panicked()))),
        }
        let Some(limit) = self.limit else {
            return Poll::Pending;
        };
        let sleep = self.sleep.get_or_insert_with(|| clock.sleep(limit));
        sleep.as_mut().poll(cx).map(|()| {
            let message = format!("the tool took longer than {limit:?}");
            Err(Failure::Tool(ToolError::new(message)))
        })
    }
}

/// Tells the model why its arguments cannot be used.
fn invalid(error: &serde_json::Error) -> String {
    format!("invalid arguments: {error}; call the tool again with arguments that match its schema")
}

/// The message of the panic is left out: it is written for developers, and may contain secrets. The
/// panic hook has printed it.
fn panicked() -> ToolError {
    ToolError::new("the tool panicked")
}

/// Returns the tools that items of the conversation add to those of the request.
fn added_tools(request: &ResponsesRequest) -> Vec<&[Tool]> {
    let items = request.input.as_ref().map_or(&[][..], Input::items);
    let added = items.iter().filter_map(|item| match item {
        Item::AdditionalTools(item) => Some(&item.tools[..]),
        Item::ToolSearchOutput(item) => Some(&item.tools[..]),
        _ => None,
    });
    added.collect()
}

/// Returns true if one of these tools is, or can be, a function of this name.
fn offers(tools: &[Tool], name: &str) -> bool {
    tools.iter().any(|tool| match tool {
        Tool::Namespace(namespace) => offers(&namespace.tools, name),
        // The functions that a search finds are not known beforehand.
        Tool::ToolSearch(_) | Tool::OpenRouterToolSearch(_) => true,
        Tool::Function(function) => function.name == name,
        _ => false,
    })
}
