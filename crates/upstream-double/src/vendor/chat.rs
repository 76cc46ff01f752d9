//! Chat Completions.

use serde_json::{Value, json};

use super::frame::{USAGE, data};

pub(super) fn whole(model: &str, text: &str) -> Value {
    json!({
        "id": "chatcmpl-1", "object": "chat.completion", "created": 1_700_000_000,
        "model": model,
        "choices": [{
            "index": 0,
            "message": {"role": "assistant", "content": text, "refusal": null},
            "logprobs": null, "finish_reason": "stop",
        }],
        "usage": usage(),
    })
}

pub(super) fn lifecycle(model: &str) -> Vec<String> {
    let delta = json!({"role": "assistant", "content": ""});
    vec![data(&chunk(model, &delta, None))]
}

pub(super) fn deltas(model: &str, text: &str) -> Vec<String> {
    let words = text.split_inclusive(' ');
    words
        .map(|word| data(&chunk(model, &json!({"content": word}), None)))
        .collect()
}

pub(super) fn end(model: &str) -> Vec<String> {
    let usage = json!({"id": "chatcmpl-1", "object": "chat.completion.chunk",
        "created": 1_700_000_000, "model": model, "choices": [], "usage": usage()});
    vec![
        data(&chunk(model, &json!({}), Some("stop"))),
        data(&usage),
        "data: [DONE]\n\n".to_owned(),
    ]
}

/// Returns an error body in the form of both protocols of OpenAI.
pub(super) fn error(kind: &str, code: &Value, message: &str) -> Value {
    json!({"error": {"message": message, "type": kind, "param": null, "code": code}})
}

pub(super) fn error_frame(code: &str, message: &str) -> String {
    data(&error(code, &code.into(), message))
}

fn usage() -> Value {
    let (input, output) = USAGE;
    json!({"prompt_tokens": input, "completion_tokens": output, "total_tokens": input + output})
}

fn chunk(model: &str, delta: &Value, finish: Option<&str>) -> Value {
    json!({"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1_700_000_000,
        "model": model,
        "choices": [{"index": 0, "delta": delta, "logprobs": null, "finish_reason": finish}]})
}
