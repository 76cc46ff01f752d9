//! Plans for requests to a configuration.

use std::time::Duration;

use serde_json::{Value, json};
use tokio::time::Instant;

use super::*;
use crate::amount::Amount;
use crate::catalog::Catalog;
use crate::config::{Config, EndpointConfig, ModelConfig, Protocol, ProviderConfig};
use crate::failure::Failure;
use crate::metadata::Routing;
use crate::provider::Price;
use crate::upstream::Upstreams;

/// Returns a model with these context length and output limits of its endpoints.
fn model(id: &str, context: Option<u64>, outputs: &[Option<u64>]) -> ModelConfig {
    let mut model = ModelConfig::new(id);
    model.context_length = context;
    model.endpoints = outputs
        .iter()
        .enumerate()
        .map(|(position, output)| {
            let mut endpoint = EndpointConfig::new("p");
            endpoint.region = Some(format!("r{position}"));
            endpoint.max_output_tokens = *output;
            endpoint
        })
        .collect();
    model
}

fn catalog(models: impl IntoIterator<Item = ModelConfig>) -> Catalog {
    let mut config = Config::default();
    let provider = ProviderConfig::new("p", Protocol::Responses, "http://127.0.0.1:9/v1");
    config.providers = vec![provider];
    config.models = models.into_iter().collect();
    Catalog::from_config(&config, &[], &Upstreams::new().unwrap(), None).unwrap()
}

/// Returns the model and slug of each planned endpoint.
fn planned(catalog: &Catalog, request: &Value) -> Result<Vec<String>, Failure> {
    let body = request.to_string();
    let question = Question {
        request: &orouter_wire::from_str(&body).unwrap(),
        size: Size::new(body.as_bytes()),
        catalog,
        caller: b"",
        session: None,
    };
    let plan = plan(&question, &Routing::new(false))?;
    let name =
        |endpoint: &crate::catalog::Endpoint| format!("{}@{}", endpoint.model.id, endpoint.slug);
    Ok(plan
        .endpoints
        .iter()
        .map(|planned| name(&planned.endpoint))
        .collect())
}

/// A prompt of at least this number of tokens.
fn prompt(tokens: usize) -> String {
    "x".repeat(8 * tokens)
}

#[test]
fn the_prompt_and_max_output_tokens_together_are_within_the_context() {
    let catalog = catalog([
        model("a/small", Some(1000), &[None]),
        model("a/large", Some(2000), &[None]),
        model("a/unknown", None, &[None]),
    ]);
    for (tokens, output, expected) in [
        (
            400,
            json!(500),
            &["a/small@p/r0", "a/large@p/r0", "a/unknown@p/r0"][..],
        ),
        (600, json!(500), &["a/large@p/r0", "a/unknown@p/r0"]),
        (
            600,
            Value::Null,
            &["a/small@p/r0", "a/large@p/r0", "a/unknown@p/r0"],
        ),
        (10, json!(1001), &["a/large@p/r0", "a/unknown@p/r0"]),
        (1500, json!(600), &["a/unknown@p/r0"]),
    ] {
        let models = ["a/small", "a/large", "a/unknown"];
        let request =
            json!({"models": models, "input": prompt(tokens), "max_output_tokens": output});
        assert_eq!(
            planned(&catalog, &request).unwrap(),
            expected,
            "{tokens} {output}"
        );
        // The upstream drops turns, and not the room for the output.
        let mut request = request;
        request["truncation"] = json!("auto");
        let left = if output == 1001 {
            expected
        } else {
            &["a/small@p/r0", "a/large@p/r0", "a/unknown@p/r0"]
        };
        assert_eq!(
            planned(&catalog, &request).unwrap(),
            left,
            "{tokens} {output}"
        );
    }
}

#[test]
fn a_request_that_is_too_large_names_the_limit_that_excludes_it() {
    let known = |context, outputs: &[Option<u64>]| catalog([model("a/b", Some(context), outputs)]);
    for (catalog, tokens, output, param, words) in [
        (
            known(1000, &[None]),
            1001,
            json!(1),
            "input",
            "context length is 1000 tokens",
        ),
        (
            known(1000, &[Some(10)]),
            1001,
            json!(11),
            "input",
            "context length is 1000 tokens",
        ),
        (
            known(1000, &[None]),
            600,
            json!(500),
            "max_output_tokens",
            "(600 in the messages, 500 in",
        ),
        (
            known(1000, &[Some(100), Some(200)]),
            10,
            json!(201),
            "max_output_tokens",
            "at most 200 tokens",
        ),
        // The larger limit is not exceeded: it is the context that excludes its endpoint.
        (
            known(1000, &[Some(100), Some(5000)]),
            10,
            json!(2000),
            "max_output_tokens",
            "context length is 1000 tokens",
        ),
        (
            known(1000, &[Some(100), Some(5000)]),
            950,
            json!(200),
            "max_output_tokens",
            "at most 100 tokens",
        ),
    ] {
        let request = json!({"model": "a/b", "input": prompt(tokens), "max_output_tokens": output});
        let failure = planned(&catalog, &request).unwrap_err();
        assert_eq!(failure.status(), 400, "{failure}");
        assert_eq!(failure.param_path(), Some(param), "{failure}");
        assert!(failure.message().contains(words), "{failure}");
    }
}

/// Returns the code and the reasons of a 404.
fn availability(catalog: &Catalog, request: &Value) -> (Value, Value) {
    let failure = planned(catalog, request).unwrap_err();
    assert_eq!(failure.status(), 404, "{failure}");
    let body: Value = serde_json::from_str(&orouter_wire::to_string(&failure.to_body())).unwrap();
    let availability = &body["error"]["availability"];
    (
        availability["code"].clone(),
        availability["excluded_by"].clone(),
    )
}

#[test]
fn a_404_names_the_limit_of_the_endpoints_that_preferences_leave() {
    let mut context = model("a/context", Some(100), &[Some(5000)]);
    let mut output = model("a/output", Some(10_000), &[Some(50)]);
    context.endpoints[0].zdr = Some(true);
    output.endpoints[0].zdr = Some(true);
    let catalog = catalog([context, output, model("a/enough", Some(10_000), &[None])]);
    for (name, param) in [("a/context", "input"), ("a/output", "max_output_tokens")] {
        let mut request = json!({"models": [name, "a/enough"], "input": prompt(200),
            "max_output_tokens": 60});
        assert_eq!(planned(&catalog, &request).unwrap(), ["a/enough@p/r0"]);
        request["provider"] = json!({"zdr": true});
        let failure = planned(&catalog, &request).unwrap_err();
        assert_eq!(failure.param_path(), Some(param), "{failure}");
        let by = json!(["data_policy:zdr", "context_length"]);
        assert_eq!(
            availability(&catalog, &request),
            (json!("constraint_filtered"), by)
        );
    }
}

#[test]
fn tiers_that_nobody_asked_for_are_no_reason_beside_another() {
    let mut tiered = model("a/b", None, &[None, None]);
    tiered.endpoints[1].tier = Some("priority".to_owned());
    let mut only_priority = tiered.clone();
    only_priority.id = "a/priority".to_owned();
    only_priority.endpoints.remove(0);
    let catalog = catalog([tiered, only_priority]);
    for (members, code, by) in [
        (
            json!({"provider": {"zdr": true}}),
            "privacy_restricted",
            json!(["data_policy:zdr"]),
        ),
        (
            json!({"provider": {"zdr": true}, "service_tier": "default"}),
            "privacy_restricted",
            json!(["data_policy:zdr"]),
        ),
        (
            json!({"provider": {"quantizations": ["fp8"]}}),
            "constraint_filtered",
            json!(["quantization"]),
        ),
        (
            json!({"model": "a/priority"}),
            "constraint_filtered",
            json!(["allowed_providers"]),
        ),
        // The request asks for the tier.
        (
            json!({"provider": {"zdr": true}, "service_tier": "flex"}),
            "constraint_filtered",
            Value::Null,
        ),
    ] {
        let mut request = json!({"model": "a/b", "input": "x"});
        let members = members.as_object().unwrap().clone();
        request.as_object_mut().unwrap().extend(members);
        assert_eq!(
            availability(&catalog, &request),
            (json!(code), by),
            "{request}"
        );
    }
}

#[test]
fn a_conversation_stays_at_the_only_endpoint_of_its_model_whatever_the_thresholds_say() {
    let mut models = [model("a/b", None, &[None]), model("a/c", None, &[None])];
    let mut price = Price::per_million(2.0, 4.0);
    price.cache_read = Some(Amount::per_million(1.0));
    models[0].endpoints[0].price = Some(price);
    let catalog = catalog(models);
    let endpoint = &catalog.find("a/b").unwrap().endpoints[0];
    let start = Instant::now();
    endpoint
        .begin(start, crate::traces::AttemptSpan::default())
        .succeeded(start + Duration::from_secs(9));
    let request = json!({"models": ["a/b", "a/c"], "input": "x", "session_id": "s",
        "provider": {"preferred_max_latency": 1}});
    assert_eq!(
        planned(&catalog, &request).unwrap(),
        ["a/c@p/r0", "a/b@p/r0"],
        "slow"
    );
    let body = orouter_wire::from_str(&request.to_string()).unwrap();
    let conversation = super::conversation::conversation(&body, b"", None, catalog.conversations());
    catalog
        .conversations()
        .serves(conversation.unwrap(), endpoint, false, start);
    assert_eq!(
        planned(&catalog, &request).unwrap(),
        ["a/b@p/r0", "a/c@p/r0"]
    );
}
