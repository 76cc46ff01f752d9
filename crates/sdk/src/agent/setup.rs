//! Checks and prepares a run before anything is sent: its tools, and the decisions on stored calls.

use std::sync::Arc;

use orouter_wire::{
    FunctionTool, Item, McpApprovalResponse, Raw, ResponsesRequest, Tool, ToolOutput,
};
use serde_json::Value;

use super::{
    config::{self, Config, Decision, DecisionKind},
    outlet::Outlet,
    tool_calls::ToolCalls,
};
use crate::{
    error::Error,
    run::{CallRecord, CallStatus, RunData},
    transport::Clock,
};

/// Prepares a run. An error leaves the data as it was, and emits no events.
pub(super) fn prepare(
    config: &mut Config,
    data: &mut RunData,
    clock: &Arc<dyn Clock>,
    outlet: Option<&Outlet>,
) -> Result<(), Error> {
    check_request(&data.request)?;
    check_tools(config)?;
    check_names(config, data)?;
    check_stored_tools(config, data)?;
    let decisions = std::mem::take(&mut config.decisions);
    let calls = ToolCalls {
        config,
        clock,
        outlet,
        step: data.steps.len(),
    };
    let output = data.last_response();
    let output = output.map_or(&[][..], |response| &response.output);
    // The decisions are tried on a copy first.
    let trial = ToolCalls {
        outlet: None,
        ..calls
    };
    let mut records = data.calls.clone();
    apply_all(&trial, &mut records, output, &decisions)?;
    if config.input.is_some() && !records.iter().all(CallRecord::is_done) {
        return Err(Error::configuration(
            "input cannot be added while calls of the run are pending; decide on them first, and add the \
             input to the run that follows",
        ));
    }
    let mut records = data.calls.clone();
    apply_all(&calls, &mut records, output, &decisions)?;
    data.calls = records;
    register(config, data);
    if let Some(input) = config.input.take() {
        data.add_next_input(input);
    }
    Ok(())
}

/// Refuses members with which the service, not the run, keeps the conversation.
fn check_request(request: &ResponsesRequest) -> Result<(), Error> {
    if request.conversation.is_some() {
        return Err(Error::configuration(
            "a run sends the whole conversation with each request, so that the service would store it \
             several times; leave out the request's conversation",
        ));
    }
    if request.background == Some(true) {
        return Err(Error::configuration(
            "a run needs each response at once; leave out the request's background",
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

/// Checks that no tool has the name of a function of the request that the caller runs.
fn check_names(config: &Config, data: &RunData) -> Result<(), Error> {
    for tool in &config.tools {
        let name = tool.name();
        let registered = data.tools.iter().any(|stored| stored.name == name);
        let is_offered = data.request.tools.iter().any(|tool| match tool {
            Tool::Function(function) => function.name == name,
            _ => false,
        });
        if is_offered && !registered {
            return Err(named_twice(name));
        }
    }
    Ok(())
}

/// Checks that the tools of calls without an output are the ones that the stored run offered.
fn check_stored_tools(config: &Config, data: &RunData) -> Result<(), Error> {
    for (status, item) in data.open_calls() {
        let Item::FunctionCall(call) = item else {
            continue;
        };
        if *status == CallStatus::AwaitingCaller || !config::is_top_level(call) {
            continue;
        }
        let Some(stored) = data.tools.iter().find(|tool| tool.name == call.name) else {
            continue;
        };
        let Some(tool) = config.tool(&call.name) else {
            return Err(Error::configuration(format!(
                "the stored run has a call of the tool {:?}, which is not registered; add it with tool(..)",
                call.name
            )));
        };
        let parameters = &tool.definition().parameters;
        if !is_same(parameters.as_ref(), stored.parameters.as_ref()) && !config.allow_changed_tools
        {
            return Err(Error::configuration(format!(
                "the stored run has a call of the tool {:?}, whose parameters have changed since; register \
                 the earlier version, or allow the new one with allow_changed_tools()",
                call.name
            )));
        }
    }
    Ok(())
}

/// Compares schemas as JSON, since a store can change the order of members.
fn is_same(a: Option<&Raw>, b: Option<&Raw>) -> bool {
    let value = |raw: &Raw| raw.parse::<Value>().ok();
    a == b
        || a.and_then(value)
            .is_some_and(|a| b.and_then(value) == Some(a))
}

/// Adds the definitions of the tools to the request. Those of an earlier part of the run that are not
/// registered now stay known, so that they can be registered again.
fn register(config: &Config, data: &mut RunData) {
    for tool in &config.tools {
        let definition = tool.definition();
        match offered(&mut data.request, tool.name()) {
            Some(offered) => *offered = definition.clone(),
            None => data.request.tools.push(Tool::Function(definition.clone())),
        }
        match data
            .tools
            .iter_mut()
            .find(|known| known.name == tool.name())
        {
            Some(known) => *known = definition.clone(),
            None => data.tools.push(definition.clone()),
        }
    }
}

fn offered<'a>(request: &'a mut ResponsesRequest, name: &str) -> Option<&'a mut FunctionTool> {
    request.tools.iter_mut().find_map(|tool| match tool {
        Tool::Function(function) if function.name == name => Some(function),
        _ => None,
    })
}

/// Applies the decisions of the caller. Calls that were running and are not decided on get the output
/// that their result is unknown.
fn apply_all(
    calls: &ToolCalls<'_>,
    records: &mut [CallRecord],
    output: &[Item],
    decisions: &[Decision],
) -> Result<(), Error> {
    for decision in decisions {
        apply(calls, records, output, decision)?;
    }
    fail_interrupted(calls, records, output);
    Ok(())
}

/// Applies a decision to the calls with its id that it fits. It has to fit one.
fn apply(
    calls: &ToolCalls<'_>,
    records: &mut [CallRecord],
    output: &[Item],
    decision: &Decision,
) -> Result<(), Error> {
    let Decision { call_id, kind } = decision;
    let mut applied = false;
    let mut refusal = None;
    for record in records.iter_mut().filter(|record| !record.is_done()) {
        let Some(call) = record.call(output) else {
            continue;
        };
        if id_of(call) == call_id {
            match decide(calls, record, call, kind) {
                Ok(()) => applied = true,
                Err(reason) => refusal = Some(reason),
            }
        }
    }
    match refusal {
        _ if applied => Ok(()),
        Some(reason) => Err(Error::configuration(format!(
            "the call {call_id:?} {reason}"
        ))),
        None => Err(Error::configuration(format!(
            "no call with the id {call_id:?} is pending; ModelRun::pending_calls() lists the pending calls"
        ))),
    }
}

/// Returns the id by which a call and the caller's decision refer to each other; empty if the model sent
/// none.
fn id_of(call: &Item) -> &str {
    let id = match call {
        Item::McpApprovalRequest(request) => request.id.as_deref(),
        call => call.call_id(),
    };
    id.unwrap_or_default()
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
                    record.finish(call.output(output).into());
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
                record.finish(call.output(output.clone()).into());
            }
            _ => return Err("is not a function call; answer it with output_item(..)"),
        },
        DecisionKind::OutputItem(output) => record.finish(Item::clone(output)),
    }
    Ok(())
}

/// Tells the model about calls whose result is unknown.
fn fail_interrupted(calls: &ToolCalls<'_>, records: &mut [CallRecord], output: &[Item]) {
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
