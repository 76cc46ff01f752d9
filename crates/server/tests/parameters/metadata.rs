//! `openrouter_metadata`: its content, and the responses and failures that have it.

use super::*;

#[tokio::test]
async fn metadata_is_sent_only_on_request() {
    let server = one().await;
    let client = server.client();
    for (headers, sent) in [
        (&[("X-OpenRouter-Metadata", "enabled")][..], true),
        (&[("x-openrouter-metadata", "ENABLED")], true),
        (&[("X-OpenRouter-Experimental-Metadata", "enabled")], true),
        (&[("X-OpenRouter-Metadata", "disabled")], false),
        (&[("X-OpenRouter-Metadata", "yes")], false),
        (&[], false),
    ] {
        let http_response = post(&client, headers, &body(&json!({}))).await;
        assert_eq!(http_response.status, 200);
        let response = http_response.json();
        assert_eq!(
            response.get("openrouter_metadata").is_some(),
            sent,
            "{headers:?}"
        );
        let http_response = post(&client, headers, &body(&json!({"model": "no/such"}))).await;
        assert_eq!(http_response.status, 404);
        let failure = http_response.json();
        assert_eq!(
            failure.get("openrouter_metadata").is_some(),
            sent,
            "{headers:?}"
        );
    }
}

#[tokio::test]
async fn metadata_lists_endpoints_and_attempts() {
    let failing = At::failing("alpha", MODEL, FailureKind::ProviderOverloaded);
    let server = serving([failing, At::answering("beta", MODEL)]).await;
    let metadata = metadata(&server, &json!({})).await;
    assert_eq!(metadata["requested"], MODEL);
    assert_eq!(metadata["strategy"], "direct");
    assert_eq!(metadata["attempt"], 2);
    assert_eq!(
        metadata["attempts"],
        json!([
            {"model": MODEL, "provider": "alpha", "status": 503},
            {"model": MODEL, "provider": "beta", "status": 200},
        ])
    );
    assert_eq!(metadata["endpoints"]["total"], 2);
    assert_eq!(metadata["endpoints"]["available"][0]["selected"], false);
    assert_eq!(metadata["endpoints"]["available"][1]["selected"], true);
    assert_eq!(metadata["region"], Value::Null);
    assert_eq!(metadata["is_byok"], false);
    assert_eq!(metadata["pipeline"], json!([]));
    assert!(metadata["summary"].is_string() && metadata["generation_time"].is_u64());
}

#[tokio::test]
async fn the_last_event_of_a_stream_has_the_metadata() {
    let server = one().await;
    let members = json!({"stream": true, "service_tier": "flex"});
    let http_response = post(&server.client(), ENABLED, &body(&members)).await;
    let events = http_response.events();
    let (last, earlier) = events.split_last().unwrap();
    for event in earlier {
        let response = event.response();
        assert!(
            response.is_none_or(|r| r.openrouter_metadata.is_none()),
            "{event:?}"
        );
    }
    let metadata = last
        .response()
        .unwrap()
        .openrouter_metadata
        .as_ref()
        .unwrap();
    assert_eq!(metadata.attempt, Some(1));
    let text = orouter_wire::to_string(&**metadata);
    assert!(text.contains("service_tier"), "{text}");
}

#[tokio::test]
async fn some_failures_have_metadata_and_some_never() {
    for (kind, status, has) in [
        (FailureKind::ProviderUnavailable, 502, true),
        (FailureKind::ProviderOverloaded, 503, true),
        (FailureKind::ProviderTimeout, 524, true),
        (FailureKind::InvalidRequest, 400, false),
        (FailureKind::Server, 500, false),
        (FailureKind::RateLimited, 429, false),
    ] {
        let server = serving([At::failing("alpha", MODEL, kind)]).await;
        for stream in [false, true] {
            let request = body(&json!({"stream": stream}));
            let response = post(&server.client(), ENABLED, &request).await;
            assert_eq!(response.status, status);
            let failure = response.json();
            assert_eq!(
                failure.get("openrouter_metadata").is_some(),
                has,
                "{failure}"
            );
            if has {
                assert_eq!(failure["openrouter_metadata"]["attempt"], 1);
                let available = &failure["openrouter_metadata"]["endpoints"]["available"];
                assert_eq!(available[0]["selected"], false);
            }
        }
    }
    let server = one().await;
    let response = post(
        &server.client(),
        ENABLED,
        &body(&json!({"model": "no/such"})),
    )
    .await;
    assert_eq!(response.json()["openrouter_metadata"]["attempt"], 0);
    assert_eq!(
        response.json()["openrouter_metadata"]["requested"],
        "no/such"
    );
}

#[tokio::test]
async fn a_stream_that_fails_has_type_param_and_metadata() {
    let mut lines = message("ok", Duration::ZERO);
    lines.truncate(4);
    lines.push(Line::Fail(Failure::new(
        FailureKind::ProviderUnavailable,
        "broke",
    )));
    let server = serving([At::new("alpha", Script::new(MODEL, lines))]).await;
    let http_response = post(&server.client(), ENABLED, &body(&json!({"stream": true}))).await;
    let events = http_response.events();
    let Some(StreamEvent::Failed(_)) = events.last() else {
        panic!("{events:?}")
    };
    let data = frames(&http_response.chunks);
    let last: Value = serde_json::from_str(&data[data.len() - 2]).unwrap();
    let response = &last["response"];
    assert_eq!(response["error"]["code"], "server_error");
    assert_eq!(response["error"]["type"], "provider_unavailable");
    assert_eq!(response["error"].get("param"), Some(&Value::Null));
    assert_eq!(response["error_type"], "provider_unavailable");
    assert_eq!(response["openrouter_metadata"]["attempt"], 1);
}

#[tokio::test]
async fn parameters_without_effect_are_in_the_metadata() {
    let server = one().await;
    for (members, param) in [
        (json!({"service_tier": "priority"}), "service_tier"),
        (json!({"top_k": 40}), "top_k"),
        (json!({"frequency_penalty": 0.5}), "frequency_penalty"),
        (json!({"text": {"verbosity": "low"}}), "text.verbosity"),
        (json!({"reasoning": {"effort": "high"}}), "reasoning"),
        (json!({"max_tool_calls": 3}), "max_tool_calls"),
        (json!({"no_such_member": [1, 2]}), "no_such_member"),
        (
            json!({"provider": {"sort": "latency", "order": ["a"]}}),
            "provider.sort",
        ),
        (
            json!({"session_id": "s", "provider": {"order": ["a"]}}),
            "session_id",
        ),
        (
            json!({"route": "sort", "provider": {"order": ["a"]}}),
            "route",
        ),
        (
            json!({"model": format!("{MODEL}:nitro"), "provider": {"sort": "price"}}),
            "model",
        ),
        (
            json!({"models": [format!("{MODEL}:floor")], "provider": {"order": ["a"]}}),
            "models[0]",
        ),
    ] {
        let metadata = metadata(&server, &members).await;
        let stage = &metadata["pipeline"][0];
        assert_eq!(stage["name"], "request", "{members}: {metadata}");
        let notes = stage["data"]["notes"].as_array().unwrap();
        assert!(
            notes
                .iter()
                .any(|note| note["param"] == param && note["reason"] != ""),
            "{members}: {metadata}"
        );
    }
    let echo = server
        .client()
        .ask(&body(&json!({"service_tier": "flex"})))
        .await;
    assert_eq!(echo.json()["service_tier"], "default");
}
