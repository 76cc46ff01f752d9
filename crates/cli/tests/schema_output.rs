//! `orouter send --schema` with a test server: only an output that matches the schema reaches standard
//! output.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::scripted::{Script, Server, frames, json, response, stream};
use support::{Ran, orouter, run};

const SCHEMA: &str = r#"{
    "type": "object",
    "properties": {
        "name": {"type": "string"},
        "age": {"type": "integer", "minimum": 0},
        "lines": {"type": "array", "items": {"type": "object", "properties": {"price": {"type": "number"}}}}
    },
    "required": ["name", "age"],
    "additionalProperties": false
}"#;

fn send(script: Script, options: &[&str]) -> (Ran, serde_json::Value) {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("person.json"), SCHEMA).unwrap();
    let server = Server::start([script]);
    let mut command = orouter([
        "send",
        "hi",
        "--schema",
        "person.json",
        "--base-url",
        &server.url,
    ]);
    command.current_dir(directory.path()).args(options);
    let ran = run(command);
    (ran, server.request().body)
}

fn texts(text: &str) -> [Script; 2] {
    [
        stream(&frames("completed", &[text])),
        json(200, &response("completed", text)),
    ]
}

#[test]
fn the_object_alone_is_printed_on_one_line() {
    for text in [
        r#"{"name": "Ada  B", "age": 36, "lines": [{"price": 1.10}]}"#,
        "{\n  \"name\": \"Ada  B\",\n  \"age\": 36,\n  \"lines\": [{\"price\": 1.10}]\n}\n",
        "```json\n{\"name\": \"Ada  B\", \"age\": 36, \"lines\": [{\"price\": 1.10}]}\n```",
    ] {
        for script in texts(text) {
            let (ran, body) = send(script, &[]);
            let expected = "{\"name\":\"Ada  B\",\"age\":36,\"lines\":[{\"price\":1.10}]}\n";
            assert_eq!(
                (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
                (Some(0), expected, "")
            );
            assert_eq!(body["stream"], true);
        }
    }
    let script = json(200, &response("completed", r#"{"name":"Ada","age":36}"#));
    let (ran, body) = send(script, &["--no-stream"]);
    assert_eq!(ran.stdout, "{\"name\":\"Ada\",\"age\":36}\n");
    assert_ne!(body["stream"], true);
}

#[test]
fn output_that_does_not_match_is_5_with_place_and_reason() {
    for (text, reason) in [
        (
            r#"{"name":"Ada","age":"old"}"#,
            "/age: want integer, but got string",
        ),
        (
            r#"{"name":"Ada","age":-1}"#,
            "/age: must be >=0, but got -1",
        ),
        (r#"{"name":"Ada"}"#, "missing properties 'age'"),
        (
            r#"{"name":"Ada","age":1,"more":1}"#,
            "additionalProperties 'more' not allowed",
        ),
        (
            r#"{"name":"Ada","age":1,"lines":[{"price":"x"}]}"#,
            "/lines/0/price: ",
        ),
        ("[1]", "want object, but got array"),
        ("Ada is 36.", "the output is not JSON"),
        (r#"{"name":"Ada","age""#, "the output is not JSON"),
    ] {
        for script in texts(text) {
            let (ran, _) = send(script, &[]);
            assert_eq!((ran.status, ran.stdout.as_str()), (Some(5), ""), "{text}");
            assert!(ran.stderr.contains(reason), "{}", ran.stderr);
            // The text is there for whoever looks into it.
            assert!(
                ran.stderr.starts_with(&format!("output: {text}\n")),
                "{}",
                ran.stderr
            );
        }
    }
}

#[test]
fn json_is_the_response_also_if_it_does_not_match() {
    let text = r#"{"name":"Ada","age":"old"}"#;
    let (ran, _) = send(json(200, &response("completed", text)), &["--json"]);
    assert_eq!(ran.status, Some(5));
    let printed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(printed["output"][0]["content"][0]["text"], text);
    assert!(ran.stderr.contains("/age: "), "{}", ran.stderr);
    assert_eq!(ran.stderr.lines().count(), 1);

    let text = r#"{"name":"Ada","age":36}"#;
    let (ran, _) = send(json(200, &response("completed", text)), &["--json"]);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    assert!(
        ran.stdout.starts_with(r#"{"id":"resp_1""#),
        "{}",
        ran.stdout
    );
}

#[test]
fn an_incomplete_output_is_3() {
    for script in [
        stream(&frames("incomplete", &[r#"{"name":"#])),
        json(200, &response("incomplete", r#"{"name":"Ada","age":36}"#)),
    ] {
        let (ran, _) = send(script, &[]);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(3), ""));
        assert!(ran.stderr.contains("max_output_tokens"), "{}", ran.stderr);
        assert!(ran.stderr.contains(r#"{"name":"#), "{}", ran.stderr);
    }
}

#[test]
fn a_refusal_is_5_and_a_failure_1() {
    let refusal = r#"{"id":"resp_1","object":"response","status":"completed","output":[{"type":"message",
        "id":"m","role":"assistant","status":"completed","content":[{"type":"refusal","refusal":"No."}]}]}"#
        .replace('\n', "");
    let (ran, _) = send(json(200, &refusal), &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(5), ""));
    assert!(
        ran.stderr.contains("the model refused: No."),
        "{}",
        ran.stderr
    );

    let (ran, _) = send(stream(&frames("failed", &["{"])), &[]);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("the model fell over"), "{}", ran.stderr);
}

#[test]
fn unusable_schemas_are_refused_before_anything_is_sent() {
    let directory = tempfile::tempdir().unwrap();
    for (schema, reason) in [
        (r#"{"type": "strin"}"#, "/type"),
        (r#"{"type": "object", "properties": []}"#, "/properties"),
        (r#"{"$ref": "https://a.example/other.json"}"#, "other.json"),
        (r##"{"$ref": "#/missing"}"##, "missing"),
        (r#"{"type": "string", "pattern": "("}"#, "pattern"),
    ] {
        std::fs::write(directory.path().join("person.json"), schema).unwrap();
        let mut command = orouter(["send", "hi", "--schema", "person.json"]);
        command
            .current_dir(directory.path())
            .env("OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1");
        let ran = run(command);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(2), ""), "{schema}");
        let start = "orouter: person.json is not a usable JSON schema: ";
        assert!(ran.stderr.starts_with(start), "{}", ran.stderr);
        assert!(ran.stderr.contains(reason), "{}", ran.stderr);
    }
}

#[test]
fn a_schema_and_an_option_for_the_format_conflict() {
    let script = json(200, &response("completed", r#"{"name":"Ada","age":36}"#));
    let (ran, body) = send(script, &["-o", "text.verbosity=low"]);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(body["text"]["verbosity"], "low");
    assert_eq!(body["text"]["format"]["name"], "person");

    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("person.json"), SCHEMA).unwrap();
    let mut command = orouter([
        "send",
        "hi",
        "--schema",
        "person.json",
        "-o",
        r#"text.format={"type":"json_object"}"#,
    ]);
    command
        .current_dir(directory.path())
        .env("OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1");
    let ran = run(command);
    assert_eq!(ran.status, Some(2));
    assert!(
        ran.stderr.contains("--schema set the same member"),
        "{}",
        ran.stderr
    );
}
