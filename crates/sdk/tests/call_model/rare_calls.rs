//! Calls that models rarely make: with hidden arguments, in namespaces, cut off, without ids, of the
//! caller's tools; and items that this version does not know.

use orouter::{
    FunctionTool, Item, PendingReason, RequestOptions, Response, ResponseStatus, ResponsesRequest,
    StopReason, Tool, testing::Reply,
};
use serde::Deserialize;
use serde_json::{Value, json};

use super::*;
use crate::{approval::stored, support::replay};

fn read<T: orouter::Wire>(json: &Value) -> T {
    orouter::from_str(&json.to_string()).unwrap()
}

fn response(output: impl IntoIterator<Item = Value>) -> Response {
    let mut response = Response::new("", "m");
    response.status = ResponseStatus::Completed;
    response.output = output.into_iter().map(|item| read(&item)).collect();
    response
}

fn function_call(id: &str, name: &str) -> Value {
    json!({"type": "function_call", "call_id": id, "name": name, "arguments": "{\"city\":\"Paris\"}"})
}

#[tokio::test]
async fn arguments_that_a_condition_cannot_read_do_not_avoid_the_approval() {
    #[derive(Deserialize)]
    struct City {
        #[allow(dead_code, reason = "only decoded")]
        city: String,
    }
    // Members that the tool's type skips, but that are not a `Value`.
    let deep = format!("{}{}", "[".repeat(200), "]".repeat(200));
    for hidden in ["1e999", r#""\ud800""#, &deep] {
        let runs = Runs::default();
        let counted = runs.clone();
        let tool = FnTool::new(definition("get_weather"), move |_: City| {
            counted.add();
            async { Ok(1) }
        })
        .require_approval_if(|arguments| arguments["city"] == "Paris");
        let arguments = format!(r#"{{"city":"Paris","x":{hidden}}}"#);
        let (client, ..) = replay([
            Reply::tool_call("get_weather", arguments),
            Reply::text("ok"),
        ]);
        let run = client.call_model(request()).tool(tool).await.unwrap();
        assert_eq!(runs.count(), 0, "{hidden}");
        assert!(
            run.stop_reason() == StopReason::PendingCalls
                || outputs(&run.steps()[0].outputs)[0]
                    .1
                    .contains("invalid arguments"),
            "{hidden}"
        );
    }
}

#[tokio::test]
async fn a_call_in_a_namespace_is_not_one_of_a_tool_of_the_same_name() {
    for (namespace, runs_expected) in [
        (json!("crm"), 0),
        (json!("get_weather"), 1),
        (json!(""), 1),
        (json!(null), 1),
    ] {
        let runs = Runs::default();
        let mut call = function_call("a", "get_weather");
        call["namespace"] = namespace.clone();
        let (client, ..) = replay([Reply::response(response([call])), Reply::text("ok")]);
        let run = client
            .call_model(request())
            .tool(weather(&runs))
            .await
            .unwrap();
        assert_eq!(runs.count(), runs_expected, "{namespace}");
        if runs_expected == 0 {
            assert_eq!(run.pending_calls()[0].reason, PendingReason::Caller);
            // It is still the caller's after the tool has changed.
            let changed = FnTool::new(
                FunctionTool::new("get_weather", json!({"type": "object"})),
                |_: Value| async { Ok(1) },
            );
            let run = client.resume_model(stored(run)).tool(changed);
            assert_eq!(run.output("a", "done").await.unwrap().text(), "ok");
        }
    }
}

#[tokio::test]
async fn a_search_for_tools_by_the_caller_is_pending() {
    let search = |execution: &str, id: Value| json!({"type": "tool_search_call", "execution": execution, "call_id": id, "arguments": {}});
    let (client, transport, _) = replay([
        Reply::response(response([
            search("server", Value::Null),
            search("client", json!("s")),
        ])),
        Reply::text("ok"),
    ]);
    let run = client.call_model(request()).await.unwrap();
    let pending = run.pending_calls();
    assert_eq!(run.stop_reason(), StopReason::PendingCalls);
    assert_eq!(
        (pending[0].call_id.as_str(), pending[0].name.as_str()),
        ("s", "tool_search_call")
    );
    let output: Item = read(
        &json!({"type": "tool_search_output", "execution": "client", "call_id": "s", "tools": []}),
    );
    let run = client.resume_model(stored(run)).output_item("s", output);
    assert_eq!(run.await.unwrap().text(), "ok");
    assert_eq!(
        input(&transport, 1).last().unwrap().kind(),
        "tool_search_output"
    );
}

#[tokio::test]
async fn calls_that_were_cut_off_do_not_run() {
    for (status, call_status, count) in [
        ("completed", json!("completed"), 1),
        ("completed", json!(null), 1),
        ("completed", json!("incomplete"), 0),
        ("cancelled", json!("completed"), 1),
        ("cancelled", json!("in_progress"), 0),
        ("incomplete", json!(null), 0),
    ] {
        let runs = Runs::default();
        let mut call = function_call("a", "get_weather");
        call["status"] = call_status.clone();
        let mut first = response([call]);
        first.status = ResponseStatus::from(status);
        let (client, ..) = replay([Reply::response(first), Reply::text("ok")]);
        let run = client.call_model(request()).tool(weather(&runs));
        let run = run.await.unwrap();
        assert_eq!(runs.count(), count, "{status} {call_status}");
        assert_eq!(run.text(), "ok");
        let output = &outputs(&run.steps()[0].outputs)[0].1;
        assert_eq!(output.contains("before the call was complete"), count == 0);
    }
}

#[tokio::test]
async fn one_call_id_for_calls_of_different_kinds_can_be_decided() {
    let guarded = Runs::default();
    let (client, transport, _) = replay([
        Reply::json(orouter::to_string(&response([
            function_call("", "get_weather"),
            function_call("", "ask"),
            json!({"type": "mcp_approval_request", "name": "drop", "arguments": "{}", "server_label": "db"}),
        ]))),
        Reply::text("ok"),
    ]);
    let asked = request().tools([Tool::function("ask", json!({"type": "object"}))]);
    let tool = || weather(&guarded).require_approval();
    let run = client.call_model(asked).tool(tool()).await.unwrap();
    assert_eq!(run.pending_calls().len(), 3);
    let run = client.resume_model(stored(run)).tool(tool()).approve("");
    let run = run.await.unwrap();
    assert_eq!((guarded.count(), run.pending_calls().len()), (1, 1));
    assert_eq!(run.pending_calls()[0].name, "ask");
    let run = client.resume_model(stored(run)).tool(tool());
    let run = run.output("", "yes").await.unwrap();
    assert_eq!((guarded.count(), run.text().as_str()), (1, "ok"));
    assert_eq!(transport.requests().len(), 2);
}

#[tokio::test]
async fn what_the_model_sent_is_sent_back_unchanged() {
    let items = [
        json!({"type": "reasoning", "id": "r", "summary": [], "encrypted_content": "e", "signature": "s", "later": {"b": 1, "a": [null]}}),
        json!({"type": "message", "id": "m", "role": "assistant", "status": "completed", "content": [{"type": "output_text", "text": "Let me look.", "annotations": [], "later": 1.0}], "phase": "commentary"}),
        json!({"type": "function_call", "id": "f", "call_id": "a", "name": "get_weather", "arguments": "{\"city\":\"Paris\"}", "status": "completed", "later": true}),
        json!({"type": "thing_of_tomorrow", "x": [1, 2]}),
    ];
    for streamed in [false, true] {
        let runs = Runs::default();
        let body = json!({"id": "r", "object": "response", "status": "completed", "model": "m", "output": items});
        let reply = if streamed {
            Reply::events([
                json!({"type": "response.completed", "sequence_number": 0, "response": body})
                    .to_string(),
            ])
        } else {
            Reply::json(body.to_string())
        };
        let (client, transport, _) = replay([reply, Reply::text("ok")]);
        let run = client.call_model(request()).tool(weather(&runs));
        if streamed {
            run.stream().into_run().await.unwrap();
        } else {
            run.await.unwrap();
        }
        let sent: Value = serde_json::from_slice(transport.requests()[1].body()).unwrap();
        assert_eq!(sent["input"].as_array().unwrap()[1..5], items);
    }
}

#[tokio::test]
async fn functions_that_the_request_offers_elsewhere_are_the_callers() {
    let ask = json!({"type": "function", "name": "ask", "parameters": {"type": "object"}});
    for (member, value, is_pending) in [
        ("user", json!("none"), false),
        (
            "input",
            json!([{"type": "additional_tools", "role": "developer", "tools": [ask]}]),
            true,
        ),
        (
            "input",
            json!([{"type": "tool_search_output", "call_id": "s", "tools": [ask]}]),
            true,
        ),
        // The service has the tools of the template.
        ("prompt", json!({"id": "pmpt_1"}), true),
    ] {
        let mut asked = json!({"model": "m", "input": "hi"});
        asked[member] = value.clone();
        let (client, ..) = replay([call("ask"), Reply::text("ok")]);
        let run = client.call_model(read(&asked)).await.unwrap();
        assert_eq!(
            run.pending_calls().len(),
            usize::from(is_pending),
            "{value}"
        );
    }
}

#[tokio::test]
async fn rejected_reasoning_leaves_the_conversation_of_the_run() {
    let reasoning =
        |id: &str| json!({"type": "reasoning", "id": id, "summary": [], "encrypted_content": id});
    let thinking = |id: &str| {
        let mut first = response([reasoning(id), function_call(id, "get_weather")]);
        first.id = format!("resp_{id}");
        Reply::response(first)
    };
    let rejected = || {
        let error = json!({"error": {"code": "invalid_encrypted_content", "message": "no"}});
        Reply::error(400, error.to_string())
    };
    for streamed in [false, true] {
        let runs = Runs::default();
        let (client, transport, _) = replay([
            rejected(),
            thinking("new"),
            thinking("newer"),
            Reply::text("ok"),
        ]);
        let asked: ResponsesRequest = read(
            &json!({"model": "m", "input": [reasoning("old"), {"type": "message", "role": "user", "content": "hi"}]}),
        );
        let run = client
            .call_model(asked)
            .tool(weather(&runs))
            .options(RequestOptions::new().drop_rejected_reasoning(true));
        let run = match streamed {
            true => run.stream().into_run().await,
            false => run.await,
        };
        assert_eq!(run.unwrap().text(), "ok");
        assert_eq!(transport.requests().len(), 4);
        let sent = |number: usize| -> Vec<String> {
            let items = input(&transport, number);
            let items = items.iter().filter_map(Item::as_reasoning);
            items.filter_map(|item| item.id.clone()).collect()
        };
        assert_eq!(sent(0), ["old"]);
        assert!(sent(1).is_empty());
        assert_eq!(sent(2), ["new"]);
        assert_eq!(sent(3), ["new", "newer"]);
    }
}
