//! Prints the calls of tools that a response asks its caller to run.
//!
//! In a pipe each call is one line of JSON, the item as the response has it, so that a program can
//! run it and send it back with its output. On a terminal, a call is one line for reading.

use std::collections::HashSet;

use orouter::{Item, Response};

use crate::exit::CommandError;
use crate::json_text::compact;
use crate::terminal::{self, Stdout};

/// Returns the calls that the caller of the response is expected to run or to approve. Calls that the
/// service ran itself have their output in the response.
fn calls(response: &Response) -> impl Iterator<Item = &Item> {
    let items = response.output.iter();
    let with_output: HashSet<&str> = items.clone().filter_map(Item::answered_call_id).collect();
    items.filter(move |item| match item.client_call_id() {
        Some(id) => !with_output.contains(id),
        None => matches!(item, Item::McpApprovalRequest(_)),
    })
}

/// Prints the calls to standard output, and returns `true` if there is any.
pub(crate) fn print(response: &Response, out: &mut Stdout) -> Result<bool, CommandError> {
    let mut any = false;
    for call in calls(response) {
        any = true;
        if out.is_terminal() {
            out.line(&terminal::sanitized(&readable(call)))?;
        } else {
            out.json(&orouter::to_string(call))?;
        }
    }
    Ok(any)
}

/// Prints the calls to standard error: standard output has the text of the response.
pub(crate) fn print_notices(response: &Response) {
    for call in calls(response) {
        let text = format!("the response calls a tool: {}", readable(call));
        terminal::print_notice(&terminal::sanitized(&text));
    }
}

/// Returns name, arguments and id of a call as one line.
fn readable(call: &Item) -> String {
    let id = call.client_call_id().or(call.id()).unwrap_or_default();
    let (name, arguments) = match call {
        Item::FunctionCall(call) => (call.name.as_str(), compact(&call.arguments)),
        Item::CustomToolCall(call) => (call.name.as_str(), quoted(&call.input)),
        Item::McpApprovalRequest(call) => (call.name.as_str(), compact(&call.arguments)),
        // Built-in tools have arguments of their own forms.
        other => return format!("{} [{id}]", orouter::to_string(other)),
    };
    format!("{name}({arguments}) [{id}]")
}

fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
