//! Without an API key and a server URL, the command uses the embedded model.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod support;

use support::{embedded, orouter, run, run_with_input};

#[test]
fn the_default_model_is_named_once() {
    if !embedded::available() {
        return;
    }
    let mut command = orouter(["send", "What is the capital of Germany?"]);
    // The client must not use a proxy for the server in the same process.
    command
        .env("http_proxy", "http://127.0.0.1:9")
        .env("HTTP_PROXY", "http://127.0.0.1:9");
    let ran = run(command);
    assert_eq!(ran.status, Some(0), "{}", ran.stderr);
    assert!(ran.stdout.contains("Berlin"), "{}", ran.stdout);
    assert_eq!(
        ran.stderr.matches("local/smollm2-135m-instruct").count(),
        1,
        "{}",
        ran.stderr
    );
    assert_eq!(ran.stderr.lines().count(), 1, "{}", ran.stderr);
}

#[test]
fn with_local_no_notice_is_printed() {
    if !embedded::available() {
        return;
    }
    let arguments = [
        "send",
        "Say hello.",
        "--local",
        "--seed",
        "7",
        "--max-output-tokens",
        "40",
    ];
    let with_key = || {
        let mut command = orouter(arguments);
        command.env("OPENROUTER_API_KEY", "sk-test");
        run(command)
    };
    let (first, second) = (with_key(), with_key());
    assert_eq!(first.stderr, "");
    assert!(!first.stdout.is_empty());
    assert_eq!(
        first.stdout, second.stdout,
        "the same seed gives the same text"
    );
}

#[test]
fn chat_sends_the_earlier_turns() {
    if !embedded::available() {
        return;
    }
    let ran = run_with_input(
        orouter(["chat", "--local", "--usage", "--max-output-tokens", "24"]),
        b"My name is Ada.\nWhat is my name?\n",
    );
    // A response may reach the limit.
    assert!(matches!(ran.status, Some(0 | 3)), "{}", ran.stderr);
    let read: Vec<u32> = ran
        .stderr
        .lines()
        .filter_map(|line| {
            line.strip_prefix("tokens: ")?
                .split(' ')
                .next()?
                .parse()
                .ok()
        })
        .collect();
    assert_eq!(read.len(), 2, "{}", ran.stderr);
    assert!(
        read[1] > read[0] + 10,
        "the second turn carries the first: {read:?}"
    );
}

#[test]
fn a_prompt_beyond_the_context_is_refused() {
    if !embedded::available() {
        return;
    }
    let long = "word ".repeat(2_000_000); // 10 MB
    let ran = run_with_input(orouter(["send", "--local"]), long.as_bytes());
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(ran.stderr.contains("4096"), "{}", ran.stderr);
}

#[test]
fn a_schema_that_cannot_be_enforced_is_refused() {
    if !embedded::available() {
        return;
    }
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("odd.json");
    std::fs::write(
        &file,
        r#"{"properties": {"a": {"not": {"type": "string"}}}}"#,
    )
    .unwrap();
    let ran = run(orouter([
        "send",
        "hi",
        "--local",
        "--schema",
        file.to_str().unwrap(),
    ]));
    assert_eq!((ran.status, ran.stdout.as_str()), (Some(1), ""));
    assert!(
        ran.stderr.contains("properties.a.not` is not supported"),
        "{}",
        ran.stderr
    );
}

#[test]
fn files_that_are_not_a_model_are_refused() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("model.gguf");
    let path = file.to_str().unwrap();
    let refused = |why: &str| {
        let ran = run(orouter(["send", "hi", "--model-path", path]));
        assert_eq!(
            (ran.status, ran.stdout.as_str()),
            (Some(4), ""),
            "{why}: {}",
            ran.stderr
        );
        assert!(ran.stderr.contains("model.gguf"), "{why}: {}", ran.stderr);
    };
    refused("not there");
    for (why, bytes) in [
        ("empty", &b""[..]),
        ("text", b"this is a letter to my aunt, and no model"),
        (
            "a head without a body",
            b"GGUF\x03\0\0\0\xff\0\0\0\0\0\0\0\x20\0\0\0\0\0\0\0",
        ),
    ] {
        std::fs::write(&file, bytes).unwrap();
        refused(why);
    }
}
