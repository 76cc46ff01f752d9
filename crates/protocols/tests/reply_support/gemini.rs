//! Chunks of generateContent, and the parts of responses that they become.

use std::sync::Arc;

use orouter_protocols::{ReplyContext, ReplyReader, gemini};
use orouter_wire::{Annotation, ContentPart, Item, Response};
use serde_json::{Value, json};

use super::{Named, events_of, names_of, response_of};

/// A reader for a request with these tools.
pub fn reader(tools: &[Named<'_>]) -> Arc<dyn ReplyReader> {
    gemini::reader(ReplyContext::new(names_of(tools)))
}

/// A chunk with these parts.
pub fn parts(parts: Value) -> Value {
    json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": parts}}]})
}

/// A chunk with this text.
pub fn text(text: &str) -> Value {
    parts(json!([{"text": text}]))
}

/// A chunk without parts that ends the reply.
pub fn finish(reason: &str) -> Value {
    json!({"candidates": [{"index": 0, "content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": reason}]})
}

/// The terminal response of a stream with these chunks and the finish reason `STOP`.
#[track_caller]
pub fn streamed(reader: &dyn ReplyReader, chunks: &[Value]) -> Response {
    let mut chunks = chunks.to_vec();
    chunks.push(finish("STOP"));
    response_of(&events_of(reader, &chunks))
}

/// The signatures of a response, in order.
pub fn signatures_of(response: &Response) -> Vec<String> {
    let mut signatures = Vec::new();
    for item in &response.output {
        let extra = match item {
            Item::Reasoning(item) => {
                if let Some(encrypted) = &item.encrypted_content {
                    assert_eq!(item.format.as_ref().unwrap().as_str(), "google-gemini-v1");
                    signatures.push(encrypted.clone());
                }
                continue;
            }
            Item::FunctionCall(call) => &call.extra,
            Item::CustomToolCall(call) => &call.extra,
            _ => continue,
        };
        if let Some(content) = extra.get("extra_content") {
            let content: Value = content.parse().unwrap();
            let signature = content["google"]["thought_signature"].as_str();
            signatures.push(signature.unwrap().to_owned());
        }
    }
    signatures
}

/// The annotations of a response: the URL and the annotated text, or the file and the text before.
pub fn annotations_of(response: &Response) -> Vec<(String, Option<String>)> {
    let mut found = Vec::new();
    for item in &response.output {
        let Item::Message(message) = item else {
            continue;
        };
        for part in message.parts() {
            let ContentPart::OutputText(part) = part else {
                continue;
            };
            for annotation in part.annotations.iter().flatten() {
                found.push(match annotation {
                    Annotation::UrlCitation(citation) => {
                        let (start, end) = (citation.start_index, citation.end_index);
                        let start = usize::try_from(start.unwrap()).unwrap();
                        let end = usize::try_from(end.unwrap()).unwrap();
                        let text = part.text.chars().skip(start).take(end - start);
                        (citation.url.clone(), Some(text.collect()))
                    }
                    Annotation::FileCitation(citation) => {
                        let index = usize::try_from(citation.index.unwrap()).unwrap();
                        let text = part.text.chars().take(index);
                        (citation.file_id.clone(), Some(text.collect()))
                    }
                    other => panic!("{other:?}"),
                });
            }
        }
    }
    found
}
