//! Recorded replies of generateContent: an independent reading of each equals the response that the
//! translator makes.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use bytes::Bytes;
use orouter_wire::{ContentPart, Item, Response, StreamEvent};
use reply_support::gemini::{annotations_of, reader, signatures_of};
use reply_support::{events_of_frames, frames, recordings, response_of, without_ids};
use serde_json::{Value, json};

/// The content of a reply, read from either side.
#[derive(Debug, Default, PartialEq)]
struct Said {
    text: String,
    refusal: String,
    reasoning: String,
    signatures: Vec<String>,
    calls: Vec<(Option<String>, String, Value)>,
    images: Vec<String>,
    sources: Vec<(String, Option<String>)>,
    status: String,
    reason: Option<String>,
    usage: Option<(u64, u64, u64, u64)>,
    model: String,
}

/// Reads a reply from its chunks; a body is one chunk.
fn read_chunks(chunks: &[Value]) -> Said {
    let mut said = Said::default();
    let mut finish: Option<(String, String)> = None;
    let mut grounding = Value::Null;
    let mut pages = Vec::new();
    let mut usage = Value::Null;
    let text_of = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    for chunk in chunks {
        if said.model.is_empty() {
            said.model = text_of(&chunk["modelVersion"]);
        }
        if chunk["usageMetadata"].is_object() {
            usage = chunk["usageMetadata"].clone();
        }
        let blocked = &chunk["promptFeedback"]["blockReason"];
        if blocked.is_string() {
            let message = &chunk["promptFeedback"]["blockReasonMessage"];
            finish = Some(("SAFETY".to_owned(), text_of(message)));
        }
        for candidate in chunk["candidates"].as_array().into_iter().flatten() {
            if candidate["index"].as_i64().unwrap_or(0) != 0 {
                continue;
            }
            match &candidate["finishReason"] {
                Value::String(word) => {
                    finish = Some((word.clone(), text_of(&candidate["finishMessage"])));
                }
                Value::Number(number) if number.as_u64() == Some(1) => {
                    finish = Some(("STOP".to_owned(), String::new()));
                }
                _ => {}
            }
            if candidate["groundingMetadata"]["groundingChunks"].is_array() {
                grounding = candidate["groundingMetadata"].clone();
            }
            for page in candidate["urlContextMetadata"]["urlMetadata"]
                .as_array()
                .into_iter()
                .flatten()
            {
                if page["urlRetrievalStatus"] == "URL_RETRIEVAL_STATUS_SUCCESS" {
                    pages.push(text_of(&page["retrievedUrl"]));
                }
            }
            for part in candidate["content"]["parts"]
                .as_array()
                .into_iter()
                .flatten()
            {
                let text = part["text"].as_str().unwrap_or_default();
                if part["thought"] == true {
                    said.reasoning.push_str(text);
                } else {
                    said.text.push_str(text);
                    let data = &part["inlineData"];
                    if text_of(&data["mimeType"]).starts_with("image/") {
                        said.images.push(text_of(&data["data"]));
                    }
                }
                let signature = text_of(&part["thoughtSignature"]);
                if !signature.is_empty() {
                    said.signatures.push(signature);
                }
                let call = &part["functionCall"];
                if call["name"].is_string() {
                    let args = match &call["args"] {
                        Value::Null => json!({}),
                        args => args.clone(),
                    };
                    let id = call["id"].as_str().map(str::to_owned);
                    said.calls.push((id, text_of(&call["name"]), args));
                }
            }
        }
    }
    let (word, explanation) = finish.unwrap_or_default();
    let (status, reason) = match word.as_str() {
        "STOP" => ("completed", None),
        "" if chunks.len() == 1 && !(said.text.is_empty() && said.calls.is_empty()) => {
            ("completed", None)
        }
        "MAX_TOKENS" => ("incomplete", Some("max_output_tokens")),
        "SAFETY"
        | "RECITATION"
        | "LANGUAGE"
        | "BLOCKLIST"
        | "PROHIBITED_CONTENT"
        | "SPII"
        | "IMAGE_SAFETY"
        | "IMAGE_PROHIBITED_CONTENT"
        | "IMAGE_RECITATION"
        | "MODEL_ARMOR" => {
            said.refusal = explanation;
            ("incomplete", Some("content_filter"))
        }
        "" => ("cut", None),
        _ => ("failed", None),
    };
    status.clone_into(&mut said.status);
    said.reason = reason.map(str::to_owned);
    said.sources = read_sources(&grounding, pages, &said.text);
    said.signatures.sort();
    said.usage = usage.is_object().then(|| {
        let number = |name: &str| usage[name].as_u64().unwrap_or(0);
        let input = number("promptTokenCount") + number("toolUsePromptTokenCount");
        let thoughts = number("thoughtsTokenCount");
        let mut output = number("candidatesTokenCount") + thoughts;
        if number("totalTokenCount") > input + output {
            output = number("totalTokenCount") - input;
        }
        (input, output, number("cachedContentTokenCount"), thoughts)
    });
    said
}

/// The sources, with the text that each supports; those that are files, with all text up to its end.
fn read_sources(
    grounding: &Value,
    pages: Vec<String>,
    text: &str,
) -> Vec<(String, Option<String>)> {
    let mut sources: Vec<(String, Option<String>)> = Vec::new();
    let chunks = grounding["groundingChunks"].as_array();
    let name = |index: usize| {
        let chunk = chunks?.get(index)?;
        let context = &chunk["retrievedContext"];
        let names = [
            &chunk["web"]["uri"],
            &chunk["maps"]["uri"],
            &context["documentName"],
            &context["uri"],
            &context["fileSearchStore"],
            &context["title"],
        ];
        names.into_iter().find_map(Value::as_str)
    };
    for support in grounding["groundingSupports"]
        .as_array()
        .into_iter()
        .flatten()
    {
        let indices = support["groundingChunkIndices"].as_array();
        for index in indices.into_iter().flatten().filter_map(Value::as_u64) {
            let cited = support["segment"]["text"].as_str();
            if let Some(name) = name(usize::try_from(index).unwrap()) {
                let cited = cited.map(|cited| match name.starts_with("http") {
                    true => cited.to_owned(),
                    false => text[..text.find(cited).unwrap() + cited.len()].to_owned(),
                });
                sources.push((name.to_owned(), cited));
            }
        }
    }
    if sources.is_empty() {
        let all = 0..chunks.map_or(0, Vec::len);
        sources.extend(all.filter_map(|index| Some((name(index)?.to_owned(), None))));
    }
    for page in pages {
        if !sources.iter().any(|(known, _)| *known == page) {
            sources.push((page, None));
        }
    }
    sources.sort();
    sources.dedup();
    sources
}

/// Reads a response.
fn read_response(response: &Response) -> Said {
    let mut said = Said {
        text: response.output_text(),
        status: response.status.as_str().to_owned(),
        model: response.model.clone(),
        ..Said::default()
    };
    let details = response.incomplete_details.as_ref();
    said.reason = details.map(|details| details.reason.as_ref().unwrap().as_str().to_owned());
    for item in &response.output {
        match item {
            Item::Message(message) => {
                for part in message.parts() {
                    if let ContentPart::Refusal(part) = part {
                        said.refusal.push_str(&part.refusal);
                    }
                }
            }
            Item::Reasoning(item) => {
                for part in item.content.iter().flatten() {
                    said.reasoning.push_str(part.reasoning_text().unwrap());
                }
            }
            Item::FunctionCall(call) => {
                let args = serde_json::from_str(&call.arguments).unwrap();
                said.calls
                    .push((Some(call.call_id.clone()), call.name.clone(), args));
            }
            Item::ImageGenerationCall(image) => {
                said.images.extend(image.result.clone());
            }
            other => panic!("unexpected {}", other.kind()),
        }
    }
    said.signatures = signatures_of(response);
    said.signatures.sort();
    said.sources = annotations_of(response)
        .into_iter()
        .map(|(name, text)| (name, text.filter(|text| !text.is_empty())))
        .collect();
    said.sources.sort();
    said.usage = response.usage.as_ref().map(|usage| {
        assert_eq!(usage.total_tokens, usage.input_tokens + usage.output_tokens);
        (
            usage.input_tokens,
            usage.output_tokens,
            usage.cached_tokens(),
            usage.reasoning_tokens(),
        )
    });
    said
}

/// Compares, with minted ids for the calls that have none.
fn difference(name: &str, mut found: Said, expected: &Said) -> Option<String> {
    if found.calls.len() == expected.calls.len() {
        for (found, expected) in found.calls.iter_mut().zip(&expected.calls) {
            if expected.0.is_none() {
                assert!(found.0.as_ref().unwrap().starts_with("call_"), "{name}");
                found.0 = None;
            }
        }
    }
    (found != *expected).then(|| format!("{name}\n  {found:?}\n  {expected:?}"))
}

fn chunks_of(body: &[u8]) -> Vec<Value> {
    let all = frames(body, usize::MAX);
    let chunks = all.iter();
    chunks
        .filter_map(|(_, data)| serde_json::from_str(data).ok())
        .collect()
}

#[track_caller]
fn assert_none(differing: &[String]) {
    assert!(differing.is_empty(), "{}", differing.join("\n"));
}

#[test]
fn streams_say_what_their_recordings_say() {
    let reader = reader(&[]);
    let mut differing = Vec::new();
    for (name, body) in recordings("gemini-stream") {
        let events = events_of_frames(&*reader, &frames(&body, usize::MAX));
        let chunks = chunks_of(&body);
        let expected = read_chunks(&chunks);
        let has_error = chunks.iter().any(|chunk| chunk["error"].is_object());
        let last = events.last();
        let ended = last.is_some_and(|last| last.response().is_some() && !last.is_failure());
        let fails = has_error || matches!(expected.status.as_str(), "failed" | "cut");
        if fails == ended {
            differing.push(format!("{name}: ended: {ended}, {}", expected.status));
        }
        if ended {
            let found = read_response(&response_of(&events));
            differing.extend(difference(&name, found, &expected));
        }
    }
    assert_none(&differing);
}

#[test]
fn bodies_say_what_their_recordings_say() {
    let reader = reader(&[]);
    let mut differing = Vec::new();
    for (name, body) in recordings("gemini-body") {
        let value: Value = serde_json::from_slice(&body).unwrap();
        let expected = read_chunks(std::slice::from_ref(&value));
        let event = match reader.body(&Bytes::from(body)) {
            Ok(event) => event.event,
            Err(error) => {
                if expected.status != "cut" {
                    differing.push(format!("{name}: {error}"));
                }
                continue;
            }
        };
        let Some(response) = event.response() else {
            assert!(value["error"].is_object(), "{name}");
            continue;
        };
        // The items are those with which a stream would end.
        let streamed = orouter_wire::assemble::events_of(response);
        let findings = orouter_conformance::audit(&streamed.collect::<Vec<_>>());
        assert_eq!(findings, [], "{name}");
        differing.extend(difference(&name, read_response(response), &expected));
    }
    assert_none(&differing);
}

#[test]
fn a_stream_as_a_list_says_the_same() {
    let reader = reader(&[]);
    for (name, body) in recordings("gemini-stream") {
        let chunks = chunks_of(&body);
        let events = events_of_frames(&*reader, &frames(&body, usize::MAX));
        let list = Bytes::from(serde_json::to_vec_pretty(&chunks).unwrap());
        let Some(expected) = events.last().and_then(StreamEvent::response) else {
            let failed = reader.body(&list).map(|event| event.event.is_failure());
            assert!(failed.unwrap_or(true), "{name}");
            continue;
        };
        let found = reader.body(&list).unwrap().event;
        let found = without_ids(found.response().unwrap());
        assert_eq!(found, without_ids(expected), "{name}");
    }
}

#[test]
fn a_body_says_the_same_as_its_only_chunk() {
    let reader = reader(&[]);
    for (name, body) in recordings("gemini-body") {
        let text = String::from_utf8(body.clone()).unwrap().replace('\n', " ");
        let events = events_of_frames(&*reader, &[(String::new(), text)]);
        let Ok(whole) = reader.body(&Bytes::from(body)) else {
            assert!(
                events.iter().all(|event| event.response().is_none()),
                "{name}"
            );
            continue;
        };
        let Some(last) = events.last().and_then(StreamEvent::response) else {
            continue;
        };
        let whole = whole.event;
        let whole = without_ids(whole.response().unwrap());
        assert_eq!(without_ids(last), whole, "{name}");
    }
}

#[test]
fn trap_04_ids_are_stable_and_unique() {
    let reader = reader(&[]);
    for (name, body) in recordings("gemini-stream") {
        let events = events_of_frames(&*reader, &frames(&body, usize::MAX));
        let mut ids: Vec<(u32, String)> = Vec::new();
        for event in &events {
            match event {
                StreamEvent::OutputItemAdded(added) => {
                    let index = added.output_index.unwrap();
                    assert_eq!(usize::try_from(index).unwrap(), ids.len(), "{name}");
                    let id = added.item.as_ref().unwrap().id().unwrap().to_owned();
                    assert!(ids.iter().all(|(_, other)| *other != id), "{name}");
                    ids.push((index, id));
                }
                event => {
                    if let Some(change) = event.item_change() {
                        let id = change.item_id.unwrap().to_owned();
                        assert!(ids.contains(&(change.output_index, id)), "{name}");
                    }
                }
            }
        }
    }
}

#[test]
fn the_bytes_of_a_stream_can_be_split_anywhere() {
    let reader = reader(&[]);
    for (name, body) in recordings("gemini-stream").into_iter().step_by(3) {
        let read = |size| {
            let events = events_of_frames(&*reader, &frames(&body, size));
            let ended = events.last().is_some_and(|last| last.response().is_some());
            ended.then(|| without_ids(&response_of(&events)))
        };
        let expected = read(usize::MAX);
        for size in [1, 7, 4096] {
            assert_eq!(read(size), expected, "{name}");
        }
    }
}

#[test]
fn a_stream_that_is_cut_before_its_finish_reason_has_no_end() {
    let reader = reader(&[]);
    for (name, body) in recordings("gemini-stream") {
        let all = frames(&body, usize::MAX);
        let finish = all.iter().position(|(_, data)| {
            let chunk: Value = serde_json::from_str(data).unwrap_or_default();
            let candidates = chunk["candidates"].as_array();
            candidates
                .into_iter()
                .flatten()
                .any(|candidate| !candidate["finishReason"].is_null())
        });
        for cut in 0..finish.unwrap_or(0) {
            let events = events_of_frames(&*reader, &all[..cut]);
            let ended = events.iter().any(|event| event.response().is_some());
            assert!(!ended, "{name} {cut}");
        }
    }
}

#[test]
fn errors_with_status_200_are_errors() {
    let reader = reader(&[]);
    for (name, body) in recordings("gemini-error") {
        let text = String::from_utf8(body).unwrap();
        for form in [text.clone(), format!("[{text}]"), format!("[{{}}, {text}]")] {
            let event = reader.body(&Bytes::from(form.clone())).unwrap().event;
            let failure = event.failure().expect(&name);
            assert!(
                failure.message.is_some_and(|message| !message.is_empty()),
                "{name}"
            );
            let frame = (String::new(), form.replace('\n', " "));
            let events = events_of_frames(&*reader, &[frame]);
            assert_eq!(events.len(), 1, "{name}");
            assert!(events[0].is_failure(), "{name}");
        }
    }
}
