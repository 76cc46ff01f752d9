//! Random chunkings of random replies, and random mixtures of recorded chunks.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use orouter_conformance::{Violation, audit};
use orouter_protocols::ToolKind;
use reply_support::gemini::{parts, reader, signatures_of, streamed};
use reply_support::random::Random;
use reply_support::{
    events_of, events_of_frames, frames, recordings, response_of, without_ids, wrapped,
};
use serde_json::{Value, json};

const TEXTS: [&str; 5] = [
    "Hello",
    "naïve 漢字 🙂",
    "\n\n",
    "{\"a\": [1, 2]}",
    "<think>",
];

/// The parts of a reply, each as it is in a whole body.
fn reply(random: &mut Random) -> Vec<Value> {
    let mut all = Vec::new();
    for number in 0..1 + random.below(8) {
        let text = TEXTS[random.below(TEXTS.len())];
        let mut part = match random.below(7) {
            0 => json!({"text": text, "thought": true}),
            1 => json!({"functionCall": {"name": "f", "args": {"text": text}}}),
            2 => json!({"functionCall": {"name": "shell", "args": {"input": text}}}),
            3 => json!({"inlineData": {"mimeType": "image/png", "data": "QUJD"}}),
            4 => json!({"codeExecutionResult": {"outcome": "OUTCOME_OK"}}),
            _ => json!({"text": text}),
        };
        if random.below(4) == 0 {
            part["thoughtSignature"] = json!(format!("sig{number}"));
        }
        all.push(part);
    }
    all
}

/// The chunks of a reply, with texts in pieces of up to `size` characters, and up to `width` parts in
/// a chunk. The signature of a text comes with its last piece, or behind it.
fn chunks(all: &[Value], size: usize, width: usize, random: &mut Random) -> Vec<Value> {
    let mut pieces = Vec::new();
    for part in all {
        let Some(text) = part["text"].as_str() else {
            pieces.push(part.clone());
            continue;
        };
        let is_thought = part["thought"] == true;
        let signature = &part["thoughtSignature"];
        let mut cut = Vec::new();
        for piece in random.cut(text, size) {
            cut.push(json!({"text": piece, "thought": is_thought}));
        }
        if signature.is_string() {
            if random.below(2) == 0 {
                cut.push(json!({"text": "", "thought": is_thought}));
            }
            cut.last_mut().unwrap()["thoughtSignature"] = signature.clone();
        }
        pieces.extend(cut);
    }
    let mut chunks = Vec::new();
    while !pieces.is_empty() {
        let count = (1 + random.below(width)).min(pieces.len());
        chunks.push(parts(Value::Array(pieces.drain(..count).collect())));
        if random.below(4) == 0 {
            chunks.push(json!({"candidates": []}));
        }
    }
    chunks
}

#[test]
fn the_pieces_of_a_reply_do_not_matter() {
    let reader = reader(&[("shell", "shell", None, ToolKind::Custom)]);
    let mut random = Random(20_261_129);
    for _ in 0..300 {
        let all = reply(&mut random);
        let whole = streamed(&*reader, &[parts(Value::Array(all.clone()))]);
        let signatures: Vec<&str> = all
            .iter()
            .filter_map(|part| part["thoughtSignature"].as_str())
            .collect();
        assert_eq!(signatures_of(&whole), signatures, "{all:#?}");
        let expected = without_ids(&whole);
        for (size, width) in [(1, 1), (3, 2), (20, 9)] {
            let pieces = chunks(&all, size, width, &mut random);
            let found = without_ids(&streamed(&*reader, &pieces));
            assert_eq!(found, expected, "{pieces:#?}");
        }
    }
}

#[test]
fn no_beginning_of_a_reply_is_complete() {
    let reader = reader(&[]);
    let mut random = Random(3);
    for _ in 0..100 {
        let all = reply(&mut random);
        let pieces = chunks(&all, 5, 3, &mut random);
        for cut in 0..=pieces.len() {
            let events = events_of(&*reader, &pieces[..cut]);
            assert!(events.iter().all(|event| event.response().is_none()));
            let findings = audit(&wrapped(&events));
            let broken = findings
                .iter()
                .find(|finding| finding.violation != Violation::NoEnd);
            assert!(broken.is_none(), "{} {pieces:#?}", broken.unwrap());
        }
    }
}

#[test]
fn any_mixture_of_recorded_chunks_obeys_the_rules() {
    let reader = reader(&[
        ("weather", "weather", Some("ns"), ToolKind::Custom),
        ("get_weather", "get_weather", None, ToolKind::Function),
    ]);
    let mut random = Random(11);
    let mut pool: Vec<(String, String)> = Vec::new();
    for (_, body) in recordings("gemini-stream") {
        let all = frames(&body, usize::MAX);
        pool.extend(all.iter().take(4).cloned());
        pool.extend(all.iter().rev().take(4).cloned());
    }
    for (_, body) in recordings("gemini-body") {
        let text = String::from_utf8(body).unwrap().replace('\n', " ");
        pool.push((String::new(), text));
    }
    if pool.is_empty() {
        return;
    }
    for _ in 0..500 {
        let count = 1 + random.below(20);
        let mixed: Vec<(String, String)> = (0..count)
            .map(|_| pool[random.below(pool.len())].clone())
            .collect();
        let events = events_of_frames(&*reader, &mixed);
        let findings = audit(&wrapped(&events));
        let broken = findings
            .iter()
            .find(|finding| finding.violation != Violation::NoEnd);
        assert!(broken.is_none(), "{} {mixed:#?}", broken.unwrap());
        if events.last().is_some_and(|last| last.response().is_some()) {
            response_of(&events);
        }
    }
}
