//! `call_model`: runs with tools.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

#[path = "../support/mod.rs"]
mod support;

mod approval;
mod bad_input;
mod detached_tasks;
mod faults;
mod hooks;
mod interruptions;
mod limits;
mod loops;
mod rare_calls;
mod rare_states;
mod state;
mod stop_conditions;
mod streams;
mod tool_results;
mod typed_tools;

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use orouter::{
    FnTool, FunctionTool, Item, ResponsesRequest, ToolContext, ToolError, ToolOutput, Usage,
    testing::{ReplayTransport, Reply},
};
use serde_json::{Value, json};

/// Counts the runs of tools.
#[derive(Clone, Default)]
struct Runs(Arc<AtomicUsize>);

impl Runs {
    fn add(&self) -> usize {
        self.0.fetch_add(1, Ordering::SeqCst) + 1
    }

    fn count(&self) -> usize {
        self.0.load(Ordering::SeqCst)
    }
}

fn definition(name: &str) -> FunctionTool {
    FunctionTool::new(
        name,
        json!({
            "type": "object",
            "properties": {"city": {"type": "string"}},
            "required": ["city"],
            "additionalProperties": false,
        }),
    )
}

/// A tool that returns the temperature of a city and counts its runs.
fn weather(runs: &Runs) -> FnTool {
    let runs = runs.clone();
    FnTool::new(definition("get_weather"), move |arguments: Value| {
        runs.add();
        async move {
            let city = arguments["city"].as_str().unwrap_or_default().to_owned();
            Ok(json!({"city": city, "celsius": 21}))
        }
    })
}

/// A tool of this name that returns `result`.
fn returning<O>(
    name: &str,
    result: impl Fn() -> Result<O, ToolError> + Send + Sync + 'static,
) -> FnTool
where
    O: serde::Serialize + Send + 'static,
{
    FnTool::new(definition(name), move |_: Value| {
        let result = result();
        async move { result }
    })
}

/// A tool of this name that never returns.
fn hanging(name: &str) -> FnTool {
    FnTool::with_context(definition(name), |_: Value, _: ToolContext| async {
        std::future::pending::<()>().await;
        Ok(())
    })
}

fn call(name: &str) -> Reply {
    Reply::tool_call(name, json!({"city": "Paris"}))
}

fn costing(reply: Reply, tokens: u64, dollars: f64) -> Reply {
    let mut usage = Usage::new(tokens, 0);
    usage.cost = Some(dollars);
    reply.usage(usage)
}

fn request() -> ResponsesRequest {
    ResponsesRequest::new("m").input("Is it warm in Paris?")
}

/// A client over these replies with a real clock: with a test clock, the time limit of a tool passes as
/// soon as the tool waits.
fn in_real_time(replies: impl IntoIterator<Item = Reply>) -> orouter::OpenRouter {
    let transport = ReplayTransport::new(replies);
    crate::support::builder()
        .transport(transport)
        .build()
        .unwrap()
}

/// The input of the request with this number, counted from 0.
fn input(transport: &ReplayTransport, number: usize) -> Vec<Item> {
    let requests = transport.responses_requests();
    requests[number].input.clone().unwrap().into_items()
}

/// The outputs of functions among these items: call ids and texts.
fn outputs(items: &[Item]) -> Vec<(String, String)> {
    let outputs = items.iter().filter_map(Item::as_function_call_output);
    outputs
        .map(|output| {
            let text = output.output.as_ref().map(ToolOutput::text);
            (output.call_id.clone(), text.unwrap_or_default())
        })
        .collect()
}
