//! Gemini's `generateContent` and `streamGenerateContent`.

use serde_json::{Value, json};

use super::frame::{USAGE, data};

pub(super) fn whole(model: &str, text: &str) -> Value {
    chunk(model, Some(text), Some("STOP"), USAGE.1)
}

/// Returns a chunk with the usage of the prompt alone.
pub(super) fn lifecycle(model: &str) -> Vec<String> {
    vec![data(&chunk(model, None, None, 0))]
}

pub(super) fn deltas(model: &str, text: &str) -> Vec<String> {
    let words = text.split_inclusive(' ');
    words
        .map(|word| data(&chunk(model, Some(word), None, 0)))
        .collect()
}

pub(super) fn end(model: &str) -> Vec<String> {
    vec![data(&chunk(model, Some(""), Some("STOP"), USAGE.1))]
}

/// Returns an error body with the status that stands for this type of OpenAI's.
pub(super) fn error(kind: &str, message: &str) -> Value {
    let (code, status) = match kind {
        "authentication_error" => (401, "UNAUTHENTICATED"),
        "permission_error" => (403, "PERMISSION_DENIED"),
        "not_found_error" => (404, "NOT_FOUND"),
        "rate_limit_error" | "tokens" | "insufficient_quota" => (429, "RESOURCE_EXHAUSTED"),
        "timeout" => (504, "DEADLINE_EXCEEDED"),
        "overloaded_error" => (503, "UNAVAILABLE"),
        "server_error" => (500, "INTERNAL"),
        _ => (400, "INVALID_ARGUMENT"),
    };
    json!({"error": {"code": code, "message": message, "status": status}})
}

pub(super) fn error_frame(kind: &str, message: &str) -> String {
    data(&error(kind, message))
}

fn chunk(model: &str, text: Option<&str>, finish: Option<&str>, output: u64) -> Value {
    let mut usage = json!({"promptTokenCount": USAGE.0, "totalTokenCount": USAGE.0 + output});
    if output > 0 {
        set(&mut usage, "candidatesTokenCount", output.into());
    }
    let mut chunk = json!({"usageMetadata": usage, "modelVersion": model, "responseId": "r1"});
    if let Some(text) = text {
        let mut candidate =
            json!({"content": {"parts": [{"text": text}], "role": "model"}, "index": 0});
        if let Some(finish) = finish {
            set(&mut candidate, "finishReason", finish.into());
        }
        set(&mut chunk, "candidates", json!([candidate]));
    }
    chunk
}

fn set(object: &mut Value, name: &str, value: Value) {
    if let Some(members) = object.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
