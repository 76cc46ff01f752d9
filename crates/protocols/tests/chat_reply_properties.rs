//! Random chunkings of random replies: the assembled response does not depend on the pieces.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use orouter_conformance::{Violation, audit};
use orouter_protocols::ToolKind;
use reply_support::random::Random;
use reply_support::{
    events_of_frames, frames, reader_with, recordings, response_of, streamed, without_ids, wrapped,
};
use serde_json::{Value, json};

const TEXTS: [&str; 6] = [
    "Hello",
    "a <think> in the middle </think>",
    "naïve 漢字 🙂",
    "\n\n",
    "{\"a\": [1, 2]}",
    "}",
];

const ARGUMENTS: [&str; 6] = [
    "{}",
    "{\"a\":1}",
    "{\"a\":\"}{\",\"b\":[{\"c\":\"\\\"}\"}]}",
    "",
    "{\"city\":\"漢字\"}",
    "{\"input\":\"x\\ny 🙂 \\u00e9\"}",
];

/// A part of a reply.
enum Part {
    Reasoning(String),
    Text(String),
    Refusal(String),
    Call(usize, String, String),
}

/// A reply, as parts in order.
fn reply(random: &mut Random) -> Vec<Part> {
    let mut parts = Vec::new();
    let mut calls = 0;
    for _ in 0..1 + random.below(6) {
        let text = random.pick(&TEXTS).to_owned();
        parts.push(match random.below(5) {
            0 => Part::Reasoning(text),
            1 => Part::Refusal(text),
            2 => {
                calls += 1;
                let name = random.pick(&["f", "shell", "ns__g"]).to_owned();
                Part::Call(calls - 1, name, random.pick(&ARGUMENTS).to_owned())
            }
            _ => Part::Text(text),
        });
    }
    parts
}

/// The chunks of a reply in one of the dialects, in pieces of up to `size` characters.
fn chunks(parts: &[Part], dialect: usize, size: usize, random: &mut Random) -> Vec<Value> {
    let chunk = |delta: Value| json!({"choices": [{"index": 0, "delta": delta}]});
    let mut chunks = vec![chunk(json!({"role": "assistant", "content": ""}))];
    for part in parts {
        match part {
            Part::Text(text) => {
                for piece in random.cut(text, size) {
                    chunks.push(chunk(json!({"content": piece, "reasoning": null})));
                }
            }
            Part::Refusal(text) => {
                for piece in random.cut(text, size) {
                    chunks.push(chunk(json!({"refusal": piece})));
                }
            }
            Part::Reasoning(text) => {
                for piece in random.cut(text, size) {
                    chunks.push(chunk(match dialect {
                        0 => json!({"reasoning_content": piece, "content": ""}),
                        1 => json!({"reasoning": piece}),
                        _ => json!({"reasoning": piece, "reasoning_details": [{"type": "reasoning.text", "text": piece}]}),
                    }));
                }
            }
            Part::Call(index, name, arguments) => {
                let index = &json!(index);
                let id = format!("call_{index}");
                let mut pieces = random.cut(arguments, size);
                let first = match dialect {
                    0 => String::new(),
                    _ if pieces.is_empty() => String::new(),
                    _ => pieces.remove(0),
                };
                let call = json!({"index": index, "id": id, "type": "function", "function": {"name": name, "arguments": first}});
                chunks.push(chunk(json!({"tool_calls": [call]})));
                for piece in pieces {
                    let id = if dialect == 2 { json!(id) } else { Value::Null };
                    let call = json!({"index": index, "id": id, "function": {"arguments": piece}});
                    chunks.push(chunk(json!({"content": null, "tool_calls": [call]})));
                }
            }
        }
        if random.below(4) == 0 {
            chunks.push(json!({"choices": []}));
        }
    }
    chunks.push(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "stop"}]}));
    chunks
}

#[test]
fn the_pieces_of_a_reply_do_not_matter() {
    let reader = reader_with(&[
        ("shell", "shell", None, ToolKind::Custom),
        ("ns__g", "g", Some("ns"), ToolKind::Function),
    ]);
    let mut random = Random(20_260_728);
    for _ in 0..200 {
        let parts = reply(&mut random);
        let whole = chunks(&parts, 1, usize::MAX >> 1, &mut random);
        let expected = without_ids(&streamed(&*reader, &whole));
        for dialect in 0..3 {
            for size in [1, 3, 20] {
                let pieces = chunks(&parts, dialect, size, &mut random);
                let found = without_ids(&streamed(&*reader, &pieces));
                assert_eq!(found, expected, "{pieces:#?}");
            }
        }
    }
}

#[test]
fn calls_may_come_interleaved() {
    let reader = reader_with(&[]);
    let mut random = Random(7);
    for _ in 0..300 {
        let count = 2 + random.below(3);
        let arguments: Vec<&str> = (0..count).map(|_| random.pick(&ARGUMENTS)).collect();
        let mut queues: Vec<Vec<Value>> = arguments
            .iter()
            .enumerate()
            .map(|(index, arguments)| {
                let name = format!("f{index}");
                let mut pieces = vec![
                    json!({"index": index, "id": format!("call_{index}"), "function": {"name": name, "arguments": ""}}),
                ];
                let rest = random.cut(arguments, 4).into_iter();
                pieces.extend(rest.map(|piece| json!({"index": index, "function": {"arguments": piece}})));
                pieces.reverse();
                pieces
            })
            .collect();
        let mut chunks = Vec::new();
        // The calls begin in order.
        for queue in &mut queues {
            chunks.extend(queue.pop());
        }
        while queues.iter().any(|queue| !queue.is_empty()) {
            let at = random.below(count);
            chunks.extend(queues[at].pop());
        }
        let mut chunks: Vec<Value> = chunks
            .into_iter()
            .map(|call| json!({"choices": [{"index": 0, "delta": {"tool_calls": [call]}}]}))
            .collect();
        chunks.push(json!({"choices": [{"index": 0, "delta": {}, "finish_reason": "tool_calls"}]}));
        let response = streamed(&*reader, &chunks);
        let found: Vec<&str> = response
            .function_calls()
            .map(|call| call.arguments.as_str())
            .collect();
        let whole = |arguments: &&'static str| {
            if arguments.is_empty() {
                "{}"
            } else {
                arguments
            }
        };
        assert_eq!(found, arguments.iter().map(whole).collect::<Vec<_>>());
    }
}

#[test]
fn any_mixture_of_recorded_chunks_obeys_the_rules() {
    let reader = reader_with(&[
        ("weather", "weather", Some("ns"), ToolKind::Custom),
        ("lookup", "lookup", None, ToolKind::Function),
    ]);
    let mut random = Random(11);
    // A chunk for each kind of content, and few of each.
    let mut pool: Vec<(String, String)> = Vec::new();
    for (_, body) in recordings("chat-stream") {
        let all = frames(&body, usize::MAX);
        pool.extend(all.iter().take(3).cloned());
        pool.extend(all.iter().rev().take(4).cloned());
        pool.extend((0..6).map(|_| all[random.below(all.len())].clone()));
    }
    pool.retain(|(_, data)| !data.contains("[DONE]"));
    if pool.is_empty() {
        return;
    }
    for _ in 0..3000 {
        let count = 1 + random.below(30);
        let mut mixed: Vec<(String, String)> = (0..count)
            .map(|_| pool[random.below(pool.len())].clone())
            .collect();
        if random.below(2) == 0 {
            mixed.push((String::new(), "[DONE]".to_owned()));
        }
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
