//! Parameters: those that are sent, and those that depend on the model or on what the endpoint
//! supports.

use orouter_protocols::Target;
use serde_json::{Value, json};

use crate::support::{NEW, OLD, UNKNOWN, request, translate, translate_for, with, with_listed};

/// Returns the body without its messages.
fn parameters(body: &Value) -> Value {
    let mut body = body.clone();
    body.as_object_mut()
        .unwrap()
        .retain(|name, _| name != "contents");
    body
}

/// Returns `generationConfig`, or an empty object.
fn config(model: &str, members: &Value) -> Value {
    let body = with(model, members).body;
    body.get("generationConfig").cloned().unwrap_or(json!({}))
}

#[test]
fn a_plain_request_has_only_messages() {
    let sent = translate(&request(&json!({}))).unwrap();
    let contents = json!([{"role": "user", "parts": [{"text": "hi"}]}]);
    assert_eq!(sent.body, json!({"contents": contents}));
    assert_eq!(sent.path, "models/upstream-model:generateContent");
    assert_eq!(sent.query, None);
    assert!(sent.noted().is_empty());
}

#[test]
fn a_stream_has_its_own_method() {
    let sent = with("gemini-2.5-pro", &json!({"stream": true}));
    assert_eq!(sent.path, "models/gemini-2.5-pro:streamGenerateContent");
    assert_eq!(sent.query, Some("alt=sse"));
    assert_eq!(parameters(&sent.body), json!({}));
    let sent = with("gemini-2.5-pro", &json!({"stream": false}));
    assert_eq!(sent.path, "models/gemini-2.5-pro:generateContent");
}

#[test]
fn the_name_of_the_model_cannot_leave_its_place_in_the_url() {
    let sent = with("a?b=c", &json!({}));
    assert_eq!(sent.path, "models/a%3Fb%3Dc:generateContent");
    let refusal = translate_for(&request(&json!({})), &Target::new("a/../../b")).unwrap_err();
    assert_eq!(refusal.param, "model");
}

#[test]
fn parameters_of_the_api_are_sent_if_the_support_is_not_known() {
    for (members, sent) in [
        (json!({"temperature": 0}), json!({"temperature": 0})),
        (json!({"temperature": 1.5}), json!({"temperature": 1.5})),
        (json!({"top_p": 0.1}), json!({"topP": 0.1})),
        (json!({"top_k": 40}), json!({"topK": 40})),
        (json!({"top_k": 0}), json!({})),
        (
            json!({"max_output_tokens": 100}),
            json!({"maxOutputTokens": 100}),
        ),
        (json!({"seed": -7}), json!({"seed": -7})),
        (json!({"stop": "a"}), json!({"stopSequences": ["a"]})),
        (
            json!({"stop": [" ", "\n", "b"]}),
            json!({"stopSequences": [" ", "\n", "b"]}),
        ),
        (json!({"stop": []}), json!({})),
        (
            json!({"top_logprobs": 3}),
            json!({"responseLogprobs": true, "logprobs": 3}),
        ),
        (
            json!({"include": ["message.output_text.logprobs"]}),
            json!({"responseLogprobs": true}),
        ),
        (json!({"top_logprobs": 0}), json!({})),
        (json!({"modalities": ["text"]}), json!({})),
        (
            json!({"modalities": ["text", "image"]}),
            json!({"responseModalities": ["TEXT", "IMAGE"]}),
        ),
        (
            json!({"image_config": {"aspect_ratio": "16:9", "image_size": "2k"}}),
            json!({"imageConfig": {"aspectRatio": "16:9", "imageSize": "2K"}}),
        ),
        (
            json!({"frequency_penalty": 0, "presence_penalty": 0}),
            json!({}),
        ),
    ] {
        let translated = with(UNKNOWN, &members);
        assert_eq!(config(UNKNOWN, &members), sent, "{members}");
        assert!(translated.noted().is_empty(), "{members}");
    }
}

#[test]
fn parameters_that_the_endpoint_does_not_list_are_noted() {
    for member in [
        json!({"temperature": 1}),
        json!({"top_p": 1}),
        json!({"top_k": 1}),
        json!({"max_output_tokens": 1}),
        json!({"seed": 1}),
        json!({"stop": "a"}),
        json!({"top_logprobs": 1}),
        json!({"modalities": ["image"]}),
        json!({"reasoning": {"effort": "high"}}),
        json!({"frequency_penalty": 1}),
        json!({"presence_penalty": 1}),
    ] {
        let sent = with_listed(OLD, &member, &["tools"]);
        assert_eq!(parameters(&sent.body), json!({}), "{member}");
        let name = member.as_object().unwrap().keys().next().unwrap();
        assert_eq!(sent.noted(), [format!("ignored {name}")]);
    }
    let format = json!({"text": {"format": {"type": "json_object"}}});
    let sent = with_listed(OLD, &format, &["tools"]);
    assert_eq!(sent.noted(), ["ignored text.format"]);
}

#[test]
fn penalties_are_sent_only_where_they_are_known() {
    let members = json!({"frequency_penalty": 0.5, "presence_penalty": -0.5});
    let sent = json!({"frequencyPenalty": 0.5, "presencePenalty": -0.5});
    assert_eq!(config("gemini-2.0-flash", &members), sent);
    let listed = with_listed(OLD, &members, &["frequency_penalty", "presence_penalty"]);
    assert_eq!(listed.body["generationConfig"], sent);
    for model in [OLD, NEW, UNKNOWN] {
        let translated = with(model, &members);
        assert_eq!(parameters(&translated.body), json!({}));
        let notes = ["ignored frequency_penalty", "ignored presence_penalty"];
        assert_eq!(translated.noted(), notes);
    }
}

#[test]
fn a_large_seed_is_folded_and_a_broken_one_is_refused() {
    for seed in [
        json!(3_000_000_000_u64),
        json!(-3_000_000_000_i64),
        json!(1e300),
    ] {
        let sent = with(UNKNOWN, &json!({"seed": seed}));
        assert!(sent.body["generationConfig"]["seed"].is_i64(), "{seed}");
        assert_eq!(sent.noted(), ["adjusted seed"]);
    }
    let same = |seed: Value| config(UNKNOWN, &json!({"seed": seed}))["seed"].clone();
    assert_eq!(same(json!(1e15)), same(json!(1e15)));
    for seed in [json!("7"), json!(1.5), json!([])] {
        let refusal = translate(&request(&json!({"seed": seed}))).unwrap_err();
        assert_eq!(refusal.param, "seed");
    }
}

#[test]
fn stop_sequences_are_one_to_five_texts() {
    let sent = with(UNKNOWN, &json!({"stop": ["", "a"]}));
    assert_eq!(sent.body["generationConfig"]["stopSequences"], json!(["a"]));
    assert_eq!(sent.noted(), ["adjusted stop"]);
    let five = json!({"stop": ["a", "b", "c", "d", "e"]});
    assert_eq!(config(UNKNOWN, &five)["stopSequences"], five["stop"]);
    for stop in [json!(["a", "b", "c", "d", "e", "f"]), json!(7)] {
        let refusal = translate(&request(&json!({"stop": stop}))).unwrap_err();
        assert_eq!(refusal.param, "stop");
    }
}

#[test]
fn efforts_are_budgets_of_models_with_budgets() {
    let budget = |model: &str, members: Value| {
        let config = config(model, &members);
        config["thinkingConfig"].clone()
    };
    for (effort, share) in [
        ("minimal", 1000),
        ("low", 2000),
        ("medium", 5000),
        ("high", 8000),
        ("xhigh", 9500),
        ("max", 9500),
    ] {
        let members = json!({"reasoning": {"effort": effort}, "max_output_tokens": 10_000});
        for model in [OLD, "gemini-2.5-pro", UNKNOWN] {
            assert_eq!(
                budget(model, members.clone()),
                json!({"thinkingBudget": share, "includeThoughts": true}),
                "{model}"
            );
        }
    }
    // The range of the model.
    for (model, effort, limit, expected) in [
        (OLD, "high", 60_000, 24_576),
        ("gemini-2.5-pro", "xhigh", 60_000, 32_768),
        ("gemini-2.5-pro", "minimal", 1000, 128),
        ("gemini-2.5-flash-lite", "minimal", 1000, 512),
        (OLD, "minimal", 1, 1),
    ] {
        let members = json!({"reasoning": {"effort": effort}, "max_output_tokens": limit});
        assert_eq!(
            budget(model, members)["thinkingBudget"],
            expected,
            "{model}"
        );
    }
    // The limit of the endpoint, and that of the models.
    let target = Target::new(OLD).max_output_tokens(Some(2_000));
    let low = request(&json!({"reasoning": {"effort": "low"}}));
    let sent = translate_for(&low, &target).unwrap();
    let thinking = &sent.body["generationConfig"]["thinkingConfig"];
    assert_eq!(thinking["thinkingBudget"], 400);
    assert_eq!(
        budget(OLD, json!({"reasoning": {"effort": "low"}}))["thinkingBudget"],
        13_107
    );
}

#[test]
fn other_settings_of_thinking() {
    for (model, reasoning, sent, note) in [
        (
            OLD,
            json!({"effort": "none"}),
            json!({"thinkingBudget": 0, "includeThoughts": false}),
            None,
        ),
        (
            OLD,
            json!({"enabled": false}),
            json!({"thinkingBudget": 0, "includeThoughts": false}),
            None,
        ),
        (
            OLD,
            json!({"enabled": true}),
            json!({"thinkingBudget": -1, "includeThoughts": true}),
            None,
        ),
        (
            OLD,
            json!({"summary": "auto"}),
            json!({"includeThoughts": true}),
            None,
        ),
        (
            OLD,
            json!({"enabled": true, "exclude": true}),
            json!({"thinkingBudget": -1, "includeThoughts": false}),
            None,
        ),
        (
            NEW,
            json!({"effort": "high", "exclude": true}),
            json!({"thinkingLevel": "high", "includeThoughts": false}),
            None,
        ),
        (
            OLD,
            json!({"max_tokens": 2000}),
            json!({"thinkingBudget": 2000, "includeThoughts": true}),
            None,
        ),
        (
            OLD,
            json!({"max_tokens": 1_000_000}),
            json!({"thinkingBudget": 24_576, "includeThoughts": true}),
            Some("adjusted reasoning.max_tokens"),
        ),
        (
            "gemini-2.5-pro",
            json!({"effort": "none"}),
            json!({"thinkingBudget": 128, "includeThoughts": false}),
            Some("adjusted reasoning.effort"),
        ),
        (
            NEW,
            json!({"effort": "high"}),
            json!({"thinkingLevel": "high", "includeThoughts": true}),
            None,
        ),
        (
            NEW,
            json!({"effort": "minimal"}),
            json!({"thinkingLevel": "minimal", "includeThoughts": true}),
            None,
        ),
        (
            NEW,
            json!({"effort": "xhigh"}),
            json!({"thinkingLevel": "high", "includeThoughts": true}),
            Some("adjusted reasoning.effort"),
        ),
        (
            NEW,
            json!({"effort": "none"}),
            json!({"thinkingLevel": "minimal", "includeThoughts": false}),
            Some("adjusted reasoning.effort"),
        ),
        (
            "gemini-3.1-pro-preview",
            json!({"effort": "minimal"}),
            json!({"thinkingLevel": "low", "includeThoughts": true}),
            Some("adjusted reasoning.effort"),
        ),
        (
            "gemini-3-pro-preview",
            json!({"effort": "medium"}),
            json!({"thinkingLevel": "high", "includeThoughts": true}),
            Some("adjusted reasoning.effort"),
        ),
        (
            NEW,
            json!({"max_tokens": 2000}),
            json!({"thinkingBudget": 2000, "includeThoughts": true}),
            None,
        ),
        (
            NEW,
            json!({"enabled": true}),
            json!({"includeThoughts": true}),
            None,
        ),
        (
            "gemini-3-pro-image-preview",
            json!({"effort": "low"}),
            json!({"includeThoughts": true}),
            Some("ignored reasoning.effort"),
        ),
    ] {
        let translated = with(model, &json!({"reasoning": reasoning}));
        let thinking = &translated.body["generationConfig"]["thinkingConfig"];
        assert_eq!(thinking, &sent, "{model} {reasoning}");
        let notes: Vec<&str> = note.into_iter().collect();
        assert_eq!(translated.noted(), notes, "{model} {reasoning}");
    }
}

#[test]
fn models_without_thinking_get_no_settings_of_it() {
    for model in [
        "gemini-2.0-flash",
        "gemma-3-27b-it",
        "gemini-2.5-flash-image",
    ] {
        let sent = with(model, &json!({"reasoning": {"effort": "low"}}));
        assert_eq!(parameters(&sent.body), json!({}), "{model}");
        assert_eq!(sent.noted(), ["ignored reasoning"], "{model}");
        let off = with(model, &json!({"reasoning": {"effort": "none"}}));
        assert_eq!(parameters(&off.body), json!({}), "{model}");
        assert!(off.noted().is_empty(), "{model}");
    }
    assert_eq!(config(OLD, &json!({"reasoning": {}})), json!({}));
}

#[test]
fn an_unknown_effort_is_refused() {
    let refusal = translate(&request(&json!({"reasoning": {"effort": "huge"}}))).unwrap_err();
    assert_eq!(refusal.param, "reasoning.effort");
    assert!(refusal.message.contains("`huge`"), "{refusal}");
}

#[test]
fn the_service_tier_is_sent_to_endpoints_that_list_it() {
    for (tier, sent) in [
        ("flex", Some("flex")),
        ("priority", Some("priority")),
        ("fast", Some("priority")),
        ("default", Some("standard")),
        ("auto", None),
    ] {
        let members = json!({"service_tier": tier});
        let listed = with_listed(OLD, &members, &["service_tier"]);
        assert_eq!(listed.body.get("serviceTier").and_then(Value::as_str), sent);
        let unlisted = with(OLD, &members);
        assert_eq!(parameters(&unlisted.body), json!({}));
        let noted = ["flex", "priority", "fast"].contains(&tier);
        assert_eq!(unlisted.has_note("ignored service_tier"), noted, "{tier}");
    }
}

#[test]
fn images_of_low_resolution_lower_the_resolution_if_they_are_the_only_media() {
    let image = |detail: Value| {
        json!({
            "type": "input_image", "image_url": "data:image/png;base64,AAAA", "detail": detail,
        })
    };
    let pdf = json!({"type": "input_file", "file_data": "data:application/pdf;base64,AAAA"});
    let low = json!("MEDIA_RESOLUTION_LOW");
    for (parts, resolution, noted) in [
        (vec![image(json!("low"))], Some(&low), false),
        (
            vec![image(json!("low")), image(json!("low"))],
            Some(&low),
            false,
        ),
        (vec![image(json!("low")), image(json!("high"))], None, true),
        (vec![image(json!("low")), pdf.clone()], None, true),
        (vec![image(json!("high")), image(json!(null))], None, false),
        (vec![pdf], None, false),
    ] {
        let sent = with(OLD, &json!({"input": [{"role": "user", "content": parts}]}));
        let config = sent.body.get("generationConfig");
        let got = config.and_then(|config| config.get("mediaResolution"));
        assert_eq!(got, resolution, "{parts:?}");
        assert_eq!(sent.has_note("ignored input_image.detail"), noted);
    }
}

#[test]
fn modalities_that_the_api_does_not_return_are_refused() {
    let refusal = translate(&request(&json!({"modalities": ["text", "audio"]}))).unwrap_err();
    assert_eq!(refusal.param, "modalities[1]");
}

#[test]
fn settings_of_images_that_the_api_does_not_have_are_noted() {
    let settings = json!({"size": "1024x1024", "quality": "high", "aspect_ratio": "1:1"});
    let sent = with(OLD, &json!({"image_config": settings}));
    let config = &sent.body["generationConfig"];
    assert_eq!(config["imageConfig"], json!({"aspectRatio": "1:1"}));
    let notes = ["ignored image_config.quality", "ignored image_config.size"];
    assert_eq!(sent.noted(), notes);
}
