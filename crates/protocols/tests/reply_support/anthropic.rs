//! Events of Anthropic Messages, and responses in short form.

use orouter_wire::{ContentPart, Item, Response, StreamEvent};
use serde_json::{Value, json};

use super::{anthropic_reader, events_of, response_of};

/// The beginning of a message.
pub fn start() -> Value {
    json!({"type": "message_start", "message": {
        "id": "msg_1", "type": "message", "role": "assistant", "model": "claude-x", "content": [],
        "stop_reason": null, "stop_sequence": null,
        "usage": {"input_tokens": 10, "cache_read_input_tokens": 5, "cache_creation_input_tokens": 2, "output_tokens": 1},
    }})
}

/// The beginning of a block.
pub fn begin(index: i64, block: Value) -> Value {
    json!({"type": "content_block_start", "index": index, "content_block": block})
}

/// A piece of a block.
pub fn delta(index: i64, delta: Value) -> Value {
    json!({"type": "content_block_delta", "index": index, "delta": delta})
}

/// The end of a block.
pub fn stop(index: i64) -> Value {
    json!({"type": "content_block_stop", "index": index})
}

/// A piece of text.
pub fn text(index: i64, text: &str) -> Value {
    delta(index, json!({"type": "text_delta", "text": text}))
}

/// A piece of thinking.
pub fn thinking(index: i64, text: &str) -> Value {
    delta(index, json!({"type": "thinking_delta", "thinking": text}))
}

/// The signature of thinking.
pub fn signature(index: i64, signature: &str) -> Value {
    delta(
        index,
        json!({"type": "signature_delta", "signature": signature}),
    )
}

/// A piece of the input of a tool.
pub fn input(index: i64, json: &str) -> Value {
    delta(
        index,
        json!({"type": "input_json_delta", "partial_json": json}),
    )
}

/// A block that calls a tool.
pub fn tool(id: &str, name: &str) -> Value {
    json!({"type": "tool_use", "id": id, "name": name, "input": {}})
}

/// The stop reason.
pub fn ended(reason: &str) -> Value {
    json!({"type": "message_delta", "delta": {"stop_reason": reason, "stop_sequence": null}, "usage": {"output_tokens": 7}})
}

/// The end of a message.
pub fn last() -> Value {
    json!({"type": "message_stop"})
}

/// The events of a message with these events in the middle.
pub fn message(middle: Vec<Value>, reason: &str) -> Vec<Value> {
    let mut events = vec![start(), json!({"type": "ping"})];
    events.extend(middle);
    events.extend([ended(reason), last()]);
    events
}

/// The response of a message with these events in the middle.
#[track_caller]
pub fn response(middle: Vec<Value>, reason: &str) -> Response {
    let reader = anthropic_reader(&[]);
    response_of(&events_of(&*reader, &message(middle, reason)))
}

/// A line for each item and part: its kind and content.
pub fn outline(response: &Response) -> Vec<String> {
    let mut lines = Vec::new();
    for item in &response.output {
        match item {
            Item::Message(message) => lines.extend(message.parts().iter().map(|part| match part {
                ContentPart::OutputText(part) => format!("text {}", part.text),
                ContentPart::Refusal(part) => format!("refusal {}", part.refusal),
                other => other.kind().to_owned(),
            })),
            Item::Reasoning(item) => {
                let signature = item.signature.as_deref().unwrap_or("-");
                let encrypted = item.encrypted_content.as_deref().unwrap_or("-");
                lines.push(format!("thinking {} {signature} {encrypted}", item.text()));
            }
            Item::FunctionCall(call) => lines.push(format!(
                "call {} {} {} {}",
                call.call_id,
                call.name,
                call.arguments,
                call.status.as_ref().unwrap().as_str()
            )),
            other => lines.push(other.kind().to_owned()),
        }
    }
    lines
}

/// Returns `true` if the events have no end.
pub fn is_cut(events: &[StreamEvent]) -> bool {
    events
        .iter()
        .all(|event| event.response().is_none() && !event.is_failure())
}
