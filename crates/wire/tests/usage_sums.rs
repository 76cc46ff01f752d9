//! Sums of usage: each member by its rule.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use orouter_wire::{Usage, Wire as _, from_str, to_string};
use serde_json::{Value, json};

fn usage(text: &str) -> Usage {
    from_str(text).unwrap()
}

#[allow(clippy::needless_pass_by_value, reason = "calls are shorter")]
fn sum(one: Value, other: Value) -> Value {
    let (one, other) = (usage(&one.to_string()), usage(&other.to_string()));
    let added = one.clone() + other.clone();
    assert_eq!(one.clone() + &other, added);
    assert_eq!([&one, &other].into_iter().sum::<Usage>(), added);
    assert_eq!(
        [one.clone(), other.clone()].into_iter().sum::<Usage>(),
        added
    );
    let (mut by_value, mut by_reference) = (one.clone(), one);
    by_value += other.clone();
    by_reference += &other;
    assert_eq!(by_value, added);
    assert_eq!(by_reference, added);
    serde_json::from_str(&to_string(&added)).unwrap()
}

/// The sum of a usage that has all members with itself: every number twice.
#[test]
fn every_number_of_every_member_adds() {
    let numbers = |names: &[&str]| -> Value {
        let numbers = names.iter().zip(1u64..);
        numbers
            .map(|(name, number)| ((*name).to_owned(), json!(number)))
            .collect::<serde_json::Map<_, _>>()
            .into()
    };
    let mut all = numbers(&[
        "input_tokens",
        "output_tokens",
        "total_tokens",
        "cost_in_usd_ticks",
        "num_sources_used",
        "num_server_side_tools_used",
    ]);
    all["cost"] = json!(0.5);
    all["input_tokens_details"] = numbers(&[
        "cached_tokens",
        "cache_write_tokens",
        "audio_tokens",
        "image_tokens",
        "text_tokens",
        "video_tokens",
    ]);
    all["output_tokens_details"] = numbers(&[
        "reasoning_tokens",
        "audio_tokens",
        "image_tokens",
        "text_tokens",
        "accepted_prediction_tokens",
        "rejected_prediction_tokens",
        "tool_output_tokens",
    ]);
    all["cost_details"] = json!({
        "upstream_inference_cost": 0.25,
        "upstream_inference_input_cost": 0.5,
        "upstream_inference_output_cost": 0.75,
        "server_tool_cost": 1.5,
    });
    all["server_tool_use_details"] = numbers(&[
        "tool_calls_executed",
        "tool_calls_requested",
        "web_search_requests",
    ]);
    all["pydantic_ai_gateway"] = json!({"cost_estimate": 2.5});
    all["server_side_tool_usage_details"] = numbers(&[
        "code_interpreter_calls",
        "document_search_calls",
        "file_search_calls",
        "image_generation_calls",
        "mcp_calls",
        "web_search_calls",
        "x_search_calls",
        "browse_page_calls",
        "view_image_calls",
        "view_x_video_calls",
    ]);
    assert_eq!(usage(&all.to_string()).unknown(), [""; 0]);

    fn doubled(value: &Value) -> Value {
        match value {
            Value::Object(members) => members
                .iter()
                .map(|(name, value)| (name.clone(), doubled(value)))
                .collect::<serde_json::Map<_, _>>()
                .into(),
            Value::Number(number) => match number.as_u64() {
                Some(number) => json!(number * 2),
                None => json!(number.as_f64().unwrap() * 2.0),
            },
            other => panic!("not a number: {other}"),
        }
    }
    let float = |value: &Value| value.as_f64().unwrap();
    let added = sum(all.clone(), all.clone());
    let expected = doubled(&all);
    assert_eq!(
        added["input_tokens_details"],
        expected["input_tokens_details"]
    );
    assert_eq!(
        added["output_tokens_details"],
        expected["output_tokens_details"]
    );
    assert_eq!(
        added["server_tool_use_details"],
        expected["server_tool_use_details"]
    );
    assert_eq!(
        added["server_side_tool_usage_details"],
        expected["server_side_tool_usage_details"]
    );
    for (name, value) in expected["cost_details"].as_object().unwrap() {
        assert_eq!(float(&added["cost_details"][name]), float(value), "{name}");
    }
    assert_eq!(float(&added["pydantic_ai_gateway"]["cost_estimate"]), 5.0);
    for (name, value) in expected.as_object().unwrap() {
        if value.is_number() {
            assert_eq!(float(&added[name]), float(value), "{name}");
        }
    }
}

#[test]
fn what_one_response_lacks_counts_as_nothing() {
    let added = sum(
        json!({"input_tokens": 1}),
        json!({"cost": 0.5, "num_sources_used": 2}),
    );
    assert_eq!(added["input_tokens"], 1);
    assert_eq!(added["cost"], 0.5);
    assert_eq!(added["num_sources_used"], 2);
    let neither = Usage::new(1, 2) + Usage::new(3, 4);
    assert_eq!(neither, Usage::new(4, 6));
    assert_eq!(neither.cost, None);
    assert_eq!(std::iter::empty::<Usage>().sum::<Usage>(), Usage::default());
}

#[test]
fn integers_saturate() {
    let most = Usage::new(u64::MAX, 1);
    let added = most.clone() + &most;
    assert_eq!((added.input_tokens, added.output_tokens), (u64::MAX, 2));
    assert_eq!(added.total_tokens, u64::MAX);
}

#[test]
fn a_flag_is_set_if_any_is() {
    let flag = |one: &str, other: &str| (usage(one) + usage(other)).is_byok;
    let (yes, no, none) = (r#"{"is_byok":true}"#, r#"{"is_byok":false}"#, "{}");
    assert_eq!(flag(yes, no), Some(true));
    assert_eq!(flag(no, yes), Some(true));
    assert_eq!(flag(no, none), Some(false));
    assert_eq!(flag(none, yes), Some(true));
    assert_eq!(flag(none, none), None);
}

#[test]
fn contexts_do_not_add_and_turns_follow_each_other() {
    let one = json!({
        "context_details": {"input_tokens": 10},
        "input_tokens_details": {"cached_tokens": 0, "input_tokens_per_turn": [1, 2]},
    });
    let other = json!({
        "context_details": {"output_tokens": 20},
        "input_tokens_details": {"cached_tokens": 0, "input_tokens_per_turn": [3]},
    });
    let added = sum(one.clone(), other);
    assert_eq!(added["context_details"], json!({"output_tokens": 20}));
    assert_eq!(
        added["input_tokens_details"]["input_tokens_per_turn"],
        json!([1, 2, 3])
    );
    assert_eq!(
        sum(one, json!({}))["context_details"],
        json!({"input_tokens": 10})
    );
}

#[test]
fn numbers_without_a_field_add_too() {
    let added = sum(
        json!({"new_tokens": 1, "tier": "a", "new_details": {"x": 1, "y": 0.5, "z": "a"}, "odd": 1}),
        json!({"new_tokens": 2, "tier": "b", "new_details": {"x": 2, "y": 1, "w": 3}, "odd": "b", "late": -1}),
    );
    assert_eq!(added["new_tokens"], 3);
    assert_eq!(added["tier"], "b");
    assert_eq!(
        added["new_details"],
        json!({"x": 3, "y": 1.5, "z": "a", "w": 3})
    );
    assert_eq!(added["odd"], "b");
    assert_eq!(added["late"], -1);
    assert_eq!(sum(json!({"n": 1}), json!({"n": null}))["n"], 1);
    assert_eq!(sum(json!({"n": -1}), json!({"n": -2}))["n"], -3.0);
    // Above the largest integer, and above the largest float.
    let large = sum(json!({"n": u64::MAX}), json!({"n": 1}));
    assert_eq!(large["n"], u64::MAX as f64);
    assert_eq!(
        sum(json!({"n": f64::MAX}), json!({"n": f64::MAX}))["n"],
        f64::MAX
    );
}
