//! Thought signatures return to the parts from which they came.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{NEW, OLD, conversation, outline, translate_for};

/// Base64 of `skip_thought_signature_validator`.
const UNKNOWN: &str = "c2tpcF90aG91Z2h0X3NpZ25hdHVyZV92YWxpZGF0b3I=";

fn user(text: &str) -> Value {
    json!({"role": "user", "content": text})
}

fn said(text: &str) -> Value {
    json!({"role": "assistant", "content": [{"type": "output_text", "text": text}]})
}

fn call(id: &str, signature: Option<&str>) -> Value {
    let mut call = json!({
        "type": "function_call", "call_id": id, "name": id, "arguments": "{}",
    });
    if let Some(signature) = signature {
        call["extra_content"] = json!({"google": {"thought_signature": signature}});
    }
    call
}

fn output(id: &str) -> Value {
    json!({"type": "function_call_output", "call_id": id, "output": "x"})
}

/// Reasoning with a signature, and with a text if there is one.
fn sealed(text: &str, signature: &str) -> Value {
    let content = match text {
        "" => json!([]),
        text => json!([{"type": "reasoning_text", "text": text}]),
    };
    json!({
        "type": "reasoning", "summary": [], "content": content,
        "encrypted_content": signature, "format": "google-gemini-v1",
    })
}

/// Returns the signatures of the parts, in order.
fn signatures(model: &str, items: Vec<Value>) -> Vec<Value> {
    let parts = conversation(model, items.into()).parts();
    let signatures = parts.iter().filter_map(|part| part.get("thoughtSignature"));
    signatures.cloned().collect()
}

#[test]
fn the_signature_of_a_call_is_at_the_call() {
    let items = vec![
        user("hi"),
        call("a", Some("AAAA")),
        call("b", None),
        output("a"),
        output("b"),
        call("c", Some("BBBB")),
        output("c"),
    ];
    for model in [OLD, NEW] {
        let sent = conversation(model, items.clone().into());
        assert_eq!(
            outline(&sent),
            [
                "user: hi",
                "model: +a* | +b",
                "user: =a | =b",
                "model: +c*",
                "user: =c"
            ]
        );
        assert_eq!(signatures(model, items.clone()), ["AAAA", "BBBB"]);
    }
}

#[test]
fn the_signature_of_reasoning_is_at_the_next_text_or_call() {
    for (items, expected) in [
        (
            vec![user("hi"), sealed("thought", "AAAA"), said("yes")],
            vec!["user: hi", "model: yes*"],
        ),
        (
            vec![user("hi"), sealed("", "AAAA"), call("a", None), output("a")],
            vec!["user: hi", "model: +a*", "user: =a"],
        ),
        (
            vec![
                user("hi"),
                sealed("thought", "AAAA"),
                call("a", Some("BBBB")),
                output("a"),
            ],
            vec!["user: hi", "model: * | +a*", "user: =a"],
        ),
        (
            vec![
                user("hi"),
                said("wait"),
                sealed("t", "AAAA"),
                call("a", None),
                output("a"),
            ],
            vec!["user: hi", "model: wait | +a*", "user: =a"],
        ),
    ] {
        let sent = conversation(OLD, items.into());
        let got = outline(&sent);
        assert_eq!(got[..expected.len()], expected);
    }
}

#[test]
fn the_signature_of_a_text_follows_its_item() {
    for (items, expected) in [
        (
            vec![user("hi"), said("yes"), sealed("", "AAAA"), user("go")],
            vec!["user: hi", "model: yes*", "user: go"],
        ),
        (
            vec![
                user("hi"),
                said("a"),
                sealed("", "AAAA"),
                said("b"),
                sealed("", "BBBB"),
            ],
            vec!["user: hi", "model: a* | b*"],
        ),
        (
            vec![
                user("hi"),
                said("a"),
                sealed("", "AAAA"),
                call("c", Some("BBBB")),
                output("c"),
            ],
            vec!["user: hi", "model: a* | +c*", "user: =c"],
        ),
        // The call of a model that signs the reasoning, not the call.
        (
            vec![
                user("hi"),
                said("a"),
                sealed("", "AAAA"),
                call("c", None),
                output("c"),
            ],
            vec!["user: hi", "model: a | +c*", "user: =c"],
        ),
    ] {
        let sent = conversation(OLD, items.into());
        let got = outline(&sent);
        assert_eq!(got[..expected.len()], expected);
    }
}

#[test]
fn newer_models_get_a_signature_at_the_first_call_of_each_step() {
    let items = vec![
        user("hi"),
        call("a", None),
        call("b", None),
        output("a"),
        output("b"),
        said("next"),
        call("c", None),
        output("c"),
    ];
    assert_eq!(signatures(NEW, items.clone()), [UNKNOWN, UNKNOWN]);
    for model in ["gemini-flash-latest", "models/gemini-4-pro"] {
        assert_eq!(signatures(model, items.clone()).len(), 2, "{model}");
    }
    for model in [OLD, "my-model", "gemma-4-31b-it"] {
        assert!(signatures(model, items.clone()).is_empty(), "{model}");
    }
}

#[test]
fn the_text_of_reasoning_is_not_sent() {
    let thought = json!({
        "type": "reasoning", "summary": [{"type": "summary_text", "text": "secret"}],
        "content": [{"type": "reasoning_text", "text": "secret"}],
    });
    let sent = conversation(NEW, json!([user("hi"), thought, said("yes"), user("go")]));
    assert!(!sent.body.to_string().contains("secret"));
    assert_eq!(sent.noted(), ["skipped input[1]"]);
}

#[test]
fn a_turn_of_reasoning_alone_is_left_out() {
    let items = json!([user("hi"), sealed("t", "AAAA"), user("go")]);
    let sent = conversation(NEW, items);
    assert_eq!(outline(&sent), ["user: hi | go"]);
    assert_eq!(sent.noted(), ["skipped input[1]"]);
}

#[test]
fn signatures_of_others_are_not_sent() {
    let mut anthropic = sealed("t", "AAAA");
    anthropic["format"] = json!("anthropic-claude-v1");
    let mut openai = sealed("", "gAAAAA==");
    openai["format"] = json!("openai-responses-v1");
    for item in [
        anthropic,
        openai,
        sealed("t", "not base64!"),
        sealed("t", "A"),
    ] {
        let sent = conversation(NEW, json!([user("hi"), item, said("yes"), user("go")]));
        assert_eq!(
            outline(&sent),
            ["user: hi", "model: yes", "user: go"],
            "{item}"
        );
        assert_eq!(sent.noted(), ["skipped input[1]"], "{item}");
    }
    let other = json!({
        "type": "function_call", "call_id": "a", "name": "a", "arguments": "{}",
        "extra_content": {"other": {"x": "AAAA"}},
    });
    assert_eq!(
        signatures(NEW, vec![user("hi"), other, output("a")]),
        [UNKNOWN]
    );
}

#[test]
fn a_signature_is_sent_only_to_its_endpoint() {
    let request = json!({"model": "m", "input": [
        user("hi"), sealed("t", "AAAA"), said("yes"), call("a", Some("BBBB")), output("a"),
    ]});
    for (accepted, expected) in [
        ("AAAA", vec!["AAAA", UNKNOWN]),
        ("BBBB", vec!["BBBB"]),
        ("none", vec![UNKNOWN]),
    ] {
        let accepts = |seal: &str| seal == accepted;
        let target = Target::new(NEW).accepts_encrypted(&accepts);
        let sent = translate_for(&request, &target).unwrap();
        let parts = sent.parts();
        let found: Vec<&Value> = parts
            .iter()
            .filter_map(|part| part.get("thoughtSignature"))
            .collect();
        assert_eq!(found, expected, "{accepted}");
        assert_eq!(sent.has_note("skipped input[1]"), accepted != "AAAA");
        assert_eq!(
            sent.has_note("skipped input[3].extra_content"),
            accepted != "BBBB"
        );
    }
}
