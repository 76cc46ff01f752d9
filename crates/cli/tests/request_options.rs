//! Options of `orouter send` that set members of the request, and the words of the prompt.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use serde_json::{Value, json};
use support::scripted::{Server, frames, stream};
use support::{Ran, orouter, refused_usage, run};

fn sent(arguments: &[&str]) -> Value {
    let server = Server::start([stream(&frames("completed", &["x"]))]);
    let mut command = orouter(["send", "--base-url", &server.url]);
    command.args(arguments);
    let ran = run(command);
    assert_eq!((ran.status, ran.stderr.as_str()), (Some(0), ""));
    server.request().body
}

/// Runs `send` with a server that does not exist: a request would end with exit status 1.
fn refused(arguments: &[&str]) -> Ran {
    let mut command = orouter(["send", "--base-url", "http://127.0.0.1:9/api/v1"]);
    command.args(arguments);
    refused_usage(command)
}

#[test]
fn several_words_are_one_prompt() {
    for (arguments, input) in [
        (&["what", "is", "rust"][..], "what is rust"),
        (&["what is", "--seed", "7", "rust"], "what is rust"),
        (&["is", "-5", "below", "0"], "is -5 below 0"),
        (&["explain", "--", "--seed", "-m"], "explain --seed -m"),
        (&["a", "-", "b"], "a - b"),
    ] {
        assert_eq!(sent(arguments)["input"], input);
    }
}

#[test]
fn system_is_another_name_of_instructions() {
    for option in ["--system", "--instructions", "-s"] {
        assert_eq!(
            sent(&["hi", option, "Be brief."])["instructions"],
            "Be brief."
        );
    }
    let ran = refused(&["hi", "--system", "a", "--instructions", "b"]);
    assert!(ran.stderr.contains("--instructions"), "{}", ran.stderr);
}

#[test]
fn options_set_members_of_the_request() {
    let body = sent(&[
        "hi",
        "-m",
        "some/model",
        "--option",
        "reasoning.effort=high",
        "-o",
        "top_p=0.9",
        "-o",
        "tools=[{\"type\":\"function\",\"name\":\"f\",\"parameters\":{\"z\":1,\"a\":2}}]",
        "-o",
        "vendor.hint=warm and dry",
        "-o",
        "metadata.run=\"7\"",
        "-o",
        "service_tier=brand_new",
    ]);
    assert_eq!(
        body,
        json!({
            "model": "some/model", "input": "hi", "stream": true, "reasoning": {"effort": "high"},
            "top_p": 0.9, "vendor": {"hint": "warm and dry"}, "metadata": {"run": "7"},
            "service_tier": "brand_new",
            "tools": [{"type": "function", "name": "f", "parameters": {"z": 1, "a": 2}}],
        })
    );
}

#[test]
fn unusable_options_are_refused_before_anything_is_sent() {
    for (arguments, reason) in [
        (&["-o", "top_p"][..], "must be KEY=VALUE"),
        (
            &["-o", "reasoning..effort=high"],
            "names with dots between them",
        ),
        (&["-o", "model=x"], "use --model"),
        (&["-o", "input=x"], "the prompt is the input"),
        (
            &["-o", "top_p=high"],
            "--option top_p must be a number, and is a string",
        ),
        (
            &["-o", "reasoning=high"],
            "--option reasoning must be an object, and is a string",
        ),
        (
            &["-o", "reasoning={\"effort\":3}"],
            "--option reasoning: reasoning.effort must be a string, and is a number",
        ),
        (
            &["-o", "max_output_tokens=1.5"],
            "must be a whole number that is not negative, and is a number",
        ),
        (&["-o", "user=7"], "--option 'user=\"..\"'"),
        (
            &["--temperature", "1", "-o", "temperature=2"],
            "--option temperature and --temperature set the same member",
        ),
        (
            &["--seed", "1", "-o", "seed=2"],
            "--seed set the same member",
        ),
        (
            &["-o", "a=1", "-o", "a=1"],
            "another --option sets the same member",
        ),
    ] {
        let mut all = vec!["hi"];
        all.extend(arguments);
        let ran = refused(&all);
        assert!(ran.stderr.contains(reason), "{arguments:?}: {}", ran.stderr);
    }
}

#[test]
fn unusable_options_do_not_load_the_model() {
    let mut command = orouter(["send", "hi", "--local", "-o", "top_p=high"]);
    command.env("OROUTER_MODEL_PATH", "/nonexistent/model.gguf");
    let ran = run(command);
    assert_eq!(ran.status, Some(2), "{}", ran.stderr);
}
