//! Anthropic Messages.

use serde_json::{Value, json};

use super::frame::{USAGE, named};

pub(super) fn whole(model: &str, text: &str) -> Value {
    let (input, output) = USAGE;
    let content = json!([{"type": "text", "text": text}]);
    let usage = json!({"input_tokens": input, "output_tokens": output,
        "cache_creation_input_tokens": 0, "cache_read_input_tokens": 0});
    message(model, &content, &"end_turn".into(), &usage)
}

pub(super) fn lifecycle(model: &str) -> Vec<String> {
    let usage = json!({"input_tokens": USAGE.0, "output_tokens": 1});
    let message = message(model, &json!([]), &Value::Null, &usage);
    vec![
        named(&json!({"type": "message_start", "message": message})),
        named(&json!({"type": "ping"})),
    ]
}

pub(super) fn deltas(text: &str) -> Vec<String> {
    let mut frames = vec![named(&json!({"type": "content_block_start", "index": 0,
        "content_block": {"type": "text", "text": ""}}))];
    for word in text.split_inclusive(' ') {
        frames.push(named(&json!({"type": "content_block_delta", "index": 0,
            "delta": {"type": "text_delta", "text": word}})));
    }
    frames
}

pub(super) fn end() -> Vec<String> {
    vec![
        named(&json!({"type": "content_block_stop", "index": 0})),
        named(&json!({"type": "message_delta",
            "delta": {"stop_reason": "end_turn", "stop_sequence": null},
            "usage": {"output_tokens": USAGE.1}})),
        named(&json!({"type": "message_stop"})),
    ]
}

/// Returns an error body with the type that stands for this one of OpenAI's.
pub(super) fn error(kind: &str, message: &str) -> Value {
    let kind = match kind {
        "timeout" => "timeout_error",
        "server_error" => "api_error",
        "insufficient_credits" | "insufficient_quota" => "billing_error",
        "tokens" => "rate_limit_error",
        "payload_too_large" => "request_too_large",
        other => other,
    };
    json!({"type": "error", "error": {"type": kind, "message": message}, "request_id": "req_1"})
}

pub(super) fn error_frame(kind: &str, message: &str) -> String {
    named(&error(kind, message))
}

fn message(model: &str, content: &Value, stop_reason: &Value, usage: &Value) -> Value {
    json!({"id": "msg_1", "type": "message", "role": "assistant", "model": model,
        "content": content, "stop_reason": stop_reason, "stop_sequence": null, "usage": usage})
}
