//! Items in any order: the result follows the rules of the API, and no text is lost, repeated or moved,
//! except that results follow their calls.

use std::collections::HashSet;

use serde_json::{Value, json};

use crate::support::{Translated, blocks, call, conversation, output, thought};

/// Returns random items. Each has a mark in its text, `<index>`.
fn items(random: &mut fastrand::Rng) -> Vec<Value> {
    let mut open: Vec<(String, bool)> = Vec::new();
    let mut items = Vec::new();
    for index in 0..random.usize(1..15) {
        let mark = format!("<{index}>");
        // Ids repeat now and then.
        let id = format!("c{}", if random.u8(..8) == 0 { 0 } else { index });
        items.push(match random.u8(..10) {
            0 => json!({"role": "user", "content": mark}),
            1 => json!({"role": "user", "content": [
                {"type": "input_text", "text": mark},
                {"type": "input_image", "image_url": "data:image/png;base64,AA=="},
            ]}),
            2 => json!({"role": "system", "content": mark}),
            3 => json!({"role": "assistant", "content": mark}),
            4 => thought(&mark, "s"),
            5 => {
                open.push((id.clone(), false));
                let arguments = json!({"a": mark}).to_string();
                json!({"type": "function_call", "call_id": id, "name": "f", "arguments": arguments})
            }
            6 => {
                open.push((id.clone(), true));
                json!({"type": "custom_tool_call", "call_id": id, "name": "g", "input": mark})
            }
            7 if !open.is_empty() => {
                let (id, custom) = open.remove(random.usize(..open.len()));
                let kind = if custom {
                    "custom_tool_call_output"
                } else {
                    "function_call_output"
                };
                json!({"type": kind, "call_id": id, "output": mark})
            }
            8 => json!({"role": "assistant", "content": [{"type": "refusal", "refusal": mark}]}),
            _ => output(&id, &mark),
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

/// Returns the marks in blocks of some kinds, in order.
fn marks_of(translated: &Translated, kinds: &[&str]) -> Vec<usize> {
    let messages = translated.messages().iter();
    messages
        .flat_map(|message| blocks(&message["content"]))
        .filter(|block| kinds.contains(&block["type"].as_str().unwrap()))
        .flat_map(|block| marks(&block.to_string()))
        .collect()
}

#[test]
fn no_order_of_items_breaks_the_rules_or_loses_a_text() {
    let mut random = fastrand::Rng::with_seed(7);
    for _ in 0..1500 {
        let items = items(&mut random);
        let shown = json!(items).to_string();
        let translated = conversation(items.clone().into());
        let sent = marks(&translated.body.to_string());
        // Reasoning that nothing follows is left out, with a note.
        let left_out = translated.has_note("skipped input");
        for (index, item) in items.iter().enumerate() {
            let count = sent.iter().filter(|mark| **mark == index).count();
            let dropped = item["type"] == "reasoning" && left_out;
            assert!(count == 1 || count == 0 && dropped, "{index}: {shown}");
        }
        let model = marks_of(&translated, &["thinking", "tool_use"]);
        assert!(model.is_sorted(), "{model:?}: {shown}");
    }
}

#[test]
fn every_order_of_a_short_conversation_is_translated() {
    let mut first = call("a");
    first["arguments"] = json!("{\"x\":\"<3>\"}");
    let mut second = call("b");
    second["arguments"] = json!("{\"x\":\"<4>\"}");
    let items = [
        json!({"role": "user", "content": "<0>"}),
        json!({"role": "assistant", "content": "<1>"}),
        thought("<2>", "s"),
        first,
        second,
        output("a", "<5>"),
        output("b", "<6>"),
    ];
    let mut orders = HashSet::new();
    permute(&mut (0..items.len()).collect(), 0, &mut |order| {
        orders.insert(order.to_vec());
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
            let is_result = marks_of(&translated, &["tool_result"]).contains(&output);
            assert_eq!(is_result, place(call) < place(output), "{order:?}");
        }
    });
    assert_eq!(orders.len(), 5040);
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
