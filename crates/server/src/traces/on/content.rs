//! Prompts and responses in the form of the semantic conventions: messages of parts, as JSON. Only
//! for servers that are configured to export them.

use orouter_wire::{IncompleteReason, Item, Response, ResponseStatus, ResponsesRequest};
use serde_json::{Value, json};

/// Maximum length of the texts of one attribute, in bytes. Texts beyond it are cut.
const MAX_TEXT: usize = 64 << 10;

/// Returns the attributes with the instructions and the messages of a request.
pub(super) fn of_request(request: &ResponsesRequest) -> Vec<(&'static str, String)> {
    let mut attributes = Vec::new();
    let mut texts = Texts(MAX_TEXT);
    if let Some(instructions) = &request.instructions {
        let parts = json!([texts.part("text", instructions)]);
        attributes.push(("gen_ai.system_instructions", parts.to_string()));
    }
    let input = request.input.as_ref().map(orouter_wire::to_string);
    let input = input.and_then(|text| serde_json::from_str(&text).ok());
    let messages = match input.unwrap_or_default() {
        Value::String(text) => vec![json!({"role": "user", "parts": [texts.part("text", &text)]})],
        Value::Array(items) => items.iter().map(|item| message(item, &mut texts)).collect(),
        _ => Vec::new(),
    };
    let messages = Value::Array(messages).to_string();
    attributes.push(("gen_ai.input.messages", messages));
    attributes
}

/// Returns the message of a response.
pub(super) fn of_response(response: &Response, reason: &str) -> String {
    let mut texts = Texts(MAX_TEXT);
    let mut all = Vec::new();
    for item in &response.output {
        let item = orouter_wire::to_string(item);
        let item: Value = serde_json::from_str(&item).unwrap_or_default();
        all.extend(parts(&item, &mut texts));
    }
    json!([{"role": "assistant", "parts": all, "finish_reason": reason}]).to_string()
}

/// Returns the reason for the end of a response.
pub(super) fn finish_reason(response: &Response) -> &'static str {
    let is_call = |item: &Item| matches!(item, Item::FunctionCall(_) | Item::CustomToolCall(_));
    let calls = || response.output.iter().any(is_call);
    match response.status {
        ResponseStatus::Failed => "error",
        ResponseStatus::Completed if calls() => "tool_call",
        ResponseStatus::Completed => "stop",
        _ => {
            let details = response.incomplete_details.as_ref();
            let reason = details.and_then(|details| details.reason.as_ref());
            match reason.map(IncompleteReason::as_str) {
                Some("content_filter") => "content_filter",
                _ => "length",
            }
        }
    }
}

fn message(item: &Value, texts: &mut Texts) -> Value {
    let kind = item["type"].as_str().unwrap_or("message");
    let role = match item["role"].as_str() {
        Some(role) => role,
        None if kind.ends_with("_output") => "tool",
        None => "assistant",
    };
    json!({"role": role, "parts": parts(item, texts)})
}

/// Returns the parts of an item. Of media, only the kind is kept.
fn parts(item: &Value, texts: &mut Texts) -> Vec<Value> {
    match item["type"].as_str().unwrap_or("message") {
        "message" => match &item["content"] {
            Value::String(text) => vec![texts.part("text", text)],
            Value::Array(parts) => parts.iter().map(|part| content(part, texts)).collect(),
            _ => Vec::new(),
        },
        "reasoning" => {
            let lists = [&item["summary"], &item["content"]];
            let parts = lists.into_iter().filter_map(Value::as_array).flatten();
            let parts = parts.filter_map(|part| part["text"].as_str());
            parts.map(|text| texts.part("reasoning", text)).collect()
        }
        "function_call" | "custom_tool_call" => {
            let arguments = item["arguments"].as_str().or(item["input"].as_str());
            vec![json!({
                "type": "tool_call",
                "id": item["call_id"],
                "name": item["name"],
                "arguments": texts.cut(arguments.unwrap_or_default()),
            })]
        }
        "function_call_output" | "custom_tool_call_output" => {
            let output = match &item["output"] {
                Value::String(text) => text.clone(),
                other => other.to_string(),
            };
            vec![json!({
                "type": "tool_call_response",
                "id": item["call_id"],
                "response": texts.cut(&output),
            })]
        }
        other => vec![json!({"type": other})],
    }
}

fn content(part: &Value, texts: &mut Texts) -> Value {
    match (part["text"].as_str(), part["refusal"].as_str()) {
        (Some(text), _) | (None, Some(text)) => texts.part("text", text),
        (None, None) => json!({"type": part["type"]}),
    }
}

/// The length that texts of an attribute may still have.
struct Texts(usize);

impl Texts {
    fn part(&mut self, kind: &str, text: &str) -> Value {
        json!({"type": kind, "content": self.cut(text)})
    }

    /// Returns the text, cut to the rest of the limit.
    fn cut(&mut self, text: &str) -> String {
        if text.len() <= self.0 {
            self.0 -= text.len();
            return text.to_owned();
        }
        let end = text.floor_char_boundary(self.0);
        self.0 = 0;
        format!("{}…", text.get(..end).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request(input: &Value) -> Vec<(&'static str, String)> {
        let body = json!({"instructions": "Be brief.", "input": input}).to_string();
        of_request(&orouter_wire::from_str(&body).unwrap())
    }

    #[test]
    fn items_are_messages_of_parts() {
        let attributes = request(&json!([
            {"role": "user", "content": "Weather?"},
            {"type": "message", "role": "user", "content": [
                {"type": "input_text", "text": "See"},
                {"type": "input_image", "image_url": "data:image/png;base64,AAAA"},
            ]},
            {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"},
            {"type": "function_call_output", "call_id": "c", "output": "rain"},
            {"type": "web_search_call", "id": "w", "status": "completed"},
        ]));
        assert_eq!(
            attributes[0],
            (
                "gen_ai.system_instructions",
                json!([{"type": "text", "content": "Be brief."}]).to_string()
            )
        );
        assert_eq!(attributes[1].0, "gen_ai.input.messages");
        let messages: Value = serde_json::from_str(&attributes[1].1).unwrap();
        let expected = json!([
            {"role": "user", "parts": [{"type": "text", "content": "Weather?"}]},
            {"role": "user", "parts": [
                {"type": "text", "content": "See"},
                {"type": "input_image"},
            ]},
            {"role": "assistant", "parts": [
                {"type": "tool_call", "id": "c", "name": "f", "arguments": "{}"},
            ]},
            {"role": "tool", "parts": [
                {"type": "tool_call_response", "id": "c", "response": "rain"},
            ]},
            {"role": "assistant", "parts": [{"type": "web_search_call"}]},
        ]);
        assert_eq!(messages, expected);
    }

    #[test]
    fn long_texts_are_cut() {
        let long = "é".repeat(MAX_TEXT);
        let attributes = request(&json!([
            {"role": "user", "content": long},
            {"role": "user", "content": "more"},
        ]));
        let text = &attributes[1].1;
        assert!(text.len() < MAX_TEXT + 1000);
        let messages: Value = serde_json::from_str(text).unwrap();
        let part = |index: usize| messages[index]["parts"][0]["content"].as_str().unwrap();
        assert!(part(0).ends_with("é…"));
        assert_eq!(part(1), "…");
    }
}
