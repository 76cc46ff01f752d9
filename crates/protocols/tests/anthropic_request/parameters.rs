//! The parameters of a request.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{MODEL, translate, translate_for, translate_to, translate_with};

fn request(members: Value) -> Value {
    let mut request = json!({"model": "m", "input": "Hi", "max_output_tokens": 4096});
    for (name, value) in members.as_object().unwrap() {
        request[name] = value.clone();
    }
    request
}

#[test]
fn the_smallest_request_has_only_what_the_api_requires() {
    let translated = translate(&request(json!({}))).unwrap();
    let body = json!({
        "model": MODEL, "max_tokens": 4096, "messages": [{"role": "user", "content": "Hi"}],
    });
    assert_eq!(translated.body, body);
    assert_eq!(translated.noted(), Vec::<String>::new());
    assert!(translated.headers.is_empty());
}

#[test]
fn parameters_of_the_api_are_sent() {
    let translated = translate(&request(json!({
        "stream": true, "temperature": 0.25, "top_k": 5, "stop": ["a", "b"], "user": "u",
        "service_tier": "default",
    })))
    .unwrap();
    for (name, value) in [
        ("stream", json!(true)),
        ("temperature", json!(0.25)),
        ("top_k", json!(5)),
        ("stop_sequences", json!(["a", "b"])),
        ("metadata", json!({"user_id": "u"})),
        ("service_tier", json!("standard_only")),
    ] {
        assert_eq!(translated.body[name], value, "{name}");
    }
    assert_eq!(translated.noted(), Vec::<String>::new());
}

#[test]
fn trap_21_stop_sequences_have_text() {
    for (stop, sent, noted) in [
        (json!("x"), json!(["x"]), false),
        (json!(["\n\n", "END"]), json!(["END"]), true),
        (json!([" ", ""]), Value::Null, true),
        (json!([]), Value::Null, false),
    ] {
        let translated = translate(&request(json!({"stop": stop}))).unwrap();
        assert_eq!(translated.body["stop_sequences"], sent, "{stop}");
        assert_eq!(translated.has_note("adjusted stop"), noted, "{stop}");
    }
    let refusal = translate(&request(json!({"stop": ["1", "2", "3", "4", "5"]}))).unwrap_err();
    assert_eq!(refusal.param, "stop");
}

#[test]
fn sampling_parameters_have_the_values_that_each_model_takes() {
    let both = request(json!({"temperature": 1.5, "top_p": 0.5, "top_k": 3}));
    let translated = translate_to("claude-3-haiku-20240307", &both);
    assert_eq!(translated.body["temperature"], 1.0);
    assert_eq!(translated.body["top_p"], 0.5);
    assert!(translated.has_note("adjusted temperature"));
    let translated = translate_to("claude-sonnet-4-5", &both);
    assert_eq!(translated.body["temperature"], 1.0);
    assert_eq!(translated.body.get("top_p"), None);
    assert_eq!(translated.body["top_k"], 3);
    assert!(translated.has_note("ignored top_p"));
    for model in ["claude-opus-4-7", "claude-sonnet-5", "claude-fable-5"] {
        let translated = translate_to(model, &both);
        for name in ["temperature", "top_p", "top_k"] {
            assert_eq!(translated.body.get(name), None, "{model} {name}");
            assert!(
                translated.has_note(&format!("ignored {name}")),
                "{model} {name}"
            );
        }
        let default = request(json!({"temperature": 1, "top_p": 1.0, "top_k": 0}));
        let translated = translate_to(model, &default);
        assert_eq!(translated.body.get("temperature"), None, "{model}");
        assert_eq!(translated.noted(), Vec::<String>::new(), "{model}");
    }
}

#[test]
fn sampling_parameters_that_exclude_a_thinking_budget_are_noted() {
    let request = request(json!({
        "temperature": 0.2, "top_p": 0.5, "top_k": 3, "reasoning": {"max_tokens": 2000},
    }));
    let translated = translate_to("claude-3-7-sonnet-20250219", &request);
    assert_eq!(translated.body["thinking"]["budget_tokens"], 2000);
    for name in ["temperature", "top_p", "top_k"] {
        assert_eq!(translated.body.get(name), None, "{name}");
        assert!(translated.has_note(&format!("ignored {name}")), "{name}");
    }
}

#[test]
fn sampling_parameters_that_exclude_adaptive_thinking_are_noted() {
    for model in ["claude-opus-4-6", "claude-sonnet-4-6"] {
        let thinking = json!({"effort": "high"});
        let all = request(json!({
            "temperature": 0.2, "top_p": 0.5, "top_k": 3, "reasoning": thinking,
        }));
        let translated = translate_to(model, &all);
        assert_eq!(translated.body["thinking"], json!({"type": "adaptive"}));
        for name in ["temperature", "top_p", "top_k"] {
            assert_eq!(translated.body.get(name), None, "{model} {name}");
            let note = format!("ignored {name}");
            assert!(translated.has_note(&note), "{model} {name}");
        }
        // Values that the API takes with thinking, and all values without it.
        for (name, value) in [("temperature", 1.0), ("top_p", 0.95)] {
            let allowed = request(json!({name: value, "reasoning": thinking}));
            let translated = translate_to(model, &allowed);
            assert_eq!(translated.body[name], value, "{model}");
            assert_eq!(translated.noted(), Vec::<String>::new());
        }
        let without = request(json!({"temperature": 0.2, "top_k": 3}));
        let translated = translate_to(model, &without);
        assert_eq!(translated.body["temperature"], 0.2, "{model}");
        assert_eq!(translated.body["top_k"], 3, "{model}");
    }
}

#[test]
fn trap_26_other_members_are_not_sent() {
    let translated = translate(&request(json!({
        "metadata": {"team": "secret"}, "store": false, "session_id": "s", "trace": {"id": "t"},
        "provider": {"sort": "price"}, "models": ["x"], "route": "fallback", "plugins": [],
        "unknown_member": 1, "include": ["reasoning.encrypted_content"], "frequency_penalty": 0,
        "modalities": ["text"],
    })))
    .unwrap();
    // Their order depends on a feature of serde_json.
    let mut members: Vec<&String> = translated.body.as_object().unwrap().keys().collect();
    members.sort();
    assert_eq!(members, ["max_tokens", "messages", "model"]);
    assert_eq!(translated.noted(), Vec::<String>::new());
}

#[test]
fn members_without_effect_are_noted() {
    for (members, path) in [
        (json!({"frequency_penalty": 0.5}), "frequency_penalty"),
        (json!({"presence_penalty": -0.5}), "presence_penalty"),
        (json!({"seed": 1}), "seed"),
        (json!({"top_logprobs": 2}), "top_logprobs"),
        (
            json!({"include": ["message.output_text.logprobs"]}),
            "include[0]",
        ),
        (json!({"prompt_cache_key": "k"}), "prompt_cache_key"),
        (
            json!({"prompt_cache_retention": "24h"}),
            "prompt_cache_retention",
        ),
        (
            json!({"prompt_cache_options": {"ttl": "30m"}}),
            "prompt_cache_options",
        ),
        (json!({"reasoning": {"exclude": true}}), "reasoning.exclude"),
        (json!({"preset": "p"}), "preset"),
        (json!({"max_tool_calls": 3}), "max_tool_calls"),
        (json!({"truncation": "auto"}), "truncation"),
        (json!({"client_metadata": {"a": "b"}}), "client_metadata"),
        (json!({"modalities": ["text", "image"]}), "modalities"),
        (json!({"service_tier": "flex"}), "service_tier"),
        (
            json!({"user": "a", "safety_identifier": "b"}),
            "safety_identifier",
        ),
    ] {
        let translated = translate(&request(members.clone())).unwrap();
        assert!(translated.has_note(&format!("ignored {path}")), "{members}");
    }
}

#[test]
fn members_that_need_stored_responses_are_refused() {
    for (member, value) in [
        ("previous_response_id", json!("resp_1")),
        ("background", json!(true)),
        ("conversation", json!("conv_1")),
        ("prompt", json!({"id": "p"})),
    ] {
        let refusal = translate(&request(json!({member: value}))).unwrap_err();
        assert_eq!(refusal.param, member);
    }
    let refusal = translate(&request(json!({"modalities": ["audio"]}))).unwrap_err();
    assert_eq!(refusal.param, "modalities[0]");
}

#[test]
fn the_end_user_is_the_user_or_the_safety_identifier() {
    for (members, sent) in [
        (json!({"user": "a"}), json!({"user_id": "a"})),
        (json!({"safety_identifier": "b"}), json!({"user_id": "b"})),
        (
            json!({"user": "a", "safety_identifier": "a"}),
            json!({"user_id": "a"}),
        ),
        (
            json!({"user": "", "safety_identifier": "b"}),
            json!({"user_id": "b"}),
        ),
        (json!({"user": ""}), Value::Null),
    ] {
        let translated = translate(&request(members.clone())).unwrap();
        assert_eq!(translated.body["metadata"], sent, "{members}");
    }
}

#[test]
fn service_tiers_are_those_of_the_api() {
    for (tier, sent, noted) in [
        ("auto", Value::Null, false),
        ("default", json!("standard_only"), false),
        ("priority", json!("auto"), true),
        ("fast", json!("auto"), true),
    ] {
        let translated = translate(&request(json!({"service_tier": tier}))).unwrap();
        assert_eq!(translated.body["service_tier"], sent, "{tier}");
        assert_eq!(
            translated.has_note("adjusted service_tier"),
            noted,
            "{tier}"
        );
    }
}

#[test]
fn verbosity_is_the_effort_of_models_that_have_one() {
    let verbose = |verbosity: &str| request(json!({"text": {"verbosity": verbosity}}));
    let translated = translate_to("claude-opus-4-5", &verbose("low"));
    assert_eq!(translated.body["output_config"], json!({"effort": "low"}));
    let translated = translate_to("claude-haiku-4-5", &verbose("low"));
    assert_eq!(translated.body.get("output_config"), None);
    assert!(translated.has_note("ignored text.verbosity"));
    // The effort of reasoning takes precedence.
    let both = request(json!({"text": {"verbosity": "low"}, "reasoning": {"effort": "high"}}));
    let translated = translate_to("claude-opus-4-7", &both);
    assert_eq!(translated.body["output_config"], json!({"effort": "high"}));
    assert!(translated.has_note("ignored text.verbosity"));
    // Opus 5 takes at most `high` without thinking.
    let off = request(json!({"text": {"verbosity": "max"}, "reasoning": {"effort": "none"}}));
    let translated = translate_to("claude-opus-5", &off);
    assert_eq!(translated.body["output_config"], json!({"effort": "high"}));
}

#[test]
fn verbosity_is_an_effort_that_the_model_has() {
    for (model, verbosity, sent) in [
        ("claude-opus-4-5", "high", "high"),
        ("claude-opus-4-5", "xhigh", "high"),
        ("claude-opus-4-5", "max", "high"),
        ("claude-opus-4-6", "xhigh", "max"),
        ("claude-sonnet-4-6", "max", "max"),
        ("claude-opus-4-7", "xhigh", "xhigh"),
        ("claude-opus-5", "max", "max"),
    ] {
        let verbose = request(json!({"text": {"verbosity": verbosity}}));
        let translated = translate_to(model, &verbose);
        let effort = json!({"effort": sent});
        assert_eq!(translated.body["output_config"], effort, "{model}");
        let noted = translated.has_note("adjusted text.verbosity");
        assert_eq!(noted, verbosity != sent, "{model} {verbosity}");
    }
}

#[test]
fn parameters_that_the_endpoint_does_not_list_are_noted_and_not_sent() {
    let listed = vec!["max_tokens".to_owned()];
    let target = Target::new(MODEL).supported_parameters(Some(&listed));
    let request = request(json!({"temperature": 0.5, "top_k": 3, "stop": "x"}));
    let translated = translate_for(&request, &target).unwrap();
    for (name, path) in [
        ("temperature", "temperature"),
        ("top_k", "top_k"),
        ("stop_sequences", "stop"),
    ] {
        assert_eq!(translated.body.get(name), None, "{name}");
        assert!(translated.has_note(&format!("ignored {path}")), "{name}");
    }
}

#[test]
fn features_of_the_client_and_of_the_request_are_one_header() {
    let file = json!({"type": "message", "role": "user", "content": [
        {"type": "input_file", "file_id": "file_1"}, {"type": "input_text", "text": "Read."},
    ]});
    let request = request(json!({"input": [file]}));
    for (client, sent) in [
        (None, "files-api-2025-04-14"),
        (Some(""), "files-api-2025-04-14"),
        (
            Some("context-1m-2025-08-07, files-api-2025-04-14,context-1m-2025-08-07"),
            "context-1m-2025-08-07,files-api-2025-04-14",
        ),
        (Some("a\r\nx-evil: 1, b"), "b,files-api-2025-04-14"),
    ] {
        let translated = translate_with(&request, &Target::new(MODEL), client).unwrap();
        assert_eq!(
            translated.headers,
            [("anthropic-beta", sent.to_owned())],
            "{client:?}"
        );
    }
    let translated = translate_with(&request, &Target::new(MODEL), Some("a b")).unwrap();
    assert!(translated.has_note("ignored x-anthropic-beta"));
    let many = (0..100)
        .map(|n| format!("beta-{n}"))
        .collect::<Vec<_>>()
        .join(",");
    let translated = translate_with(&request, &Target::new(MODEL), Some(&many)).unwrap();
    assert!(translated.headers[0].1.len() < 400);
}
