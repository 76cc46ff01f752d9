//! Items in any order: the result follows the rules of upstreams, and no text is lost, repeated or
//! moved, except that results follow their calls.

use serde_json::{Value, json};

use crate::support::{Translated, conversation};

/// A small generator of numbers: tests must repeat.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).unwrap() % limit
    }
}

/// Returns random items. Each has a mark in its text, `<index>`.
fn items(numbers: &mut Numbers) -> Vec<Value> {
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut items = Vec::new();
    for index in 0..numbers.below(14) + 1 {
        let mark = format!("<{index}>");
        // Ids repeat now and then.
        let id = format!("c{}", if numbers.below(8) == 0 { 0 } else { index });
        items.push(match numbers.below(9) {
            0 => json!({"role": "user", "content": mark}),
            1 => json!({"role": "user", "content": [{"type": "input_text", "text": mark}, {"type": "input_image", "image_url": "data:image/png;base64,AA=="}]}),
            2 => json!({"role": "system", "content": mark}),
            3 => json!({"role": "assistant", "content": mark}),
            4 => json!({"type": "reasoning", "summary": [{"type": "summary_text", "text": mark}]}),
            5 => {
                open.push((id.clone(), false));
                json!({"type": "function_call", "call_id": id, "name": "f", "arguments": format!("{{\"a\":\"{mark}\"}}")})
            }
            6 => {
                open.push((id.clone(), true));
                json!({"type": "custom_tool_call", "call_id": id, "name": "g", "input": mark})
            }
            kind => {
                let known = !open.is_empty() && kind == 7;
                let (id, custom) = if known {
                    let which = numbers.below(open.len());
                    open.remove(which)
                } else {
                    (id, false)
                };
                let kind = if custom { "custom_tool_call_output" } else { "function_call_output" };
                json!({"type": kind, "call_id": id, "output": mark})
            }
        });
    }
    items
}

/// Returns the marks in a text, in order.
fn marks(text: &str) -> Vec<usize> {
    let parts = text.split('<').skip(1);
    parts
        .filter_map(|part| part.split_once('>')?.0.parse().ok())
        .collect()
}

/// Returns the marks of the messages of one role.
fn marks_of(translated: &Translated, role: &str) -> Vec<usize> {
    let messages = translated.messages().iter();
    messages
        .filter(|message| message["role"] == role)
        .flat_map(|message| marks(&message.to_string()))
        .collect()
}

#[test]
fn no_order_of_items_breaks_the_protocol_or_loses_a_text() {
    let mut numbers = Numbers(7);
    for _ in 0..3000 {
        let items = items(&mut numbers);
        let shown = json!(items).to_string();
        let translated = conversation(items.clone().into());
        let mut sent = marks(&translated.body.to_string());
        // Reasoning that nothing follows is left out, with a note.
        let left_out = translated.has_note("skipped input");
        for (index, item) in items.iter().enumerate() {
            let count = sent.iter().filter(|mark| **mark == index).count();
            let dropped = item["type"] == "reasoning" && left_out;
            assert!(count == 1 || count == 0 && dropped, "{index}: {shown}");
        }
        sent.sort_unstable();
        assert!(sent.is_sorted_by(|a, b| a < b), "{shown}");
        for role in ["user", "system"] {
            let found = marks_of(&translated, role);
            assert!(found.is_sorted(), "{role} {found:?}: {shown}");
        }
        for message in translated.messages() {
            let calls = message["tool_calls"].as_array().into_iter().flatten();
            let calls: Vec<usize> = calls.flat_map(|call| marks(&call.to_string())).collect();
            assert!(calls.is_sorted(), "{shown}");
        }
    }
}

#[test]
fn every_order_of_a_short_conversation_is_translated() {
    let items = [
        json!({"role": "user", "content": "<0>"}),
        json!({"role": "assistant", "content": "<1>"}),
        json!({"type": "reasoning", "summary": [{"type": "summary_text", "text": "<2>"}]}),
        json!({"type": "function_call", "call_id": "a", "name": "f", "arguments": "{\"x\":\"<3>\"}"}),
        json!({"type": "function_call", "call_id": "b", "name": "f", "arguments": "{\"x\":\"<4>\"}"}),
        json!({"type": "function_call_output", "call_id": "a", "output": "<5>"}),
        json!({"type": "function_call_output", "call_id": "b", "output": "<6>"}),
    ];
    let mut count = 0;
    permute(&mut (0..items.len()).collect(), 0, &mut |order| {
        count += 1;
        let ordered: Vec<&Value> = order.iter().map(|index| &items[*index]).collect();
        let translated = conversation(json!(ordered));
        let sent = marks(&translated.body.to_string());
        let expected = if translated.has_note("skipped input") {
            6
        } else {
            7
        };
        assert_eq!(sent.len(), expected, "{order:?}: {}", translated.body);
        let place = |index: usize| order.iter().position(|known| *known == index).unwrap();
        for (call, output) in [(3, 5), (4, 6)] {
            let results = marks_of(&translated, "tool");
            let is_result = results.contains(&output);
            assert_eq!(is_result, place(call) < place(output), "{order:?}");
        }
    });
    assert_eq!(count, 5040);
}

/// Calls `visit` with every order of the numbers after `start`.
fn permute(numbers: &mut Vec<usize>, start: usize, visit: &mut impl FnMut(&[usize])) {
    if start == numbers.len() {
        visit(numbers);
        return;
    }
    for index in start..numbers.len() {
        numbers.swap(start, index);
        permute(numbers, start + 1, visit);
        numbers.swap(start, index);
    }
}
