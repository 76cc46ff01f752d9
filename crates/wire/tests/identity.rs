//! Decoding and encoding is the identity on JSON for every type, except for the order of members,
//! the spelling of numbers, and null members.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing
)]

use orouter_wire::{
    Item, Raw, Response, ResponsesRequest, StreamEvent, Tool, Wire, from_slice, from_str,
    to_string, to_vec,
};
use proptest::prelude::*;
use serde_json::{Map, Value};

/// Names of members: some that the types have and some that they do not have.
const NAMES: &[&str] = &[
    "type",
    "id",
    "status",
    "role",
    "content",
    "text",
    "output",
    "input",
    "item",
    "response",
    "delta",
    "part",
    "tools",
    "tool_choice",
    "name",
    "arguments",
    "call_id",
    "logprobs",
    "usage",
    "input_tokens",
    "cost",
    "error",
    "code",
    "message",
    "metadata",
    "annotations",
    "summary",
    "reasoning",
    "effort",
    "model",
    "output_index",
    "sequence_number",
    "temperature",
    "stream",
    "provider",
    "plugins",
    "format",
    "schema",
    "extra",
    "unheard_of",
    "a/b~c",
    "é\n",
];

const STRINGS: &[&str] = &[
    "message",
    "function_call",
    "reasoning",
    "output_text",
    "input_text",
    "function",
    "completed",
    "in_progress",
    "assistant",
    "user",
    "response.created",
    "response.output_text.delta",
    "response.output_item.done",
    "response.completed",
    "error",
    "web_search_call",
    "auto",
    "high",
    "json_schema",
    "unheard_of",
    "",
    "\u{0}\u{1f}\"\\/é😀\u{2028}",
];

fn scalar() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        (0u64..20).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        (-100i32..100).prop_map(|n| Value::from(f64::from(n) / 4.0)),
        prop::sample::select(STRINGS).prop_map(Value::from),
        ".{0,12}".prop_map(Value::from),
    ]
}

fn json() -> impl Strategy<Value = Value> {
    scalar().prop_recursive(6, 96, 8, |inner| {
        let name =
            prop_oneof![9 => prop::sample::select(NAMES).prop_map(String::from), 1 => ".{0,6}"];
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name, inner), 0..9)
                .prop_map(|members| Value::Object(Map::from_iter(members))),
        ]
    })
}

/// Object with a tag, which usually is a known one.
fn object() -> impl Strategy<Value = Value> {
    (prop::sample::select(STRINGS), json(), any::<bool>()).prop_map(|(tag, value, tagged)| {
        let mut members = match value {
            Value::Object(members) => members,
            other => Map::from_iter([("content".to_owned(), other)]),
        };
        if tagged {
            members.insert("type".into(), tag.into());
        }
        Value::Object(members)
    })
}

/// Returns the value without the allowed differences: no null members, one spelling per number.
fn plain(value: Value) -> Value {
    match value {
        Value::Object(members) => members
            .into_iter()
            .filter(|(_, value)| !value.is_null())
            .map(|(name, value)| (name, plain(value)))
            .collect(),
        Value::Array(list) => list.into_iter().map(plain).collect(),
        Value::Number(number) => match number.as_f64() {
            Some(float) if float.fract() == 0.0 && float.abs() < 9e15 => Value::from(float as i64),
            _ => Value::Number(number),
        },
        other => other,
    }
}

#[track_caller]
fn identity<T: Wire + PartialEq + std::fmt::Debug>(value: &Value) {
    let text = value.to_string();
    let decoded: T = from_str(&text).unwrap();
    let written = to_string(&decoded);
    let again: Value = serde_json::from_str(&written).expect("what we write is JSON");
    // serde_json reads some floats as their neighbours, so the expected value goes through text as
    // well.
    let expected: Value = serde_json::from_str(&text).unwrap();
    assert_eq!(plain(again), plain(expected));
    assert!(!written.contains('\n'));

    // A second round trip changes nothing, by any method.
    let second: T = from_slice(&to_vec(&decoded)).unwrap();
    assert_eq!(second, decoded);
    assert_eq!(second.unknown().len(), decoded.unknown().len());

    // Other white space gives the same value.
    let pretty: T = from_str(&serde_json::to_string_pretty(value).unwrap()).unwrap();
    assert_eq!(pretty.unknown(), decoded.unknown());
    serde_json::from_str::<Value>(&decoded.typed_json()).expect("the typed part is JSON");
    for pointer in decoded.unknown() {
        assert!(value.pointer(&pointer).is_some(), "{pointer} leads nowhere");
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn identity_on_any_json(value in json()) {
        identity::<Raw>(&value);
        identity::<Item>(&value);
        identity::<StreamEvent>(&value);
        if value.is_array() {
            identity::<Vec<Item>>(&value);
        }
    }

    #[test]
    fn identity_on_objects(value in object()) {
        identity::<Item>(&value);
        identity::<StreamEvent>(&value);
        identity::<Response>(&value);
        identity::<ResponsesRequest>(&value);
        identity::<Tool>(&value);
    }

    #[test]
    fn raw_text_is_exact(value in json()) {
        let pretty = serde_json::to_string_pretty(&value).unwrap();
        let raw: Raw = from_str(&pretty).unwrap();
        prop_assert_eq!(raw.get(), pretty.trim());
    }

    /// Any bytes give a value or an error, and are rejected in the same cases as by serde_json.
    #[test]
    fn strictness(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
        let ours = from_slice::<Raw>(&bytes).is_ok();
        let theirs = serde_json::from_slice::<Box<serde_json::value::RawValue>>(&bytes).is_ok();
        prop_assert_eq!(ours, theirs);
    }

    #[test]
    fn strictness_of_broken_json(value in json(), cut in any::<prop::sample::Index>(), with in "[\\[\\]{}:,\"\\\\u0-9eE+. tfn\t\n-]{0,2}") {
        let text = value.to_string();
        let mut place = cut.index(text.len() + 1);
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        let (before, after) = text.split_at(place);
        let rest = after.chars().skip(1).collect::<String>();
        for broken in [format!("{before}{with}{after}"), format!("{before}{with}{rest}"), before.to_owned()] {
            let theirs = serde_json::from_str::<Box<serde_json::value::RawValue>>(&broken).is_ok();
            prop_assert_eq!(from_str::<Raw>(&broken).is_ok(), theirs, "{}", broken);
            // A typed root is as strict, if it accepts the JSON type at all.
            if let Err(error) = from_str::<Item>(&broken) {
                prop_assert!(!theirs, "{} for {}", error, broken);
                prop_assert!(error.offset() <= broken.len());
            } else {
                prop_assert!(theirs);
            }
        }
    }
}
