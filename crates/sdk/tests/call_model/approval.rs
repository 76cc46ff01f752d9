//! Calls that need the caller: approvals, and tools that the caller runs.

use orouter::{
    Item, McpApprovalRequest, PendingReason, Response, RunState, ShellCallOutput, StopReason, Tool,
    testing::Reply,
};
use serde_json::{Value, json};

use super::*;
use crate::support::replay;

/// Stores a state and reads it again, as another process would.
pub(super) fn stored(run: orouter::ModelRun) -> RunState {
    let text = serde_json::to_string(&run.into_state()).unwrap();
    serde_json::from_str(&text).unwrap()
}

#[tokio::test]
async fn a_run_stops_for_an_approval_and_continues_with_it() {
    let (allowed, guarded) = (Runs::default(), Runs::default());
    let delete = |runs: &Runs| {
        let runs = runs.clone();
        FnTool::new(definition("delete"), move |_: Value| {
            let run = runs.add();
            async move { Ok(format!("deleted {run}")) }
        })
        .require_approval()
    };
    let (client, transport, _) = replay([
        Reply::tool_calls([
            ("delete", "{}"),
            ("get_weather", "{}"),
            ("delete", "{}"),
            ("delete", "{}"),
        ]),
        Reply::text("done"),
    ]);
    let run = client
        .call_model(request())
        .tools([weather(&allowed), delete(&guarded)])
        .await
        .unwrap();
    assert_eq!(run.stop_reason(), StopReason::PendingCalls);
    assert_eq!((allowed.count(), guarded.count()), (1, 0));
    assert_eq!(transport.requests().len(), 1);
    let pending = run.pending_calls();
    let ids: Vec<&str> = pending.iter().map(|call| call.call_id.as_str()).collect();
    assert_eq!(ids, ["call_1", "call_3", "call_4"]);
    assert_eq!(pending[0].name, "delete");
    assert_eq!(pending[0].arguments, "{}");
    assert!(
        pending
            .iter()
            .all(|call| call.reason == PendingReason::Approval)
    );

    let run = client
        .resume_model(stored(run))
        .tools([weather(&allowed), delete(&guarded)])
        .reject("call_1", "that one is needed")
        .approve("call_4")
        .await
        .unwrap();
    assert_eq!(run.stop_reason(), StopReason::PendingCalls);
    assert_eq!((allowed.count(), guarded.count()), (1, 1));
    assert_eq!(transport.requests().len(), 1);
    assert_eq!(run.pending_calls().len(), 1);

    let run = client
        .resume_model(stored(run))
        .tools([weather(&allowed), delete(&guarded)])
        .reject("call_3", " ")
        .await
        .unwrap();
    assert_eq!(
        (run.text().as_str(), run.stop_reason()),
        ("done", StopReason::Finished)
    );
    assert_eq!(
        (allowed.count(), guarded.count()),
        (1, 1),
        "no call runs twice"
    );
    assert_eq!(run.steps().len(), 2);
    assert_eq!(run.usage().total_tokens, 30);
    let texts: Vec<String> = outputs(&input(&transport, 1))
        .into_iter()
        .map(|(_, text)| text)
        .collect();
    assert_eq!(
        texts,
        [
            r#"{"error":"that one is needed"}"#,
            r#"{"city":"","celsius":21}"#,
            r#"{"error":"the user rejected the call"}"#,
            "deleted 1",
        ]
    );
}

#[tokio::test]
async fn a_condition_decides_by_the_arguments() {
    let runs = Runs::default();
    let tool = || {
        weather(&runs).require_approval_if(|arguments| {
            if arguments["city"] == "panic" {
                panic!("of the condition");
            }
            arguments["city"] == "Paris"
        })
    };
    for (arguments, pending, count) in [
        (r#"{"city":"Paris"}"#, 1, 0),
        (r#"{"city":"panic"}"#, 1, 0),
        (r#"{"city":"Oslo"}"#, 0, 1),
        ("", 0, 2),
        // The tool does not run, so nothing needs an approval.
        (r#"{"city":"#, 0, 2),
    ] {
        let (client, ..) = replay([
            Reply::tool_call("get_weather", arguments),
            Reply::text("ok"),
        ]);
        let run = client.call_model(request()).tool(tool()).await.unwrap();
        assert_eq!(
            (run.pending_calls().len(), runs.count()),
            (pending, count),
            "{arguments}"
        );
    }
}

#[tokio::test]
async fn the_approval_holds_in_the_step_of_a_stop_condition() {
    let runs = Runs::default();
    let (client, transport, _) = replay([call("get_weather"), Reply::text("ok")]);
    let run = client
        .call_model(request())
        .tool(weather(&runs).require_approval())
        .stop_when(orouter::stop::step_count_is(1))
        .await
        .unwrap();
    assert_eq!(
        (run.stop_reason(), runs.count()),
        (StopReason::PendingCalls, 0)
    );
    assert_eq!(transport.requests().len(), 1);
}

#[tokio::test]
async fn a_tool_of_the_caller_stops_the_run() {
    let runs = Runs::default();
    let (client, transport, _) = replay([
        Reply::tool_calls([
            ("ask_user", r#"{"question":"Which city?"}"#),
            ("get_weather", "{}"),
        ]),
        Reply::text("ok"),
    ]);
    let asked = request().tools([Tool::function("ask_user", json!({"type": "object"}))]);
    let run = client.call_model(asked).tool(weather(&runs)).await.unwrap();
    assert_eq!(
        (run.stop_reason(), runs.count()),
        (StopReason::PendingCalls, 1)
    );
    let pending = run.pending_calls();
    assert_eq!(pending[0].reason, PendingReason::Caller);
    assert_eq!(pending[0].arguments, r#"{"question":"Which city?"}"#);

    let resumed = client
        .resume_model(stored(run))
        .tool(weather(&runs))
        .output("call_1", "Paris");
    assert_eq!(
        (resumed.await.unwrap().text().as_str(), runs.count()),
        ("ok", 1)
    );
    let items = input(&transport, 1);
    assert_eq!(
        outputs(&items)[0],
        ("call_1".to_owned(), "Paris".to_owned())
    );
    // Both tools are still offered, each once.
    let names: Vec<String> = transport.responses_requests()[1]
        .tools
        .iter()
        .map(|tool| tool.name().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["ask_user", "get_weather"]);
}

#[tokio::test]
async fn other_calls_of_the_caller_are_pending_too() {
    let mut first = Response::new("", "m");
    let mcp: Item = orouter::from_str(r#"{"type":"mcp_approval_request","id":"mcpr_1","name":"drop","arguments":"{}","server_label":"db"}"#).unwrap();
    first.output = vec![
        orouter::from_str(r#"{"type":"custom_tool_call","call_id":"a","name":"sql","input":"select 1"}"#).unwrap(),
        orouter::from_str(r#"{"type":"shell_call","id":"sh_1","call_id":"b","action":{"commands":["ls"]},"status":"completed"}"#).unwrap(),
        // The service has run this one.
        orouter::from_str(r#"{"type":"shell_call","id":"sh_2","call_id":"c","action":{"commands":["ls"]},"status":"completed"}"#).unwrap(),
        orouter::from_str(r#"{"type":"shell_call_output","id":"so_2","call_id":"c","output":[]}"#).unwrap(),
        orouter::from_str(r#"{"type":"function_call","call_id":"d","name":"inner","namespace":"crm","arguments":"{}"}"#).unwrap(),
        mcp,
    ];
    let (client, transport, _) = replay([Reply::response(first), Reply::text("ok")]);
    let run = client.call_model(request()).await.unwrap();
    let pending: Vec<(String, String, PendingReason)> = run
        .pending_calls()
        .into_iter()
        .map(|call| (call.call_id, call.name, call.reason))
        .collect();
    let expected = [
        ("a", "sql", PendingReason::Caller),
        ("b", "shell_call", PendingReason::Caller),
        ("d", "inner", PendingReason::Caller),
        ("mcpr_1", "drop", PendingReason::Approval),
    ];
    assert_eq!(
        pending,
        expected.map(|(id, name, reason)| (id.to_owned(), name.to_owned(), reason))
    );

    let state = stored(run);
    let error = client
        .resume_model(state.clone())
        .output("b", "text")
        .await
        .unwrap_err();
    assert!(error.to_string().contains("output_item"), "{error}");
    let mut shell = ShellCallOutput::default();
    shell.call_id = "b".to_owned();
    let run = client
        .resume_model(state)
        .output("a", json!({"rows": 1}).to_string())
        .output_item("b", Item::ShellCallOutput(Box::new(shell)))
        .output("d", "inner result")
        .approve("mcpr_1")
        .await
        .unwrap();
    assert_eq!(run.text(), "ok");
    let sent: Vec<String> = input(&transport, 1)
        .iter()
        .rev()
        .take(4)
        .map(|item| item.kind().to_owned())
        .collect();
    assert_eq!(
        sent,
        [
            "mcp_approval_response",
            "function_call_output",
            "shell_call_output",
            "custom_tool_call_output"
        ]
    );
    let _ = McpApprovalRequest::default();
}

#[tokio::test]
async fn decisions_must_fit_the_calls() {
    let runs = Runs::default();
    let (client, transport, _) = replay([
        Reply::tool_calls([("get_weather", "{}"), ("ask", "{}")]),
        Reply::text("ok"),
    ]);
    let asked = request().tools([Tool::function("ask", json!({"type": "object"}))]);
    let guarded = || weather(&runs).require_approval();
    let run = client.call_model(asked).tool(guarded()).await.unwrap();
    let state = stored(run);
    let resume = || client.resume_model(state.clone()).tool(guarded());
    for (run, message) in [
        (
            resume().approve("call_9"),
            "no call with the id \"call_9\" is pending",
        ),
        (
            resume().approve("call_2"),
            "the call \"call_2\" does not wait for an approval",
        ),
        (
            resume().rerun("call_1"),
            "the call \"call_1\" was not interrupted",
        ),
        (
            resume().approve("call_1").input("more"),
            "input cannot be added",
        ),
        (
            resume().approve("call_1").approve("call_1"),
            "does not wait for an approval",
        ),
        (
            resume().reject("call_1", "no").approve("call_1"),
            "no call with the id \"call_1\"",
        ),
    ] {
        let error = run.await.unwrap_err();
        assert_eq!(error.kind(), orouter::ErrorKind::Configuration, "{error}");
        assert!(error.to_string().contains(message), "{error}");
        // The run so far is not lost.
        assert_eq!(error.into_model_run().unwrap().steps().len(), 1);
    }
    assert_eq!((runs.count(), transport.requests().len()), (0, 1));
    // Without a decision, the run stops again for the same calls.
    let run = resume().await.unwrap();
    assert_eq!(
        (run.stop_reason(), run.pending_calls().len()),
        (StopReason::PendingCalls, 2)
    );
    // Also a tool of the caller can be rejected, and an approval can be replaced by an output.
    let run = resume()
        .reject("call_2", "no")
        .output("call_1", "by hand")
        .await
        .unwrap();
    assert_eq!((run.text().as_str(), runs.count()), ("ok", 0));
}
