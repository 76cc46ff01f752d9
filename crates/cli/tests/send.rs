//! `orouter send` with a test server: its requests and its output.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::scripted::{Server, frames, json, response, stream};
use support::{orouter, run, run_with_input};

#[test]
fn only_the_response_is_streamed_to_stdout() {
    let server = Server::start([stream(&frames("completed", &["Grüße", ", ", "world"]))]);
    let ran = run(orouter(["send", "hi", "--base-url", &server.url]));
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "Grüße, world\n", "")
    );
    let asked = server.request();
    assert!(
        asked.head.starts_with("post /api/v1/responses "),
        "{}",
        asked.head
    );
    assert!(!asked.head.contains("authorization"), "{}", asked.head);
    assert_eq!(
        asked.body,
        serde_json::json!({"input": "hi", "stream": true})
    );
}

#[test]
fn text_without_deltas_is_printed() {
    let delta = r#"{"type":"response.output_text.delta","item_id":"m","output_index":0,"content_index":0,"delta":"Hel"}"#;
    let done = r#"{"type":"response.output_text.done","item_id":"m","output_index":0,"content_index":0,"text":"Hello"}"#;
    let last = r#"{"type":"response.completed","response":{"id":"r","status":"completed","output":[{"type":"message","id":"m","role":"assistant","content":[{"type":"output_text","text":"Hello 🦀"}]}]}}"#;
    let server = Server::start([stream(&[delta, done, last].map(str::to_owned))]);
    let ran = run(orouter(["send", "hi", "--base-url", &server.url]));
    assert_eq!(
        (ran.status, ran.stdout.as_str(), ran.stderr.as_str()),
        (Some(0), "Hello 🦀\n", "")
    );
}

#[test]
fn options_become_parameters_of_the_request() {
    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let mut command = orouter([
        "send",
        "-",
        "-m",
        "some/model",
        "--instructions",
        "Be brief.",
        "--temperature",
        "0.5",
        "--max-output-tokens",
        "9",
        "--base-url",
        &server.url,
    ]);
    command.env("OPENROUTER_API_KEY", "sk-test");
    let ran = run_with_input(command, "from stdin\n".as_bytes());
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    let asked = server.request();
    assert!(
        asked.head.contains("authorization: bearer sk-test\r\n"),
        "{}",
        asked.head
    );
    assert_eq!(
        asked.body,
        serde_json::json!({
            "model": "some/model", "input": "from stdin\n", "instructions": "Be brief.",
            "temperature": 0.5, "max_output_tokens": 9, "stream": true,
        })
    );
}

#[test]
fn without_an_argument_stdin_is_the_prompt() {
    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let ran = run_with_input(orouter(["send", "--base-url", &server.url]), b"piped");
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(server.request().body["input"], "piped");
}

#[test]
fn json_is_the_response_object_on_one_line() {
    let server = Server::start([json(200, &response("completed", "Hello"))]);
    let ran = run(orouter(["send", "hi", "--json", "--base-url", &server.url]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(ran.stdout.lines().count(), 1);
    let printed: serde_json::Value = serde_json::from_str(&ran.stdout).unwrap();
    assert_eq!(printed["output"][0]["content"][0]["text"], "Hello");
    assert_eq!(printed["usage"]["cost"], 0.25);
    assert_ne!(server.request().body["stream"], true);
}

#[test]
fn no_stream_requests_a_response_without_streaming() {
    let server = Server::start([json(200, &response("completed", "Hello"))]);
    let ran = run(orouter([
        "send",
        "hi",
        "--no-stream",
        "--base-url",
        &server.url,
    ]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "Hello\n"));
    assert_ne!(server.request().body["stream"], true);
}

#[test]
fn a_response_without_streaming_is_accepted() {
    let server = Server::start([json(200, &response("completed", "Hello"))]);
    let ran = run(orouter(["send", "hi", "--base-url", &server.url]));
    assert_eq!(
        (ran.status, ran.stdout.as_str()),
        (Some(0), "Hello\n"),
        "{}",
        ran.stderr
    );
}

#[test]
fn usage_goes_to_stderr() {
    let server = Server::start([stream(&frames("completed", &["Hello"]))]);
    let ran = run(orouter([
        "send",
        "hi",
        "--usage",
        "--base-url",
        &server.url,
    ]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(0), "Hello\n"));
    assert_eq!(
        ran.stderr,
        "tokens: 5 in, 7 out, 12 in total; cost: $0.25\n"
    );
}

#[test]
fn a_schema_is_sent_with_the_name_of_its_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("person.json");
    std::fs::write(
        &file,
        r#"{"type":"object","properties":{"age":{"type":"integer"}}}"#,
    )
    .unwrap();
    let server = Server::start([stream(&frames("completed", &["{}"]))]);
    let ran = run(orouter([
        "send",
        "hi",
        "--schema",
        file.to_str().unwrap(),
        "--base-url",
        &server.url,
    ]));
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(
        server.request().body["text"]["format"],
        serde_json::json!({
            "type": "json_schema", "name": "person", "strict": true,
            "schema": {"type": "object", "properties": {"age": {"type": "integer"}}},
        })
    );
}

/// The prompt is the instruction, an empty line, and the text that it is about.
#[test]
fn a_prompt_and_piped_text_are_sent_together() {
    let utf16 =
        |text: &str| -> Vec<u8> { text.encode_utf16().flat_map(u16::to_le_bytes).collect() };
    for (piped, sent) in [
        (b"diff --git a b\n".to_vec(), "Explain:\n\ndiff --git a b\n"),
        ("\u{feff}Grüße\n".as_bytes().to_vec(), "Explain:\n\nGrüße\n"),
        (utf16("\u{feff}Grüße 🦀"), "Explain:\n\nGrüße 🦀"),
        (Vec::new(), "Explain:"),
        (b" \n".to_vec(), "Explain:"),
    ] {
        let server = Server::start([stream(&frames("completed", &["x"]))]);
        let command = orouter(["send", "Explain:", "--base-url", &server.url]);
        let ran = run_with_input(command, &piped);
        assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
        assert_eq!(server.request().body["input"], sent);
    }
}

#[test]
fn a_prompt_and_a_file_are_sent_together() {
    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("notes.txt");
    std::fs::write(&file, "a note").unwrap();
    let mut command = orouter(["send", "Explain:", "--base-url", &server.url]);
    command.stdin(std::fs::File::open(&file).unwrap());
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(server.request().body["input"], "Explain:\n\na note");
}

/// The command waits for a pipe that stays open and prints a notice. Text that arrives later is sent.
#[test]
fn a_notice_is_printed_while_a_pipe_is_silent() {
    use std::io::{BufRead as _, BufReader, Read as _, Write as _};

    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let mut command = orouter(["send", "Explain:", "--base-url", &server.url]);
    let mut child = command.stdin(std::process::Stdio::piped()).spawn().unwrap();
    let mut stderr = BufReader::new(child.stderr.take().unwrap());
    let mut notice = String::new();
    stderr.read_line(&mut notice).unwrap();
    assert!(
        notice.contains("standard input") && notice.contains("< /dev/null"),
        "{notice}"
    );
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(b"late").unwrap();
    drop(stdin);
    let mut rest = String::new();
    stderr.read_to_string(&mut rest).unwrap();
    assert_eq!(rest, "");
    assert!(child.wait().unwrap().success());
    assert_eq!(server.request().body["input"], "Explain:\n\nlate");
}

/// `-` means standard input alone.
#[test]
fn a_dash_reads_standard_input() {
    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let ran = run_with_input(
        orouter(["send", "-", "--base-url", &server.url]),
        "\u{feff}all of it".as_bytes(),
    );
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert_eq!(server.request().body["input"], "all of it");
}

#[test]
fn a_schema_with_a_byte_order_mark_is_read() {
    let directory = tempfile::tempdir().unwrap();
    let schema = r#"{"type":"object","description":"é"}"#;
    let utf8 = format!("\u{feff}{schema}").into_bytes();
    let utf16: Vec<u8> = format!("\u{feff}{schema}")
        .encode_utf16()
        .flat_map(u16::to_be_bytes)
        .collect();
    for bytes in [utf8, utf16] {
        let file = directory.path().join("person.json");
        std::fs::write(&file, bytes).unwrap();
        let server = Server::start([stream(&frames("completed", &["{}"]))]);
        let path = file.to_str().unwrap();
        let command = orouter(["send", "hi", "--schema", path, "--base-url", &server.url]);
        let ran = run(command);
        assert_eq!(ran.status, Some(0), "{}", ran.stderr);
        let sent = server.request().body["text"]["format"]["schema"].clone();
        assert_eq!(
            sent,
            serde_json::json!({"type": "object", "description": "é"})
        );
    }
}
