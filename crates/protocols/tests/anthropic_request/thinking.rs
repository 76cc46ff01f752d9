//! The output limit, and thinking.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{assistant, call, output, thought, translate_for, translate_to, user};

fn request(members: Value) -> Value {
    let mut request = json!({"model": "m", "input": "Hi", "max_output_tokens": 10_000});
    for (name, value) in members.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

fn reasoning(reasoning: Value) -> Value {
    request(json!({"reasoning": reasoning}))
}

#[test]
fn the_output_limit_is_the_clients_or_the_catalogs_or_the_models() {
    let plain = json!({"model": "m", "input": "Hi"});
    let limited = json!({"model": "m", "input": "Hi", "max_output_tokens": 77});
    for (model, limit) in [
        ("claude-3-opus-20240229", 4096),
        ("claude-3-5-haiku-20241022", 8192),
        ("claude-3-7-sonnet-20250219", 32_000),
        ("claude-opus-4-1", 32_000),
        ("claude-opus-5-5", 32_000),
        ("glm-5", 8192),
    ] {
        let translated = translate_to(model, &plain);
        assert_eq!(translated.body["max_tokens"], limit, "{model}");
        assert!(translated.has_note("adjusted max_output_tokens"), "{model}");
        let translated = translate_to(model, &limited);
        assert_eq!(translated.body["max_tokens"], 77, "{model}");
        let known = Target::new(model).max_output_tokens(Some(64_000));
        let translated = translate_for(&plain, &known).unwrap();
        assert_eq!(translated.body["max_tokens"], 64_000, "{model}");
        assert_eq!(translated.noted(), Vec::<String>::new());
    }
}

#[test]
fn an_effort_is_a_share_of_the_output_limit() {
    for model in [
        "claude-3-7-sonnet-20250219",
        "claude-haiku-4-5",
        "claude-opus-4-5",
        "kimi-k2",
    ] {
        for (effort, budget) in [
            ("minimal", 1024),
            ("low", 2000),
            ("medium", 5000),
            ("high", 8000),
            ("xhigh", 9500),
            ("max", 9500),
        ] {
            let translated = translate_to(model, &reasoning(json!({"effort": effort})));
            let thinking = json!({"type": "enabled", "budget_tokens": budget});
            assert_eq!(translated.body["thinking"], thinking, "{model} {effort}");
        }
        for off in [
            json!({"effort": "none"}),
            json!({"enabled": false}),
            json!({"max_tokens": 0}),
            json!({}),
        ] {
            let translated = translate_to(model, &reasoning(off.clone()));
            assert_eq!(translated.body.get("thinking"), None, "{model} {off}");
        }
        let translated = translate_to(model, &reasoning(json!({"enabled": true})));
        assert_eq!(
            translated.body["thinking"]["budget_tokens"], 5000,
            "{model}"
        );
    }
}

#[test]
fn a_budget_is_at_least_1024_and_less_than_the_output_limit() {
    let model = "claude-haiku-4-5";
    for (budget, sent, noted) in [
        (3000, 3000, false),
        (5, 1024, true),
        (10_000, 9999, true),
        (u64::MAX, 9999, true),
    ] {
        let translated = translate_to(model, &reasoning(json!({"max_tokens": budget})));
        assert_eq!(
            translated.body["thinking"]["budget_tokens"], sent,
            "{budget}"
        );
        assert_eq!(
            translated.has_note("adjusted reasoning.max_tokens"),
            noted,
            "{budget}"
        );
    }
    for limit in [1, 1024] {
        let small = request(json!({"max_output_tokens": limit, "reasoning": {"effort": "high"}}));
        let translated = translate_to(model, &small);
        assert_eq!(translated.body.get("thinking"), None, "{limit}");
        assert!(translated.has_note("ignored reasoning"), "{limit}");
    }
    let translated = translate_to(
        model,
        &request(json!({"max_output_tokens": 1025, "reasoning": {"effort": "xhigh"}})),
    );
    assert_eq!(translated.body["thinking"]["budget_tokens"], 1024);
    // Without a limit of the client or the catalog, the budget does not shorten the answer.
    let unlimited = json!({"model": "m", "input": "Hi", "reasoning": {"max_tokens": 40_000}});
    let translated = translate_to(model, &unlimited);
    assert_eq!(translated.body["max_tokens"], 72_000);
    assert_eq!(translated.body["thinking"]["budget_tokens"], 40_000);
}

#[test]
fn newer_models_take_an_effort_and_decide_how_much_they_think() {
    let summarized = json!({"type": "adaptive", "display": "summarized"});
    for (model, thinking, xhigh) in [
        ("claude-sonnet-4-6", json!({"type": "adaptive"}), "max"),
        ("claude-opus-4-7", summarized.clone(), "xhigh"),
        ("anthropic/claude-opus-4.8", summarized.clone(), "xhigh"),
        ("claude-sonnet-5", summarized.clone(), "xhigh"),
        ("claude-haiku-5-5", summarized.clone(), "xhigh"),
        ("claude-fable-5-1", summarized.clone(), "xhigh"),
    ] {
        for (effort, sent) in [
            ("minimal", "low"),
            ("low", "low"),
            ("medium", "medium"),
            ("high", "high"),
            ("xhigh", xhigh),
            ("max", "max"),
        ] {
            let translated = translate_to(model, &reasoning(json!({"effort": effort})));
            assert_eq!(translated.body["thinking"], thinking, "{model} {effort}");
            assert_eq!(
                translated.body["output_config"],
                json!({"effort": sent}),
                "{model} {effort}"
            );
            assert_eq!(
                translated.has_note("adjusted reasoning.effort"),
                effort != sent
            );
        }
        let translated = translate_to(
            model,
            &reasoning(json!({"enabled": true, "summary": "auto"})),
        );
        assert_eq!(translated.body["thinking"], thinking, "{model}");
        assert_eq!(translated.body.get("output_config"), None, "{model}");
        assert_eq!(translated.noted(), Vec::<String>::new());
    }
    let budget = reasoning(json!({"max_tokens": 3000}));
    let translated = translate_to("claude-sonnet-4-6", &budget);
    assert_eq!(
        translated.body["thinking"],
        json!({"type": "enabled", "budget_tokens": 3000})
    );
    let translated = translate_to("claude-opus-4-7", &budget);
    assert_eq!(translated.body["thinking"], summarized);
    assert!(translated.has_note("adjusted reasoning.max_tokens"));
}

#[test]
fn thinking_is_turned_off_as_each_model_takes_it() {
    for (model, thinking, effort) in [
        ("claude-3-5-sonnet-20241022", Value::Null, Value::Null),
        ("claude-haiku-4-5", Value::Null, Value::Null),
        ("claude-opus-4-8", Value::Null, Value::Null),
        ("claude-sonnet-5", json!({"type": "disabled"}), Value::Null),
        ("claude-opus-5", json!({"type": "disabled"}), Value::Null),
        ("claude-haiku-5-5", json!({"type": "disabled"}), Value::Null),
        (
            "claude-sonnet-5-5",
            json!({"type": "between_tools"}),
            Value::Null,
        ),
        ("claude-opus-5-5", Value::Null, json!("low")),
        ("claude-fable-5", Value::Null, json!("low")),
        ("claude-mythos-preview", Value::Null, json!("low")),
    ] {
        let translated = translate_to(model, &reasoning(json!({"effort": "none"})));
        assert_eq!(translated.body["thinking"], thinking, "{model}");
        assert_eq!(
            translated.body["output_config"]["effort"], effort,
            "{model}"
        );
        assert_eq!(
            translated.has_note("adjusted reasoning"),
            effort != Value::Null,
            "{model}"
        );
    }
}

#[test]
fn settings_without_effect_are_noted() {
    let model = "claude-haiku-4-5";
    let all = reasoning(json!({
        "effort": "low", "context": "auto", "mode": "standard", "summary": "detailed",
        "generate_summary": "concise",
    }));
    let translated = translate_to(model, &all);
    for name in ["context", "mode", "summary", "generate_summary"] {
        assert!(
            translated.has_note(&format!("ignored reasoning.{name}")),
            "{name}"
        );
    }
    let translated = translate_to(
        "claude-3-opus-20240229",
        &reasoning(json!({"effort": "low"})),
    );
    assert!(translated.has_note("ignored reasoning"));
    assert_eq!(translated.body.get("thinking"), None);
    let listed = vec!["tools".to_owned()];
    let target = Target::new(model).supported_parameters(Some(&listed));
    let translated = translate_for(&reasoning(json!({"effort": "low"})), &target).unwrap();
    assert!(translated.has_note("ignored reasoning"));
    let refusal =
        translate_for(&reasoning(json!({"effort": "huge"})), &Target::new(model)).unwrap_err();
    assert_eq!(refusal.param, "reasoning.effort");
}

#[test]
fn trap_16_a_forced_call_turns_a_budget_off_and_says_so() {
    let tools = json!([{"type": "function", "name": "f"}]);
    for choice in [json!("required"), json!({"type": "function", "name": "f"})] {
        let request = request(json!({
            "tools": tools, "tool_choice": choice, "reasoning": {"effort": "high"}, "temperature": 0.5,
        }));
        let translated = translate_to("claude-haiku-4-5", &request);
        assert_eq!(translated.body.get("thinking"), None);
        assert!(translated.has_note("ignored reasoning"));
        assert_eq!(translated.body["temperature"], 0.5);
    }
}

#[test]
fn a_forced_call_turns_adaptive_thinking_off_where_the_model_does_not_take_both() {
    let tools = json!([{"type": "function", "name": "f"}]);
    let forced = [json!("required"), json!({"type": "function", "name": "f"})];
    for (model, both) in [
        ("claude-opus-4-6", false),
        ("claude-sonnet-4-6", false),
        ("claude-opus-4-7", false),
        ("claude-opus-4-8", true),
        ("claude-sonnet-5", true),
        ("claude-fable-5", true),
    ] {
        let with = |choice: &Value| {
            request(json!({
                "tools": tools, "tool_choice": choice, "reasoning": {"effort": "high"},
            }))
        };
        for choice in &forced {
            let translated = translate_to(model, &with(choice));
            let called = translated.body["tool_choice"]["type"].as_str();
            assert!(matches!(called, Some("any" | "tool")), "{model}");
            let thinks = translated.body.get("thinking").is_some();
            assert_eq!(thinks, both, "{model} {choice}");
            let noted = translated.has_note("ignored reasoning");
            assert_eq!(noted, !both, "{model} {choice}");
            // The effort concerns the answer too.
            let effort = json!({"effort": "high"});
            assert_eq!(translated.body["output_config"], effort, "{model}");
        }
        let translated = translate_to(model, &with(&json!("auto")));
        assert_eq!(translated.body["thinking"]["type"], "adaptive", "{model}");
    }
}

#[test]
fn a_budget_needs_thinking_in_the_message_that_the_model_goes_on_with() {
    let model = "claude-haiku-4-5";
    let with = |items: Value| request(json!({"input": items, "reasoning": {"effort": "low"}}));
    for (items, thinks) in [
        (
            json!([user("a"), thought("t", "s"), call("1"), output("1", "x")]),
            true,
        ),
        (json!([user("a"), call("1"), output("1", "x")]), false),
        (
            json!([user("a"), call("1"), output("1", "x"), user("b")]),
            false,
        ),
        (json!([user("a"), assistant("b")]), false),
        (json!([user("a"), assistant("b"), user("c")]), true),
        (
            json!([
                user("a"),
                call("1"),
                output("1", "x"),
                assistant("b"),
                user("c")
            ]),
            true,
        ),
        // The calls of a loop are one turn, whose first message has the reasoning.
        (
            json!([
                user("a"),
                thought("t", "s"),
                call("1"),
                output("1", "x"),
                call("2"),
                output("2", "y"),
                assistant("b"),
                call("3"),
                output("3", "z"),
            ]),
            true,
        ),
        (
            json!([
                user("a"),
                call("1"),
                output("1", "x"),
                thought("t", "s"),
                call("2"),
                output("2", "y"),
            ]),
            false,
        ),
        // An earlier turn does not matter.
        (
            json!([
                user("a"),
                call("1"),
                output("1", "x"),
                assistant("b"),
                user("c"),
                thought("t", "s"),
                call("2"),
                output("2", "y"),
                call("3"),
                output("3", "z"),
            ]),
            true,
        ),
    ] {
        let translated = translate_to(model, &with(items.clone()));
        assert_eq!(translated.body.get("thinking").is_some(), thinks, "{items}");
        assert_eq!(translated.has_note("ignored reasoning"), !thinks, "{items}");
        let translated = translate_to("claude-opus-4-7", &with(items));
        assert_eq!(translated.body["thinking"]["type"], "adaptive");
    }
}

#[test]
fn thinking_whose_conversation_changed_is_left_out_by_models_that_would_refuse_it() {
    let items = json!([user("a"), thought("t", "s"), assistant("b"), user("c")]);
    let header = [(
        "anthropic-beta",
        "thinking-binding-controls-2026-08-01".to_owned(),
    )];
    for model in [
        "claude-opus-5-5",
        "claude-sonnet-5-5",
        "claude-haiku-5-5",
        "claude-fable-5-1",
    ] {
        let translated = translate_to(model, &request(json!({"input": items})));
        assert_eq!(
            translated.body["thinking"],
            json!({
                "type": "adaptive", "display": "summarized",
                "block_binding": {"prefix_mismatch_behavior": "drop_block"},
            }),
            "{model}"
        );
        assert_eq!(translated.headers, header);
        let translated = translate_to(model, &request(json!({})));
        assert_eq!(translated.body.get("thinking"), None, "{model}");
        assert!(translated.headers.is_empty());
    }
    for model in ["claude-opus-5", "claude-mythos-5-1", "claude-haiku-4-5"] {
        let translated = translate_to(model, &request(json!({"input": items})));
        assert_eq!(translated.body.get("thinking"), None, "{model}");
        assert!(translated.headers.is_empty());
    }
}
