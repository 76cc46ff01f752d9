//! Translates requests, and checks each body against the rules of the API.

use std::sync::Arc;

use bytes::Bytes;
use orouter_protocols::{Notes, Protocol, Refusal, ReplyReader, RequestSource, Target};
use orouter_wire::Response;
use serde_json::{Value, json};

use crate::rules;

/// The model of tests that do not depend on a version.
pub(crate) const MODEL: &str = "claude-opus-4-5";

/// A translated request.
#[derive(Debug)]
pub(crate) struct Translated {
    pub(crate) body: Value,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) notes: Notes,
    reader: Arc<dyn ReplyReader>,
}

impl Translated {
    pub(crate) fn messages(&self) -> &[Value] {
        self.body["messages"].as_array().expect("messages")
    }

    /// Returns the notes as `action path`.
    pub(crate) fn noted(&self) -> Vec<String> {
        let notes = self.notes.list();
        let noted =
            |note: orouter_protocols::Note| format!("{} {}", note.action.as_str(), note.param);
        notes.into_iter().map(noted).collect()
    }

    pub(crate) fn has_note(&self, note: &str) -> bool {
        self.noted().iter().any(|noted| noted == note)
    }

    /// Returns the response to a reply with these blocks.
    pub(crate) fn reply(&self, blocks: &Value) -> Response {
        let body = json!({
            "id": "msg_1", "type": "message", "role": "assistant", "model": "m", "content": blocks,
            "stop_reason": "tool_use", "usage": {"input_tokens": 1, "output_tokens": 1},
        });
        let event = self.reader.body(&Bytes::from(body.to_string())).unwrap();
        event.event.response().expect("a response").clone()
    }

    /// Returns `role: block block ..` for each message.
    pub(crate) fn outline(&self) -> Vec<String> {
        self.messages().iter().map(outline).collect()
    }
}

/// Translates for [`MODEL`].
pub(crate) fn translate(request: &Value) -> Result<Translated, Refusal> {
    translate_for(request, &Target::new(MODEL))
}

/// Translates for a model.
pub(crate) fn translate_to(model: &str, request: &Value) -> Translated {
    translate_for(request, &Target::new(model)).expect("a translation")
}

pub(crate) fn translate_for(request: &Value, target: &Target<'_>) -> Result<Translated, Refusal> {
    translate_with(request, target, None)
}

pub(crate) fn translate_with(
    request: &Value,
    target: &Target<'_>,
    betas: Option<&str>,
) -> Result<Translated, Refusal> {
    let text = request.to_string();
    let decoded = orouter_wire::from_str(&text).expect("a request");
    let body = Bytes::from(text);
    let source = RequestSource::new(&decoded, &body).anthropic_beta(betas);
    let notes = Notes::default();
    let upstream = Protocol::Anthropic.request(&source, target, &notes)?;
    assert_eq!(upstream.path, "messages");
    assert_eq!(upstream.query, None);
    let body: Value = serde_json::from_slice(&upstream.body).expect("the body is JSON");
    if let Err(error) = rules::check(&body) {
        panic!("{error}\n{body:#}\nof {request:#}");
    }
    Ok(Translated {
        body,
        headers: upstream.headers,
        notes,
        reader: upstream.reader,
    })
}

/// Translates a conversation.
pub(crate) fn conversation(items: Value) -> Translated {
    translate(&json!({"model": "m", "max_output_tokens": 4096, "input": items}))
        .expect("a translation")
}

/// Returns `role: block block ..`. A block is its text in quotes, or its kind and what identifies it.
fn outline(message: &Value) -> String {
    let blocks = blocks(&message["content"])
        .iter()
        .map(block)
        .collect::<Vec<_>>();
    format!(
        "{}: {}",
        message["role"].as_str().unwrap(),
        blocks.join(" ")
    )
}

/// Returns the blocks of a content, of which a string is one.
pub(crate) fn blocks(content: &Value) -> Vec<Value> {
    match content {
        Value::String(text) => vec![json!({"type": "text", "text": text})],
        Value::Array(blocks) => blocks.clone(),
        Value::Null => Vec::new(),
        other => panic!("a content of {other}"),
    }
}

fn block(block: &Value) -> String {
    let text = |name: &str| block[name].as_str().unwrap_or_default().to_owned();
    match block["type"].as_str().unwrap() {
        "text" => format!("{:?}", text("text")),
        "thinking" => format!("<{}|{}>", text("thinking"), text("signature")),
        "redacted_thinking" => format!("<redacted {}>", text("data")),
        "tool_use" => format!("+{}", text("id")),
        "tool_result" => {
            let content = blocks(&block["content"]);
            let content: Vec<String> = content.iter().map(self::block).collect();
            format!("={}({})", text("tool_use_id"), content.join(" "))
        }
        kind => format!("[{kind} {}]", block["source"]["type"].as_str().unwrap()),
    }
}

pub(crate) fn user(text: &str) -> Value {
    json!({"type": "message", "role": "user", "content": text})
}

pub(crate) fn assistant(text: &str) -> Value {
    json!({"type": "message", "role": "assistant", "content": [{"type": "output_text", "text": text}]})
}

pub(crate) fn call(id: &str) -> Value {
    json!({"type": "function_call", "call_id": id, "name": "f", "arguments": "{\"a\":1}"})
}

pub(crate) fn output(id: &str, text: &str) -> Value {
    json!({"type": "function_call_output", "call_id": id, "output": text})
}

/// Returns reasoning as the reply reader makes it.
pub(crate) fn thought(text: &str, signature: &str) -> Value {
    json!({
        "type": "reasoning",
        "summary": [],
        "content": [{"type": "reasoning_text", "text": text}],
        "signature": signature,
        "format": "anthropic-claude-v1",
    })
}
