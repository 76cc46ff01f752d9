//! Plays a scenario with `call_model` against a real server, and records the requests and the outcome.

use orouter::{
    AbortHandle, Error, ModelRun, OpenRouter, RequestOptions, ResponsesRequest, RetryConfig,
    RunCall, RunEvent, RunState, StopWhen, StreamEvent, stop,
    testing::{ScriptedServer, Step},
};
use serde_json::Value;

use crate::tools::{self, Built};

/// The requests and the outcomes of a scenario.
pub(crate) struct Record {
    pub(crate) requests: Vec<Value>,
    /// The text of each run, or `None` if it failed.
    pub(crate) texts: Vec<Option<String>>,
}

/// The script of a reply, as an event stream.
fn script(reply: &Value) -> Vec<Step> {
    let Some(events) = reply["events"].as_array() else {
        let body = reply["body"].to_string();
        let head = format!(
            "HTTP/1.1 {} Scripted\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n",
            reply["status"],
            body.len()
        );
        return vec![Step::send(head + &body)];
    };
    let limit = |name: &str| reply[name].as_u64().map(|limit| limit as usize);
    let (cut, end, hang) = (limit("cut_after"), limit("end_after"), limit("hang_after"));
    let count = cut.or(end).or(hang).unwrap_or(events.len());
    let head =
        "HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n";
    let mut sent = head.to_owned();
    let mut chunk = |text: &str| sent += &format!("{:x}\r\n{text}\r\n", text.len());
    for event in &events[..count] {
        chunk(&format!("data: {event}\n\n"));
    }
    if count == events.len() {
        chunk("data: [DONE]\n\n");
    }
    let last = match (cut, hang) {
        (Some(_), _) => Some(Step::Close),
        (_, Some(_)) => Some(Step::Hang),
        _ => {
            sent += "0\r\n\r\n";
            None
        }
    };
    [Step::send(sent)].into_iter().chain(last).collect()
}

fn condition(condition: &Value) -> StopWhen {
    let (name, value) = condition.as_object().unwrap().iter().next().unwrap();
    match name.as_str() {
        "step_count_is" => stop::step_count_is(value.as_u64().unwrap() as usize),
        "has_tool_call" => stop::has_tool_call(value.as_str().unwrap()),
        "max_tokens_used" => stop::max_tokens_used(value.as_u64().unwrap()),
        "max_cost" => stop::max_cost(value.as_f64().unwrap()),
        "finish_reason_is" => stop::finish_reason_is(value.as_str().unwrap()),
        other => panic!("unknown condition {other}"),
    }
}

/// Sets the scenario's options on a run.
fn configure(mut call: RunCall, options: &Value, tools: Vec<Built>) -> RunCall {
    for tool in tools {
        if let Built::Automatic(tool) = tool {
            call = call.tool(tool);
        }
    }
    for stop_when in options["stop_when"].as_array().into_iter().flatten() {
        call = call.stop_when(condition(stop_when));
    }
    match &options["final_response"] {
        Value::Bool(false) => call = call.final_turn(false),
        Value::String(text) if !text.is_empty() => call = call.final_instruction(text),
        _ => {}
    }
    if let Some(temperatures) = options["temperature_per_turn"].as_array() {
        let temperatures: Vec<f64> = temperatures.iter().filter_map(Value::as_f64).collect();
        call = call.before_step(move |step| {
            let temperature = temperatures[step.number - 1];
            async move { Ok(step.request.temperature(temperature)) }
        });
    }
    call
}

/// Sets the decisions with which a stored run is resumed.
fn decide(mut call: RunCall, run: &Value) -> RunCall {
    let names =
        |list: &Value| -> Vec<String> { serde_json::from_value(list.clone()).unwrap_or_default() };
    for id in names(&run["approve"]) {
        call = call.approve(id);
    }
    for id in names(&run["reject"]) {
        call = call.reject(id, "Rejected by user");
    }
    for (id, output) in run["outputs"].as_object().into_iter().flatten() {
        call = call.output(id, output.as_str().unwrap());
    }
    call
}

/// Reads a run to its end, and aborts it at the first text if the scenario says so.
async fn read(call: RunCall, abort: Option<&AbortHandle>) -> Result<ModelRun, Error> {
    let mut stream = call.stream();
    while let Some(event) = stream.next().await {
        if let RunEvent::Response { event, .. } = event? {
            if let (StreamEvent::OutputTextDelta(_), Some(abort)) = (event, abort) {
                abort.abort();
            }
        }
    }
    stream.into_run().await
}

pub(crate) async fn play(scenario: &Value, definitions: &Value) -> Record {
    let mut scripts: Vec<Vec<Step>> = scenario["replies"]
        .as_array()
        .unwrap()
        .iter()
        .map(script)
        .collect();
    // The last script is repeated: a request too many must not be served.
    let refused = r#"{"error":{"code":410,"message":"the scenario has no further reply"}}"#;
    let head = "HTTP/1.1 410 Gone\r\ncontent-type: application/json\r\ncontent-length: ";
    let gone = format!("{head}{}\r\n\r\n{refused}", refused.len());
    scripts.push(vec![Step::send(gone)]);
    let server = ScriptedServer::start(scripts).await.unwrap();
    let client = OpenRouter::builder()
        .api_key("any-key")
        .server_url(server.url())
        .options(RequestOptions::new().retries(RetryConfig::none()))
        .build()
        .unwrap();
    let options = &scenario["options"];
    let mut texts = Vec::new();
    let mut stored: Option<String> = None;
    for run in scenario["runs"].as_array().unwrap() {
        let abort = AbortHandle::new();
        let tools: Vec<Built> = scenario["tools"]
            .as_array()
            .unwrap()
            .iter()
            .map(|name| name.as_str().unwrap())
            .map(|name| tools::build(name, &definitions[name], &abort))
            .collect();
        let call = match stored.take() {
            Some(state) => {
                let state: RunState = serde_json::from_str(&state).unwrap();
                decide(client.resume_model(state), run)
            }
            None => {
                let mut request: ResponsesRequest =
                    orouter::from_str(&scenario["request"].to_string()).unwrap();
                for tool in &tools {
                    if let Built::Manual(tool) = tool {
                        request.tools.push(tool.clone());
                    }
                }
                client.call_model(request)
            }
        };
        let call = configure(call, options, tools).abort(&abort);
        let in_stream = (options["abort"] == "in_stream").then_some(&abort);
        match read(call, in_stream).await {
            Ok(run) => {
                texts.push(Some(run.text()));
                stored = Some(serde_json::to_string(&run.into_state()).unwrap());
            }
            Err(error) => {
                texts.push(None);
                let run = error.into_model_run().expect("the run so far");
                stored = Some(serde_json::to_string(&run.into_state()).unwrap());
            }
        }
    }
    let requests = server
        .received()
        .iter()
        .map(|received| serde_json::from_slice(&received.body).unwrap())
        .collect();
    Record { requests, texts }
}
