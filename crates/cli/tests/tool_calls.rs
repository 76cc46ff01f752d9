//! `orouter send` with responses that call tools: the calls in a pipe and on a terminal.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::{Value, json};
use support::scripted::{Script, Server, json as body, stream};
use support::{Ran, orouter, run};

fn response(output: &Value) -> String {
    json!({"id": "resp_1", "object": "response", "model": "m", "status": "completed", "output": output})
        .to_string()
}

/// The response as a stream of its last event, and as a body.
fn scripts(output: &Value) -> [Script; 2] {
    let response = response(output);
    [
        stream(&[format!(
            r#"{{"type":"response.completed","sequence_number":0,"response":{response}}}"#
        )]),
        body(200, &response),
    ]
}

fn weather(call_id: &str, arguments: &str) -> Value {
    json!({"type": "function_call", "id": "fc_1", "call_id": call_id, "name": "get_weather",
        "arguments": arguments, "status": "completed"})
}

fn message(text: &str) -> Value {
    json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [{"type": "output_text", "text": text, "annotations": []}]})
}

fn send(script: Script, options: &[&str]) -> Ran {
    let server = Server::start([script]);
    let mut command = orouter(["send", "hi", "--base-url", &server.url]);
    command.args(options);
    run(command)
}

#[test]
fn calls_are_lines_of_json_in_a_pipe() {
    let calls = json!([
        weather("call_1", "{\"city\": \"Paris\"}"),
        weather("call_2", ""),
        {"type": "custom_tool_call", "id": "ctc_1", "call_id": "call_3", "name": "shell",
            "input": "ls -l\n"},
    ]);
    for script in scripts(&calls) {
        for options in [&[][..], &["--no-stream"]] {
            let ran = send(script.clone(), options);
            assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
            let lines: Vec<Value> = ran
                .stdout
                .lines()
                .map(|line| serde_json::from_str(line).unwrap())
                .collect();
            assert_eq!(Value::from(lines), calls);
        }
    }
}

#[test]
fn calls_beside_text_are_notices() {
    let output = json!([
        message("I will look it up."),
        weather("call_1", "{\"city\": \"Paris\"}")
    ]);
    for script in scripts(&output) {
        let ran = send(script, &[]);
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(0), "I will look it up.\n")
        );
        assert_eq!(
            ran.stderr,
            "the response calls a tool: get_weather({\"city\":\"Paris\"}) [call_1]\n"
        );
    }
}

#[test]
fn calls_that_the_service_ran_are_not_printed() {
    let output = json!([
        {"type": "web_search_call", "id": "ws_1", "status": "completed",
            "action": {"type": "search", "query": "weather"}},
        {"type": "shell_call", "id": "sh_1", "call_id": "call_1", "status": "completed",
            "action": {"commands": ["ls"]}},
        {"type": "shell_call_output", "id": "so_1", "call_id": "call_1", "output": []},
        message("Done."),
    ]);
    for script in scripts(&output) {
        let ran = send(script, &[]);
        assert_eq!(
            (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
            (Some(0), "Done.\n", "")
        );
    }
}

#[test]
fn a_response_without_text_and_calls_is_announced() {
    for script in scripts(&json!([])) {
        let ran = send(script, &[]);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), ""));
        assert!(ran.stderr.contains("no text; --json"), "{}", ran.stderr);
    }
}

#[test]
fn a_schema_without_its_output_shows_the_calls() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("schema.json");
    std::fs::write(&file, r#"{"type":"object"}"#).unwrap();
    for script in scripts(&json!([weather("call_1", "{}")])) {
        let ran = send(script, &["--schema", file.to_str().unwrap()]);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(5), ""));
        assert!(
            ran.stderr.contains("get_weather({}) [call_1]"),
            "{}",
            ran.stderr
        );
        assert!(ran.stderr.contains("has no text"), "{}", ran.stderr);
    }
}

#[cfg(unix)]
#[test]
fn calls_are_readable_on_a_terminal() {
    let calls = json!([
        weather("call_1", "{\n  \"city\": \"Paris\"\n}"),
        weather("call_2", "{\"city\": \"\u{1b}[2J\u{9b}\"}"),
        weather("call_3", "not json"),
        {"type": "custom_tool_call", "call_id": "call_4", "name": "shell", "input": "ls \"a\"\n"},
        {"type": "mcp_approval_request", "id": "mcpr_1", "server_label": "s", "name": "delete",
            "arguments": "{}"},
    ]);
    for script in scripts(&calls) {
        let server = Server::start([script]);
        let command = orouter(["send", "hi", "--base-url", &server.url]);
        let ended = support::pty::Terminal::start(command).end();
        assert_eq!(ended.status, Some(0));
        let lines = "get_weather({\"city\":\"Paris\"}) [call_1]\r\n\
             get_weather({\"city\": \"\u{fffd}[2J\u{fffd}\"}) [call_2]\r\n\
             get_weather(not json) [call_3]\r\n\
             shell(\"ls \\\"a\\\"\\n\") [call_4]\r\n\
             delete({}) [mcpr_1]\r\n";
        assert!(ended.raw.ends_with(lines), "{:?}", ended.raw);
    }
}
