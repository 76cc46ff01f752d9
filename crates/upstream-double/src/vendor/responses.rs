//! The Responses API.

use serde_json::{Value, json};

use super::frame::{USAGE, named};

pub(super) fn whole(model: &str, text: &str) -> Value {
    response(model, "completed", &json!([message(text)]), &usage())
}

pub(super) fn lifecycle(model: &str) -> Vec<String> {
    let open = response(model, "in_progress", &json!([]), &Value::Null);
    let events = vec![
        json!({"type": "response.created", "response": open}),
        json!({"type": "response.in_progress", "response": open}),
    ];
    numbered(events, 0)
}

pub(super) fn deltas(text: &str) -> Vec<String> {
    let mut events = vec![
        json!({"type": "response.output_item.added", "output_index": 0, "item": {
            "type": "message", "id": "msg_1", "role": "assistant",
            "status": "in_progress", "content": []}}),
        json!({"type": "response.content_part.added", "item_id": "msg_1",
            "output_index": 0, "content_index": 0, "part": part("")}),
    ];
    for word in text.split_inclusive(' ') {
        events.push(
            json!({"type": "response.output_text.delta", "item_id": "msg_1",
            "output_index": 0, "content_index": 0, "delta": word, "logprobs": []}),
        );
    }
    numbered(events, lifecycle("").len())
}

pub(super) fn end(model: &str, text: &str) -> Vec<String> {
    let number = lifecycle(model).len() + deltas(text).len();
    let events = vec![
        json!({"type": "response.output_text.done", "item_id": "msg_1",
            "output_index": 0, "content_index": 0, "text": text, "logprobs": []}),
        json!({"type": "response.content_part.done", "item_id": "msg_1",
            "output_index": 0, "content_index": 0, "part": part(text)}),
        json!({"type": "response.output_item.done", "output_index": 0,
            "item": message(text)}),
        json!({"type": "response.completed", "response": whole(model, text)}),
    ];
    numbered(events, number)
}

pub(super) fn error_frame(code: &str, message: &str) -> String {
    named(&json!({"type": "error", "code": code, "message": message,
        "param": null, "sequence_number": 99}))
}

fn usage() -> Value {
    let (input, output) = USAGE;
    json!({"input_tokens": input, "output_tokens": output,
        "total_tokens": input + output, "input_tokens_details": {"cached_tokens": 0},
        "output_tokens_details": {"reasoning_tokens": 0}})
}

fn part(text: &str) -> Value {
    json!({"type": "output_text", "text": text, "annotations": [], "logprobs": []})
}

fn message(text: &str) -> Value {
    json!({"type": "message", "id": "msg_1", "role": "assistant", "status": "completed",
        "content": [part(text)]})
}

fn response(model: &str, status: &str, output: &Value, usage: &Value) -> Value {
    json!({"id": "resp_1", "object": "response", "created_at": 1_700_000_000, "model": model,
        "status": status, "output": output, "usage": usage, "error": null,
        "incomplete_details": null, "instructions": null, "metadata": {}, "tools": [],
        "tool_choice": "auto", "parallel_tool_calls": true, "temperature": 1.0, "top_p": 1.0,
        "store": false})
}

/// Returns the frames of events, with sequence numbers from `first`.
fn numbered(events: Vec<Value>, first: usize) -> Vec<String> {
    let frame = |(number, mut event): (usize, Value)| {
        if let Some(members) = event.as_object_mut() {
            members.insert("sequence_number".to_owned(), number.into());
        }
        named(&event)
    };
    (first..).zip(events).map(frame).collect()
}
