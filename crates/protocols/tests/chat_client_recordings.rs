//! Recorded replies of Chat Completions, as a server passes them on: a client that reads the chunks or
//! the body gets the same response as a reader of the upstream's reply.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::needless_pass_by_value
)]

mod reply_support;

use bytes::Bytes;
use orouter_protocols::chat_client::{self, ChatChunks, ReplyHead, ReplyOptions};
use orouter_wire::event::EventClass;
use orouter_wire::{ContentPart, Item, Response, StreamEvent};
use reply_support::{events_of_frames, frames, reader_with, recordings};
use serde_json::{Value, json};

/// The content of a response, without ids that servers mint.
#[derive(Debug, Default, PartialEq)]
struct Said {
    text: String,
    refusal: String,
    reasoning: String,
    seals: Vec<String>,
    calls: Vec<(String, String, String, Option<String>)>,
    sources: Vec<String>,
    images: Vec<String>,
    audio: Vec<(String, Option<String>)>,
    logprobs: usize,
    status: String,
    reason: Option<String>,
    usage: Value,
}

fn read(response: &Response) -> Said {
    let mut said = Said {
        text: response.output_text(),
        status: response.status.as_str().to_owned(),
        ..Said::default()
    };
    let details = response.incomplete_details.as_ref();
    let reason = details.and_then(|details| details.reason.as_ref());
    said.reason = reason.map(|reason| reason.as_str().to_owned());
    if let Some(usage) = &response.usage {
        said.usage = json!([
            usage.input_tokens,
            usage.output_tokens,
            usage.total_tokens,
            usage.cached_tokens(),
            usage.reasoning_tokens(),
            usage.cost,
        ]);
    }
    for item in &response.output {
        match item {
            Item::Message(message) => {
                for part in message.parts() {
                    match part {
                        ContentPart::OutputText(part) => {
                            said.logprobs += part.logprobs.iter().flatten().count();
                            let sources = part.annotations.iter().flatten();
                            said.sources
                                .extend(sources.filter_map(|source| match source {
                                    orouter_wire::Annotation::UrlCitation(source) => {
                                        Some(source.url.clone())
                                    }
                                    _ => None,
                                }));
                        }
                        ContentPart::Refusal(part) => said.refusal.push_str(&part.refusal),
                        ContentPart::OutputAudio(part) => {
                            said.audio
                                .push((part.data.clone(), part.transcript.clone()));
                        }
                        _ => {}
                    }
                }
            }
            Item::Reasoning(item) => {
                let parts = item.content.iter().flatten();
                let texts = parts.filter_map(|part| part.reasoning_text());
                said.reasoning.extend(texts.map(str::to_owned));
                let summary = item.summary.iter().flatten();
                said.reasoning
                    .extend(summary.filter_map(|part| part.text().map(str::to_owned)));
                said.seals.extend(item.signature.clone());
                said.seals.extend(item.encrypted_content.clone());
            }
            Item::FunctionCall(call) => said.calls.push((
                call.call_id.clone(),
                call.name.clone(),
                call.arguments.clone(),
                call.extra
                    .get("extra_content")
                    .map(|raw| raw.get().to_owned()),
            )),
            Item::ImageGenerationCall(image) => said.images.extend(image.result.clone()),
            _ => {}
        }
    }
    said
}

const HEAD: ReplyHead<'_> = ReplyHead {
    id: "gen-1",
    model: "a/b",
    provider: "acme",
    created: 7,
};

fn terminal(events: &[StreamEvent]) -> Option<Response> {
    let last = events.last()?;
    (last.class() == EventClass::Terminal).then(|| last.response().unwrap().clone())
}

/// Reads the chunks for these events, as a client does.
fn through_chunks(events: &[StreamEvent], options: ReplyOptions) -> Option<Response> {
    let mut chunks = ChatChunks::new(&HEAD, options);
    let mut body = Vec::new();
    for event in events {
        chunks.event(event, &mut |frame| body.extend_from_slice(&frame));
    }
    body.extend_from_slice(b"data: [DONE]\n\n");
    let reader = reader_with(&[]);
    terminal(&events_of_frames(&*reader, &frames(&body, 4096)))
}

/// The finish reasons `length` and `content_filter` stand for several reasons.
fn comparable(mut said: Said) -> Said {
    if said.status == "incomplete" && said.reason.as_deref() != Some("content_filter") {
        said.reason = Some("max_output_tokens".to_owned());
    }
    said
}

#[test]
fn recorded_streams_are_the_same_for_a_client() {
    for (name, bytes) in recordings("chat-stream") {
        let reader = reader_with(&[]);
        let events = events_of_frames(&*reader, &frames(&bytes, 65536));
        let Some(response) = terminal(&events) else {
            continue;
        };
        if response.status.as_str() == "failed" {
            continue; // ends with `ChatChunks::fail`
        }
        for usage_chunk in [false, true] {
            let mut options = ReplyOptions::default();
            options.usage_chunk = usage_chunk;
            let passed = through_chunks(&events, options).expect(&name);
            assert_eq!(
                comparable(read(&passed)),
                comparable(read(&response)),
                "{name}"
            );
        }
    }
}

/// The deltas of the reasoning are the text of a body.
#[test]
fn recorded_reasoning_is_the_same_in_chunks_and_in_a_body() {
    for (name, bytes) in recordings("chat-stream") {
        let reader = reader_with(&[]);
        let events = events_of_frames(&*reader, &frames(&bytes, 65536));
        let Some(response) = terminal(&events) else {
            continue;
        };
        let mut chunks = ChatChunks::new(&HEAD, ReplyOptions::default());
        let mut streamed = String::new();
        for event in &events {
            chunks.event(event, &mut |frame| {
                let data = frame.strip_prefix(b"data: ").unwrap();
                let chunk: Value = serde_json::from_slice(data).unwrap();
                let text = chunk["choices"][0]["delta"]["reasoning"].as_str();
                streamed.push_str(text.unwrap_or_default());
            });
        }
        let body = chat_client::body(&response, &HEAD, ReplyOptions::default());
        let body: Value = serde_json::from_slice(&body).unwrap();
        let whole = body["choices"][0]["message"]["reasoning"].as_str();
        assert_eq!(streamed, whole.unwrap_or_default(), "{name}");
    }
}

#[test]
fn recorded_bodies_are_the_same_for_a_client() {
    for (name, bytes) in recordings("chat-body") {
        let reader = reader_with(&[]);
        let Ok(event) = reader.body(&Bytes::from(bytes)) else {
            continue;
        };
        let Some(response) = event.event.response().cloned() else {
            continue;
        };
        if response.status.as_str() == "failed" {
            continue;
        }
        let body = chat_client::body(&response, &HEAD, ReplyOptions::default());
        let passed = reader.body(&body).expect(&name).event;
        let passed = passed.response().expect(&name);
        assert_eq!(
            comparable(read(passed)),
            comparable(read(&response)),
            "{name}"
        );
    }
}

/// Every message of a recorded conversation with reasoning goes back to the provider as it was.
#[test]
fn a_reply_goes_back_as_it_came() {
    for (name, bytes) in recordings("chat-body") {
        let reader = reader_with(&[]);
        let Ok(event) = reader.body(&Bytes::from(bytes)) else {
            continue;
        };
        let Some(response) = event.event.response().cloned() else {
            continue;
        };
        if response.status.as_str() == "failed" || response.output.is_empty() {
            continue;
        }
        let body = chat_client::body(&response, &HEAD, ReplyOptions::default());
        let body: Value = serde_json::from_slice(&body).unwrap();
        let request = json!({"messages": [body["choices"][0]["message"]]});
        let notes = orouter_protocols::Notes::default();
        let request = chat_client::request(request.to_string().as_bytes(), &notes).expect(&name);
        let request: orouter_wire::ResponsesRequest =
            orouter_wire::from_slice(&request.body).unwrap();
        let mut history = Response::new("r", "m");
        history.output = request.input.unwrap().items().to_vec();
        let (mut sent, mut came) = (read(&history), read(&response));
        for said in [&mut sent, &mut came] {
            // Not parts of a history.
            (said.sources, said.images, said.audio) = Default::default();
            (said.logprobs, said.usage, said.reason) = Default::default();
            said.status = String::new();
        }
        for item in &history.output {
            if let Item::Message(message) = item
                && let Some(orouter_wire::MessageContent::Text(text)) = &message.content
            {
                sent.text = text.clone();
            }
        }
        assert_eq!(sent, came, "{name}");
    }
}
