//! A reply of generateContent returns to the API in the next request as it was: the texts, the calls
//! and the signatures, each at its place.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use bytes::Bytes;
use orouter_protocols::{Notes, Protocol, RequestSource, Target};
use orouter_wire::{Response, StreamEvent};
use reply_support::gemini::{finish, parts, reader};
use reply_support::{events_of, events_of_frames, frames, recordings};
use serde_json::{Value, json};

/// Returns the message of the model that a recorded reply contains: text, call or signature of each
/// part. Neighbouring texts without signatures are one, as in the items.
fn recorded(chunks: &[Value]) -> Vec<(String, Value)> {
    let contents = chunks
        .iter()
        .map(|chunk| &chunk["candidates"][0]["content"]["parts"]);
    let parts = contents.flat_map(|parts| parts.as_array().cloned().unwrap_or_default());
    plain(parts)
}

fn plain(parts: impl Iterator<Item = Value>) -> Vec<(String, Value)> {
    let mut said: Vec<(String, Value)> = Vec::new();
    for part in parts {
        let signature = part.get("thoughtSignature").cloned().unwrap_or_default();
        let text = part["text"].as_str().unwrap_or_default();
        if let Some(call) = part.get("functionCall") {
            let args = call.get("args").cloned().unwrap_or(json!({}));
            let call = format!("{}({args})", call["name"].as_str().unwrap_or_default());
            said.push((call, signature));
            continue;
        }
        if part["thought"] == true || text.is_empty() && signature.is_null() {
            continue;
        }
        // A signature without a text, which a stream sends last, is that of the text before it.
        match said.last_mut() {
            Some((last, sign)) if sign.is_null() && !last.ends_with(')') => {
                last.push_str(text);
                *sign = signature;
            }
            _ => said.push((text.to_owned(), signature)),
        }
    }
    said
}

/// Sends the output of a response back, with a result for each call, and returns the message of the
/// model.
fn sent_back(response: &Response) -> Vec<(String, Value)> {
    let mut input = vec![json!({"role": "user", "content": "hi"})];
    for item in &response.output {
        let item: Value = serde_json::from_str(&orouter_wire::to_string(item)).unwrap();
        input.push(item);
    }
    let calls: Vec<Value> = input
        .iter()
        .filter(|item| item["type"] == "function_call")
        .map(|call| {
            json!({
                "type": "function_call_output", "call_id": call["call_id"], "output": "x",
            })
        })
        .collect();
    input.extend(calls);
    let request = json!({"model": "m", "input": input}).to_string();
    let decoded = orouter_wire::from_str(&request).unwrap();
    let body = Bytes::from(request);
    let source = RequestSource::new(&decoded, &body);
    let target = Target::new("gemini-2.5-flash");
    let upstream = Protocol::Gemini.request(&source, &target, &Notes::default());
    let body: Value = serde_json::from_slice(&upstream.unwrap().body).unwrap();
    let contents = body["contents"].as_array().unwrap().iter();
    let model = contents.filter(|content| content["role"] == "model");
    plain(model.flat_map(|content| content["parts"].as_array().unwrap().clone()))
}

fn completed(events: &[StreamEvent]) -> Option<Response> {
    let last = events.last()?;
    last.is_terminal().then(|| last.response().cloned())?
}

/// Replies without a place in the items: code that the provider runs, and media. The reason why a
/// prompt was blocked is not a part.
fn has_others(chunks: &[Value]) -> bool {
    let text = json!(chunks).to_string();
    [
        "executableCode",
        "inlineData",
        "toolCall",
        "codeExecutionResult",
        "blockReason",
    ]
    .iter()
    .any(|name| text.contains(name))
}

#[test]
fn each_part_returns_with_its_signature() {
    let call = |name: &str| json!({"functionCall": {"name": name, "args": {"a": [1, "x"]}}});
    let signed = |mut part: Value, signature: &str| {
        part["thoughtSignature"] = json!(signature);
        part
    };
    let text = |text: &str| json!({"text": text});
    let thought = || json!({"text": "hm", "thought": true});
    for replied in [
        json!([signed(call("f"), "AAAA")]),
        json!([signed(call("f"), "AAAA"), call("g"), call("f")]),
        json!([text("Well."), signed(call("f"), "AAAA")]),
        json!([signed(text("Well."), "AAAA"), signed(call("f"), "BBBB")]),
        json!([thought(), signed(text("yes"), "AAAA")]),
        json!([thought(), text("yes"), signed(text(""), "AAAA")]),
        json!([thought(), signed(call("f"), "AAAA")]),
        json!([
            signed(text("a"), "AAAA"),
            thought(),
            signed(text("b"), "BBBB")
        ]),
    ] {
        let chunks = [parts(replied.clone()), finish("STOP")];
        let response = completed(&events_of(&*reader(&[]), &chunks)).unwrap();
        assert_eq!(sent_back(&response), recorded(&chunks), "{replied}");
    }
}

#[test]
fn recorded_replies_return_as_they_were() {
    let reader = reader(&[]);
    let mut returned = 0;
    for (name, body) in recordings("gemini-stream") {
        let frames = frames(&body, usize::MAX);
        let chunks = frames.iter().map(|(_, data)| serde_json::from_str(data));
        let Ok(chunks) = chunks.collect::<Result<Vec<Value>, _>>() else {
            continue;
        };
        let Some(response) = completed(&events_of_frames(&*reader, &frames)) else {
            continue;
        };
        if !has_others(&chunks) {
            assert_eq!(sent_back(&response), recorded(&chunks), "{name}");
            returned += 1;
        }
    }
    for (name, body) in recordings("gemini-body") {
        let Ok(chunk) = serde_json::from_slice::<Value>(&body) else {
            continue;
        };
        let event = reader.body(&Bytes::from(body)).map(|event| event.event);
        let Some(response) = event.ok().and_then(|event| completed(&[event])) else {
            continue;
        };
        let chunks = [chunk];
        if !has_others(&chunks) {
            assert_eq!(sent_back(&response), recorded(&chunks), "{name}");
            returned += 1;
        }
    }
    println!("{returned} replies returned");
}
