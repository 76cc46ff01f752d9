//! The choice of endpoints: `provider` preferences and variants of model names.

use super::*;

#[tokio::test]
async fn provider_preferences_choose_the_endpoint() {
    let server = two().await;
    for (provider, chosen) in [
        (json!({"only": ["beta"]}), "beta/eu"),
        (json!({"only": ["beta/eu"]}), "beta/eu"),
        (json!({"only": ["Alpha"]}), "alpha"),
        (json!({"only": ["azure", "beta"]}), "beta/eu"),
        (json!({"ignore": ["alpha"]}), "beta/eu"),
        (json!({"order": ["beta", "alpha"]}), "beta/eu"),
        (json!({"order": ["azure"]}), "alpha"),
        (
            json!({"order": ["beta"], "allow_fallbacks": false}),
            "beta/eu",
        ),
        (json!({}), "alpha"),
        (json!({"only": [], "ignore": [], "sort": null}), "alpha"),
    ] {
        let metadata = metadata(&server, &json!({"provider": provider})).await;
        assert_eq!(metadata["attempts"][0]["provider"], chosen, "{provider}");
    }
}

#[tokio::test]
async fn without_fallbacks_one_endpoint_is_tried() {
    let failing = At::failing("alpha", MODEL, FailureKind::ProviderUnavailable);
    let server = serving([failing, At::answering("beta", MODEL)]).await;
    for (provider, status) in [
        (json!({"allow_fallbacks": false}), 502),
        (json!({"allow_fallbacks": false, "order": ["alpha"]}), 502),
        (json!({"allow_fallbacks": true, "order": ["alpha"]}), 200),
        (json!({"allow_fallbacks": false, "order": ["beta"]}), 200),
    ] {
        let request = body(&json!({"provider": provider.clone()}));
        let response = server.client().ask(&request).await;
        assert_eq!(response.status, status, "{provider}");
    }
}

#[tokio::test]
async fn preferences_that_exclude_every_endpoint_are_a_404() {
    let priced = At::answering("alpha", MODEL).model(|model| {
        model.price = Some(Price::per_million(2.0, 4.0));
        model.supported_parameters = vec!["temperature".to_owned()];
    });
    let server = serving([priced]).await;
    for (provider, field, by) in [
        (
            json!({"only": ["azure"]}),
            "provider.only",
            Some("allowed_providers"),
        ),
        (
            json!({"ignore": ["alpha"]}),
            "provider.ignore",
            Some("allowed_providers"),
        ),
        (
            json!({"order": ["azure"], "allow_fallbacks": false}),
            "provider.allow_fallbacks",
            Some("allowed_providers"),
        ),
        (
            json!({"data_collection": "deny"}),
            "provider.data_collection",
            Some("data_policy:training"),
        ),
        (
            json!({"zdr": true}),
            "provider.zdr",
            Some("data_policy:zdr"),
        ),
        (
            json!({"enforce_distillable_text": true}),
            "provider.enforce_distillable_text",
            None,
        ),
        (
            json!({"quantizations": ["fp8", "fp16"]}),
            "provider.quantizations",
            Some("quantization"),
        ),
        (
            json!({"max_price": {"prompt": 1.9}}),
            "provider.max_price",
            Some("max_price"),
        ),
        (
            json!({"require_parameters": true}),
            "provider.require_parameters",
            Some("require_parameters"),
        ),
    ] {
        let request = body(&json!({"provider": provider.clone(), "top_k": 3}));
        let response = server.client().ask(&request).await;
        assert_eq!(response.status, 404, "{provider}");
        let error = response.error();
        assert_eq!(error["type"], "not_found");
        assert_eq!(error["param"], field);
        let availability = &error["availability"];
        assert_eq!(availability["constraint"]["field"], field, "{error}");
        assert_eq!(availability["retryable"], false);
        assert_eq!(availability["requested_models"], json!([MODEL]));
        assert_eq!(availability["affected_providers"], json!(["alpha"]));
        match by {
            Some(by) => assert_eq!(availability["excluded_by"], json!([by])),
            None => assert!(availability.get("excluded_by").is_none()),
        }
    }
    for provider in [
        json!({"data_collection": "allow", "zdr": false, "require_parameters": false}),
        json!({"max_price": {"prompt": 2, "completion": "4", "request": 0, "image": 0}}),
        json!({"quantizations": ["unknown"]}),
        json!({"enforce_distillable_text": null}),
    ] {
        let request = body(&json!({"provider": provider.clone()}));
        let response = server.client().ask(&request).await;
        assert_eq!(response.status, 200, "{provider}: {}", response.text());
    }
}

#[tokio::test]
async fn unsupported_variants_are_refused() {
    let mut free = Model::new(MODEL);
    free.id = format!("{MODEL}:free");
    let listed = At::answering("alpha", &free.id);
    let server = serving([At::answering("alpha", MODEL), listed]).await;
    for (variant, status) in [
        ("online", 400),
        ("exacto", 400),
        ("thinking", 404),
        ("extended", 404),
        ("free", 200),
        ("nitro", 200),
        ("FLOOR", 200),
    ] {
        let request = body(&json!({"model": format!("{MODEL}:{variant}")}));
        let response = server.client().ask(&request).await;
        assert_eq!(response.status, status, "{variant}: {}", response.text());
        if status == 400 {
            let message = response.error()["message"].clone();
            assert!(message.as_str().unwrap().contains(variant), "{message}");
        }
        if variant == "free" {
            assert_eq!(response.json()["model"], free.id);
        }
    }
}
