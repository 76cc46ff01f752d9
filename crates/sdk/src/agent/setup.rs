//! Checks and prepares a run before anything is sent: its tools, and the decisions on stored calls.

use std::sync::Arc;

use orouter_wire::{
    CustomToolCallOutput, FunctionTool, Item, McpApprovalResponse, ResponsesRequest, Tool,
    ToolOutput,
};

use super::{
    config::{Config, Decision, DecisionKind},
    outlet::Outlet,
    tool_calls::ToolCalls,
};
use crate::{
    error::Error,
    run::{CallRecord, CallStatus, RunData},
    transport::Clock,
};

/// Prepares a run.
pub(super) fn prepare(
    config: &mut Config,
    data: &mut RunData,
    clock: &Arc<dyn Clock>,
    outlet: Option<&Outlet>,
) -> Result<(), Error> {
    check_tools(config)?;
    check_stored_tools(config, data)?;
    register(config, data)?;
    let decisions = std::mem::take(&mut config.decisions);
    let calls = ToolCalls {
        config,
        clock,
        outlet,
        step: data.steps.len(),
    };
    for decision in decisions {
        apply(&calls, data, decision)?;
    }
    fail_interrupted(&calls, data);
    if config.input.is_some() && !data.calls_are_done() {
        return Err(Error::configuration(
            "input cannot be added while calls of the run are pending; decide on them first, and add the \
             input to the run that follows",
        ));
    }
    Ok(())
}

fn check_tools(config: &Config) -> Result<(), Error> {
    for (index, tool) in config.tools.iter().enumerate() {
        if let Some(reason) = tool.broken() {
            return Err(Error::configuration(reason));
        }
        let earlier = config.tools.iter().take(index);
        if earlier
            .into_iter()
            .any(|earlier| earlier.name() == tool.name())
        {
            return Err(named_twice(tool.name()));
        }
    }
    Ok(())
}

fn named_twice(name: &str) -> Error {
    Error::configuration(format!(
        "two tools are named {name:?}; give each tool a name of its own"
    ))
}

/// Checks that the tools of calls without an output are the ones that the stored run offered.
fn check_stored_tools(config: &Config, data: &RunData) -> Result<(), Error> {
    for (status, item) in data.open_calls() {
        let Item::FunctionCall(call) = item else {
            continue;
        };
        let Some(stored) = data.tools.iter().find(|tool| tool.name == call.name) else {
            continue;
        };
        let Some(tool) = config.tool(&call.name) else {
            if *status == CallStatus::AwaitingCaller {
                continue;
            }
            return Err(Error::configuration(format!(
                "the stored run has a call of the tool {:?}, which is not registered; add it with tool(..)",
                call.name
            )));
        };
        if tool.definition().parameters != stored.parameters && !config.allow_changed_tools {
            return Err(Error::configuration(format!(
                "the stored run has a call of the tool {:?}, whose parameters have changed since; register \
                 the earlier version, or allow the new one with allow_changed_tools()",
                call.name
            )));
        }
    }
    Ok(())
}

/// Adds the definitions of the tools to the request.
fn register(config: &Config, data: &mut RunData) -> Result<(), Error> {
    for tool in &config.tools {
        let registered = data.tools.iter().any(|stored| stored.name == tool.name());
        match offered(&mut data.request, tool.name()) {
            Some(definition) if registered => *definition = tool.definition().clone(),
            Some(_) => return Err(named_twice(tool.name())),
            None => {
                let definition = Tool::Function(tool.definition().clone());
                data.request.tools.push(definition);
            }
        }
    }
    data.tools = config
        .tools
        .iter()
        .map(|tool| tool.definition().clone())
        .collect();
    Ok(())
}

fn offered<'a>(request: &'a mut ResponsesRequest, name: &str) -> Option<&'a mut FunctionTool> {
    request.tools.iter_mut().find_map(|tool| match tool {
        Tool::Function(function) if function.name == name => Some(function),
        _ => None,
    })
}

/// Applies a decision of the caller to the calls with its id.
fn apply(calls: &ToolCalls<'_>, data: &mut RunData, decision: Decision) -> Result<(), Error> {
    let Decision { call_id, kind } = decision;
    let RunData {
        calls: records,
        steps,
        ..
    } = data;
    let output = steps.last().map_or(&[][..], |step| &step.response.output);
    let mut found = false;
    for record in records.iter_mut().filter(|record| !record.is_done()) {
        let Some(call) = record.call(output) else {
            continue;
        };
        if id_of(call) == Some(&call_id) {
            found = true;
            decide(calls, record, call, &kind)
                .map_err(|reason| Error::configuration(format!("the call {call_id:?} {reason}")))?;
        }
    }
    if found {
        return Ok(());
    }
    let message = format!(
        "no call with the id {call_id:?} is pending; ModelRun::pending_calls() lists the pending calls"
    );
    Err(Error::configuration(message))
}

/// Returns the id by which a call and the caller's decision refer to each other.
fn id_of(call: &Item) -> Option<&str> {
    match call {
        Item::McpApprovalRequest(request) => request.id.as_deref(),
        call => call.call_id(),
    }
}

fn decide(
    calls: &ToolCalls<'_>,
    record: &mut CallRecord,
    item: &Item,
    kind: &DecisionKind,
) -> Result<(), &'static str> {
    match kind {
        DecisionKind::Approve => match (item, &record.status) {
            (Item::McpApprovalRequest(request), _) => {
                let id = request.id.clone().unwrap_or_default();
                record.finish(McpApprovalResponse::new(id, true).into());
            }
            (_, CallStatus::AwaitingApproval) => record.status = CallStatus::Approved,
            _ => return Err("does not wait for an approval"),
        },
        DecisionKind::Rerun => match record.status {
            CallStatus::Running => record.status = CallStatus::Approved,
            _ => return Err("was not interrupted"),
        },
        DecisionKind::Reject(reason) => {
            let reason = match reason.trim() {
                "" => "the user rejected the call",
                reason => reason,
            };
            match item {
                Item::FunctionCall(call) => calls.fail(record, call, reason),
                Item::CustomToolCall(call) => {
                    let output = serde_json::json!({ "error": reason }).to_string();
                    record.finish(CustomToolCallOutput::new(call.call_id.clone(), output).into());
                }
                Item::McpApprovalRequest(request) => {
                    let id = request.id.clone().unwrap_or_default();
                    let mut response = McpApprovalResponse::new(id, false);
                    response.reason = Some(reason.to_owned());
                    record.finish(response.into());
                }
                _ => return Err("is not a function call; answer it with output_item(..)"),
            }
        }
        DecisionKind::Output(output) => match item {
            Item::FunctionCall(call) => {
                calls.record(record, call, ToolOutput::clone(output), false);
            }
            Item::CustomToolCall(call) => {
                let output = CustomToolCallOutput::new(call.call_id.clone(), output.clone());
                record.finish(output.into());
            }
            _ => return Err("is not a function call; answer it with output_item(..)"),
        },
        DecisionKind::OutputItem(output) => record.finish(Item::clone(output)),
    }
    Ok(())
}

/// Tells the model about calls whose result is unknown.
fn fail_interrupted(calls: &ToolCalls<'_>, data: &mut RunData) {
    let RunData {
        calls: records,
        steps,
        ..
    } = data;
    let output = steps.last().map_or(&[][..], |step| &step.response.output);
    for record in records {
        if !matches!(record.status, CallStatus::Running | CallStatus::Unknown(_)) {
            continue;
        }
        if let Some(Item::FunctionCall(call)) = record.call(output) {
            let reason = "the call was interrupted; its result is unknown";
            calls.fail(record, call, reason);
        }
    }
}
