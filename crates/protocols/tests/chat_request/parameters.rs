//! Parameters: those that are sent, and those that depend on what the endpoint supports.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{Translated, translate, translate_for};

/// Translates a request with these members.
fn with(members: &Value) -> Translated {
    translate(&request(members)).unwrap()
}

/// Translates a request with these members for an endpoint that lists these parameters.
fn with_listed(members: &Value, listed: &[&str]) -> Translated {
    let listed: Vec<String> = listed.iter().map(|name| (*name).to_owned()).collect();
    let target = Target::new("m").supported_parameters(Some(&listed));
    translate_for(&request(members), &target).unwrap()
}

fn request(members: &Value) -> Value {
    let mut request = json!({"model": "m", "input": "hi"});
    let members = members.as_object().unwrap().clone();
    request.as_object_mut().unwrap().extend(members);
    request
}

/// Returns the body without its model and messages.
fn parameters(translated: &Translated) -> Value {
    let mut body = translated.body.clone();
    body.as_object_mut()
        .unwrap()
        .retain(|name, _| name != "model" && name != "messages");
    body
}

#[test]
fn parameters_of_the_protocol_are_sent_if_the_support_is_not_known() {
    for (members, sent) in [
        (json!({"temperature": 0}), json!({"temperature": 0})),
        (json!({"temperature": 0.7}), json!({"temperature": 0.7})),
        (json!({"top_p": 0.1}), json!({"top_p": 0.1})),
        (
            json!({"frequency_penalty": -1.5, "presence_penalty": 0}),
            json!({"frequency_penalty": -1.5, "presence_penalty": 0}),
        ),
        (json!({"seed": 7}), json!({"seed": 7})),
        (json!({"stream": false}), json!({"stream": false})),
        (
            json!({"stream": true}),
            json!({"stream": true, "stream_options": {"include_usage": true}}),
        ),
        (
            json!({"max_output_tokens": 100}),
            json!({"max_tokens": 100}),
        ),
        (
            json!({"top_logprobs": 3}),
            json!({"logprobs": true, "top_logprobs": 3}),
        ),
        (
            json!({"include": ["message.output_text.logprobs"]}),
            json!({"logprobs": true}),
        ),
        (json!({"top_logprobs": 0}), json!({})),
        (
            json!({"service_tier": "fast"}),
            json!({"service_tier": "priority"}),
        ),
        (
            json!({"service_tier": "flex"}),
            json!({"service_tier": "flex"}),
        ),
        (
            json!({"text": {"format": {"type": "text"}, "verbosity": "high"}}),
            json!({"verbosity": "high"}),
        ),
        (
            json!({"text": {"format": {"type": "json_object"}}}),
            json!({"response_format": {"type": "json_object"}}),
        ),
        (
            json!({"text": {"format": {"type": "json_schema", "name": "n", "description": "d", "schema": {"type": "object"}}}}),
            json!({"response_format": {"type": "json_schema", "json_schema": {"name": "n", "description": "d", "schema": {"type": "object"}}}}),
        ),
        (
            json!({"reasoning": {"effort": "xhigh"}}),
            json!({"reasoning_effort": "xhigh"}),
        ),
        (
            json!({"modalities": ["image", "text"]}),
            json!({"modalities": ["image", "text"]}),
        ),
        (json!({"modalities": ["text"]}), json!({})),
        (
            json!({"cache_control": {"type": "ephemeral", "ttl": "1h"}}),
            json!({"cache_control": {"type": "ephemeral", "ttl": "1h"}}),
        ),
        // Without tools, both have no meaning, and OpenAI refuses them.
        (
            json!({"parallel_tool_calls": true, "tool_choice": "auto"}),
            json!({}),
        ),
    ] {
        let translated = with(&members);
        assert_eq!(parameters(&translated), sent, "{members}");
        assert!(translated.noted().is_empty(), "{members}");
    }
}

#[test]
fn parameters_that_the_endpoint_does_not_list_are_noted_and_not_sent() {
    for (members, name, path) in [
        (json!({"temperature": 0.5}), "temperature", "temperature"),
        (json!({"top_p": 0.5}), "top_p", "top_p"),
        (json!({"top_k": 5}), "top_k", "top_k"),
        (
            json!({"frequency_penalty": 1}),
            "frequency_penalty",
            "frequency_penalty",
        ),
        (
            json!({"presence_penalty": 1}),
            "presence_penalty",
            "presence_penalty",
        ),
        (json!({"seed": 1}), "seed", "seed"),
        (json!({"stop": "x"}), "stop", "stop"),
        (
            json!({"max_output_tokens": 9}),
            "max_tokens",
            "max_output_tokens",
        ),
        (
            json!({"max_output_tokens": 9}),
            "max_completion_tokens",
            "max_output_tokens",
        ),
        (
            json!({"text": {"verbosity": "low"}}),
            "verbosity",
            "text.verbosity",
        ),
        (
            json!({"text": {"format": {"type": "json_object"}}}),
            "response_format",
            "text.format",
        ),
        (
            json!({"reasoning": {"effort": "low"}}),
            "reasoning_effort",
            "reasoning",
        ),
        (
            json!({"service_tier": "flex"}),
            "service_tier",
            "service_tier",
        ),
        (
            json!({"prompt_cache_key": "k"}),
            "prompt_cache_key",
            "prompt_cache_key",
        ),
        (
            json!({"safety_identifier": "s"}),
            "safety_identifier",
            "safety_identifier",
        ),
        (
            json!({"prompt_cache_options": {"mode": "explicit"}}),
            "prompt_cache_options",
            "prompt_cache_options",
        ),
        (
            json!({"prompt_cache_retention": "24h"}),
            "prompt_cache_retention",
            "prompt_cache_retention",
        ),
        (json!({"modalities": ["image"]}), "modalities", "modalities"),
        (
            json!({"cache_control": {"type": "ephemeral"}}),
            "cache_control",
            "cache_control",
        ),
        (
            json!({"tools": [{"type": "function", "name": "f"}]}),
            "tools",
            "tools",
        ),
    ] {
        let listed = with_listed(&members, &[name]);
        assert!(listed.body.get(name).is_some(), "{members}");
        assert!(listed.noted().is_empty(), "{members}: {:?}", listed.noted());
        let missing = with_listed(&members, &["other"]);
        assert_eq!(parameters(&missing), json!({}), "{members}");
        assert_eq!(missing.noted(), [format!("ignored {path}")], "{members}");
    }
    let idle = json!({"frequency_penalty": 0, "presence_penalty": 0, "top_k": 0, "reasoning": {"effort": "none"}, "service_tier": "auto"});
    let translated = with_listed(&idle, &["other"]);
    assert_eq!(parameters(&translated), json!({}));
    assert!(translated.noted().is_empty());
    let top_k = with(&json!({"top_k": 5}));
    assert_eq!(top_k.noted(), ["ignored top_k"]);
}

#[test]
fn the_output_limit_has_the_name_that_the_model_takes() {
    for (model, name) in [
        ("o1", "max_completion_tokens"),
        ("openai/o3-mini", "max_completion_tokens"),
        ("gpt-5", "max_completion_tokens"),
        ("gpt-5.1-codex", "max_completion_tokens"),
        ("gpt-12-mini", "max_completion_tokens"),
        ("gpt-4o", "max_tokens"),
        ("gpt-4.1", "max_tokens"),
        ("gpt-3.5-turbo", "max_tokens"),
        ("gpt-oss:120b", "max_tokens"),
        ("openai/gpt-oss-120b", "max_tokens"),
        ("olmo-2", "max_tokens"),
        ("qwen3", "max_tokens"),
        ("", "max_tokens"),
    ] {
        let members = request(&json!({"max_output_tokens": 5}));
        let sent = translate_for(&members, &Target::new(model)).unwrap();
        assert_eq!(sent.body[name], 5, "{model}");
    }
    let both = with_listed(
        &json!({"max_output_tokens": 5}),
        &["max_tokens", "max_completion_tokens"],
    );
    assert_eq!(parameters(&both), json!({"max_completion_tokens": 5}));
    for (model, listed, name) in [
        ("m", "max_completion_tokens", "max_completion_tokens"),
        ("m", "max_tokens", "max_tokens"),
        // Catalogs list `max_tokens` for models whose servers refuse that name.
        ("openai/o3-mini", "max_tokens", "max_completion_tokens"),
        ("gpt-5", "max_completion_tokens", "max_completion_tokens"),
    ] {
        let listed = [listed.to_owned()];
        let target = Target::new(model).supported_parameters(Some(&listed));
        let sent = translate_for(&request(&json!({"max_output_tokens": 5})), &target).unwrap();
        assert_eq!(parameters(&sent), json!({name: 5}), "{model}: {listed:?}");
        assert!(sent.noted().is_empty());
    }
    let unlisted = with_listed(&json!({"max_output_tokens": 5}), &["temperature"]);
    assert_eq!(parameters(&unlisted), json!({}));
    assert_eq!(unlisted.noted(), ["ignored max_output_tokens"]);
}

#[test]
fn reasoning_settings_take_the_form_that_the_endpoint_knows() {
    for (reasoning, listed, sent, notes) in [
        (
            json!({"effort": "low"}),
            vec!["reasoning"],
            json!({"reasoning_effort": "low"}),
            vec![],
        ),
        (
            json!({"max_tokens": 500}),
            vec!["reasoning"],
            json!({"reasoning": {"max_tokens": 500}}),
            vec![],
        ),
        (
            json!({"enabled": true}),
            vec!["reasoning"],
            json!({"reasoning": {"enabled": true}}),
            vec![],
        ),
        (
            json!({"effort": "low", "enabled": true}),
            vec!["reasoning"],
            json!({"reasoning_effort": "low"}),
            vec![],
        ),
        (
            json!({"effort": "low", "summary": "auto"}),
            vec!["reasoning"],
            json!({"reasoning": {"effort": "low", "summary": "auto"}}),
            vec![],
        ),
        (
            json!({"max_tokens": 500}),
            vec!["reasoning_effort"],
            json!({}),
            vec!["ignored reasoning.max_tokens"],
        ),
        (
            json!({"enabled": true}),
            vec!["reasoning_effort"],
            json!({"reasoning_effort": "medium"}),
            vec!["adjusted reasoning.enabled"],
        ),
        (
            json!({"enabled": false}),
            vec!["reasoning_effort"],
            json!({"reasoning_effort": "none"}),
            vec!["adjusted reasoning.enabled"],
        ),
        (
            json!({"effort": "low", "exclude": true}),
            vec!["reasoning"],
            json!({"reasoning": {"effort": "low", "exclude": true}}),
            vec![],
        ),
        (
            json!({"effort": "low", "exclude": true}),
            vec!["reasoning_effort"],
            json!({"reasoning_effort": "low"}),
            vec!["ignored reasoning.exclude"],
        ),
        (
            json!({"effort": "low", "exclude": false}),
            vec!["reasoning_effort"],
            json!({"reasoning_effort": "low"}),
            vec![],
        ),
        (
            json!({"effort": "high", "summary": "auto", "context": "auto", "mode": "pro"}),
            vec!["reasoning_effort"],
            json!({"reasoning_effort": "high"}),
            vec![
                "ignored reasoning.context",
                "ignored reasoning.mode",
                "ignored reasoning.summary",
            ],
        ),
    ] {
        let translated = with_listed(&json!({"reasoning": reasoning}), &listed);
        assert_eq!(parameters(&translated), sent, "{reasoning}");
        assert_eq!(translated.noted(), notes, "{reasoning}");
    }
}

#[test]
fn members_that_the_protocol_cannot_express_are_refused_or_noted() {
    for members in [
        json!({"previous_response_id": "resp_1"}),
        json!({"conversation": "conv_1"}),
        json!({"prompt": {"id": "p"}}),
        json!({"background": true}),
        json!({"modalities": ["text", "audio"]}),
        json!({"text": {"format": {"type": "grammar", "definition": "x"}}}),
        json!({"seed": "x"}),
        json!({"input": 7}),
        json!({"input": [7]}),
        json!({"input": [{}]}),
        json!({"input": [{"type": "item_reference", "id": "x"}]}),
        json!({"input": [{"role": "tool", "content": "x"}]}),
        json!({"input": [{"role": "user", "content": 7}]}),
        json!({"input": [{"role": "user", "content": {"text": "x"}}]}),
        json!({"input": [{"role": 7, "content": "x"}]}),
        json!({"input": [{"role": "system", "content": [{"type": "input_image", "image_url": "https://example.com/a.png"}]}]}),
        json!({"input": [{"type": "function_call", "call_id": 7, "name": "f", "arguments": "{}"}]}),
        json!({"input": [{"type": "function_call", "call_id": "a", "name": "f", "arguments": 7}]}),
    ] {
        let refusal = translate(&request(&members)).expect_err("a refusal");
        let name = members.as_object().unwrap().keys().next().unwrap();
        assert!(refusal.param.starts_with(name), "{members}: {refusal:?}");
        assert!(refusal.message.contains(name), "{members}: {refusal:?}");
    }
    for members in [
        json!({"truncation": "auto"}),
        json!({"client_metadata": {"k": "v"}}),
        json!({"max_tool_calls": 3}),
        json!({"stop_server_tools_when": [{"type": "step_count_is", "step_count": 2}]}),
        json!({"deferred_tools": {}}),
        json!({"image_config": {"size": "1K"}}),
        json!({"moderation": {"model": "m"}}),
        json!({"x_search_filter": {"from_date": "2026-01-01"}}),
    ] {
        let translated = with(&members);
        let name = members.as_object().unwrap().keys().next().unwrap();
        assert_eq!(parameters(&translated), json!({}), "{members}");
        assert_eq!(translated.noted(), [format!("ignored {name}")]);
    }
    let sent = with(&json!({"include": [
        "message.output_text.logprobs", "web_search_call.results", "reasoning.encrypted_content", "new",
    ]}));
    assert_eq!(parameters(&sent), json!({"logprobs": true}));
    assert_eq!(sent.noted(), ["ignored include[1]", "ignored include[3]"]);
    for (padded, noted) in [(true, true), (false, false)] {
        let options = json!({"stream": true, "stream_options": {"include_obfuscation": padded}});
        let sent = with(&options);
        let note = "ignored stream_options.include_obfuscation";
        assert_eq!(sent.has_note(note), noted);
        assert_eq!(sent.body["stream_options"], json!({"include_usage": true}));
    }
}
