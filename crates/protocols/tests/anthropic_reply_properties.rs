//! Random messages in random pieces: the assembled response does not depend on the pieces, and blocks
//! may come at once.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

mod reply_support;

use std::sync::Arc;

use orouter_conformance::{Violation, audit};
use orouter_protocols::{ReplyContext, ReplyReader, ToolKind};
use orouter_wire::Response;
use reply_support::anthropic::{
    begin, ended, input, last, outline, signature, start, stop, text, thinking,
};
use reply_support::random::Random;
use reply_support::{
    events_of, events_of_frames, frames, names_of, recordings, response_of, whole, without_ids,
    wrapped,
};
use serde_json::{Value, json};

const TEXTS: [&str; 5] = ["Hello", "naïve 漢字 🙂", "\n\n", "{\"a\": [1, 2]}", "}"];

/// Inputs, except for an empty object: in a whole message that was cut, it may stand for an input of
/// which nothing has arrived.
const INPUTS: [&str; 5] = [
    "{\"a\":{}}",
    "{\"a\":1}",
    "{\"a\":\"}{\",\"b\":[{\"c\":\"\\\"}\"}]}",
    "{\"city\":\"漢字\"}",
    "{\"input\":\"x\\ny 🙂 é\"}",
];

const REASONS: [&str; 4] = ["end_turn", "tool_use", "max_tokens", "refusal"];

fn reader() -> Arc<dyn ReplyReader> {
    let names = names_of(&[
        ("shell", "shell", None, ToolKind::Custom),
        ("ns__g", "g", Some("ns"), ToolKind::Function),
    ]);
    orouter_protocols::anthropic::reader(ReplyContext::new(names).answer_tool("output"))
}

/// The content of a message.
fn content(random: &mut Random) -> Vec<Value> {
    let blocks = 1 + random.below(6);
    let block = |number: usize, random: &mut Random| {
        let text = random.pick(&TEXTS);
        match random.below(7) {
            0 => json!({"type": "thinking", "thinking": text, "signature": format!("s{number}")}),
            1 => json!({"type": "redacted_thinking", "data": format!("e{number}")}),
            2 | 3 => {
                let name = random.pick(&["f", "shell", "ns__g", "output"]);
                let input: Value = serde_json::from_str(random.pick(&INPUTS)).unwrap();
                json!({"type": "tool_use", "id": format!("toolu_{number}"), "name": name, "input": input})
            }
            4 => {
                json!({"type": "web_search_tool_result", "tool_use_id": "x", "content": [{"text": text}]})
            }
            _ => json!({"type": "text", "text": text}),
        }
    };
    (0..blocks).map(|number| block(number, random)).collect()
}

/// The events of each block, with the first ones at the end.
fn queues(content: &[Value], size: usize, random: &mut Random) -> Vec<Vec<Value>> {
    let mut queues = Vec::new();
    for (index, block) in (0..).zip(content) {
        let string = |name: &str| block[name].as_str().unwrap_or_default();
        let mut first = block.clone();
        let mut events = Vec::new();
        match string("type") {
            "text" => {
                first["text"] = json!("");
                let pieces = random.cut(string("text"), size);
                events.extend(pieces.iter().map(|piece| text(index, piece)));
            }
            "thinking" => {
                first["thinking"] = json!("");
                first.as_object_mut().unwrap().remove("signature");
                let pieces = random.cut(string("thinking"), size);
                events.extend(pieces.iter().map(|piece| thinking(index, piece)));
                events.push(signature(index, string("signature")));
            }
            "tool_use" => {
                first["input"] = json!({});
                events.push(input(index, ""));
                let pieces = random.cut(&block["input"].to_string(), size);
                events.extend(pieces.iter().map(|piece| input(index, piece)));
            }
            _ => {}
        }
        events.insert(0, begin(index, first));
        events.push(stop(index));
        events.reverse();
        queues.push(events);
    }
    queues
}

fn comparable(response: &Response) -> Value {
    let mut value = without_ids(response);
    value["usage"] = Value::Null;
    value["model"] = Value::Null;
    value
}

#[test]
fn the_pieces_of_a_message_do_not_matter() {
    let reader = reader();
    let mut random = Random(20_261_129);
    for _ in 0..300 {
        let content = content(&mut random);
        let reason = random.pick(&REASONS);
        let body = json!({"type": "message", "content": content, "stop_reason": reason});
        let expected = comparable(&whole(&*reader, &body));
        for size in [1, 3, 20, usize::MAX >> 1] {
            let mut events = vec![start()];
            for queue in queues(&content, size, &mut random) {
                for event in queue.into_iter().rev() {
                    events.push(event);
                    if random.below(5) == 0 {
                        events.push(json!({"type": "ping"}));
                    }
                }
            }
            events.extend([ended(reason), last()]);
            let found = response_of(&events_of(&*reader, &events));
            assert_eq!(comparable(&found), expected, "{events:#?}");
        }
    }
}

#[test]
fn blocks_may_come_at_once() {
    let reader = reader();
    let mut random = Random(3);
    for _ in 0..500 {
        let content = content(&mut random);
        let body = json!({"type": "message", "content": content, "stop_reason": "end_turn"});
        let mut expected = outline(&whole(&*reader, &body));
        let mut queues = queues(&content, 4, &mut random);
        let mut events = vec![start()];
        // The blocks begin in order.
        let mut begun = 0;
        while queues.iter().any(|queue| !queue.is_empty()) {
            let at = random.below(content.len());
            if at > begun {
                continue;
            }
            if at == begun {
                begun += 1;
            }
            events.extend(queues[at].pop());
        }
        events.extend([ended("end_turn"), last()]);
        let mut found = outline(&response_of(&events_of(&*reader, &events)));
        // Items are announced with their first content, which may come later than that of another.
        expected.sort();
        found.sort();
        assert_eq!(found, expected, "{events:#?}");
    }
}

#[test]
fn no_part_of_a_message_is_complete() {
    let reader = reader();
    let mut random = Random(5);
    for _ in 0..100 {
        let content = content(&mut random);
        let mut events = vec![start()];
        for queue in queues(&content, 5, &mut random) {
            events.extend(queue.into_iter().rev());
        }
        for end in 0..=events.len() {
            let made = events_of(&*reader, &events[..end]);
            assert!(made.iter().all(|event| event.response().is_none()));
            assert!(made.iter().all(|event| !event.is_failure()));
        }
    }
}

#[test]
fn any_mixture_of_recorded_events_obeys_the_rules() {
    let reader = reader();
    let mut random = Random(11);
    let mut pool: Vec<(String, String)> = Vec::new();
    for (_, body) in recordings("anthropic-stream") {
        let all = frames(&body, usize::MAX);
        pool.extend(all.iter().take(4).cloned());
        pool.extend(all.iter().rev().take(4).cloned());
        pool.extend((0..8).map(|_| all[random.below(all.len())].clone()));
    }
    // Those end a mixture.
    pool.retain(|(_, data)| !data.contains("message_stop"));
    if pool.is_empty() {
        return;
    }
    // One message, so that most mixtures go on.
    let id = |data: &str| {
        let mut event: Value = serde_json::from_str(data).unwrap();
        if event["message"].is_object() {
            event["message"]["id"] = json!("msg_1");
        }
        event.to_string()
    };
    for (_, data) in &mut pool {
        *data = id(data);
    }
    for _ in 0..3000 {
        let count = 1 + random.below(40);
        let mut mixed: Vec<(String, String)> = (0..count)
            .map(|_| pool[random.below(pool.len())].clone())
            .collect();
        if random.below(2) == 0 {
            mixed.push((String::new(), last().to_string()));
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
