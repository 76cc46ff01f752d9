//! Messages of failed requests name options and variables of the command, never items of the SDK.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::scripted::{Script, Server, json, opening, stream};
use support::{Ran, orouter, run};

/// Fails if a message contains a Rust path, a call, or an option of the SDK.
fn has_no_sdk_words(ran: &Ran) {
    assert_eq!(ran.status, Some(1), "{}", ran.stderr);
    let message = ran.stderr.trim_end();
    assert!(
        message.starts_with("orouter: ") && !message.contains('\n'),
        "{message}"
    );
    let pieces = [
        "::",
        "()",
        "(..)",
        "(api_key)",
        "(server_url)",
        "server_url",
        "api_key",
        "max_output_tokens",
    ];
    for piece in pieces.iter().chain(&[
        "max_response_bytes",
        "max_event_bytes",
        "RetryConfig",
        "Timeouts",
    ]) {
        assert!(!message.contains(piece), "{piece}: {message}");
    }
}

fn send(url: &str, more: &[&str]) -> Ran {
    let mut command = orouter(["send", "hi", "--base-url", url]);
    command.args(more);
    run(command)
}

fn raw(head: &str, body: &str) -> Script {
    Script::Bytes(format!(
        "HTTP/1.1 {head}\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{body}",
        body.len()
    ))
}

#[test]
fn every_status_has_advice_for_users_of_the_command() {
    for (status, expected) in [
        (400, "no"),
        (401, "`orouter login --status`"),
        (402, "--max-output-tokens"),
        (403, "permissions"),
        (404, "`orouter models`"),
        (408, "--max-output-tokens"),
        (413, "shorten the input"),
        (418, "no"),
        (422, "no"),
        (429, "wait"),
        (500, "use another model"),
        (502, "use another model"),
        (503, "use another model"),
        (504, "--max-output-tokens"),
        (520, "no"),
        (524, "--max-output-tokens"),
        (529, "use another model"),
    ] {
        let body = format!(r#"{{"error":{{"code":{status},"message":"no"}}}}"#);
        // Some are retried.
        let server = Server::start((0..4).map(|_| json(status, &body)));
        let ran = send(&server.url, &[]);
        has_no_sdk_words(&ran);
        assert!(ran.stderr.contains(expected), "{status}: {}", ran.stderr);
    }
}

#[test]
fn failures_of_the_connection_and_the_body_do_too() {
    let cut = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 100\r\n\r\n{";
    let in_band =
        r#"{"type":"error","code":"server_error","message":"it broke","sequence_number":0}"#;
    let cases: [(&str, Script); 9] = [
        ("closed before the head", Script::Bytes(String::new())),
        ("a cut body", Script::Bytes(cut.to_owned())),
        (
            "HTML",
            raw("200 OK\r\ncontent-type: text/html", "<html>hello</html>"),
        ),
        (
            "other JSON",
            raw("200 OK\r\ncontent-type: application/json", "[1]"),
        ),
        (
            "an empty body",
            raw("200 OK\r\ncontent-type: application/json", ""),
        ),
        (
            "a compressed body",
            raw(
                "200 OK\r\ncontent-type: application/json\r\ncontent-encoding: br",
                "x",
            ),
        ),
        (
            "a redirect",
            raw(
                "307 Temporary Redirect\r\nlocation: http://127.0.0.1:9/x",
                "",
            ),
        ),
        ("a truncated stream", stream(&opening(&["half"]))),
        ("a failure in the stream", stream(&[in_band.to_owned()])),
    ];
    for (name, script) in cases {
        for more in [&[][..], &["--json"]] {
            let server = Server::start((0..4).map(|_| script.clone()));
            let ran = send(&server.url, more);
            println!("{name} {more:?}: {}", ran.stderr.trim_end());
            has_no_sdk_words(&ran);
        }
    }
    has_no_sdk_words(&send("http://127.0.0.1:9/api/v1", &[]));
    has_no_sdk_words(&send("https://127.0.0.1:9/api/v1", &[]));
    has_no_sdk_words(&run(orouter([
        "models",
        "--base-url",
        "http://127.0.0.1:9/api/v1",
    ])));
}

#[test]
fn unusable_variables_are_named_without_the_sdk_s_options() {
    for (variable, value) in [
        ("OPENROUTER_API_KEY", "sk-a\nb"),
        ("OPENROUTER_BASE_URL", "localhost:8080"),
        ("OPENROUTER_BASE_URL", "http://me:pw@127.0.0.1:9"),
        ("OPENROUTER_APP_TITLE", "a\nb"),
        ("HTTP_PROXY", "ftp://127.0.0.1"),
    ] {
        let mut command = orouter(["send", "hi", "-m", "a/b"]);
        command
            .env("OPENROUTER_BASE_URL", "http://127.0.0.1:9/api/v1")
            .env(variable, value);
        let ran = run(command);
        assert_eq!(ran.status, Some(2), "{variable}: {}", ran.stderr);
        for piece in ["(api_key)", "(title)", "server_url", "api_key", "()", "::"] {
            assert!(!ran.stderr.contains(piece), "{variable}: {}", ran.stderr);
        }
        assert!(!ran.stderr.contains("pw"), "{}", ran.stderr);
    }
}
