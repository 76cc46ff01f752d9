//! Translates requests, and checks the rules that every request for Chat Completions must follow.

use std::collections::{HashMap, HashSet};

use bytes::Bytes;
use orouter_protocols::{Notes, Protocol, Refusal, RequestSource, Target};
use serde_json::{Value, json};

/// A translated request.
#[derive(Debug)]
pub(crate) struct Translated {
    pub(crate) body: Value,
    pub(crate) notes: Notes,
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
}

/// Translates for an endpoint about which nothing is known.
pub(crate) fn translate(request: &Value) -> Result<Translated, Refusal> {
    translate_for(request, &Target::new("upstream-model"))
}

pub(crate) fn translate_for(request: &Value, target: &Target<'_>) -> Result<Translated, Refusal> {
    let text = request.to_string();
    let decoded = orouter_wire::from_str(&text).expect("a request");
    let body = Bytes::from(text);
    let source = RequestSource::new(&decoded, &body);
    let notes = Notes::default();
    let upstream = Protocol::Chat.request(&source, target, &notes)?;
    assert_eq!(upstream.path, "chat/completions");
    let body: Value = serde_json::from_slice(&upstream.body).expect("the body is JSON");
    check_structure(&body);
    Ok(Translated { body, notes })
}

/// Translates a conversation.
#[allow(clippy::needless_pass_by_value)] // `json!` makes values, which callers would have to lend.
pub(crate) fn conversation(items: Value) -> Translated {
    translate(&json!({"model": "m", "input": items})).expect("a translation")
}

/// Returns `role: text` for each message, with `+` and the ids of its calls, and with `=` and the id
/// of its call for a result.
pub(crate) fn outline(translated: &Translated) -> Vec<String> {
    let outline = |message: &Value| {
        let role = message["role"].as_str().unwrap();
        let mut line = format!("{role}: {}", text(&message["content"]));
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            line.push_str(&format!(" +{}", call["id"].as_str().unwrap()));
        }
        if let Some(id) = message["tool_call_id"].as_str() {
            line.push_str(&format!(" ={id}"));
        }
        line
    };
    translated.messages().iter().map(outline).collect()
}

/// Returns the texts of a content, concatenated.
pub(crate) fn text(content: &Value) -> String {
    match content {
        Value::String(text) => text.clone(),
        Value::Array(parts) => parts
            .iter()
            .filter_map(|part| part["text"].as_str())
            .collect(),
        _ => String::new(),
    }
}

/// The members that a request for Chat Completions may have.
const MEMBERS: &[&str] = &[
    "cache_control",
    "frequency_penalty",
    "logprobs",
    "max_completion_tokens",
    "max_tokens",
    "messages",
    "modalities",
    "model",
    "parallel_tool_calls",
    "presence_penalty",
    "prompt_cache_key",
    "prompt_cache_options",
    "prompt_cache_retention",
    "reasoning",
    "reasoning_effort",
    "response_format",
    "safety_identifier",
    "seed",
    "service_tier",
    "stop",
    "stream",
    "stream_options",
    "temperature",
    "tool_choice",
    "tools",
    "top_k",
    "top_logprobs",
    "top_p",
    "user",
    "verbosity",
];

/// Checks the rules that upstreams enforce.
fn check_structure(body: &Value) {
    for name in body.as_object().unwrap().keys() {
        assert!(MEMBERS.contains(&name.as_str()), "{name} is sent");
    }
    let messages = body["messages"].as_array().unwrap();
    assert!(!messages.is_empty());
    let mut open: HashSet<&str> = HashSet::new();
    for message in messages {
        let role = message["role"].as_str().unwrap();
        if role == "tool" {
            let id = message["tool_call_id"].as_str().unwrap();
            assert!(open.remove(id), "{id} is the result of no open call");
            assert!(message["content"].is_string());
            continue;
        }
        assert!(open.is_empty(), "calls without results: {open:?}");
        check_content(role, message);
        for call in message["tool_calls"].as_array().into_iter().flatten() {
            assert_eq!(call["type"], "function");
            assert!(call["function"]["name"].is_string());
            let arguments = call["function"]["arguments"].as_str().unwrap();
            assert!(!arguments.trim().is_empty());
            let id = call["id"].as_str().unwrap();
            assert!(!id.is_empty());
            assert!(open.insert(id), "the call id {id} is repeated");
        }
    }
    assert!(open.is_empty(), "calls without results: {open:?}");
    check_tools(body);
}

fn check_content(role: &str, message: &Value) {
    let has_calls = message.get("tool_calls").is_some();
    match &message["content"] {
        Value::Null => assert!(role == "assistant" && has_calls, "{message}"),
        Value::String(text) => assert!(!text.is_empty() || role == "user", "{message}"),
        Value::Array(parts) => {
            assert!(!parts.is_empty(), "{message}");
            for part in parts {
                let kind = part["type"].as_str().unwrap();
                assert!(["text", "image_url", "file", "input_audio", "video_url"].contains(&kind));
                assert!(role == "user" || kind == "text", "{message}");
                assert_ne!(part["text"], "", "{message}");
            }
        }
        other => panic!("content {other}"),
    }
    let calls = message["tool_calls"].as_array();
    assert!(calls.is_none_or(|calls| !calls.is_empty()));
}

fn check_tools(body: &Value) {
    let Some(tools) = body.get("tools") else {
        assert!(body.get("tool_choice").is_none());
        assert!(body.get("parallel_tool_calls").is_none());
        return;
    };
    let tools = tools.as_array().unwrap();
    assert!(!tools.is_empty());
    let mut names: HashMap<&str, usize> = HashMap::new();
    for tool in tools {
        assert_eq!(tool["type"], "function");
        assert!(tool["function"].get("parameters").is_some());
        *names
            .entry(tool["function"]["name"].as_str().unwrap())
            .or_default() += 1;
    }
    assert!(names.values().all(|count| *count == 1), "{names:?}");
    if let Some(name) = body["tool_choice"]["function"]["name"].as_str() {
        assert!(names.contains_key(name), "{name}");
    }
}
