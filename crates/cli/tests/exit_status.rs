//! The exit status gives the outcome of a request, and standard error the reason.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::scripted::{Server, frames, json, opening, response, stream};
use support::{Ran, orouter, run};

fn send(server: &Server) -> Ran {
    run(orouter(["send", "hi", "--base-url", &server.url]))
}

#[test]
fn a_refused_request_is_1() {
    let server = Server::start([json(
        402,
        r#"{"error":{"code":402,"message":"Insufficient credits"}}"#,
    )]);
    let ran = send(&server);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.starts_with("orouter: "), "{}", ran.stderr);
    assert!(
        ran.stderr.contains("Insufficient credits"),
        "{}",
        ran.stderr
    );
    assert!(ran.stderr.contains("402"), "{}", ran.stderr);
}

#[test]
fn an_unreachable_server_is_1_with_its_address() {
    let free = std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap();
    let ran = run(orouter([
        "send",
        "hi",
        "--base-url",
        &format!("http://{free}/api/v1"),
    ]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains(&free.to_string()), "{}", ran.stderr);
}

#[test]
fn a_truncated_stream_is_1_and_its_text_is_kept() {
    let server = Server::start([stream(&opening(&["Hello, wo"]))]);
    let ran = send(&server);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), "Hello, wo\n"));
    assert!(ran.stderr.starts_with("orouter: "), "{}", ran.stderr);
}

#[test]
fn an_in_band_failure_is_1() {
    let server = Server::start([stream(&frames("failed", &["Hel"]))]);
    let ran = send(&server);
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), "Hel\n"));
    assert!(ran.stderr.contains("the model fell over"), "{}", ran.stderr);
}

#[test]
fn a_failed_response_without_streaming_is_1() {
    let server = Server::start([json(200, &response("failed", ""))]);
    let ran = run(orouter([
        "send",
        "hi",
        "--no-stream",
        "--base-url",
        &server.url,
    ]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("the model fell over"), "{}", ran.stderr);
}

#[test]
fn an_incomplete_response_is_3_with_the_reason() {
    for script in [
        stream(&frames("incomplete", &["Hel"])),
        json(200, &response("incomplete", "Hel")),
    ] {
        let server = Server::start([script]);
        let ran = send(&server);
        assert_eq!((ran.status, ran.stdout.as_str()), (Some(3), "Hel\n"));
        assert!(ran.stderr.contains("max_output_tokens"), "{}", ran.stderr);
    }
}

#[test]
fn an_incomplete_response_as_json_is_3() {
    let server = Server::start([json(200, &response("incomplete", "Hel"))]);
    let ran = run(orouter(["send", "hi", "--json", "--base-url", &server.url]));
    assert_eq!(ran.status, Some(3));
    assert!(
        ran.stdout.contains(r#""status":"incomplete""#),
        "{}",
        ran.stdout
    );
}
